"""Whether a date is of what happened under a treatment, and not of the treatment's start.

"On letrozole she had progression in May 2019" tells when the disease progressed; since when she
took letrozole is not told.
"""

from __future__ import annotations

import re

from epicrisis.case.tick import Tick
from epicrisis.facts import Context, Fact
from epicrisis.facts.dose_sharing import EARLIER
from epicrisis.facts.patterns import stems
from epicrisis.kept import lazy

_BEGUN = r"start\w*|beg[aiu]n|initiat\w*|commenc\w*|plac\w+|put|switch\w*|chang\w+|convert\w*|restart\w*"
# "on letrozole", "under treatment with osimertinib", but not "was started on letrozole"
_UNDER = lazy(
    rf"(?<![\w-])(?P<begun>(?:{_BEGUN})\s+(?:\w+\s+){{0,2}}?)?"
    r"(?:on|under|while\s+(?:on|taking|receiving)|(?:was|were|had\s+been|been)\s+(?:already\s+|still\s+)?(?:taking|receiving)|during)\s+"
    r"(?:(?:the|an?|his|her|adjuvant|neoadjuvant|maintenance|continuous|ongoing|oral|intravenous|[\w-]+[\s-]line|systemic|palliative|single-agent)\s+)*"
    r"(?:(?:treatment|therapy|chemotherapy|immunotherapy|monotherapy|maintenance)\s+with\s+)?"
    r"(?:[\w-]+(?:,\s[\w-]+)*,?\s(?:and|plus)\s)?\Z",  # "on tacrolimus and mycophenolate"
    re.I,
)
# what is done with a drug: the date behind it is the drug's
_DONE_WITH = (
    rf"{_BEGUN}|given|gave|administ\w+|receiv\w+|add(?:ed|ition)|introduc\w+|prescrib\w+|treat\w+|resum\w+|re-?init\w+"
    r"|used|took|taken|underwent|stopp\w+|discontinu\w+|complet(?:ed|es|ing|ion)|finish\w+|end(?:ed|ing)|ceas\w+|held|withh\w+|withdr\w+"
    r"|reduc\w+|escalat\w+|approv\w+|delay\w+|plann\w+|decid\w+|recommend\w+|offer\w+|repeat\w*|performed|continu\w+|maintain\w*"
)
# what happened meanwhile: the date behind it is its own
_HAPPENED = (
    r"achiev\w+|attain\w+|reached|develop(?:ed|s)|had(?!\s+(?:been|to\b))|experienc\w+|suffered|notic\w+|noted|complain\w+|present(?:ed|s)"
    r"|progress(?:ed|es)|relaps(?:ed|es)|recurred|recurs|died|responded|led\s+to|result(?:ed|ing)\s+in|showed|revealed|demonstrated"
    r"|confirmed|disclosed|detected|found|discovered|diagnosed|admitted|hospitali[sz]ed|seen|readmitted|referred|occurred|appeared|disappeared|resolved"
    r"|improved|worsened|deteriorated|declined|fell|rose|normali[sz]ed|became|emerged|remained|was\s+(?:well\s+)?tolerated"
)
_WHEN = lazy(r"\bwhen\b", re.I)
_VERB_STEMS = stems(
    "start began begin begun initiate commence place switch change convert restart given gave administer receive added"
    " addition introduce prescribe treat resume re reinitiate used took taken underwent stopp discontinue complete finish"
    " ended ending ceased held withheld withdrew reduce escalate approve delay plann decide recommend offer repeat"
    " performed continue maintain achieve attain reached develop had experience suffered notice noted complain present"
    " progress relapse recur died responded led result showed revealed demonstrated confirmed disclosed detected found"
    " discovered diagnosed admitted hospital seen readmitted referred occurred appeared disappeared resolved improved"
    " worsened deteriorated declined fell rose normal became emerged remained was put"
)
_VERB = lazy(rf"(?<![\w-])(?:(?P<happened>{_HAPPENED})|(?P<done>{_DONE_WITH}))(?![\w-])", re.I)


