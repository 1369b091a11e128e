// How facts are grouped, as a clinician thinks, and how one is put into a line.

export const GROUPS = [
  ["patient", "Patient", ["patient", "family_history", "allergy", "performance", "encounter"]],
  ["diagnosis", "Diagnosis and stage", ["condition", "stage", "tumor_size", "grade", "histology"]],
  ["treatment", "Treatments", ["procedure", "radiotherapy", "regimen", "medication"]],
  ["course", "Responses and outcome", ["status", "survival"]],
  ["harm", "Adverse events", ["adverse_event"]],
  ["pathology", "Pathology and markers", ["pathology", "marker", "genomic"]],
  ["labs", "Laboratory and findings", ["lab", "observation"]],
  ["imaging", "Imaging", ["imaging"]],
];
export const GROUP = new Map(GROUPS.flatMap(([id, , types]) => types.map((t) => [t, id])));
const CHANGES = { accept: "accepted", reject: "rejected", edit: "edited", add: "added" };

export function group(item) { return GROUP.get(item.type) || "labs"; }
export function kind(item) {
  const role = item.detail && item.detail.role;
  if (item.type === "condition" && role && role !== "primary") return { secondary: "metastasis" }[role] || role;
  if (item.type === "status") return "response";
  return item.type.replaceAll("_", " ");
}
export function term(item) { return item.concept ? item.concept.slice(item.concept.indexOf("/") + 1) : ""; }

export function title(item) {
  if (item.type === "patient") {
    const sex = item.sex || "", age = item.age ? `${item.age} ${{ a: "years", mo: "months", wk: "weeks", d: "days" }[item.ageUnit || "a"]}` : "";
    return [sex, age, item.deceased ? "deceased" : ""].filter(Boolean).join(", ") || "patient";
  }
  return item.text || term(item) || kind(item);
}

export function value(item) {
  const d = item.detail || {};
  const q = (x) => (x && x.value ? `${x.comparator || ""}${x.value}${x.unit ? ` ${x.unit}` : ""}` : "");
  switch (item.type) {
    case "stage": return `${d.prefix || ""}${d.category || ""}`;
    case "tumor_size": return (d.dimensions || []).map(q).join(" × ");
    case "grade": case "performance": return d.value || "";
    case "radiotherapy": return [q(d.dose), d.fractions ? `${d.fractions} fractions` : ""].filter(Boolean).join(" / ");
    case "regimen": return d.cycles ? `${d.cycles} cycles` : "";
    case "medication": return (d.dosages || []).map((x) => x.text || q(x.dose)).join(" → ");
    case "marker": case "lab": return [q(d), d.result || d.resultText || "", d.percentLow ? `${d.percentLow}${d.percentHigh ? `–${d.percentHigh}` : ""} %` : ""].filter(Boolean).join(" ");
    case "genomic": return [d.variant, d.change, d.result].filter(Boolean).join(" ");
    case "status": return d.response || "";
    case "adverse_event": return (d.grades || []).length ? `grade ${d.grades.join("–")}` : d.severity || "";
    case "survival": return q(d);
    case "observation": return d.value || "";
    default: return "";
  }
}

export function day(when) { return when ? `${when.inferred ? "≈ " : ""}${when.value}` : ""; }
export function date(item) {
  if (item.type === "patient") return item.deathDate ? `† ${day(item.deathDate)}` : "";
  if (item.when) return day(item.when);
  const [start, end] = [day(item.start), day(item.end)];
  return start || end ? `${start} – ${end}`.trim() : "";
}
export function flags(item) {
  return [
    item.negated && "denied", item.certainty && item.certainty !== "stated" && item.certainty,
    item.status && item.status !== "done" && item.status,
  ].filter(Boolean);
}
export function inferred(item) {
  return [item.inferred, ...["when", "start", "end"].map((m) => item[m] && item[m].inferred && `${m === "when" ? "date" : m}: ${item[m].inferred}`)].filter(Boolean);
}
const CODED = new Set(["condition", "procedure", "medication", "regimen", "radiotherapy", "marker", "lab", "genomic", "adverse_event", "imaging", "histology", "allergy"]);
export function uncoded(item, labels) {
  if (!CODED.has(item.type) || (item.codings && item.codings.length)) return false;
  return !item.concept || !(labels[item.concept] || [1]).length;
}
export function decided(given) { return given ? CHANGES[given.decision] : ""; }
