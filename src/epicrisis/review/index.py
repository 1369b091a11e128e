"""The index page over the review pages of a folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from epicrisis.case import Case
from epicrisis.review.assets import document, script, style

_UNITS = {"a": "years", "mo": "months", "wk": "weeks", "d": "days", "h": "hours"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the index: a case, and where its page is (empty: it could not be read)."""

    name: str
    href: str
    facts: int = 0
    conflicts: int = 0
    uncoded: int = 0
    patient: str = ""
    diagnosis: str = ""
    reviewer: str = ""
    error: str = ""


def entry(case: Case, href: str) -> Entry:
    """Return the line of *case*."""
    patient = case.patient
    words = (
        [
            patient.sex or "",
            f"{patient.age} {_UNITS.get(patient.age_unit, patient.age_unit)}" if patient.age else "",
        ]
        if patient
        else []
    )
    primary = [i for i in case.items if i.type == "condition" and i.detail.get("role") == "primary"]
    return Entry(
        name=case.document.name,
        href=href,
        facts=len(case.items),
        conflicts=len(case.conflicts),
        uncoded=sum(1 for i in case.items if i.concept is None and not i.codings),
        patient=", ".join(w for w in words if w),
        diagnosis=primary[0].text if primary else "",
        reviewer=str((case.review or {}).get("reviewer") or ""),
    )


def index_page(entries: list[Entry]) -> str:
    """Return the index as HTML: sortable, searchable, a link per case."""
    data = json.dumps([asdict(e) for e in entries], ensure_ascii=True, separators=(",", ":"))
    inert = data.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return document(
        title=f"{len(entries)} {'case' if len(entries) == 1 else 'cases'} · review",
        body=f'<script type="application/json" id="entries">{inert}</script>',
        css=style("index.css"),
        js=script("index"),
    )
