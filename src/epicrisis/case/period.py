"""The time that a treatment took: when it began and ended, of the dates that its sentence tells."""

from __future__ import annotations

import re

from epicrisis.case.attached import outside
from epicrisis.case.begun import begun_before
from epicrisis.case.calendar import precedes
from epicrisis.case.date_cues import BREAK, BY, NEXT_ONE, WHEN
from epicrisis.case.in_brackets import of_item_behind
from epicrisis.case.model import When
from epicrisis.case.timeline import Tick, Timeline
from epicrisis.case.under_way import changed_then, under_way
from epicrisis.facts import Context, Fact
from epicrisis.facts.brackets import opened
from epicrisis.kept import lazy

# "remains on crizotinib as of September": the date is not the start
_GOES_ON = lazy(
    r"\b(?:remain(?:s|ed)?|continu(?:es|ed|ing)|still|ongoing|currently|as\s+of|to\s+date|at\s+last\s+follow)\b", re.I
)
# "returns for cycle 14 of nivolumab on 15 September": it was begun before
_LATER_CYCLE = lazy(
    r"\b(?:(?:cycle|course|dose|infusion|week)\s+#?(?!1\b)\d{1,3}|C(?!1\b)\d{1,2}(?:D\d{1,2})?"
    r"|(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|next|\d{1,2}(?:nd|rd|th))\s+(?:cycle|course|dose|infusion|injection))"
    r"\s+(?:of\s+)?(?:[\w-]+\s+){0,2}?\Z"
    r"|\b(?:last|latest|most\s+recent|final)\s+(?:dose|infusion|administration|cycle|injection)\b[^.;\n]{0,30}\Z",
    re.I,
)
_CYCLE_ON = lazy(r"\bC(?!1\b)\d{1,2}(?:D\d{1,2})?\s+(?:(?:was|given)\s+){0,2}(?:on\s+|in\s+)?\Z")
_ENDING = lazy(r"\b(?:complet|finish|stop|discontinu|end|taper|ceas|conclud)\w*", re.I)
_PAUSED = lazy(
    r"\b(?:withheld|held|paused|interrupted|suspended|on\s+hold)\b[^.;]{0,12}\b(?:from|between)\b[^.;]*\Z"
    r"|\b(?:withheld|held|paused|suspended|on\s+hold)\b[^.;,]{0,60}?\b(?:until|till)\s+(?:early\s+|late\s+|mid[\s-])?\Z",
    re.I,
)
_REMEDY = lazy(r"\b(?:treated|managed|controlled)\s+with\s+(?:\w+\s+){0,2}\Z", re.I)
_STILL_GIVEN = lazy(r"\s?,?\s(?:which\s)?(?:is|are)\s(?:still\s)?(?:ongoing|continu\w+|being\sgiven)\b", re.I)


