// Behind each chart: its data as a table, and the files made of what is on the page.
const quoted = (cell) => {
  const safe = /^[=+@\t\r]|^-(?!\d)/.test(cell) ? `'${cell}` : cell; // a spreadsheet must not run words
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
const csvOf = (table) => {
  const heads = headsOf(table).map((head) => clean(head.textContent));
  const lines = [[words.row, words.column, words.printed, words.value, words.kind, words.key]];
  for (const row of table.tBodies[0].rows) {
    const name = clean(row.cells[0].textContent);
    for (const cell of [...row.cells].slice(1)) {
      const numbers = [...cell.querySelectorAll("data")];
      const told = numbers.map((number) => [number.textContent, number.value, number.classList[0], number.dataset.estimate || ""]);
      for (const part of told.length ? told : [[clean(cell.textContent), "", "", ""]]) lines.push([name, heads[cell.cellIndex], ...part]);
    }
  }
  return `\ufeff${lines.map((line) => line.map(quoted).join(",")).join("\r\n")}\r\n`;
};

const give = (content, type, name) => {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
};

// The picture as it was before the page made it live, of a size of its own.
const svgOf = (picture, scale, style) => {
  const own = picture.cloneNode(true);
  const { width, height } = picture.viewBox.baseVal;
  own.setAttribute("width", width * scale);
  own.setAttribute("height", height * scale);
  own.setAttribute("role", "img");
  for (const part of own.querySelectorAll("[class], [tabindex], [aria-hidden], [role], [aria-label]")) {
    for (const name of ["class", "tabindex", "aria-hidden", "aria-haspopup", "aria-label", "aria-roledescription", "aria-description", "role"]) part.removeAttribute(name);
  }
  if (style) {
    const sheet = document.createElementNS("http://www.w3.org/2000/svg", "style");
    sheet.textContent = style;
    own.prepend(sheet);
  }
  own.removeAttribute("class");
  // a file of its own knows none of the page's colours by name
  return new XMLSerializer().serializeToString(own).replace(/var\(--c[0-9a-f]{6}, (#[0-9a-fA-F]{6})\)/g, "$1");
};
const typeface = () => {
  for (const sheet of document.querySelectorAll("style")) {
    const found = /@font-face\{font-family:"Noto Sans SC"[^}]*\}/.exec(sheet.textContent);
    if (found) return found[0];
  }
  return "";
};
const pngOf = async (picture) => {
  const { width, height } = picture.viewBox.baseVal;
  const scale = 2 * (96 / 72) * 1.25; // twice the size it has in the text
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgOf(picture, scale, typeface()))}`;
  await image.decode();
  await new Promise((done) => { requestAnimationFrame(() => requestAnimationFrame(done)); }); // until its letters are there
  const canvas = make("canvas", { width: Math.round(width * scale), height: Math.round(height * scale) });
  const ink = canvas.getContext("2d");
  ink.fillStyle = "#fff";
  ink.fillRect(0, 0, canvas.width, canvas.height);
  ink.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => { canvas.toBlob(done, "image/png"); });
};

for (const figure of document.querySelectorAll("main figure.chart")) {
  const [details, picture, table] = ["details.data", ".picture > svg", "table"].map((name) => figure.querySelector(name));
  if (!details || !picture || !table) continue;
  const summary = details.querySelector("summary");
  summary.textContent = words.data;
  const files = {
    CSV: () => give(csvOf(table), "text/csv;charset=utf-8", `${nameOf(figure)}.csv`),
    SVG: () => give(svgOf(picture, 1, ""), "image/svg+xml", `${nameOf(figure)}.svg`),
    PNG: async () => give(await pngOf(picture), "image/png", `${nameOf(figure)}.png`),
  };
  const row = make("p", { class: "tools" });
  const copier = make("button", { type: "button", class: "tool" }, words.copy);
  copier.addEventListener("click", () => copyTable(table));
  row.append(copier);
  for (const [name, doing] of Object.entries(files)) {
    const button = make("button", { type: "button", class: "tool" }, name);
    button.addEventListener("click", doing);
    row.append(button);
  }
  summary.after(row);
}
