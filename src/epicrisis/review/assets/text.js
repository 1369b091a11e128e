// The narrative's offsets count code points; JavaScript's strings count UTF-16 units.

export function offsets(text) {
  const astral = []; // units at which a second half of a pair stands, in order
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code >= 0xd800 && code < 0xdc00 && i + 1 < text.length) {
      const low = text.charCodeAt(i + 1);
      if (low >= 0xdc00 && low < 0xe000) { astral.push(i + 1); i += 1; }
    }
  }
  const before = (unit) => { // pairs that end before `unit`
    let low = 0, high = astral.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (astral[middle] < unit) low = middle + 1; else high = middle;
    }
    return low;
  };
  return {
    toPoint: (unit) => unit - before(unit),
    toUnit: (point) => {
      let unit = point;
      for (;;) { // settles in as many steps as pairs are passed, at most
        const next = point + before(unit);
        if (next === unit) return unit;
        unit = next;
      }
    },
  };
}

// Cut the text where a span starts or ends: pieces that are inside the same spans throughout.
export function pieces(length, spans) {
  const at = new Map([[0, [[], []]], [length, [[], []]]]);
  const place = (p) => at.get(p) || at.set(p, [[], []]).get(p);
  for (const span of spans) {
    if (span.start >= span.end || span.end > length) continue;
    place(span.start)[0].push(span);
    place(span.end)[1].push(span);
  }
  const points = [...at.keys()].sort((a, b) => a - b);
  const inside = new Set();
  const found = [];
  for (let i = 0; i + 1 < points.length; i += 1) {
    const [opens, closes] = at.get(points[i]);
    for (const span of closes) inside.delete(span);
    for (const span of opens) inside.add(span);
    found.push({ start: points[i], end: points[i + 1], spans: [...inside] });
  }
  return found;
}
