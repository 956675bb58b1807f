// Keys: digits pick, j and k move between questions, Enter does the one next thing, ? lists them.

const TYPING = "textarea, select, input:not([type=radio]):not([type=checkbox]):not([type=range])";
const groups = () => [...document.querySelectorAll("main fieldset")];
const open = (group) => !group.querySelector("input:checked");

function pick(digit) {
  const here = document.activeElement?.closest("fieldset");
  const group = here ?? groups().find(open) ?? groups()[0];
  const radio = group?.querySelectorAll("input[type=radio]")[digit - 1];
  if (!radio) {
    const button = document.querySelectorAll("main [data-key-button]")[digit - 1];
    button?.focus();
    return Boolean(button);
  }
  radio.checked = true;
  radio.focus();
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  radio.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

function move(step) {
  const all = [...document.querySelectorAll("main fieldset, main .field")]
    .filter((field) => field.checkVisibility?.() ?? true); // not what is folded, nor what only a choice shows
  const here = all.indexOf(document.activeElement?.closest("fieldset, .field"));
  const next = all[Math.max(0, Math.min(all.length - 1, here + step))];
  const field = next?.querySelector("input:checked, input:not([aria-hidden]), textarea, select");
  field?.focus();
  if (field?.type === "number") field.select();
  next?.scrollIntoView({ block: "center" });
}

function enter(event) {
  const at = event.target;
  if (event.repeat) return; // a finger that rests on Enter must not run through the rooms
  if (at.closest("a, button, summary, textarea, select, dialog")) return;
  const primary = document.querySelector("main .primary");
  if (!primary) return;
  event.preventDefault();
  primary.focus();
  primary.click();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key === "Enter") { enter(event); return; }
  const singles = document.documentElement.dataset.keys !== "off";
  if (!singles || event.target.closest(TYPING) || document.querySelector("dialog[open]")) return;
  if (/^[1-9]$/.test(event.key) && pick(Number(event.key))) event.preventDefault();
  else if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "n") document.querySelector("[data-scale]")?.click();
  else if (event.key === "g") location.assign("/");
  else if (event.key === "?") document.getElementById("keys")?.showModal();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) { window.print(); return; }
  const opener = event.target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open)?.showModal();
});
