// What the other parts share: the page's data, its words, and the making of elements.
const page = JSON.parse(document.getElementById("page-data").textContent);
const words = page.words;

const make = (name, attributes = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

// A browser may forbid a page to remember anything: then it is forgotten, and nothing else breaks.
const remembered = (name) => {
  try { return sessionStorage.getItem(name); } catch { return null; }
};
const remember = (name, value) => {
  try { sessionStorage.setItem(name, value); } catch { /* forgotten */ }
};

// A row of choices of which one holds, as radio buttons: arrow keys move, one stop for the keyboard.
const choices = (name, label, options, chosen, choose) => {
  const group = make("fieldset", { class: `choices choices-${name}` }, make("legend", {}, label));
  for (const [value, text] of options) {
    const input = make("input", { type: "radio", name, value });
    input.checked = value === chosen;
    input.addEventListener("change", () => choose(value));
    group.append(make("label", { "data-value": value }, input, make("span", {}, text)));
  }
  return group;
};

const nameOf = (element) => `${element.id}.${page.lang}`;
