"""A case at a glance: the narrative with its evidence marked, and a table of the facts.

What notebooks show of a conversion. The review page is the full view.
"""

from __future__ import annotations

from html import escape

from epicrisis.case.model import Case, Item, When

# one hue per group; the underline of the words carries the group too, not the colour alone
_GROUPS = {
    "diagnosis": ("condition", "stage", "tumor_size", "grade", "histology"),
    "treatment": ("procedure", "radiotherapy", "regimen", "medication"),
    "course": ("status", "survival", "performance", "encounter"),
    "harm": ("adverse_event", "allergy"),
    "tests": ("marker", "lab", "genomic", "imaging", "pathology", "observation"),
    "family": ("family_history",),
}
GROUP_OF = {kind: group for group, kinds in _GROUPS.items() for kind in kinds}
_STYLE = {
    "diagnosis": "#7c3aed",
    "treatment": "#0369a1",
    "course": "#0f766e",
    "harm": "#b91c1c",
    "tests": "#a16207",
    "family": "#6b7280",
}
_LIMIT = 20_000  # code points shown in a notebook; the review page shows all


def html_summary(case: Case) -> str:
    """Return a self-contained HTML fragment: no script, no style sheet, every text escaped."""
    items = [i for i in case.items if i.spans]
    head = (
        f"<p><b>{escape(case.document.name)}</b>: {len(case.items)} facts, "
        f"{len(case.conflicts)} contradictions or doubts</p>"
    )
    text = (
        '<div style="white-space:pre-wrap;max-height:22em;overflow:auto;border:1px solid #8884;'
        f'padding:.6em;line-height:1.6">{_marked(case.document.text, items)}</div>'
    )
    rows = "".join(map(_row, case.items))
    columns = ("Kind", "Fact", "Term", "Date", "How")
    heads = "".join(f'<th scope="col">{c}</th>' for c in columns)
    table = f'<table style="margin-top:.6em"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
    return f"<div>{head}{text}{table}</div>"


def stated(when: When | None) -> str:
    """Return a date for reading; `~` marks a part that was inferred."""
    return "" if when is None else ("~" if when.inferred else "") + when.value


def manner(item: Item) -> str:
    """Say how the text puts a fact, where it is more than a plain statement."""
    words = [
        "denied" if item.negated else "",
        item.certainty if item.certainty != "stated" else "",
        item.status if item.status != "done" else "",
        "inferred" if item.inferred else "",
    ]
    return ", ".join(w for w in words if w)


def _row(item: Item) -> str:
    period = " – ".join(w for w in (stated(item.start), stated(item.end)) if w)
    cells = (
        item.type.replace("_", " "),
        item.text,
        (item.concept or "").partition("/")[2],
        stated(item.when) or period,
        manner(item),
    )
    return "<tr>" + "".join(f'<td style="text-align:left">{escape(c)}</td>' for c in cells) + "</tr>"


def _marked(text: str, items: list[Item]) -> str:
    """Mark the words of *items*; of overlapping spans the first, then the longest, shows."""
    spans = sorted((s.start, -s.end, i.type) for i in items for s in i.spans if s.end <= len(text))
    out, at = [], 0
    for start, negative, kind in spans:
        if start < at or start >= _LIMIT:
            continue
        end = -negative
        colour = _STYLE[GROUP_OF.get(kind, "tests")]
        out.append(escape(text[at:start]))
        out.append(
            f'<span title="{escape(kind.replace("_", " "))}" style="background:{colour}22;'
            f'border-bottom:2px solid {colour}">{escape(text[start:end])}</span>'
        )
        at = end
    out.append(escape(text[at : max(at, _LIMIT)]))
    if len(text) > max(at, _LIMIT):
        out.append(" …")
    return "".join(out)
