import { el } from "./dom.js";
import { about, decide, item, quote } from "./store.js";
import { selectedSpan, units } from "./narrative.js";
import { title } from "./kinds.js";
import { termField } from "./terms.js";

// Editing a fact, and making a new one. Only what was changed goes into the decision.

const DATE = "[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?";
const FLAGS = {
  certainty: ["stated", "suspected", "refuted"],
  status: ["done", "ongoing", "stopped", "on-hold", "planned", "not-done", "hypothetical"],
};
let counter = 0;

export function editor(key, onDone) {
  const fact = item(key);
  const changes = {};
  const detail = {};
  const fields = fact.type === "patient" ? patientFields(fact, changes) : factFields(fact, changes, detail);
  const form = el("form", { class: "editor", "aria-label": `Edit ${title(fact)}` },
    el("div", { class: "fields" }, ...fields),
    el("div", { class: "actions" }, el("button", { type: "submit", class: "primary" }, "Save changes"), el("button", { type: "button", class: "quiet", on: { click: () => onDone(false) } }, "Cancel")));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (Object.keys(detail).length) changes.detail = detail;
    if (Object.keys(changes).length) {
      // a fact that was edited before keeps its earlier changes
      decide(key, "edit", joined(key, changes));
    }
    onDone(true);
  });
  form.addEventListener("keydown", (event) => { if (event.key === "Escape") { onDone(false); event.stopPropagation(); } });
  return form;
}

function joined(key, changes) {
  const before = previous(key);
  return { ...before, ...changes, ...(before.detail || changes.detail ? { detail: { ...before.detail, ...changes.detail } } : {}) };
}
function previous(key) {
  const given = editor.decisions()[key];
  return given && (given.decision === "edit" || given.decision === "add") ? given.changes || {} : {};
}
editor.decisions = () => ({});

function factFields(fact, changes, detail) {
  const fields = [
    termField(`f${++counter}`, "Term and code", fact.concept || "", (entry) => {
      changes.concept = entry ? entry.id : null;
      if (fact.codings) changes.codings = null; // the chosen term's codes take their place
    }),
    ownCode(fact, changes),
    wordsField(fact, changes),
  ];
  for (const member of ["when", "start", "end"]) {
    fields.push(dateField({ when: "Date", start: "From", end: "Until" }[member], fact[member], (when) => { changes[member] = when; }));
  }
  for (const [member, choices] of Object.entries(FLAGS)) fields.push(choice(member, choices, fact[member] || choices[0], (v) => { changes[member] = v; }));
  fields.push(choice("denied by the text", ["no", "yes"], fact.negated ? "yes" : "no", (v) => { changes.negated = v === "yes"; }));
  const how = about.editable[fact.type] || {};
  const own = fact.detail || {};
  for (const [name, kind] of Object.entries(how)) fields.push(...detailField(name, kind, own[name], detail));
  for (const [name, value] of Object.entries(own)) {
    if (!(name in how) && Array.isArray(value)) fields.push(...leaves(name, value, (made) => { detail[name] = made; }));
  }
  return fields;
}

function detailField(name, kind, value, detail) {
  if (Array.isArray(kind)) return [choice(words(name), ["", ...kind], value ?? "", (v) => { detail[name] = v || null; })];
  if (kind === "yes/no") return [choice(words(name), ["", "yes", "no"], value === undefined ? "" : value ? "yes" : "no", (v) => { detail[name] = v === "" ? null : v === "yes"; })];
  if (kind === "quantity") {
    const now = { ...(value || {}) };
    const set = (part) => (v) => { if (v === "") delete now[part]; else now[part] = v; if (part === "unit") delete now.ucum; detail[name] = now.value ? { ...now } : null; };
    return [textField(words(name), now.value || "", set("value"), "[0-9.]*"), textField(`${words(name)}: unit`, now.unit || "", set("unit"))];
  }
  if (typeof value === "object" && value) return leaves(name, value, (made) => { detail[name] = made; });
  return [textField(words(name), value ?? "", (v) => { detail[name] = v === "" ? null : v; })];
}

