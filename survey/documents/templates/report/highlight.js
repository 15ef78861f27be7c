// One segment picked out of all charts and tables; the others step back.
if (page.filter) {
  const { dimension, label, segments, within } = page.filter;
  const known = new Set(segments.map(([code]) => code));

  // Which of the segments stand behind a dimension's segment; null where it is no matter of theirs.
  const behind = (dimensions, codes) => {
    const parts = codes.split("*");
    for (const [place, name] of dimensions.split("*").entries()) {
      const found = within[`${name}/${parts[place]}`];
      if (found) return found;
    }
    return null;
  };
  const behindKey = (key) => {
    const [, , dimensions, codes] = key.split("/");
    return codes && codes !== "*" ? behind(dimensions, codes) : null;
  };

  const subjects = [];
  const add = (element, found) => { if (found) subjects.push([element, found]); };
  for (const mark of document.querySelectorAll(".picture > svg [data-dimension]")) {
    add(mark, behind(mark.dataset.dimension, mark.dataset.segment));
  }
  // A head belongs to a segment where every number below, or beside it, does.
  const common = (found) => (found.length && found.every((own) => own && own.join() === found[0]?.join()) ? found[0] : null);
  for (const table of document.querySelectorAll("main table")) {
    const columns = new Map();
    for (const row of table.tBodies[0]?.rows || []) {
      const beside = [];
      for (const cell of row.cells) {
        const number = cell.querySelector("data[data-estimate]");
        if (!number) continue;
        const found = behindKey(number.dataset.estimate);
        add(cell, found);
        beside.push(found);
        columns.set(cell.cellIndex, [...(columns.get(cell.cellIndex) || []), found]);
      }
      if (row.cells[0]?.localName === "th") add(row.cells[0], common(beside));
    }
    const heads = table.tHead?.rows;
    if (heads?.length === 1) for (const [place, found] of columns) add(heads[0].cells[place], common(found));
  }
  for (const number of document.querySelectorAll("main p data[data-estimate]")) {
    add(number, behindKey(number.dataset.estimate));
  }

  if (subjects.length) {
    const apply = (chosen) => {
      for (const [element, found] of subjects) {
        element.classList.toggle("picked", found.includes(chosen));
        element.classList.toggle("faded", chosen !== "all" && !found.includes(chosen));
      }
      document.documentElement.classList.toggle("highlighting", chosen !== "all");
      remember("highlight", chosen);
    };
    const asked = new URLSearchParams(location.search).get("highlight") || remembered("highlight");
    const chosen = known.has(asked) ? asked : "all";
    const name = `${words.highlight}${page.lang === "zh" ? "：" : ": "}${label}`;
    settings.append(choices("highlight", name, [["all", words.all], ...segments], chosen, apply));
    if (chosen !== "all") apply(chosen);
  }
}
