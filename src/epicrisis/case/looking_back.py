"""Whether a date looks back: it is of the patient's history, or of a value before the one told."""

from __future__ import annotations

import re

from epicrisis.case.calendar import precedes
from epicrisis.case.date_cues import (
    FORMERLY,
    HAD_BEEN,
    HAD_BEEN_STEMS,
    HAPPENED,
    HAPPENED_STEMS,
    HISTORY,
    HISTORY_STEMS,
    PAST_TITLE,
    POST,
    ROSE_FROM,
    SINCE,
)
from epicrisis.case.tick import Tick
from epicrisis.facts import Context, Fact
from epicrisis.facts.sentences import REACH
from epicrisis.kept import lazy

# "unchanged compared with 11/2020"
_COMPARED = lazy(
    r"\b(?:compar(?:ed|ison)\s+(?:to|with)|comparison:?|vs\.?)\s+(?:(?:the|prior|previous|last)\s+)*(?:(?:CT|MRI|PET(?:[/-]CT)?|scan|study|examination|imaging)\s+)?(?:(?:of|from|on|in)\s+)?\Z",
    re.I,
)


def of_the_past(context: Context, fact: Fact) -> bool:
    """Say whether a date is told within the patient's history: it says nothing of what follows."""
    if fact.value["form"] != "absolute":
        return False
    text, low = context.text, context.sentences[fact.sentence].start
    title = context.section_of[fact.sentence].title
    if (
        title
        and PAST_TITLE.fullmatch(title.strip(" :"))
        and "\n" not in text[context.section_of[fact.sentence].start : fact.start]
    ):
        return True
    if SINCE.search(text, max(low, fact.start - 14), fact.start) and fact.start - low > 14:
        return True
    cues = list(context.find(HISTORY, HISTORY_STEMS, max(low, fact.start - REACH), fact.start))
    return bool(cues) and not context.first(HAPPENED, HAPPENED_STEMS, cues[-1].end(), fact.start)


def recalled(context: Context, low: int, at: int) -> bool:
    """Say whether the pluperfect leads to a date: "he had been diagnosed with colon cancer in 2011"."""
    led = context.first(HAD_BEEN, HAD_BEEN_STEMS, low, at)
    return led is not None and not context.first(HAPPENED, HAPPENED_STEMS, led.end(), at)


def went_on(context: Context, tick: Tick, last: Tick | None) -> bool:
    """Say whether "s/p" tells what came next: "biopsy 05/09/2022. s/p lumpectomy on 05/25/2022", to the day."""
    if last is None or len(tick.when.value) < 10 or not precedes(last.when.value, tick.when.value):
        return False
    low = context.sentences[tick.fact.sentence].start
    return POST.search(context.text, max(low, tick.fact.start - 80), tick.fact.start) is not None


def of_former_value(context: Context, fact: Fact, low: int) -> bool:
    """Say whether a date in brackets is that of a value before the one told: "(was 655 on 3 March 2020)"."""
    text = context.text
    opened = text.rfind("(", max(low, fact.start - 40), fact.start)
    if opened >= 0 and FORMERLY.match(text, opened, fact.start) is not None:
        return True
    near = max(low, fact.start - 40)
    return bool(ROSE_FROM.search(text, near, fact.start) or _COMPARED.search(text, near, fact.start))
