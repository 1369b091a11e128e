"""What a size was and what it became: "shrank from 82 to 51 mm" is no range."""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import rx
from epicrisis.facts.unit_codes import unit_code

_GREW = rx(r"\b(?:increas|grow|grew|grown|enlarg|decreas|reduc|shr[aiu]nk|diminish|regress|progress)\w*", re.I)
_FROM = rx(r"\bfrom\s+(?:about\s+|approximately\s+)?\Z", re.I)
_TO = rx(r"\s*to\s+(?:about\s+|approximately\s+)?\d", re.I)


def course(context: Context, m: re.Match[str], size: Fact, low: int) -> list[Fact]:
    """Return the two sizes of "shrank from 82 to 51 mm": a range is only what nothing changed."""
    text, value = context.text, size.value
    if m["r"] is None:
        if _FROM.search(text, max(low, m.start() - 20), m.start()) and _TO.match(text, m.end()):
            value["left"] = True
        return [size]
    if "to" not in text[m.end("ua") if m["ua"] else m.end("a") : m.start("r")] or not _GREW.search(
        text, max(low, m.start() - 60), m.start()
    ):
        return [size]
    number, unit = value.pop("high"), m["ur"]
    end = m.end("ua") if m["ua"] else m.end("a")
    code = unit_code(context.terms, unit)
    last = {"value": number, "unit": unit} | ({"ucum": code} if code else {})
    then = {**value, "dimensions": [last], "value": text[m.start("r") : m.end()]}
    first = {**value, "value": text[m.start() : end], "left": True}
    return [
        context.fact("measure", m.start(), end, value=first),
        context.fact("measure", m.start("r"), m.end(), value=then),
    ]
