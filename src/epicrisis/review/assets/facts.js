import { announce, el } from "./dom.js";
import { about, decide, decision, item, items, quote, review, state } from "./store.js";
import { GROUPS, date, decided, flags, group, inferred, kind, term, title, uncoded, value } from "./kinds.js";
import { show, showSpans, units } from "./narrative.js";
import { editor, words } from "./editor.js";
import { systemName } from "./terms.js";
import { download } from "./export.js";

// The list of facts; the selected one is opened in its place.

const rows = new Map(); // key -> its list entry
let resources = {};
editor.decisions = () => review.items;

export function setResources(found) {
  resources = found;
  if (state.selected) refresh(state.selected);
  document.getElementById("others").replaceChildren(others());
}

export function factList() {
  rows.clear();
  const all = Map.groupBy ? Map.groupBy(items(), group) : grouped(items());
  const box = el("div", { id: "facts" });
  for (const [id, name] of GROUPS) {
    const own = (all.get(id) || []).sort(byTime);
    if (!own.length) continue;
    const list = el("ul", { class: "facts" }, ...own.map(row));
    box.append(el("section", { class: `group g-${id}`, "aria-labelledby": `group-${id}` }, el("h3", { id: `group-${id}` }, el("span", { class: "swatch", "aria-hidden": "true" }), name, el("span", { class: "count" }, String(own.length))), list));
  }
  box.addEventListener("keydown", (event) => {
    if (!event.target.classList.contains("fact")) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { move(step, false); event.preventDefault(); }
  });
  box.append(el("div", { id: "others" }, others()));
  filter();
  return box;
}

function grouped(list) {
  const found = new Map();
  for (const i of list) (found.get(group(i)) || found.set(group(i), []).get(group(i))).push(i);
  return found;
}

function byTime(a, b) {
  const at = (i) => (i.when || i.start || i.end || { value: "9999" }).value;
  return at(a).localeCompare(at(b)) || ((a.spans || [[0]])[0] || [0])[0] - ((b.spans || [[0]])[0] || [0])[0];
}

function row(fact) {
  const li = el("li", { data: { key: fact.key } });
  rows.set(fact.key, li);
  fill(li, fact);
  return li;
}

function fill(li, fact) {
  const given = decision(fact.key);
  const open = state.selected === fact.key;
  const why = [...inferred(fact).map(() => "inferred"), uncoded(fact, about.labels) ? "no code" : ""].filter(Boolean);
  li.className = given ? decided(given) : "";
  const button = el("button", { type: "button", class: "fact", "aria-expanded": String(open), on: { click: () => select(open ? null : fact.key, { from: "facts" }) } },
    el("span", { class: "kind" }, kind(fact)),
    el("span", { class: "main" }, el("span", { class: "title" }, title(fact)), value(fact) && value(fact) !== title(fact) ? el("span", { class: "value" }, value(fact)) : null),
    el("span", { class: "side" }, ...flags(fact).map((f) => el("span", { class: "flag" }, f)), ...[...new Set(why)].map((w) => el("span", { class: "flag doubt" }, w)),
      date(fact) ? el("span", { class: "date" }, date(fact)) : null, given ? el("span", { class: `badge ${decided(given)}` }, decided(given)) : null));
  li.replaceChildren(button);
  if (open) li.append(detail(fact));
}

export function refresh(key) {
  const li = rows.get(key), fact = item(key);
  if (li && fact) fill(li, fact);
  else if (li) { li.remove(); rows.delete(key); }
}

export function has(key) { return rows.has(key); }

export function select(key, { from = "", focus = false } = {}) {
  const before = state.selected;
  state.selected = key;
  if (before && before !== key) refresh(before);
  showSpans([], false);
  if (!key) { show(null); return; }
  refresh(key);
  const li = rows.get(key);
  if (!li) return;
  li.hidden = false;
  show(key, from !== "text");
  if (from !== "facts") li.scrollIntoView({ block: "center" });
  if (focus || from === "facts") li.firstChild.focus({ preventScroll: true });
  const fact = item(key);
  announce(`${kind(fact)}: ${title(fact)}`);
}

