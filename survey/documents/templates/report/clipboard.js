// Copying, and the message that says so.
const message = make("p", { class: "message", role: "status" });
document.body.append(message);
let messageEnds = 0;
const say = (text) => {
  message.textContent = text;
  message.classList.add("shown");
  clearTimeout(messageEnds);
  messageEnds = setTimeout(() => message.classList.remove("shown"), 2500);
};

const copyAway = (text) => {
  const field = make("textarea", { class: "aside-copy", readonly: "", "aria-hidden": "true" });
  const focused = document.activeElement;
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus({ preventScroll: true });
  return done;
};

const copy = async (text) => {
  let done;
  try {
    await navigator.clipboard.writeText(text);
    done = true;
  } catch {
    done = copyAway(text); // where the page may not write by itself
  }
  say(done ? words.copied : words.failed);
};
