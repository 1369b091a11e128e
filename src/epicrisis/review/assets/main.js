import { announce, el, themeButton, unpack } from "./dom.js";
import { about, add, changed, decide, decision, forget, item, items, onChange, original, quote, restore, review, setAbout, state } from "./store.js";
import { narrative, redraw, redrawAll, selectedSpan, show, units } from "./narrative.js";
import { act, factList, filter, has, move, refresh, select, setResources } from "./facts.js";
import { attention } from "./attention.js";
import { timeline } from "./timeline.js";
import { choice, dateField } from "./editor.js";
import { termField } from "./terms.js";
import { exportCase } from "./export.js";
import { kind, title } from "./kinds.js";

// The page: header, timeline, narrative and facts, and what the keys do.

let shortcuts = true;
let pending = null; // the words that a new fact will quote

restore();
document.body.prepend(header(), views(), main());
drawTimeline();
if (state.restored) notice("Your unexported work was restored.", "Discard it", () => { if (confirm("Discard all decisions that were not exported?")) { forget(); redrawAll(); rebuild(); document.querySelector(".notice").remove(); } });
unpack("fhir").then((words) => setResources(JSON.parse(words)));
onChange(update);
document.addEventListener("selectionchange", offer);
document.addEventListener("keydown", keys);
addEventListener("beforeunload", (event) => { if (state.unsaved) event.preventDefault(); });
document.documentElement.dataset.ready = "true";

function header() {
  const name = el("input", { id: "reviewer", type: "text", value: review.reviewer || "", autocomplete: "name", placeholder: "Your name" });
  name.addEventListener("input", () => setAbout("reviewer", name.value));
  return el("header", { class: "top" },
    el("div", { class: "brand" }, el("h1", {}, original.document.name), el("p", {}, "epicrisis review")),
    el("div", { class: "progress" }, el("progress", { id: "progress", max: "1", value: "0", "aria-label": "Facts decided" }), el("span", { id: "progress-words" })),
    el("div", { class: "tools" },
      el("label", { for: "reviewer", class: "unseen" }, "Reviewer"), name,
      el("button", { type: "button", class: "primary", id: "export", "aria-keyshortcuts": "s", on: { click: finish } }, "Export case"),
      themeButton(), el("button", { type: "button", class: "quiet", on: { click: help }, "aria-keyshortcuts": "?" }, "Keys")));
}

function views() {
  const names = { text: "Text", facts: "Facts", time: "Timeline" };
  document.body.dataset.view = "facts";
  return el("nav", { class: "views", "aria-label": "Views" }, ...Object.entries(names).map(([id, words]) => el("button", { type: "button", on: { click: () => { document.body.dataset.view = id; } }, data: { to: id } }, words)));
}

function main() {
  const search = el("input", { id: "filter", type: "search", placeholder: "Filter facts", "aria-label": "Filter facts", "aria-keyshortcuts": "/" });
  search.addEventListener("input", () => { state.filter = search.value; announce(`${filter()} facts`); });
  const only = el("select", { "aria-label": "Which facts", id: "only" }, ...[["all", "All facts"], ["open", "Not decided yet"], ["decided", "Decided"], ["doubt", "Inferred or uncoded"]].map(([v, w]) => el("option", { value: v }, w)));
  only.addEventListener("change", () => { state.only = only.value; announce(`${filter()} facts`); });
  return el("main", {},
    el("details", { class: "time", open: true }, el("summary", {}, el("h2", {}, "Timeline")), el("div", { id: "timeline" })),
    el("div", { class: "sides" },
      el("section", { class: "left", "aria-labelledby": "h-text" }, el("div", { class: "head" }, el("h2", { id: "h-text" }, "Narrative"), el("p", {}, "Select words to add a fact")), narrative(picked)),
      el("section", { class: "right", "aria-labelledby": "h-facts" }, el("div", { class: "head" }, el("h2", { id: "h-facts" }, "Facts"), search, only), el("div", { id: "here", hidden: true }), el("div", { class: "list" }, el("div", { id: "attention-box" }, attention()), factList()))),
    el("button", { type: "button", id: "adder", class: "primary", hidden: true, on: { mousedown: (e) => e.preventDefault(), click: addDialog } }, "Add as fact"));
}

function picked(keys) {
  const live = keys.filter(has);
  if (!live.length) return;
  const at = live.indexOf(state.selected);
  if (matchMedia("(max-width: 800px)").matches) document.body.dataset.view = "facts";
  select(live[(at + 1) % live.length], { from: "text" });
  const here = document.getElementById("here");
  here.hidden = live.length < 2;
  here.replaceChildren(`${live.length} facts at these words: `, ...live.map((key) => el("button", { type: "button", class: "link", on: { click: () => select(key, { from: "text", focus: true }) } }, `${kind(item(key))}: ${title(item(key))}`)));
}

