import { el, svg, rove } from "./dom.js";
import { items, decision } from "./store.js";
import { date, group, inferred, kind, title, value } from "./kinds.js";

// The drawn timeline. A date is as wide as it is vague: 2017 is the whole year. What was
// inferred is dashed; a bar without a stated end is open on its right.

const LANES = [
  ["Treatment", ["regimen", "medication", "radiotherapy", "procedure"]],
  ["Response", ["status", "survival"]],
  ["Disease", ["condition", "stage", "histology"]],
  ["Harm", ["adverse_event"]],
  ["Tests", ["imaging", "pathology", "marker", "genomic", "lab", "performance"]],
];
const ROW = 22, LEFT = 84, DAY = 86400000, LETTER = 6.3;
const BARS = new Set(["regimen", "medication", "radiotherapy"]);

export function timeline(onSelect) {
  const found = events();
  if (!found.length) return el("p", { class: "empty" }, "No fact of this case has a date.");
  const from = Math.min(...found.map((e) => e.from)), to = Math.max(...found.map((e) => e.to));
  const width = Math.max(880, Math.min(2600, ((to - from) / DAY / 365) * 150 + 290));
  const scale = (t) => LEFT + 10 + ((t - from) / Math.max(DAY, to - from)) * (width - LEFT - 190);
  const lanes = LANES.map(([name, types]) => [name, pack(found.filter((e) => types.includes(e.item.type)), scale)]).filter(([, rows]) => rows.length);
  const height = 30 + lanes.reduce((sum, [, rows]) => sum + rows.length * ROW + 10, 0);
  const drawing = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": "Timeline of the dated facts" });
  drawing.append(...axis(from, to, scale, height));
  let y = 28;
  let first = true;
  for (const [name, rows] of lanes) {
    drawing.append(svg("text", { x: 4, y: y + 15, class: "lane" }, name), svg("line", { x1: 0, x2: width, y1: y - 4, y2: y - 4, class: "rule" }));
    for (const row of rows) {
      for (const event of row) { drawing.append(drawEvent(event, y, scale, onSelect, first)); first = false; }
      y += ROW;
    }
    y += 10;
  }
  rove(drawing, "g[role=button]", { next: "ArrowRight", previous: "ArrowLeft" });
  const undated = items().filter((i) => LANES.some(([, t]) => t.includes(i.type)) && !date(i)).length;
  return el("div", {},
    el("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Timeline, scrolls sideways" }, drawing),
    el("p", { class: "legend" }, `${found.length} dated facts; ${undated} without a date are not drawn. Dashed: a date or a fact that was inferred. Pale: somewhere in this range. Open to the right: no end stated.`));
}

function events() {
  const found = [];
  for (const item of items()) {
    if (item.negated || item.type === "patient" || (decision(item.key) || {}).decision === "reject") continue;
    const [a, b] = [item.when || item.start || item.end, item.when ? null : item.end];
    if (!a) continue;
    const begin = range(a.value), stop = b ? range(b.value) : null;
    if (!begin || (b && !stop)) continue;
    found.push({ item, begin, stop, from: begin[0], to: Math.max(begin[1], stop ? stop[1] : 0), open: BARS.has(item.type) && !b && !item.when, guess: inferred(item).length > 0 });
  }
  return found.sort((x, y) => x.from - y.from || x.to - y.to);
}

function range(value) {
  const [y, m, d] = value.split("-").map(Number);
  if (!y) return null;
  const at = (yy, mm, dd) => { const t = new Date(Date.UTC(2000, mm, dd)); t.setUTCFullYear(yy, mm, dd); return t.getTime(); };
  if (d) return [at(y, m - 1, d), at(y, m - 1, d) + DAY];
  if (m) return [at(y, m - 1, 1), at(y, m, 1)];
  return [at(y, 0, 1), at(y + 1, 0, 1)];
}

function label(event) {
  const [name, said] = [title(event.item), value(event.item)];
  const words = said && !name.toLowerCase().includes(said.toLowerCase()) ? `${name} ${said}` : name;
  // cut after a word, without an ellipsis: what is seen stays a part of the accessible name
  if (words.length <= 44) return words;
  return name.length <= 44 ? name : name.slice(0, 45).replace(/\s+\S*$/, "");
}