// Every single value inside lists and objects (doses, dimensions, grades); spans are not for typing.
function leaves(name, value, put) {
  const made = structuredClone(value);
  const fields = [];
  const visit = (node, path, label) => {
    for (const [key, inner] of Object.entries(node)) {
      if (/spans$/i.test(key) || (Array.isArray(inner) && inner.every((n) => typeof n === "number") && inner.length)) continue;
      const said = /^\d+$/.test(key) ? `${label} ${Number(key) + 1}` : `${label}: ${words(key)}`;
      if (typeof inner === "object" && inner) visit(inner, [...path, key], said);
      else if (typeof inner === "string" || typeof inner === "number") {
        fields.push(textField(said, String(inner), (v) => { node[key] = typeof inner === "number" && v !== "" ? Number(v) : v; put(made); }));
      }
    }
  };
  visit(made, [], words(name));
  return fields;
}

// Other words as the evidence: what is selected in the narrative takes the place of the quoted ones.
function wordsField(fact, changes) {
  const say = el("span", { role: "status" }, fact.text ? `“${fact.text}”` : "none");
  const take = () => {
    const span = selectedSpan();
    if (!span) { say.textContent = "Select words in the narrative first."; return; }
    changes.spans = [span];
    changes.text = quote(span, units).replace(/\s+/g, " ");
    say.textContent = `“${changes.text}”`;
  };
  const button = el("button", { type: "button", on: { mousedown: (e) => e.preventDefault(), click: take } }, "Use the selected words");
  return el("div", { class: "field wide words" }, el("span", {}, "Words: ", say), button);
}

function ownCode(fact, changes) {
  const first = (fact.codings || [])[0] || {};
  const now = { system: first.system || "", code: first.code || "", display: first.display || "" };
  const set = (part) => (v) => { now[part] = v.trim(); changes.codings = now.system && now.code ? [Object.fromEntries(Object.entries(now).filter(([, x]) => x))] : null; };
  const box = el("details", { class: "field wide" }, el("summary", {}, "A code of your own"));
  box.append(el("div", { class: "fields" }, textField("Code system (URL)", now.system, set("system")), textField("Code", now.code, set("code")), textField("Display", now.display, set("display"))));
  box.open = Boolean(now.code);
  return box;
}

function patientFields(fact, changes) {
  return [
    choice("sex", ["", "female", "male", "other"], fact.sex || "", (v) => { changes.sex = v || null; }),
    textField("age", fact.age || "", (v) => { changes.age = v || null; }, "[0-9]+([.][0-9]+)?"),
    choice("age unit", ["a", "mo", "wk", "d", "h"], fact.ageUnit || "a", (v) => { changes.ageUnit = v; }),
    dateField("Birth", fact.birthDate, (w) => { changes.birthDate = w; }),
    choice("deceased", ["", "yes", "no"], fact.deceased === undefined ? "" : fact.deceased ? "yes" : "no", (v) => { changes.deceased = v === "" ? null : v === "yes"; }),
    dateField("Death", fact.deathDate, (w) => { changes.deathDate = w; }),
  ];
}

export function words(name) { return name.replace(/([a-z])([A-Z])/g, "$1 $2").replaceAll("_", " ").toLowerCase(); }

export function textField(label, value, put, pattern = null) {
  const id = `f${++counter}`;
  const input = el("input", { id, type: "text", value, pattern, autocomplete: "off" });
  input.addEventListener("input", () => put(input.value.trim()));
  return el("div", { class: "field" }, el("label", { for: id }, label), input);
}

export function choice(label, choices, value, put) {
  const id = `f${++counter}`;
  const select = el("select", { id }, ...choices.map((c) => el("option", { value: c, selected: c === value }, c === "" ? "not stated" : c)));
  select.addEventListener("change", () => put(select.value));
  return el("div", { class: "field" }, el("label", { for: id }, label), select);
}

export function dateField(label, when, put) {
  const id = `f${++counter}`;
  const input = el("input", { id, type: "text", value: when ? when.value : "", pattern: DATE, placeholder: "YYYY, YYYY-MM or YYYY-MM-DD", autocomplete: "off", "aria-describedby": when && when.inferred ? `${id}-why` : null });
  // a date that a person gives is no inference any more; its words stay its evidence
  input.addEventListener("input", () => { const v = input.value.trim(); put(v === "" ? null : { value: v, ...(when && when.spans ? { spans: when.spans } : {}) }); });
  return el("div", { class: "field" }, el("label", { for: id }, label), input, when && when.inferred ? el("small", { id: `${id}-why` }, `inferred: ${when.inferred}`) : null);
}
