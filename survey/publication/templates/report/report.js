"use strict";
// Two comforts; the page is whole without them.

// The section being read is marked in the contents.
(() => {
  const links = new Map();
  for (const link of document.querySelectorAll("#contents a[href^='#']")) links.set(link.hash.slice(1), link);
  const headings = [...document.querySelectorAll("main h2[id], main h3[id]")].filter((h) => links.has(h.id));
  if (!("IntersectionObserver" in window) || headings.length === 0) return;
  const mark = () => {
    let current = headings[0];
    for (const heading of headings) {
      if (heading.getBoundingClientRect().top < window.innerHeight / 3) current = heading;
    }
    for (const [id, link] of links) {
      if (id === current.id) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  };
  const observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -60% 0px" });
  for (const heading of headings) observer.observe(heading);
  mark();
})();

// A box that has nothing to scroll is no stop for the keyboard.
(() => {
  if (!("ResizeObserver" in window)) return;
  const settle = (box) => {
    const scrolls = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
    if (scrolls) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  };
  const observer = new ResizeObserver((entries) => entries.forEach((entry) => settle(entry.target)));
  for (const box of document.querySelectorAll(".table-scroll, .picture")) observer.observe(box);
})();
