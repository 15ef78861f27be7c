// The number of a heading, figure or table is the link to it, and copies its address.
const numbered = "main :is(h2, h3, h4, h5)[id] > .number, main figure[id] > figcaption > .number, main table[id] > caption .number";
for (const number of document.querySelectorAll(numbered)) {
  const place = number.closest("h2, h3, h4, h5, figure, table");
  const link = make("a", { class: "number", href: `#${place.id}`, title: words.link });
  link.append(...number.childNodes);
  number.replaceWith(link);
  link.addEventListener("click", () => copy(new URL(`#${place.id}`, location.href).href));
}

// The other language opens at the same place: ids are the same in both.
let reading = "";
for (const link of document.querySelectorAll(".alternates a[hreflang]")) {
  const address = link.getAttribute("href");
  const carry = () => {
    const highlight = remembered("highlight");
    const asked = highlight && highlight !== "all" ? `?highlight=${encodeURIComponent(highlight)}` : "";
    const hash = location.hash || (reading && `#${reading}`);
    link.setAttribute("href", address + asked + hash);
  };
  for (const kind of ["pointerdown", "focus", "click"]) link.addEventListener(kind, carry);
}
