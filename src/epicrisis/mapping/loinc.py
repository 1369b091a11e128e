"""Choose among the LOINC codes of a test the one of its specimen and its kind of quantity.

LOINC tells them apart in the name: "[Mass/volume] in Serum or Plasma", "[Presence] in Tissue".
"""

from __future__ import annotations

from epicrisis.case.model import Item
from epicrisis.kept import lazy
from epicrisis.mapping.chart import Chart

_LOINC = "http://loinc.org"
_FLUID = lazy(r" (?:in|of) (?:.* )?(?:Serum|Plasma|plasma|Blood|Urine|fluid)\b")
_KINDS = {
    "[Mass/": lazy(r"[munpfk]?g(?![A-Za-z])"),
    "[Moles/": lazy(r"[munpfk]?(?:mol|eq)\b"),
    "[Enzymatic activity/": lazy(r"(?:\[IU\]|k?U|[un]?kat)/"),
    "[Units/": lazy(r"[mukM]?(?:\[IU\]|U)/"),
}


def fitting(item: Item, chart: Chart) -> list[dict[str, str]]:
    """Return the codings of a test: a person's, or the table's that fit what was measured."""
    if item.codings is not None:
        return item.codings
    codings = chart.codings(item.concept)
    loinc = [c for c in codings if c["system"] == _LOINC]
    if item.type == "marker":
        told = item.detail.get("method") or any(k in item.detail for k in ("percentLow", "score", "intensity"))
        # "EGFR/ALK negative" is as often said of the genes
        method = item.detail.get("method") or ("ihc" if told or not chart.attr(item.concept, "driver") else "unsaid")
        serum = method == "serum"
        loinc = [c for c in loinc if bool(_FLUID.search(c.get("display", ""))) == serum]
        if method not in ("ihc", "serum"):  # HER2 by FISH is no immune stain
            loinc = [c for c in loinc if "Immune stain" not in c.get("display", "")]
    # a code of the other kind of quantity would say another measurement; words alone do not
    found = [c for c in loinc if _fits(c.get("display", ""), item)]
    found = found or [c for c in loinc if not _contradicts(c.get("display", ""), item)]
    return [c for c in codings if c["system"] != _LOINC or c in found[:1]]


def _fits(display: str, item: Item) -> bool:
    share = bool(item.detail.get("percentLow") or item.detail.get("percentHigh"))
    if display.startswith("Cells.") or "[Presence]" in display:
        return share == display.startswith("Cells.")
    unit = str(item.detail.get("ucum") or "")
    return any(name in display and kind.match(unit) for name, kind in _KINDS.items())


def _contradicts(display: str, item: Item) -> bool:
    unit = str(item.detail.get("ucum") or "")
    if unit == "%":
        return any(name in display for name in ("[#/", *_KINDS))
    other = {"[Mass/": "[Moles/", "[Moles/": "[Mass/"}
    return any(name in display and bool(_KINDS[not_it].match(unit)) for name, not_it in other.items())