def period(timeline: Timeline, fact: Fact, clause: tuple[int, int]) -> tuple[When | None, When | None]:
    """Return start and end of a treatment as its own sentence states them; *clause* is where its words stand."""
    context = timeline.context
    listed = timeline.listed(fact)
    if listed is not None:
        start = next((t for t in listed if t.role in ("start", "point")), None)
        end = next((t for t in listed if t.role == "end"), None)
        return (start.when if start else None), (end.when if end else None)
    ticks = [t for t in timeline.around(fact) if not timeline.near.in_brackets(t, fact)]
    if ticks and (item := timeline.item(fact)):
        ticks = [t for t in ticks if item[0] <= t.fact.start < item[1]]
    ticks = [t for t in ticks if not of_item_behind(context.text, fact, t.fact.start)]
    # "(on tacrolimus) had carcinomas removed since 2007"
    ticks = [t for t in ticks if not outside(context.text, fact.end, t.fact.start)]
    # "FOLFOX from January to April, followed by bevacizumab"
    ticks = [t for t in ticks if not NEXT_ONE.search(context.text, t.fact.end, fact.start)]
    if _REMEDY.search(context.text, max(clause[0], fact.start - 40), fact.start):
        # "rash (20 May to 3 June, treated with hydrocortisone)": the days of the rash
        ticks = [t for t in ticks if t.fact.start >= fact.end or not opened(context.text, clause[0], t.fact.start)]
        if not ticks:
            return None, None
    own = timeline.stated(fact)
    # "until progression in June 2017, when docetaxel was started": the end of one, the start of the other
    turned = [t for t in ticks if t.role != "start" and WHEN.match(context.text, t.fact.end)]
    start = next((t for t in ticks if t.role == "start"), None)
    ends = [t for t in ticks if t.role == "end" and not (t in turned and t.fact.start < fact.start)]
    # "completed FOLFOX in March 2017 and received bevacizumab": the end is not that of what came then
    end = next((t for t in ends if (t.fact.start >= fact.end or not t.led) and not _by_then(context, t)), None)
    if end and opened(context.text, end.fact.end, fact.start):
        end = None  # "stopped in May for pneumonitis (prednisone 1 mg/kg)"
    if end and end.fact.start >= fact.end and timeline.near.outlived(fact, end):
        end = None
    if end and end.fact.start >= fact.end and timeline.near.of_next_one(fact, end, start):
        end = None  # "A was followed by B (15 cycles until May 2017)"
    if end and _PAUSED.search(context.text, fact.end, max(fact.end, end.fact.start)):
        end = None  # "was withheld from 2 March to 16 March and resumed": the end of the pause
    if end and _STILL_GIVEN.match(context.text, fact.end):
        end = None  # "along with letrozole, which is ongoing"
    if turned and turned[-1].fact.start < fact.start and (start is None or start.fact.end <= turned[-1].fact.start):
        start = turned[-1]
    if (
        end
        and not start
        and end.fact.end <= fact.start
        and (BREAK.search(context.text, end.fact.end, fact.end + 40) or timeline.near.ended_another(fact, end))
    ):
        end = None  # "until April 2017, followed by docetaxel"
    a, b = clause
    if own and own.fact.start >= fact.end:
        b = own.fact.end  # "was begun in March 2019, and he remains well": begun then
    if start is None and own and own.role == "point" and not _GOES_ON.search(context.text, a, b):
        begun = (
            not changed_then(context.text, fact, own)
            and not under_way(context.text, a, fact.start)
            and not _later_cycle(context, fact, own, a)
        )
        start = own if begun else None
    if start is None and end is not None and end.fact.start >= fact.end:
        start = begun_before(context.text, ticks, fact, a)
    if own and start and own.role == "point" and start.fact.end <= fact.start and fact.end <= own.fact.start:
        start = own  # "since 11/2020 relapse, irradiation 30 Gy 12/2020"
    if start and start.fact.start >= fact.end:
        whole = end is not None and 0 < end.fact.start - start.fact.end < 8
        if timeline.near.begun_last(fact, start.fact.start, whole=whole):
            start, end = None, None if whole else end
    if end is not None and start is not None and precedes(end.when.value, start.when.value):
        end = None
    return (start.when if start else None), (end.when if end else None)


def _by_then(context: Context, tick: Tick) -> bool:
    """Say whether "by June" tells of something that was reached, and not of an end."""
    text, low = context.text, context.sentences[tick.fact.sentence].start
    return BY.search(text, low, tick.fact.start) is not None and not _ENDING.search(text, low, tick.fact.start)


def _later_cycle(context: Context, fact: Fact, own: Tick, low: int) -> bool:
    """Say whether a date is that of a later cycle: "cycle 14 of nivolumab on", "atezolizumab, C4 on"."""
    text = context.text
    return _LATER_CYCLE.search(text, max(low, fact.start - 40), fact.start) is not None or (
        own.fact.start >= fact.end and _CYCLE_ON.search(text, fact.end, own.fact.start) is not None
    )
