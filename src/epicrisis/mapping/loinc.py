"""Choose among the LOINC codes of a test the one of its specimen and its kind of quantity.

LOINC tells them apart in the name: "[Mass/volume] in Serum or Plasma", "[Presence] in Tissue".
"""

from __future__ import annotations

from functools import lru_cache

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
    detail = item.detail
    fit = _fit(
        tuple([c.get("display", "") if c["system"] == _LOINC else None for c in codings]),
        _method(item, chart) if item.type == "marker" else None,
        bool(detail.get("percentLow") or detail.get("percentHigh")),
        str(detail.get("ucum") or ""),
    )
    return [c for c, fits in zip(codings, fit, strict=True) if fits]


def _method(item: Item, chart: Chart) -> str:
    """Return how a marker was looked at: as told, else by immune stain, or unsaid."""
    told = item.detail.get("method") or any(k in item.detail for k in ("percentLow", "score", "intensity"))
    # "EGFR/ALK negative" is as often said of the genes
    return item.detail.get("method") or ("ihc" if told or not chart.attr(item.concept, "driver") else "unsaid")


@lru_cache(1024)
def _fit(displays: tuple[str | None, ...], method: str | None, share: bool, unit: str) -> list[bool]:
    """Say of each coding whether it is kept: those of other systems, and one of LOINC (the others have no display).

    *method* is that of a marker; *share* says that a share of cells was told.
    """
    loinc = [i for i, d in enumerate(displays) if d is not None]
    if method is not None:
        loinc = [i for i in loinc if bool(_FLUID.search(displays[i] or "")) == (method == "serum")]
        if method not in ("ihc", "serum"):  # HER2 by FISH is no immune stain
            loinc = [i for i in loinc if "Immune stain" not in (displays[i] or "")]
    # a code of the other kind of quantity would say another measurement; words alone do not
    found = [i for i in loinc if _fits(displays[i] or "", unit, share=share)]
    found = found or [i for i in loinc if not _contradicts(displays[i] or "", unit)]
    return [d is None or i in found[:1] for i, d in enumerate(displays)]


def _fits(display: str, unit: str, *, share: bool) -> bool:
    if display.startswith("Cells.") or "[Presence]" in display:
        return share == display.startswith("Cells.")
    return any(name in display and kind.match(unit) for name, kind in _KINDS.items())


def _contradicts(display: str, unit: str) -> bool:
    if unit == "%":
        return any(name in display for name in ("[#/", *_KINDS))
    other = {"[Mass/": "[Moles/", "[Moles/": "[Mass/"}
    return any(name in display and bool(_KINDS[not_it].match(unit)) for name, not_it in other.items())
