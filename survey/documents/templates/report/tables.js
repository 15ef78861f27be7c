// Tables sort by a press on a column's head, and can be copied whole.
const valueOf = (cell) => {
  if (!cell) return null;
  const number = cell.querySelector("data");
  if (number && !cell.classList.contains("text")) return Number(number.value);
  if (cell.querySelector(".marker") || !cell.textContent.trim()) return null;
  return cell.textContent.trim();
};

// The head of each column: with heads over several columns, the one nearest to the numbers.
const headsOf = (table) => {
  const grid = [];
  [...(table.tHead?.rows || [])].forEach((row, depth) => {
    let column = 0;
    for (const cell of row.cells) {
      grid[depth] ??= [];
      while (grid[depth][column]) column += 1;
      for (let down = 0; down < cell.rowSpan; down += 1) {
        for (let along = 0; along < cell.colSpan; along += 1) (grid[depth + down] ??= [])[column + along] = cell;
      }
      column += cell.colSpan;
    }
  });
  return grid.at(-1) || [];
};

const compare = (one, other, way) => {
  if (one === null || other === null) return (one === null) - (other === null); // markers stand last both ways
  const both = typeof one === "number" && typeof other === "number";
  return way * (both ? one - other : String(one).localeCompare(String(other), document.documentElement.lang));
};

const sortable = (table) => {
  const body = table.tBodies[0];
  const first = [...(body?.rows || [])];
  if (first.length < 3 || first.some((row) => [...row.cells].some((cell) => cell.rowSpan > 1 || cell.colSpan > 1))) return;
  const heads = headsOf(table);
  heads.forEach((head, column) => {
    const button = make("button", { type: "button", class: "sort", title: words.sort });
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const numbers = first.some((row) => typeof valueOf(row.cells[column]) === "number");
      const order = numbers ? ["descending", "ascending", null] : ["ascending", "descending", null];
      const next = order[(order.indexOf(head.getAttribute("aria-sort")) + 1) % order.length];
      for (const other of heads) other.removeAttribute("aria-sort");
      if (next) head.setAttribute("aria-sort", next);
      const way = next === "ascending" ? 1 : -1;
      const keyed = first.map((row) => [row, valueOf(row.cells[column])]);
      if (next) keyed.sort((one, other) => compare(one[1], other[1], way));
      body.append(...keyed.map(([row]) => row));
    });
  });
};

const clean = (text) => text.replace(/\s+/g, " ").trim();
const linesOf = (table) => [...table.rows].map((row) => [...row.cells].map((cell) => clean(cell.textContent)));
const copyTable = (table) => {
  const caption = clean(table.caption?.textContent || "");
  const rows = linesOf(table).map((cells) => cells.join("\t"));
  copy([caption, ...rows].join("\n"));
};

for (const table of document.querySelectorAll("main table")) {
  sortable(table);
  if (table.closest("figure")) continue;
  const button = make("button", { type: "button", class: "tool" }, words.copy);
  button.addEventListener("click", () => copyTable(table));
  (table.closest(".table-scroll") || table).after(make("p", { class: "tools" }, button));
}
