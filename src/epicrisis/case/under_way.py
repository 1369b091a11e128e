"""Whether a date is of what happened under a treatment, and not of the treatment's start.

"On letrozole she had progression in May 2019" tells when the disease progressed; since when she
took letrozole is not told.
"""

from __future__ import annotations

import re

from epicrisis.kept import lazy

_BEGUN = r"start\w*|beg[aiu]n|initiat\w*|commenc\w*|plac\w+|put|switch\w*|chang\w+|convert\w*|restart\w*"
# "on letrozole", "under treatment with osimertinib", but not "was started on letrozole"
_UNDER = lazy(
    rf"(?<![\w-])(?P<begun>(?:{_BEGUN})\s+(?:\w+\s+){{0,2}}?)?"
    r"(?:on|under|while\s+(?:on|taking|receiving)|(?:was|were|had\s+been|been)\s+(?:already\s+|still\s+)?(?:taking|receiving)|during)\s+"
    r"(?:(?:the|an?|his|her|adjuvant|neoadjuvant|maintenance|continuous|ongoing|oral|intravenous|[\w-]+[\s-]line|systemic|palliative|single-agent)\s+)*"
    r"(?:(?:treatment|therapy|chemotherapy|immunotherapy|monotherapy|maintenance)\s+with\s+)?\Z",
    re.I,
)
# what is done with a drug: the date behind it is the drug's
_DONE_WITH = (
    rf"{_BEGUN}|given|gave|administ\w+|receiv\w+|add(?:ed|ition)|introduc\w+|prescrib\w+|treat\w+|resum\w+|re-?init\w+"
    r"|used|took|taken|underwent|stopp\w+|discontinu\w+|complet\w+|finish\w+|end(?:ed|ing)|ceas\w+|held|withh\w+|withdr\w+"
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
_VERB = lazy(rf"(?<![\w-])(?:(?P<happened>{_HAPPENED})|(?P<done>{_DONE_WITH}))(?![\w-])", re.I)


def under_way(text: str, clause: int, start: int) -> bool:
    """Say whether words between *clause* and *start* tell that the treatment at *start* was being taken."""
    cue = _UNDER.search(text, max(clause, start - 90), start)
    return cue is not None and not cue["begun"]


def happened_since(text: str, end: int, date: int) -> bool:
    """Say whether the last that is told between a treatment's *end* and a *date* behind it is what followed."""
    verbs = list(_VERB.finditer(text, end, date))
    if not verbs or not verbs[-1]["happened"]:
        return False
    done = [v for v in verbs if v["done"]]
    # "was added when the tumour progressed in June": it was added then
    return not (done and _WHEN.search(text, done[-1].end(), verbs[-1].start()))
