// A number opens a card that tells what it rests on: by hover, tap or Enter; Escape closes it.
const dossierOf = (element) => {
  const packed = page.dossiers[element.dataset.estimate];
  if (!packed) return null;
  const [traced, ...places] = packed;
  const [title, about, printed, ...rest] = places.map((place) => page.texts[place]);
  const lines = [];
  for (let place = 0; place < rest.length; place += 2) lines.push([rest[place], rest[place + 1]]);
  return { title, about, printed, lines, traced };
};
const columnOf = (element) => element.dataset.column || element.classList[0];

const card = make("div", { class: "dossier", role: "dialog", "aria-label": words.dialog, tabindex: "-1", hidden: "" });
document.body.append(card);
let opener = null;
let pinned = false;
let timer = 0;

const valueLine = (element, told) => {
  const column = columnOf(element);
  const shown = element.localName === "data" ? element.textContent : column === "interval" ? "" : told.printed;
  const line = make("p", { class: "dossier-value" });
  if (shown) line.append(make("strong", {}, shown));
  if (column !== "estimate" && column !== "change" && page.columns[column]) line.append(make("span", {}, page.columns[column]));
  return line;
};

const fill = (element, told) => {
  const list = make("dl");
  for (const [name, text] of told.lines) list.append(make("div", {}, make("dt", {}, name), make("dd", {}, text)));
  const command = `${page.command}${element.dataset.estimate}`;
  const copier = make("button", { type: "button" }, words.copyKey);
  copier.addEventListener("click", () => copy(command));
  const closer = make("button", { type: "button", class: "close", "aria-label": words.close }, "×");
  closer.addEventListener("click", () => close(true));
  const head = make("div", { class: "dossier-head" }, make("p", { class: "dossier-title" }, told.title), closer);
  const foot = make("p", { class: "trace" }, make("span", {}, page.command ? words.trace : words.numberKey), make("code", {}, command), copier);
  const parts = [head, make("p", { class: "dossier-about" }, told.about), valueLine(element, told), list];
  card.replaceChildren(...parts, ...(told.traced ? [foot] : []));
};

// What is read stays free: the card stands in the margin beside it, else below or above the whole of it, and
// where that is taller than the screen in the half of the screen in which the number is not.
const settle = (element) => {
  const [box, read] = [element, blockOf(element)].map((one) => one.getBoundingClientRect());
  const [gap, edge, wide] = [12, 8, document.documentElement.clientWidth];
  const top = parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--top")) || 0;
  const room = wide - read.right - gap - edge;
  card.style.width = "";
  const usual = card.offsetWidth;
  const beside = room >= 256;
  if (beside && room < usual) card.style.width = `${room}px`;
  const own = card.getBoundingClientRect();
  const between = (low, value, high) => Math.max(low, Math.min(value, high));
  const left = beside ? read.right + gap : between(edge, box.left + box.width / 2 - own.width / 2, wide - own.width - edge);
  const lowest = window.innerHeight - own.height - edge;
  let y = box.top - 8;
  if (!beside) {
    const [below, above] = [read.bottom + gap, read.top - gap - own.height];
    if (below <= lowest) y = below;
    else if (above >= top) y = above;
    else y = box.top > window.innerHeight / 2 ? top + edge : lowest;
  }
  y = between(top + edge, y, Math.max(lowest, top + edge));
  card.style.left = `${left + window.scrollX}px`;
  card.style.top = `${y + window.scrollY}px`;
};

const open = (element, pin) => {
  const told = dossierOf(element);
  clearTimeout(timer);
  if (!told) return;
  if (opener !== element || card.hidden) {
    close(false);
    opener = element;
    fill(element, told);
    card.hidden = false;
    card.scrollTop = 0;
    settle(element);
    element.classList.add("opened");
  }
  pinned = pinned || pin;
  card.classList.toggle("pinned", pinned);
};

const close = (back) => {
  clearTimeout(timer);
  if (card.hidden) return;
  const inside = card.contains(document.activeElement);
  card.hidden = true;
  pinned = false;
  opener.classList.remove("opened");
  if (back || inside) (opener.closest("[tabindex]") || opener).focus({ preventScroll: true });
  opener = null;
};

const soon = (doing, wait) => {
  clearTimeout(timer);
  timer = setTimeout(doing, wait);
};
const leave = () => { if (!pinned) soon(() => close(false), 300); };

// Marks are small: the nearest one within reach of the pointer is meant.
const nearest = (picture, x, y, reach) => {
  let best = null;
  let least = reach;
  for (const mark of picture.querySelectorAll("[data-estimate].live")) {
    const box = mark.getBoundingClientRect();
    const far = Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
    // of several under the pointer the smallest: a dot before the interval it stands on
    const way = far + Math.min(0.9, (box.width * box.height) / 1e6);
    if (way < least) [best, least] = [mark, way];
  }
  return best;
};
const under = (event, reach) => {
  const picture = event.target.closest?.(".picture > svg");
  return picture ? nearest(picture, event.clientX, event.clientY, reach) : event.target.closest?.("data.live");
};

