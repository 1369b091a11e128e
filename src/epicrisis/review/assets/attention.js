import { el } from "./dom.js";
import { about, decision, item, items, original, quote } from "./store.js";
import { inferred, kind, title, uncoded } from "./kinds.js";
import { showSpans, units } from "./narrative.js";
import { select, toText } from "./facts.js";

// What a reviewer looks at first: contradictions, then what was inferred, then what has no code.

export function attention() {
  const open = items().filter((i) => (decision(i.key) || {}).decision !== "reject");
  const guesses = open.filter((i) => inferred(i).length);
  const bare = open.filter((i) => uncoded(i, about.labels));
  const conflicts = original.conflicts || [];
  return el("section", { class: "attention", "aria-labelledby": "attention" },
    el("h2", { id: "attention" }, "To look at first"),
    fold(`Contradictions and doubts`, conflicts.length, conflicts.map(conflict), true),
    fold("Inferred, not stated", guesses.length, guesses.map((i) => line(i, inferred(i).join("; ")))),
    fold("Without a code", bare.length, bare.map((i) => line(i, i.concept ? "the term has no code" : "no term known for these words"))),
    (original.document.findings || []).length ? fold("About the document", original.document.findings.length, original.document.findings.map((f) => el("li", {}, f))) : null);
}

function fold(name, count, entries, open = false) {
  return el("details", { open: open && count > 0 }, el("summary", {}, name, el("span", { class: "count" }, String(count))), count ? el("ul", {}, ...entries) : el("p", { class: "note" }, "None."));
}

function conflict(found) {
  const named = (found.items || []).map(item).filter(Boolean);
  return el("li", { class: `conflict ${found.severity || "warning"}` },
    el("p", {}, el("b", {}, sentence(found.code)), ` ${found.message}`),
    el("div", { class: "statements" }, ...(found.statements || []).map((span) => el("button", { type: "button", class: "statement", on: { click: () => { toText(); showSpans([span]); } } }, around(span)))),
    named.length ? el("p", { class: "about" }, ...named.map((i) => el("button", { type: "button", class: "link", on: { click: () => select(i.key, { from: "link", focus: true }) } }, `${kind(i)}: ${title(i)}`))) : null);
}

// The statement with a few words around it: what was said is often clear from its neighbours only.
function around([start, end]) {
  const side = 34;
  const near = (a, b) => quote([Math.max(0, a), b], units).replace(/\s+/g, " ");
  const length = units.toPoint(original.document.text.length);
  return el("span", {}, el("span", { class: "dim" }, `…${near(start - side, start)}`), el("b", {}, near(start, end)), el("span", { class: "dim" }, `${near(end, Math.min(length, end + side))}…`));
}

function line(fact, why) {
  return el("li", {}, el("button", { type: "button", class: "link", on: { click: () => select(fact.key, { from: "link", focus: true }) } }, `${kind(fact)}: ${title(fact)}`), ` ${why}`);
}

function sentence(code) {
  const words_ = code.replaceAll("-", " ");
  return `${words_.slice(0, 1).toUpperCase()}${words_.slice(1)}.`;
}