// -- after a decision ----------------------------------------------------------------------

function update(key) {
  const all = items();
  const done = all.filter((i) => decision(i.key)).length;
  const bar = document.getElementById("progress");
  bar.max = all.length || 1;
  bar.value = done;
  document.getElementById("progress-words").textContent = `${done} of ${all.length} decided${state.unsaved ? ", not exported" : ""}`;
  if (!key) return;
  if (has(key) && item(key)) refresh(key); else rebuild();
  redraw(key);
  show(state.selected, false);
  // the timeline and the list of doubts follow when the browser has time: a decision answers at once
  clearTimeout(update.later);
  update.later = setTimeout(() => { drawTimeline(); document.getElementById("attention-box").replaceChildren(attention()); }, 60);
}

function rebuild() {
  document.getElementById("facts").replaceWith(factList());
  filter();
}

function drawTimeline() {
  document.getElementById("timeline").replaceChildren(timeline((key) => { document.body.dataset.view = "facts"; select(key, { from: "time" }); }));
}

function notice(words, action, run) {
  document.querySelector("main").prepend(el("div", { class: "notice", role: "status" }, words, el("button", { type: "button", class: "link", on: { click: run } }, action)));
}

function finish() {
  if (!review.reviewer.trim()) {
    document.getElementById("reviewer").focus();
    announce("Give your name first: the bundle's Provenance says who reviewed");
    document.getElementById("reviewer").classList.add("needed");
    return;
  }
  document.getElementById("reviewer").classList.remove("needed");
  exportCase();
}

// -- a new fact ----------------------------------------------------------------------------

function offer() {
  const adder = document.getElementById("adder");
  const span = selectedSpan();
  adder.hidden = !span;
  if (!span) return;
  pending = span;
  const box = getSelection().getRangeAt(0).getBoundingClientRect();
  adder.style.left = `${Math.max(8, Math.min(innerWidth - 130, box.left))}px`;
  adder.style.top = `${Math.min(innerHeight - 44, box.bottom + 6)}px`;
}

function addDialog() {
  if (!pending) return;
  const span = pending;
  const fresh = { type: "condition", text: quote(span, units).replace(/\s+/g, " "), spans: [span] };
  const form = el("form", { method: "dialog" },
    el("h2", { id: "add-title" }, "Add a fact"), el("blockquote", {}, fresh.text),
    el("div", { class: "fields" },
      choice("kind of fact", Object.keys(about.editable), "condition", (v) => { fresh.type = v; }),
      dateField("Date", null, (w) => { if (w) fresh.when = w; else delete fresh.when; }),
      termField("add-term", "Term and code", "", (entry) => { if (entry) fresh.concept = entry.id; else delete fresh.concept; })),
    el("div", { class: "actions" }, el("button", { type: "submit", class: "primary" }, "Add"), el("button", { type: "button", class: "quiet", on: { click: () => dialog.close() } }, "Cancel")));
  const dialog = el("dialog", { "aria-labelledby": "add-title" }, form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    dialog.close();
    getSelection().removeAllRanges();
    const key = add(fresh);
    document.body.dataset.view = "facts";
    select(key, { from: "add", focus: true });
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

// -- keys ----------------------------------------------------------------------------------

function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !shortcuts || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  const doing = {
    j: () => move(1), k: () => move(-1), a: () => act("accept"), r: () => act("reject"), e: () => act("edit"),
    u: () => { if (state.selected) decide(state.selected, null); }, "/": () => { document.body.dataset.view = "facts"; document.getElementById("filter").focus(); },
    "+": addDialog, s: finish, t: () => document.getElementById("narrative").focus(), "?": help, Escape: () => select(null),
  }[event.key];
  if (doing) { doing(); event.preventDefault(); }
}

function help() {
  const rows = [["j / k", "next, previous fact"], ["a", "accept"], ["r", "reject"], ["e", "edit"], ["u", "undo the decision"], ["/", "filter the facts"], ["t", "go to the narrative; then ← → go from mark to mark, Enter opens"], ["+", "add the selected words as a fact"], ["s", "export the case file"], ["Esc", "close"]];
  const toggle = el("input", { type: "checkbox", id: "use-keys", checked: shortcuts });
  toggle.addEventListener("change", () => { shortcuts = toggle.checked; });
  const dialog = el("dialog", { "aria-labelledby": "keys-title" }, el("h2", { id: "keys-title" }, "Keys"),
    el("dl", { class: "keys" }, ...rows.flatMap(([k, w]) => [el("dt", {}, el("kbd", {}, k)), el("dd", {}, w)])),
    el("p", {}, toggle, el("label", { for: "use-keys" }, " Single keys act")),
    el("p", { class: "note" }, `Decisions stay in this browser until they are exported. The text never leaves this file. epicrisis ${about.version}`),
    el("form", { method: "dialog" }, el("button", { class: "primary" }, "Close")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

changed();
