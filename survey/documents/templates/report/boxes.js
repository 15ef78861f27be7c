// A box that has nothing to scroll is no stop for the keyboard.
const stopOrNot = (box) => {
  const scrolls = box.scrollWidth > box.clientWidth + 1 || box.scrollHeight > box.clientHeight + 1;
  if (scrolls) box.tabIndex = 0;
  else box.removeAttribute("tabindex");
};
const boxes = new ResizeObserver((entries) => entries.forEach((entry) => stopOrNot(entry.target)));
for (const box of document.querySelectorAll(".table-scroll, .picture")) boxes.observe(box);