def under_way(text: str, clause: int, start: int) -> bool:
    """Say whether words between *clause* and *start* tell that the treatment at *start* was being taken."""
    cue = _UNDER.search(text, max(clause, start - 90), start)
    return cue is not None and not cue["begun"]


_DOSE = (
    r"(?:reduced|increased|escalated|de-?escalated|lowered|decreased|tapered|adjusted|interrupted|paused|withheld|held)"
)
_CHANGED = lazy(
    rf"\b(?:was|were)\s+(?:then\s+|later\s+|subsequently\s+)?{_DOSE}\b"
    # "80 mg, reduced to 40 mg in", but not "FOLFOX, reduced dose, in"
    rf"|(?:[,;(]\s?(?:and\s|but\s)?|\band\s|\bthen\s|\blater\s)(?:then\s|later\s|subsequently\s)?(?:dose[\s-](?:was\s)?)?{_DOSE}\b(?!\s(?:dos|intens|sched|freq))"
    r"|\bdose[\s-](?:reduction|escalation|increase|adjustment)s?\b",
    re.I,
)
_NOW_CHANGED = lazy(
    rf"(?:\s\d[^.;,]{{0,20}}?)?\s(?:was|were|had\sto\sbe)\s(?:then\s|later\s|subsequently\s|dose[\s-])?{_DOSE}\b", re.I
)
_WAS_BEGUN = lazy(r"\b(?:start|beg[aiu]n|initiat|commenc|given|gave|receiv|administ|introduc)\w*", re.I)


def changed_then(text: str, treatment: Fact, tick: Tick) -> bool:
    """Say whether the date of a treatment is that of a change: "80 mg, reduced to 40 mg in July"."""
    a, b = treatment.end, tick.fact.start
    if b < a:  # "in January 2020 sorafenib was reduced", "the dose of sorafenib was reduced"
        return _NOW_CHANGED.match(text, a) is not None
    return _CHANGED.search(text, a, b) is not None and not _WAS_BEGUN.search(text, a, b)


# between two treatments: what follows is told of the second alone
_OTHERWISE = lazy(
    r";|\b(?:was|were|had|stopped|discontinued|then|followed|after|before|progress\w*|fail\w*|until|but|received|underwent|when|because|due|developed|showed|achiev\w+)\b",
    re.I,
)
_TOGETHER = lazy(
    r"\s*(?:was|were)\s+(?:then\s+|also\s+)?(?:added|combined|given|administered|continued|started|initiated|resumed)\s+"
    r"(?:to|with|together|along(?:side)?|in\s+combination|concurrent\w*|concomitant\w*)\b",
    re.I,
)
_BRACKETS = lazy(r"\([^()]*\)")
_SWITCHED = lazy(r"\b(?:switched|changed|converted|replaced|substituted)\b", re.I)


def another_since(text: str, low: int, treatment: tuple[int, int], last: int, *, whole: bool) -> bool:
    """Say whether the treatment that begins at *last* is another course than the one at *treatment* before it.

    "After docetaxel, cabazitaxel was started in May": docetaxel was not. A *whole* period is told of a sequence too:
    "AC followed by paclitaxel was given from April to September".
    """
    start, end = treatment
    inside = [m.span() for m in _BRACKETS.finditer(text, end, last)]
    if _TOGETHER.match(text, end, last) or _SWITCHED.search(text, end, last):
        return False  # the day of a switch ends the first
    for m in _OTHERWISE.finditer(text, end, last):
        sequence = whole and m.group().lower() in ("followed", "then")
        if not sequence and not any(a < m.start() < b for a, b in inside):
            return True
    return text[end:last].rstrip().endswith(",") and EARLIER.search(text, low, start) is not None


def happened_since(context: Context, end: int, date: int) -> bool:
    """Say whether the last that is told between a treatment's *end* and a *date* behind it is what followed."""
    verbs = list(context.find(_VERB, _VERB_STEMS, end, date))
    if not verbs or not verbs[-1]["happened"]:
        return False
    done = [v for v in verbs if v["done"]]
    # "was added when the tumour progressed in June": it was added then
    return not (done and _WHEN.search(context.text, done[-1].end(), verbs[-1].start()))
