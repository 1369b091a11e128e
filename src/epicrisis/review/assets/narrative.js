import { announce, el } from "./dom.js";
import { original, item, items, decision, text, state } from "./store.js";
import { offsets, pieces } from "./text.js";
import { group, kind, title } from "./kinds.js";

// The narrative in blocks (lines of the text); the words of facts are marked inside them.

export const units = offsets(text);
const marks = new Map(); // key -> the marks of its words
let blocks = [];
let cursor = null;

export function narrative(onSelect) {
  const view = el("div", { id: "narrative", class: "narrative", tabindex: "0", role: "group", "aria-label": "Narrative with the words of the facts marked; arrow left and right go from mark to mark, Enter opens the fact" });
  blocks = cut();
  spread(items());
  for (const block of blocks) view.append(draw(block));
  view.addEventListener("click", (event) => {
    const mark = event.target.closest("mark");
    if (mark && String(getSelection()) === "") onSelect(mark.dataset.keys.split(" ").map(decodeURIComponent));
  });
  view.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) { walk(view, step); event.preventDefault(); }
    if (event.key === "Enter" && cursor) onSelect(cursor.dataset.keys.split(" ").map(decodeURIComponent));
  });
  return view;
}

// Draw the blocks of one fact anew, those that it had and those that it has.
export function redraw(key) {
  const own = () => blocks.filter((b) => b.spans.some((s) => s.fact.key === key));
  const had = own();
  spread(items());
  for (const block of new Set([...had, ...own()])) { const old = block.node; old.replaceWith(draw(block)); }
}

export function redrawAll() {
  marks.clear();
  spread(items());
  for (const block of blocks) { const old = block.node; old.replaceWith(draw(block)); }
}

export function show(key, scroll = true) {
  for (const mark of document.querySelectorAll("mark.on")) mark.classList.remove("on");
  const own = (marks.get(key) || []).filter((m) => m.isConnected);
  for (const mark of own) mark.classList.add("on");
  if (scroll && own.length) into(own.find((m) => starts(m) === units.toUnit(item(key).spans[0][0])) || own[0]);
  return own.length;
}

// The first span is where the fact is stated; the others are mentions.
function starts(mark) { return blocks[Number(mark.parentNode.dataset.block)].start + Number(mark.dataset.at); }

export function showSpans(spans, scroll = true) {
  for (const mark of document.querySelectorAll("mark.stated")) mark.classList.remove("stated");
  let first = null;
  for (const [a, b] of spans) {
    const [start, end] = [units.toUnit(a), units.toUnit(b)];
    for (const block of blocks) {
      if (block.end <= start || block.start >= end) continue;
      for (const node of block.node.querySelectorAll("mark")) {
        const at = block.start + Number(node.dataset.at);
        if (at < end && at + node.textContent.length > start) { node.classList.add("stated"); first ||= node; }
      }
      first ||= block.node;
    }
  }
  if (first && scroll) into(first);
}

// The selected words as [start, end] in code points, without white space around them.
export function selectedSpan() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  let [start, end] = [unitOf(range.startContainer, range.startOffset), unitOf(range.endContainer, range.endOffset)];
  if (start === null || end === null) return null;
  while (start < end && /\s/.test(text[start])) start += 1;
  while (end > start && /\s/.test(text[end - 1])) end -= 1;
  return start < end ? [units.toPoint(start), units.toPoint(end)] : null;
}

function unitOf(node, offset) {
  const from = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
  const owner = from.closest("[data-block]");
  if (!owner) return null;
  const measure = document.createRange();
  measure.setStart(owner, 0);
  measure.setEnd(node, offset);
  return blocks[Number(owner.dataset.block)].start + measure.toString().length;
}

function cut() {
  const titles = new Set((original.document.sections || []).map((s) => s.title).filter(Boolean));
  const found = [];
  let start = 0;
  while (start <= text.length) {
    let end = text.indexOf("\n", start);
    if (end < 0) end = text.length;
    const words = text.slice(start, end).trim();
    const bare = words.replace(/^#+\s*|\s*#+$|:$/g, "").replace(/^\d[\d.]*\s+/, "");
    found.push({ start, end, heading: words !== "" && words.length < 200 && (titles.has(words) || titles.has(bare)), spans: [], number: found.length });
    start = end + 1;
  }
  return found;
}

function spread(all) {
  for (const block of blocks) block.spans = [];
  for (const fact of all) {
    for (const [a, b] of fact.spans || []) {
      const [start, end] = [units.toUnit(a), units.toUnit(b)];
      for (let n = blockAt(start); n < blocks.length && blocks[n].start < end; n += 1) {
        const block = blocks[n];
        const span = { start: Math.max(0, start - block.start), end: Math.min(end, block.end) - block.start, fact, size: end - start };
        if (span.start < span.end) block.spans.push(span);
      }
    }
  }
}

function blockAt(unit) {
  let low = 0, high = blocks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (blocks[middle].start <= unit) low = middle; else high = middle - 1;
  }
  return low;
}

function draw(block) {
  const words = text.slice(block.start, block.end);
  const node = el(block.heading ? "h3" : "p", { data: { block: block.number } });
  for (const piece of pieces(words.length, block.spans)) {
    const part = words.slice(piece.start, piece.end);
    if (!piece.spans.length) { node.append(part); continue; }
    piece.spans.sort((x, y) => x.size - y.size);
    const facts = [...new Set(piece.spans.map((s) => s.fact))];
    const live = facts.filter((f) => (decision(f.key) || {}).decision !== "reject");
    const shown = (live.length ? live : facts)[0];
    const mark = el("mark", {
      class: `g-${group(shown)}${live.length ? "" : " gone"}${facts.length > 1 ? " several" : ""}`,
      title: facts.map((f) => `${kind(f)}: ${title(f)}`).join("\n"),
      data: { keys: facts.map((f) => encodeURIComponent(f.key)).join(" "), at: piece.start },
    }, part);
    if (facts.some((f) => f.key === state.selected)) mark.classList.add("on");
    for (const fact of facts) (marks.get(fact.key) || marks.set(fact.key, []).get(fact.key)).push(mark);
    node.append(mark);
  }
  block.node = node;
  return node;
}

function into(node) {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const far = blocks.length > 400;
  node.scrollIntoView({ block: "center", behavior: calm || far ? "auto" : "smooth" });
}

function walk(view, step) {
  const all = [...view.querySelectorAll("mark")];
  if (!all.length) return;
  const at = all.indexOf(cursor);
  if (cursor) cursor.classList.remove("cursor");
  cursor = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + step))];
  cursor.classList.add("cursor");
  into(cursor);
  announce(`${cursor.textContent}: ${cursor.title}`);
}