let over = null;
document.addEventListener("pointermove", (event) => {
  if (event.pointerType !== "mouse" || card.contains(event.target)) return;
  const meant = under(event, 10);
  if (meant === over) return;
  over = meant;
  document.documentElement.classList.toggle("over-number", Boolean(meant));
  if (meant && !pinned) soon(() => open(meant, false), 180);
  else if (!card.hidden) leave();
  else clearTimeout(timer);
}, { passive: true });
card.addEventListener("pointerenter", () => clearTimeout(timer));
card.addEventListener("pointerleave", leave);

document.addEventListener("click", (event) => {
  if (card.contains(event.target)) return;
  const meant = under(event, 22);
  if (!meant) {
    close(false);
    return;
  }
  const again = pinned && opener === meant;
  close(false);
  if (again) return;
  open(meant, true);
  if (event.detail === 0) card.focus({ preventScroll: true }); // pressed by an assistive technology
});

// One stop for the keyboard in each paragraph, table and chart; arrow keys move within. Only the number at the
// stop is announced as something to press: the others are read as the text they are.
const blockOf = (element) => element.closest("figure, .table-block, .table-scroll, .cards, dl, p, li") || element;
const groupOf = (element) => element.closest("table, svg, dl, .cards, p, li, figcaption, blockquote, aside") || element.parentElement;
const groups = new Map();
const drawnKeys = new WeakMap();
const join = (element) => {
  if (!(element.dataset.estimate in page.dossiers)) return;
  element.classList.add("live");
  const group = groupOf(element);
  if (group.localName === "svg") {
    const drawn = drawnKeys.get(group) || new Set();
    drawnKeys.set(group, drawn);
    if (drawn.has(element.dataset.estimate) || columnOf(element) === "interval") return;
    drawn.add(element.dataset.estimate);
    group.setAttribute("role", "group"); // an image's parts are nothing to a screen reader
  }
  const members = groups.get(group) || [];
  groups.set(group, members);
  element.classList.add("stop");
  if (!members.length) stopAt(element);
  members.push(element);
};
const stopAt = (element) => {
  const told = { role: "button", tabindex: "0", "aria-haspopup": "dialog", "aria-roledescription": words.number, "aria-description": words.keyboard };
  for (const [name, value] of Object.entries(told)) element.setAttribute(name, value);
  if (element.localName === "data") return;
  const { title, about, printed } = dossierOf(element);
  element.setAttribute("aria-label", `${title}, ${about}: ${printed}`);
};
const pass = (element) => {
  for (const name of ["role", "aria-haspopup", "aria-roledescription", "aria-description", "aria-label"]) element.removeAttribute(name);
  element.tabIndex = -1;
};
for (const element of document.querySelectorAll("data[data-estimate], .picture > svg [data-estimate]")) join(element);
for (const text of document.querySelectorAll(".picture > svg[role=group] text")) text.setAttribute("aria-hidden", "true");

const beside = (element, key) => {
  const group = groupOf(element);
  // a sorted table has another order than at first
  const members = [...group.querySelectorAll(".stop")];
  const place = members.indexOf(element);
  const cell = element.closest("td, th");
  if (cell && (key === "ArrowUp" || key === "ArrowDown")) {
    const way = key === "ArrowDown" ? "nextElementSibling" : "previousElementSibling";
    for (let row = cell.parentElement[way]; row; row = row[way]) {
      const found = row.cells[cell.cellIndex]?.querySelector(".stop");
      if (found) return found;
    }
    return null;
  }
  if (key === "Home") return members[0];
  if (key === "End") return members.at(-1);
  const step = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
  return members[place + step];
};
const moves = new Set(["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "Home", "End"]);

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !card.hidden) {
    event.preventDefault();
    close(true);
    return;
  }
  const element = event.target;
  if (card.contains(element)) {
    const stops = [...card.querySelectorAll("button")];
    const last = event.shiftKey ? element === card || element === stops[0] : element === stops.at(-1);
    if (event.key === "Tab" && last) {
      event.preventDefault();
      close(true);
    }
    return;
  }
  if (!element.matches?.("[role=button][data-estimate]") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    open(element, true);
    card.focus({ preventScroll: true });
  } else if (moves.has(event.key)) {
    event.preventDefault();
    const next = beside(element, event.key);
    if (!next) return;
    close(false);
    stopAt(next);
    next.focus();
    pass(element);
  }
});
window.addEventListener("resize", () => close(false));
