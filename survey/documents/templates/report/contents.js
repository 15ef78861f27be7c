// The contents follow the reading; on a narrow screen they fold behind a bar that names the section.
const contents = document.getElementById("contents");
const side = make("div", { class: "side", role: "region", "aria-label": words.menu });
const panel = make("div", { class: "panel", id: "panel" });
const settings = make("div", { class: "settings" });
const here = make("span", { class: "here" });
const menu = make("button", { type: "button", class: "menu", "aria-expanded": "false", "aria-controls": "panel" });
menu.append(make("span", { class: "menu-name" }, words.contents), here);
contents.before(side);
panel.append(settings, contents);
side.append(menu, panel);

const fold = (open) => {
  menu.setAttribute("aria-expanded", String(open));
  side.classList.toggle("open", open);
};
menu.addEventListener("click", () => fold(!side.classList.contains("open")));
contents.addEventListener("click", (event) => {
  if (event.target.closest("a")) fold(false);
});
side.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && side.classList.contains("open")) {
    fold(false);
    menu.focus();
  }
});
document.addEventListener("pointerdown", (event) => {
  if (!side.contains(event.target)) fold(false);
});

// The language's link and everything above the text stand on the cover; a copy travels with the contents.
const alternates = document.querySelector(".alternates");
if (alternates) {
  const again = alternates.cloneNode(true);
  again.querySelectorAll("a").forEach((link, place) => {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      alternates.querySelectorAll("a")[place].click();
    });
  });
  again.className = "languages";
  settings.append(again);
}

// What sticks to the top must not cover a heading that is jumped to.
const sticky = document.querySelector(".notice.running");
const measure = () => {
  const notice = sticky ? sticky.offsetHeight : 0;
  document.documentElement.style.setProperty("--notice", `${notice}px`);
  document.documentElement.style.setProperty("--top", `${notice + menu.offsetHeight}px`);
};
// observers are called after the page is laid out anyway: nothing here makes it wait for that
new ResizeObserver(measure).observe(document.documentElement);

const links = new Map();
for (const link of contents.querySelectorAll(":scope > ol a[href^='#']")) links.set(link.hash.slice(1), link);
const headings = [...document.querySelectorAll("main :is(h2, h3)[id]")].filter((heading) => links.has(heading.id));
const mark = () => {
  let current = null;
  for (const heading of headings) {
    if (heading.getBoundingClientRect().top < window.innerHeight / 3) current = heading;
  }
  for (const [id, link] of links) {
    if (current && id === current.id) link.setAttribute("aria-current", "location");
    else link.removeAttribute("aria-current");
  }
  reading = current ? current.id : "";
  here.textContent = current ? links.get(current.id).textContent.trim() : "";
  const link = current && links.get(current.id);
  // the contents scroll by themselves where they are longer than the screen
  if (link && contents.scrollHeight > contents.clientHeight) {
    const above = link.offsetTop - contents.offsetTop - contents.scrollTop;
    if (above < 0 || above > contents.clientHeight - 40) contents.scrollTop += above - contents.clientHeight / 2;
  }
};
if (headings.length) {
  const observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -60% 0px" });
  for (const heading of headings) observer.observe(heading);
  // a jump may pass over a heading without its ever having been on the screen
  let waiting = 0;
  const later = () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(mark);
  };
  document.addEventListener("scroll", later, { passive: true });
}
