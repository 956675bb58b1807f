// <wn-draft document="play/room-3" base="2">: keeps what is typed into the form inside it.
// Every keystroke is kept on this device at once and in the home within a second. What another
// window saved meanwhile is shown beside it, never overwritten. Not built on htmx: what must never
// be lost should not depend on how somebody else names events.

const PAUSE = 500;
const AGAIN = 3000;
const cookie = (name) => document.cookie.split("; ").find((c) => c.startsWith(`${name}=`))?.split("=")[1] ?? "";
const time = (iso) => (iso ? new Date(iso) : new Date()).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

// Homes served side by side share this storage; each has its own names in it.
const HOME = document.documentElement.dataset.home;
const PREFIX = `whennot:${HOME}:`;
const SENT = `${PREFIX}sent`;

// What was sent and taken stands in the play; the copy on this device has done its work.
function tidy() {
  try {
    const { key, play, moves } = JSON.parse(sessionStorage.getItem(SENT) ?? "{}");
    const here = document.querySelector("[data-moves]")?.dataset;
    const refused = document.querySelector("[data-refused]");
    if (!key || (!refused && (here?.play !== play || !(Number(here.moves) > moves)))) return;
    if (!refused) localStorage.removeItem(key);
    sessionStorage.removeItem(SENT);
  } catch { /* no storage, nothing to tidy */ }
}
tidy();