export function move(step, wrap = true) {
  const shown = [...rows.keys()].filter((k) => !rows.get(k).hidden);
  const order = [...document.querySelectorAll("#facts li[data-key]")].map((n) => n.dataset.key).filter((k) => shown.includes(k));
  if (!order.length) return;
  const here = document.activeElement.closest ? document.activeElement.closest("#facts li[data-key]") : null;
  const at = order.indexOf(here && !wrap ? here.dataset.key : state.selected);
  const next = order[Math.min(order.length - 1, Math.max(0, at + step))];
  if (!wrap) { rows.get(next).firstChild.focus(); return; }
  select(next, { focus: true });
  rows.get(next).scrollIntoView({ block: "nearest" });
}

export function filter() {
  const wanted = state.filter.toLowerCase();
  let count = 0;
  for (const [key, li] of rows) {
    const fact = item(key);
    if (!fact) continue;
    const given = decision(key);
    const told = `${kind(fact)} ${title(fact)} ${term(fact)} ${value(fact)} ${date(fact)}`.toLowerCase();
    const fits = { all: true, open: !given, decided: Boolean(given), doubt: inferred(fact).length > 0 || uncoded(fact, about.labels) }[state.only];
    li.hidden = !(fits && told.includes(wanted));
    if (!li.hidden) count += 1;
  }
  for (const section of document.querySelectorAll("#facts section")) section.hidden = !section.querySelector("li:not([hidden])");
  return count;
}

// -- the opened fact -----------------------------------------------------------------------

export function act(kindOf) {
  const key = state.selected;
  if (!key) return;
  if (kindOf === "edit") { edit(key); return; }
  const same = (decision(key) || {}).decision === kindOf;
  decide(key, same ? null : kindOf);
  announce(same ? "decision taken back" : { accept: "accepted", reject: "rejected" }[kindOf] || "undone");
}

function edit(key) {
  const li = rows.get(key);
  const panel = li.querySelector(".detail");
  const form = editor(key, () => { refresh(key); rows.get(key).firstChild.focus(); });
  panel.replaceChildren(form);
  form.querySelector("input, select").focus();
}

function detail(fact) {
  const given = decision(fact.key);
  const act1 = (name, kindOf, shortcut, pressed) => el("button", { type: "button", "aria-pressed": pressed === null ? null : String(pressed), "aria-keyshortcuts": shortcut, class: `act ${kindOf}`, on: { click: () => act(kindOf) } }, name);
  const is = (d) => Boolean(given && given.decision === d);
  return el("div", { class: "detail" },
    el("div", { class: "actions" },
      act1("Accept", "accept", "a", is("accept")), act1("Reject", "reject", "r", is("reject")), act1("Edit", "edit", "e", null),
      given && given.decision !== "add" ? el("button", { type: "button", class: "quiet", "aria-keyshortcuts": "u", on: { click: () => decide(fact.key, null) } }, "Undo") : null),
    evidence(fact), facts(fact), codes(fact), links(fact), fhir(fact));
}

function evidence(fact) {
  const spans = fact.spans || [];
  if (!spans.length) return el("p", { class: "note" }, "No words of the text: this was inferred from other facts.");
  return el("div", { class: "quotes" }, ...spans.slice(0, 12).map((span) => el("button", { type: "button", class: "quote", title: `Code points ${span[0]} to ${span[1]}`, on: { click: () => { toText(); showSpans([span]); } } }, `“${quote(span, units)}”`)),
    spans.length > 12 ? el("small", {}, `and ${spans.length - 12} more`) : null);
}

export function toText() { if (matchMedia("(max-width: 800px)").matches) document.body.dataset.view = "text"; }

function facts(fact) {
  const list = el("dl", {});
  const put = (name, said) => { if (said) list.append(el("dt", {}, name), el("dd", {}, said)); };
  for (const [member, name] of [["when", "date"], ["start", "from"], ["end", "until"], ["birthDate", "birth"], ["deathDate", "death"]]) {
    if (fact[member]) put(name, fact[member].value + (fact[member].inferred ? ` (inferred: ${fact[member].inferred})` : ""));
  }
  put("inferred", fact.inferred);
  for (const [name, said] of flat(fact.detail || {})) put(name, said);
  for (const note of fact.notes || []) put("note", note);
  return list.children.length ? list : null;
}

