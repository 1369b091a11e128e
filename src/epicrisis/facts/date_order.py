"""Which of day and month stands first in a document's dates of digits, settled by the document itself."""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.date_evidence import Undecided, count
from epicrisis.facts.date_forms import ISO, NAMED, NUMERIC, month_of
from epicrisis.facts.own_date import is_own
from epicrisis.kept import lazy

_EARLIER = lazy(
    r"\b(?:prior|previous|comparisons?|compared\s+(?:to|with)|last|earlier|former)\b(?:[^\n.;]{0,45}[\s:(,])?\Z",
    re.I,
)
# "18-Jul-2023" is what systems print, whichever order a person writes
_PRINTED = lazy(r"\d-[A-Za-z]")


def written_order(context: Context) -> str | None:
    """Return dmy or mdy, decided from the document's own unambiguous dates."""
    votes = {"dmy": 0, "mdy": 0}
    undecided: list[Undecided] = []
    for m in NUMERIC.finditer(context.text):
        a, b = int(m["a"]), int(m["b"])
        if a > 12 >= b:
            votes["dmy"] += 1
        elif b > 12 >= a:
            votes["mdy"] += 1
        elif a != b and m[2] != "." and min(a, b) > 0 and max(a, b) <= 12:
            undecided.append(Undecided(*m.span(), a, b, int(m["y"])))
    if not undecided and not any(votes.values()):
        return None
    if not any(votes.values()):
        _by_sequence(context, undecided, votes)
        count(context.text, undecided, votes)
    if not any(votes.values()):
        for m in NAMED.finditer(context.text):
            if m["day"] and not _PRINTED.match(context.text, m.end("day") - 1):
                votes["dmy"] += 1
            elif m["day2"] and m["year"]:
                votes["mdy"] += 1
    if bool(votes["dmy"]) != bool(votes["mdy"]):
        return "dmy" if votes["dmy"] else "mdy"
    if undecided:
        context.findings.append("date-order-undecided")
    return None


def _by_sequence(context: Context, undecided: list[Undecided], votes: dict[str, int]) -> None:
    """Count the dates of former examinations that lie before the document's own date in one reading only."""
    own = _own(context)
    if own is None:
        return
    for at, _, a, b, told in undecided:
        year = told + 2000 if told < 100 else told
        if not _EARLIER.search(context.text, max(0, at - 70), at):
            continue
        dmy, mdy = (year, b, a) <= own, (year, a, b) <= own
        if dmy != mdy:
            votes["dmy" if dmy else "mdy"] += 1


def _own(context: Context) -> tuple[int, int, int] | None:
    """Return the document's own date where it can be read in one way only."""
    text = context.text
    found = [(int(m["y"]), int(m["m"]), int(m["d"])) for m in ISO.finditer(text) if m["d"] and is_own(text, *m.span())]
    for m in NAMED.finditer(text):
        day, year = m["day"] or m["day2"], m["year"] or m["year2"]
        if day and year and is_own(text, *m.span()):
            found.append((int(year), month_of(m["month"]), int(day)))
    return max(found, default=None)
