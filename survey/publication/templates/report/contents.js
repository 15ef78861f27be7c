"use strict";
// Marks the section being read in the contents; the page is whole without it.
(() => {
  const links = new Map();
  for (const link of document.querySelectorAll("#contents a[href^='#sec-']")) {
    links.set(link.hash.slice(1), link);
  }
  if (!("IntersectionObserver" in window) || links.size === 0) return;
  const headings = [...document.querySelectorAll("main h2[id], main h3[id]")].filter((h) => links.has(h.id));
  const mark = () => {
    let current = headings[0];
    for (const heading of headings) {
      if (heading.getBoundingClientRect().top < window.innerHeight / 3) current = heading;
    }
    for (const [id, link] of links) {
      if (current && id === current.id) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  };
  const observer = new IntersectionObserver(mark, { rootMargin: "0px 0px -60% 0px" });
  for (const heading of headings) observer.observe(heading);
  mark();
})();
