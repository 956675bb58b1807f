// What a page can do beyond links and forms. Every page works without it, apart from autosave.
import "./draft.js";
import "./shares.js";
import "./keys.js";

// A form that was sent must not be sent again by an impatient finger.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button || button.closest("dialog")) return;
  setTimeout(() => { button.disabled = true; }, 0);
});
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const b of document.querySelectorAll("button[disabled]:not([data-gone])")) b.disabled = false;
});

// The first thing wrong gets the focus, as it would on paper.
document.querySelector(".errors + input, .errors + textarea, .errors + select, [aria-invalid=true] input, .errors ~ .cards input")?.focus();
