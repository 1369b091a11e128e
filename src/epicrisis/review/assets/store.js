import { block } from "./dom.js";

// The case as it was read, the decisions of the reviewer, and what both give together.

const listeners = new Set();
export const original = block("case");
export const about = block("about");
export const text = original.document.text;
const PLACE = `epicrisis-review:${about.identity}`;
export const review = { reviewer: "", comment: "", items: {}, ...(original.review || {}) };
export const state = { selected: null, filter: "", only: "all", unsaved: false, restored: false };

export function onChange(run) { listeners.add(run); }
export function changed(key = null) { for (const run of listeners) run(key); }

export function restore() {
  let kept = null;
  try { kept = JSON.parse(localStorage.getItem(PLACE) || "null"); } catch { kept = null; }
  if (kept && typeof kept.items === "object" && kept.items) {
    Object.assign(review, kept);
    state.unsaved = state.restored = true;
  }
}

function keep() {
  state.unsaved = true;
  try { localStorage.setItem(PLACE, JSON.stringify(review)); state.kept = true; } catch { state.kept = false; }
}

export function saved() {
  state.unsaved = false;
  changed();
}

export function forget() {
  try { localStorage.removeItem(PLACE); } catch { /* the browser keeps nothing for this page */ }
  review.items = { ...((original.review || {}).items || {}) };
  state.unsaved = state.restored = false;
  changed();
}

export function setAbout(member, value) {
  review[member] = value;
  keep();
  changed("");
}

const originals = new Map(original.items.map((item) => [item.key, item]));
export const patient = original.patient
  ? { key: "patient", type: "patient", text: "", spans: patientSpans(original.patient), ...original.patient }
  : null;

function patientSpans(p) {
  const when = (w) => (w && w.spans) || [];
  return [...(p.sexSpans || []), ...(p.ageSpans || []), ...(p.deathSpans || []), ...when(p.birthDate), ...when(p.deathDate)];
}

export function decision(key) { return review.items[key] || null; }

// The item as the reviewer left it.
export function item(key) {
  const given = review.items[key];
  if (given && given.decision === "add") return { ...given.changes, key };
  const base = key === "patient" ? patient : originals.get(key);
  if (!base || !given || given.decision !== "edit") return base;
  const made = structuredClone(base);
  for (const [name, value] of Object.entries(given.changes || {})) {
    if ((name === "detail" || name === "links") && value) {
      made[name] = Object.fromEntries(Object.entries({ ...made[name], ...value }).filter(([, v]) => v !== null));
    } else if (value === null) delete made[name];
    else made[name] = value;
  }
  return made;
}

export function items() {
  const added = Object.entries(review.items).filter(([key, d]) => d.decision === "add" && !originals.has(key)).map(([key]) => item(key));
  return [...(patient ? [item("patient")] : []), ...original.items.map((i) => item(i.key)), ...added];
}

export function decide(key, kind, changes = null) {
  const before = review.items[key];
  const own = before && before.decision === "add";
  if (own && kind === "reject") delete review.items[key];
  else if (own && kind === "edit") before.changes = { ...before.changes, ...changes };
  else if (own && (kind === "accept" || kind === null)) return;
  else if (kind === null) delete review.items[key];
  else if (changes) review.items[key] = { decision: kind, changes };
  else review.items[key] = { decision: kind };
  keep();
  changed(key);
}

export function add(fresh) {
  let key = `${fresh.type}-added-${fresh.spans[0][0]}`, n = 1;
  while (originals.has(key) || review.items[key]) { n += 1; key = `${fresh.type}-added-${fresh.spans[0][0]}-${n}`; }
  const { key: _, ...changes } = fresh;
  review.items[key] = { decision: "add", changes };
  keep();
  changed(key);
  return key;
}

export function quote(span, units) { return text.slice(units.toUnit(span[0]), units.toUnit(span[1])); }
