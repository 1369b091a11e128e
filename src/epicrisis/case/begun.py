"""When a treatment began whose end is told behind it: "In May he started A, 4 cycles until July"."""

from __future__ import annotations

from epicrisis.case.tick import Tick
from epicrisis.facts import Fact
from epicrisis.kept import lazy

_REACH = 120  # code points between the day and the treatment
# who was given it, and that it was begun
_BEGINS = lazy(
    r"[\s:,–—-]*(?:(?:he|she|they|we|the|patient|was|were|has|had|been|a|an|then|therefore|treatment|therapy|with|on|of|by|started|starting|start|began|"
    r"begun|initiated|commenced|received|given|treated|put|placed|took|(?:first|second|third)[\s-]line|(?:neo)?adjuvant|palliative|monthly|weekly|"
    r"(?:low|high)-dose|single-agent|systemic)\b[\s:]*){0,9}"
)
_VERB = lazy(r"\b(?:start\w*|began|begun|initiated|commenced|received|given|treated|put|placed|took)\b|:\s*\Z")
_PASSIVE = lazy(r"\s+(?:was|were)\s+(?:then\s+)?(?:started|begun|initiated|commenced|given|administered)\b")
# other drugs of the same list: "ipilimumab 1 mg/kg + "
_LISTED = lazy(r"[^.;:]{2,60}?(?:\+|/|,|\band|\bplus|\bwith)\s*")
_ANOTHER = lazy(r"\b(?:then|followed|was|were|had|who|which|showed|until|till|after|before|progress\w+)\b")
# "after progression in December 2022 he took nivolumab": the day of something else
_OF_ANOTHER = lazy(
    r"\b(?:after|following|since|before|until|[Pp]rogress\w+|[Rr]elaps\w+|[Rr]ecur\w+|diagnos\w+|show\w*|revealed|found|CT|MRI|PET\S*|[Bb]iopsy|"
    r"[Ss]urgery|resect\w+|\w+ectomy|remission|response|admi(?:tted|ssion))\b[^.;]{0,40}\Z"
)


def begun_before(text: str, ticks: list[Tick], fact: Fact, low: int) -> Tick | None:
    """Return the day before a treatment at which it was begun; *low* is where its sentence starts."""
    tick = next((t for t in reversed(ticks) if t.role == "point" and t.fact.end <= fact.start), None)
    if tick is None or fact.start - tick.fact.end > _REACH or _OF_ANOTHER.search(text, low, tick.fact.start):
        return None
    words = _BEGINS.match(text, tick.fact.end, fact.start)
    end = words.end() if words else tick.fact.end
    begun = _VERB.search(text, tick.fact.end, end) or _PASSIVE.match(text, fact.end)
    listed = end == fact.start or (
        _LISTED.fullmatch(text, end, fact.start) is not None and not _ANOTHER.search(text, end, fact.start)
    )
    return tick if begun and listed else None
