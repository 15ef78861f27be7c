// Light or dark as the system has it, or as the reader chooses.
const dark = document.getElementById("dark");
const asSystem = dark.media;
const appear = (chosen) => {
  dark.media = { light: "not all", dark: "screen" }[chosen] || asSystem;
  document.documentElement.style.colorScheme = { light: "light", dark: "dark" }[chosen] || "";
  remember("appearance", chosen);
};
const appearance = remembered("appearance") || "auto";
if (appearance !== "auto") appear(appearance);
const appearances = ["auto", "light", "dark"].map((name) => [name, words[name]]);
settings.append(choices("appearance", words.appearance, appearances, appearance, appear));
