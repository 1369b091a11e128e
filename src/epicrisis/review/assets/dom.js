// Making elements. Text only ever becomes a text node: nothing here parses HTML.

export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "on") for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
    else if (key === "data") Object.assign(node.dataset, value);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  node.append(...children.filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

export function svg(name, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) node.setAttribute(key, String(value));
  }
  node.append(...children);
  return node;
}

export function block(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

// A gzip block, unpacked in the browser.
export async function unpack(id) {
  const bytes = Uint8Array.from(atob(block(id)), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

// What screen readers are told; seen by nobody else.
export function announce(words) {
  let region = document.getElementById("announcer");
  if (!region) {
    region = el("div", { id: "announcer", role: "status", "aria-live": "polite", class: "unseen" });
    document.body.append(region);
  }
  region.textContent = words;
}

// One tab stop for a group of controls: arrow keys move within it.
export function rove(container, selector, keys = { next: "ArrowDown", previous: "ArrowUp" }) {
  container.addEventListener("keydown", (event) => {
    const step = { [keys.next]: 1, [keys.previous]: -1 }[event.key];
    if (!step && event.key !== "Home" && event.key !== "End") return;
    const here = event.target.closest(selector);
    if (!here || event.target !== here) return;
    const all = [...container.querySelectorAll(selector)].filter((n) => n.getClientRects().length);
    const at = all.indexOf(here);
    const next = event.key === "Home" ? all[0] : event.key === "End" ? all.at(-1) : all[at + step];
    if (next) {
      here.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    }
    event.preventDefault();
  });
}

export function themeButton() {
  const names = { "": "Theme: system", light: "Theme: light", dark: "Theme: dark" };
  const button = el("button", { type: "button", class: "quiet" }, names[""]);
  button.addEventListener("click", () => {
    const order = ["", "light", "dark"];
    const next = order[(order.indexOf(document.documentElement.dataset.theme || "") + 1) % 3];
    document.documentElement.dataset.theme = next;
    button.textContent = names[next];
  });
  return button;
}
