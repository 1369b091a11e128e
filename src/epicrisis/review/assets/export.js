import { announce, el } from "./dom.js";
import { original, review, saved } from "./store.js";

// The corrected case file: the case as it was read, with the review beside it.

export function corrected() {
  const given = { reviewer: review.reviewer.trim(), recorded: new Date().toISOString().replace(/\.\d+Z$/, "Z"), items: review.items };
  if (review.comment) given.comment = review.comment;
  return { ...original, review: given };
}

export function exportCase() {
  const stem = (original.document.name || "case").replace(/\.[A-Za-z0-9]+$/, "").replace(/[^\p{L}\p{N}._-]+/gu, "_").slice(0, 80) || "case";
  download(`${stem}.case.json`, `${JSON.stringify(corrected(), null, 2)}\n`);
  saved();
  announce("The corrected case file was exported");
}

export function download(name, words) {
  const url = URL.createObjectURL(new Blob([words], { type: "application/json" }));
  const link = el("a", { href: url, download: name, class: "unseen" });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