function flat(node, path = "") {
  const found = [];
  for (const [key, inner] of Object.entries(node)) {
    if (/spans$/i.test(key) || inner === null) continue;
    const name = path ? `${path}: ${words(key)}` : words(key);
    if (Array.isArray(inner) && inner.every((v) => typeof v !== "object")) found.push([name, inner.join(", ")]);
    else if (Array.isArray(inner)) inner.forEach((v, n) => found.push(...(typeof v === "object" && v && v.text ? [[`${name} ${n + 1}`, v.text]] : flat({ [n + 1]: v }, name))));
    else if (inner && typeof inner === "object") found.push(...(inner.value && (inner.unit || Object.keys(inner).length < 3) ? [[name, `${inner.comparator || ""}${inner.value} ${inner.unit || ""}`]] : inner.text ? [[name, inner.text]] : flat(inner, name)));
    else found.push([name, String(inner)]);
  }
  return found;
}

function codes(fact) {
  const own = fact.codings || about.labels[fact.concept] || [];
  if (!fact.concept && !own.length) return fact.type === "patient" || !uncoded(fact, {}) ? null : el("p", { class: "note" }, "No term: the resource carries the words only.");
  return el("ul", { class: "codes" }, fact.concept ? el("li", {}, el("b", {}, term(fact)), ` ${fact.concept.split("/")[0]}`) : null,
    ...own.map((c) => el("li", {}, el("code", {}, c.code), ` ${systemName(c.system)}${c.display ? ` · ${c.display}` : ""}`)));
}

function links(fact) {
  const roles = Object.entries(fact.links || {}).filter(([, keys]) => keys.length);
  if (!roles.length) return null;
  return el("ul", { class: "links" }, ...roles.map(([role, keys]) => el("li", {}, `${words(role)}: `, ...keys.map((key) => { const to = item(key); return to ? el("button", { type: "button", class: "link", on: { click: () => select(key, { from: "link", focus: true }) } }, title(to)) : null; }))));
}

function fhir(fact) {
  const own = resources[fact.key] || [];
  const box = el("details", { class: "fhir" }, el("summary", {}, own.length ? `FHIR: ${own.map((r) => r.type).join(", ")}${own.some((r) => r.findings.length) ? " (with findings)" : ""}` : "FHIR: no resource of its own"));
  if (!own.length) box.append(el("p", { class: "note" }, "This fact is part of other resources, or is new and not converted yet."));
  if (own.length && decision(fact.key)) box.append(el("p", { class: "note" }, "As converted before your corrections."));
  box.append(...own.map(resourceBox));
  return box;
}

function resourceBox(made) {
  const say = el("span", { role: "status" });
  return el("div", { class: "resource" },
    el("div", { class: "bar" }, el("b", {}, made.type), el("button", { type: "button", class: "quiet", on: { click: () => copy(made.json, say) } }, "Copy"), el("button", { type: "button", class: "quiet", on: { click: () => download(`${made.type}.json`, made.json) } }, "Download"), say),
    ...made.profile.map((p) => el("p", { class: "profile" }, p)),
    el("ul", { class: "findings" }, ...(made.findings.length ? made.findings.map((f) => el("li", { class: f.severity }, el("b", {}, f.severity), ` ${f.text}`)) : [el("li", {}, "No findings.")])),
    el("pre", { tabindex: "0", "aria-label": `JSON of ${made.type}` }, made.json));
}

// What the bundle holds beside the facts: the document, the software, the provenance.
function others() {
  const own = resources[""] || [];
  if (!own.length) return el("p", { class: "note" }, "Resources are being unpacked.");
  return el("details", { class: "fhir others" }, el("summary", {}, `Other resources of the bundle: ${own.map((r) => r.type).join(", ")}`), ...own.map(resourceBox));
}

async function copy(words_, say) {
  try { await navigator.clipboard.writeText(words_); say.textContent = "Copied"; } catch {
    const area = el("textarea", { class: "unseen", "aria-hidden": "true" });
    area.value = words_;
    document.body.append(area);
    area.select();
    say.textContent = document.execCommand("copy") ? "Copied" : "The browser does not allow copying";
    area.remove();
  }
}
