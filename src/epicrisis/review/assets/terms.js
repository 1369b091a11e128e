import { el, unpack } from "./dom.js";

// Search over the terms that were shipped with the converter.

const LIMIT = 30;
let index = null;

async function load() {
  if (index) return index;
  const [first, ...lines] = (await unpack("terms")).split("\n");
  const systems = first.split("\t");
  index = lines.map((line) => {
    const [domain, name, synonyms, ...codings] = line.split("\t");
    return {
      id: `${domain}/${name}`, domain, name, words: `${name}|${synonyms}`.toLowerCase(),
      codings: codings.map((c) => { const [n, ...code] = c.split(" "); return { system: systems[Number(n)], code: code.join(" ") }; }),
    };
  });
  return index;
}

export async function find(query) {
  const asked = query.trim().toLowerCase();
  if (asked.length < 2) return [];
  const wanted = asked.split(/\s+/);
  const found = [];
  for (const entry of await load()) {
    const byCode = entry.codings.some((c) => c.code.toLowerCase() === asked);
    if (!byCode && !wanted.every((w) => entry.words.includes(w))) continue;
    const names = entry.words.split("|");
    const best = byCode || names[0] === asked ? 0 : names.includes(asked) ? 1 : names.some((n) => n.startsWith(asked)) ? 2 : 3;
    found.push([best, entry.name.length, entry]);
  }
  return found.sort((a, b) => a[0] - b[0] || a[1] - b[1]).slice(0, LIMIT).map((f) => f[2]);
}

export function systemName(url) {
  const known = { snomed: "SNOMED CT", loinc: "LOINC", rxnorm: "RxNorm", "icd-10": "ICD-10", "icd-o": "ICD-O", ctcae: "CTCAE", "ncit": "NCIt", whocc: "ATC", genenames: "HGNC", fdasis: "UNII", hpo: "HPO", "ndfrt": "NDF-RT" };
  const hit = Object.keys(known).find((k) => url.toLowerCase().includes(k));
  return hit ? known[hit] : url.replace(/^https?:\/\//, "");
}

// A text field with a list of suggestions (ARIA combobox); `chosen` gets an entry or null.
export function termField(id, label, start, chosen) {
  const list = el("ul", { id: `${id}-list`, role: "listbox", "aria-label": "Terms", class: "suggestions", hidden: true });
  const input = el("input", {
    id, type: "text", value: start, role: "combobox", autocomplete: "off", spellcheck: "false",
    "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-autocomplete": "list",
  });
  let options = [], at = -1, turn = 0;
  const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); at = -1; };
  const pick = (entry) => { input.value = entry ? entry.id : ""; close(); chosen(entry); };
  const point = (n) => {
    at = n;
    [...list.children].forEach((li, i) => li.setAttribute("aria-selected", String(i === at)));
    if (list.children[at]) { input.setAttribute("aria-activedescendant", list.children[at].id); list.children[at].scrollIntoView({ block: "nearest" }); }
  };
  input.addEventListener("input", async () => {
    const mine = ++turn;
    if (input.value.trim() === "") { chosen(null); close(); return; }
    const found = await find(input.value);
    if (mine !== turn) return;
    options = found;
    list.replaceChildren(...found.map((entry, n) => el("li", { id: `${id}-${n}`, role: "option", "aria-selected": "false", on: { mousedown: (e) => { e.preventDefault(); pick(entry); } } },
      el("span", {}, entry.name), el("small", {}, [entry.domain, ...entry.codings.map((c) => `${systemName(c.system)} ${c.code}`)].join(" · ")))));
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    at = -1;
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") { point(Math.min(options.length - 1, at + 1)); event.preventDefault(); }
    else if (event.key === "ArrowUp") { point(Math.max(0, at - 1)); event.preventDefault(); }
    else if (event.key === "Enter") { pick(options[Math.max(0, at)]); event.preventDefault(); }
    else if (event.key === "Escape") { close(); event.stopPropagation(); event.preventDefault(); }
  });
  input.addEventListener("blur", close);
  return el("div", { class: "field wide" }, el("label", { for: id }, label), el("div", { class: "combo" }, input, list));
}