class Draft extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    if (!this.form) return;
    this.key = PREFIX + this.getAttribute("document");
    this.base = Number(this.getAttribute("base"));
    // After a refused form the page shows words that the home has not.
    const unsaved = this.hasAttribute("unsaved");
    this.saved = unsaved ? "" : JSON.stringify(this.fields());
    this.status = this.querySelector("[role=status]");
    if (unsaved) this.changed();
    else this.restore();
    this.form.addEventListener("input", () => this.changed());
    this.form.addEventListener("change", () => this.changed());
    this.form.addEventListener("submit", () => {
      clearTimeout(this.timer);
      this.sent = true;
      if (this.form.elements.base) this.form.elements.base.value = this.base;
      const here = document.querySelector("[data-moves]")?.dataset;
      const sent = { key: this.key, play: here?.play, moves: Number(here?.moves) };
      try { sessionStorage.setItem(SENT, JSON.stringify(sent)); } catch { /* a copy stays here for longer */ }
    });
    window.addEventListener("online", () => this.save());
    window.addEventListener("pagehide", () => this.leave());
    document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") this.leave(); });
  }

  fields() {
    const found = {};
    for (const [name, value] of new FormData(this.form)) {
      if (!["csrfmiddlewaretoken", "seen", "base"].includes(name) && typeof value === "string") found[name] = value;
    }
    return found;
  }

  fill(fields) {
    for (const [name, value] of Object.entries(fields)) {
      const field = this.form.elements[name];
      if (!field) continue;
      if (field instanceof RadioNodeList || field.type === "radio") {
        for (const radio of field instanceof RadioNodeList ? field : [field]) radio.checked = radio.value === value;
      } else field.value = value;
    }
    this.form.dispatchEvent(new Event("filled", { bubbles: true }));
  }

  restore() {
    const kept = this.local();
    if (!kept) return;
    const now = JSON.stringify(this.fields());
    if (kept.text === now || (kept.saved && kept.base <= this.base)) { this.forget(); return; }
    if (kept.saved) {
      // A reload that overtook the save: the home has more than this page shows.
      this.fill(JSON.parse(kept.text));
      this.base = kept.base;
      this.saved = JSON.stringify(this.fields());
      this.say("Saved.", "");
    } else if (kept.base === this.base) {
      this.fill(JSON.parse(kept.text));
      this.say("Restored from this device.", "");
      this.save();
    } else this.conflict(JSON.parse(kept.text), this.fields(), { version: this.base, shown: false });
  }

  local() {
    try { return JSON.parse(localStorage.getItem(this.key)); } catch { return null; }
  }

  keep(text, saved) {
    try { localStorage.setItem(this.key, JSON.stringify({ text, base: this.base, saved })); } catch { /* full or switched off: the home still gets it */ }
  }

  forget() { try { localStorage.removeItem(this.key); } catch { /* no storage, nothing to forget */ } }

  changed() {
    const text = JSON.stringify(this.fields());
    this.keep(text, false);
    this.say("Saving …", "");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  request(fields, leaving = false) {
    return fetch("/drafts/", {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": cookie(`whennot_csrf_${HOME}`) },
      body: JSON.stringify({ document: this.getAttribute("document"), base: this.base, fields }),
      keepalive: leaving, // browsers let no more than 64 kB outlive a page
    });
  }

  async save() {
    clearTimeout(this.timer);
    const fields = this.fields();
    const text = JSON.stringify(fields);
    if (text === this.saved || this.open || this.busy) return;
    this.busy = true;
    let answer;
    let content = {};
    try {
      answer = await this.request(fields);
      content = await answer.json();
    } catch { answer = answer ?? null; }
    this.busy = false;
    if (answer?.ok) {
      this.base = content.version;
      this.saved = text;
      if (JSON.stringify(this.fields()) === text) { this.keep(text, true); this.say(`Saved ${time(content.at)}.`, ""); }
      else this.changed();
    } else if (answer?.status === 409) {
      this.conflict(fields, content.fields, { version: content.version, shown: true });
    } else if (answer?.status === 413) {
      this.say("Too long to be saved. Shorten it; it is kept on this device.", "away");
    } else {
      this.say(answer?.status === 401 || answer?.status === 403
        ? "You are signed out. Keep typing, it is kept on this device. Type \u201cwhennot web\u201d in a terminal to sign in again; it is saved then."
        : "Not saved in the home yet; kept on this device. It is tried again by itself.", "away");
      this.timer = setTimeout(() => this.save(), AGAIN);
    }
  }

  leave() {
    if (this.sent || this.open || JSON.stringify(this.fields()) === this.saved) return;
    this.request(this.fields(), true).catch(() => {});
  }

  // `version` is theirs; it becomes the base only with the choice. `shown`: mine is in the form.
  conflict(mine, theirs, { version, shown }) {
    const names = Object.keys({ ...mine, ...theirs }).filter((n) => (mine[n] ?? "") !== (theirs[n] ?? ""));
    if (!names.length) { this.base = version; this.saved = JSON.stringify(mine); this.forget(); return; }
    this.open = true;
    const box = document.createElement("div");
    box.className = "conflict";
    box.setAttribute("role", "alert");
    box.innerHTML = "<h2>Another window changed this too</h2><p>Nothing was overwritten. Keep one of them, or copy from both.</p><div class=\"pair\"></div>";
    const pair = box.querySelector(".pair");
    for (const [title, side] of [["Typed here", mine], ["Saved in the other window", theirs]]) {
      const column = document.createElement("div");
      const heading = document.createElement("h3");
      heading.textContent = title;
      column.append(heading);
      for (const name of names) {
        const quote = document.createElement("blockquote");
        quote.textContent = this.words(name, side[name]) || "(empty)";
        column.append(quote);
      }
      const keep = document.createElement("button");
      keep.type = "button";
      keep.className = "quiet";
      keep.textContent = `Keep what was ${title[0].toLowerCase()}${title.slice(1)}`;
      keep.addEventListener("click", () => {
        this.open = false;
        this.base = version;
        box.remove();
        if (side === theirs || !shown) this.fill(side); // what was typed since then stays
        this.saved = "";
        this.changed();
        this.save();
      });
      column.append(keep);
      pair.append(column);
    }
    this.querySelector(".conflict")?.remove();
    this.prepend(box);
    this.say("Two versions: pick one above.", "away");
    box.scrollIntoView({ block: "nearest" });
  }

  words(name, value) {
    const field = this.form.elements[name];
    if (field instanceof RadioNodeList) {
      const picked = [...field].find((radio) => radio.value === value);
      return picked?.closest("label")?.querySelector("b")?.textContent ?? value;
    }
    return value;
  }

  say(text, state) {
    if (!this.status) return;
    this.status.textContent = text;
    this.status.dataset.state = state;
  }
}
customElements.define("wn-draft", Draft);