function pack(list, scale) {
  const rows = [];
  for (const event of list) {
    event.x = scale(event.from);
    event.w = Math.max(7, scale(event.to) - event.x);
    event.right = event.x + event.w + (event.open ? 16 : 0);
    const edge = event.right + 6 + label(event).length * LETTER + 10;
    const row = rows.find((r) => r.edge < event.x) || rows[rows.push(Object.assign([], { edge: 0 })) - 1];
    row.push(event);
    row.edge = edge;
  }
  return rows;
}

function drawEvent(event, y, scale, onSelect, first) {
  const { item } = event;
  const said = [kind(item), title(item), value(item), date(item), ...inferred(item).map((w) => `inferred: ${w}`)].filter(Boolean).join(", ");
  const g = svg("g", { role: "button", tabindex: first ? 0 : -1, "aria-label": said, class: `event g-${group(item)}${event.guess ? " guess" : ""}`, "data-key": item.key });
  g.append(svg("title", {}, said), svg("rect", { x: event.x - 2, y: y - 2, width: event.right - event.x + label(event).length * LETTER + 12, height: ROW - 1, class: "hit", rx: 4 }));
  const middle = y + 9;
  if (BARS.has(item.type) || event.stop) g.append(...bar(event, y, scale));
  else if (event.w > 9) g.append(svg("rect", { x: event.x, y: y + 5, width: event.w, height: 8, rx: 4, class: "vague" }), shape(item, event.x + event.w / 2, middle));
  else g.append(shape(item, event.x + event.w / 2, middle));
  g.append(svg("text", { x: event.right + 6, y: y + 13, "aria-hidden": "true" }, label(event)));
  g.addEventListener("click", () => onSelect(item.key));
  g.addEventListener("keydown", (e) => { if (e.key === "Enter" || e.key === " ") { onSelect(item.key); e.preventDefault(); } });
  return g;
}

function bar(event, y, scale) {
  const sure = [event.begin[1], event.stop ? event.stop[0] : event.begin[1]].map(scale);
  const parts = [svg("rect", { x: event.x, y: y + 3, width: event.w, height: 12, rx: 3, class: "vague" })];
  if (sure[1] > sure[0]) parts.push(svg("rect", { x: sure[0], y: y + 3, width: sure[1] - sure[0], height: 12, class: "sure" }));
  if (event.open) parts.push(svg("path", { d: `M${event.x + event.w} ${y + 3} h8 l6 6 l-6 6 h-8 z`, class: "open" }));
  return [...parts, ...steps(event, y)];
}

// Doses told one after the other are drawn as steps, as high as the dose; when each began is not stated.
function steps(event, y) {
  const doses = ((event.item.detail || {}).dosages || []).map((d) => d.dose || {});
  const numbers = doses.map((d) => Number(d.value));
  if (doses.length < 2 || numbers.some((n) => !(n > 0)) || new Set(doses.map((d) => d.unit)).size > 1) return [];
  const top = Math.max(...numbers), wide = (event.right - event.x) / doses.length;
  return numbers.map((n, i) => svg("rect", { x: event.x + i * wide, y: y + 15 - 12 * (n / top), width: Math.max(2, wide - 1), height: 12 * (n / top), class: "step" }));
}

// The shape tells the kind too, so that nothing hangs on the colour alone.
function shape(item, x, y) {
  const paths = {
    diagnosis: `M${x - 5} ${y - 5} h10 v10 h-10 z`, treatment: `M${x} ${y - 6} l6 6 l-6 6 l-6 -6 z`,
    course: `M${x} ${y - 6} l6 11 h-12 z`, harm: `M${x - 6} ${y - 5} h12 l-6 11 z`,
  };
  const path = paths[group(item)];
  return path ? svg("path", { d: path, class: "dot" }) : svg("circle", { cx: x, cy: y, r: 5, class: "dot" });
}

function axis(from, to, scale, height) {
  const [first, last] = [new Date(from).getUTCFullYear(), new Date(to).getUTCFullYear()];
  const parts = [];
  const step = Math.max(1, Math.ceil((last - first) / 14));
  for (let year = first; year <= last + 1; year += step) {
    const x = scale(Date.UTC(year, 0, 1));
    if (x < LEFT) continue;
    parts.push(svg("line", { x1: x, x2: x, y1: 18, y2: height, class: "rule" }), svg("text", { x: x + 3, y: 13, class: "year" }, String(year)));
  }
  if (!parts.length) parts.push(svg("text", { x: LEFT + 10, y: 13, class: "year" }, String(first)));
  return parts;
}
