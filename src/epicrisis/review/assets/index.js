import { block, el, announce, themeButton } from "./dom.js";

// The list of a folder's cases: search, sort, open.

const COLUMNS = [["name", "Case"], ["patient", "Patient"], ["diagnosis", "Diagnosis"], ["facts", "Facts"], ["conflicts", "Contradictions"], ["uncoded", "Without code"], ["reviewer", "Reviewed by"]];
const NUMBERS = new Set(["facts", "conflicts", "uncoded"]);
const entries = block("entries");
let [sorted, down, wanted] = ["name", false, ""];

const search = el("input", { type: "search", placeholder: "Filter cases", "aria-label": "Filter cases" });
search.addEventListener("input", () => { wanted = search.value.toLowerCase(); draw(); });
const heads = COLUMNS.map(([id, name]) => el("th", { scope: "col", data: { id } }, el("button", { type: "button", class: "quiet", on: { click: () => { down = sorted === id && !down; sorted = id; draw(); } } }, name)));
const body = el("tbody", {});
document.body.prepend(
  el("header", { class: "top" }, el("div", { class: "brand" }, el("h1", {}, `${entries.length} ${entries.length === 1 ? "case" : "cases"}`), el("p", {}, "epicrisis review")), el("div", { class: "tools" }, search, themeButton())),
  el("main", {}, el("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Cases" }, el("table", {}, el("thead", {}, el("tr", {}, ...heads)), body))));
draw();
document.documentElement.dataset.ready = "true";

function draw() {
  const order = (a, b) => (NUMBERS.has(sorted) ? a[sorted] - b[sorted] : String(a[sorted]).localeCompare(String(b[sorted]))) * (down ? -1 : 1);
  const shown = entries.filter((e) => `${e.name} ${e.patient} ${e.diagnosis} ${e.reviewer}`.toLowerCase().includes(wanted)).sort(order);
  for (const head of heads) head.setAttribute("aria-sort", head.dataset.id === sorted ? (down ? "descending" : "ascending") : "none");
  body.replaceChildren(...shown.map((e) => el("tr", {}, ...COLUMNS.map(([id]) => cell(e, id)))));
  announce(`${shown.length} cases`);
}

function cell(entry, id) {
  if (id === "name") {
    // only a path beside this page is a link: never another scheme
    const link = entry.href.startsWith("./") ? el("a", { href: entry.href }, entry.name) : entry.name;
    return el("th", { scope: "row" }, link, entry.error ? el("p", { class: "error" }, entry.error) : null);
  }
  return el("td", { class: NUMBERS.has(id) ? "number" : null }, entry.error ? "" : String(entry[id]));
}
