"""Acts that are only named to place or to describe something else: "five months after surgery", "post-gastrectomy syndrome"."""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.kept import lazy

DONE_TO = lazy(r"\w+(?:ed|ted)\Z", re.I)
_OF_ACT = lazy(
    r"\s+(?:margins?|output|bag|care|specimens?|fields?|sites?|department|bed|(?:treatment\s+|surgical\s+)?options?|wound|scar|samples?|dissection\s+margins?|status|cavit(?:y|ies)|lines?|planes?|edges?|stump|tract|volume|rate|area|surface|team|clinic|ward|consult\w*|out-?patients?|OPD|service|unit|lab|laborator(?:y|ies)|suites?|rooms?|tables?)\b|\s*-\s*(?:related|associated|induced|free|naive|refractory|resistant|eligible|ineligible|candidates?)\b|\s+(?:in)?eligib\w+",
    re.I,
)
_TIME_BEFORE = lazy(
    r"\b(?:(?:days?|weeks?|months?|years?|hours?|d|mo|wk|yr)\s+(?:after|following|post|since|before|prior\s+to|from)|during|at(?!\s+the)|on\s+the\s+day\s+of)\s+(?:the\s+|her\s+|his\s+|this\s+|initial\s+|first\s+|second\s+|definitive\s+|surgical\s+|primary\s+|last\s+|radical\s+|\d\s+)*\Z",
    re.I,
)
_ON_DAY = lazy(
    r"[^.;,]{0,70}?\s(?:on|in)\s+(?:\d{1,2}\b|[A-Z][a-z]+\s+\d|(?:19|20)\d\d)"
)  # "at lumpectomy on 12 May": done then
_OUT = lazy(
    r"\b(?:remov\w+|extraction|retrieval|explant\w*|withdrawal)\s+(?:of\s+)?(?:the\s+|an?\s+|his\s+|her\s+)?(?:\w+\s+)?\Z",
    re.I,
)
_DEVICES = lazy(
    r"(?:[\w-]+\s+)?(?:stents?|drains?|catheters?|tubes?|ports?|port-a-cath|pacemakers?|implants?|expanders?)\b", re.I
)
_SHOWN = lazy(
    r"\b(?:showed|revealed|confirmed|demonstrated|documented)\s+(?:an?\s+|the\s+)?(?:macroscopic(?:ally)?\s+)?(?:complete|total|gross\s+total|near-total|subtotal|partial)\s+\Z",
    re.I,
)
_TITLED = lazy(r"\s+(?:notes?|reports?|records?|details)\b\s*(?:[:\n]|\Z)", re.I)
_DAY_OF = lazy(r"\b(?:date|day|type|name|indications?)\s+(?:of|for)\s+(?:the\s+)?\Z", re.I)
# "left-to-right shunt", "pulmonary ventilation", "a subacute dissection of the artery": flow, breath and disease
_NO_ACT = {
    "lysi": lazy(r"\b(?:tumou?r|cell|h(?:a)?emo|blood|clot|erythrocyte)\s+(?:cell\s+)?\Z", re.I),
    "shunt": lazy(
        r"\bto[\s‐-―-](?:left|right)\s+\Z|\b(?:intra-?cardiac|intra-?pulmonary|arterio-?venous|bidirectional)\s+\Z",
        re.I,
    ),
    "aspiration": lazy(
        r"\b(?:recurrent|silent|chronic|witnessed|tracheal|laryngeal|repeated|episodes?\s+of|risk\s+of|due\s+to|because\s+of)\s+\Z|\bden(?:ied|ies|ying)\b[^.;]*\Z",
        re.I,
    ),
    "drainage": lazy(r"\b(?:venous|anomalous|direct|lymphatic|purulent|bloody|serous)\s+\Z", re.I),
    "ventilation": lazy(r"\b(?:pulmonary|alveolar|minute|matched|mismatched|lung|reduced|impaired)\s+\Z|/\s?\Z", re.I),
    "dissection": lazy(
        r"\b(?:aort\w+|arter(?:y|ial)|carotid|vertebral|coronary|vascular|intimal|vessel|(?:sub-?)?acute|chronic|spontaneous|traumatic|iatrogenic|residual"
        r"|type\s[AB]|Stanford\s[AB])\s+\Z|\b(?:of|due\s+to)\s+(?:the|an?)\s+\Z"
        r"|\b(?:show\w*|reveal\w*|demonstrat\w*|suggest\w*|found|detected|confirmed|suspected|developed)\s+(?:an?\s+|the\s+)?(?:[\w-]+\s+){0,2}\Z",
        re.I,
    ),
}
_NO_ACT_AFTER = {
    "aspiration": lazy(r"\s+(?:pneumoni\w+|events?|risk)\b", re.I),
    "drainage": lazy(r"\s+(?:of\s+(?:the\s+)?(?:\w+\s+){0,2}veins?\b|into\s+the\s+(?:right\s+|left\s+)?atri)", re.I),
    "ventilation": lazy(r"\s*(?:/\s?|and\s+|function|defects?|scan)", re.I),
    "dissection": lazy(
        r"\s+(?:of|in|at)\s+(?:the\s+|his\s+|her\s+)?(?:[\w-]+\s+){0,3}?(?:aorta|arter(?:y|ies)|artery|vessel|LAD|LMCA|RCA)\b(?!\s+nodes?)|\s+(?:flap|membrane)\b"
        r"|\s+(?:was|were)\s+(?:found|seen|suspected|visible|detected|diagnosed)\b",
        re.I,
    ),
}
# "occlusion of both grafts", "a patent stent", "shunt malfunction": what an earlier act had put in
_IN_PLACE = lazy(
    r"\b(?:patent|occluded|stenosed|stenotic|thrombosed|obstructed|blocked|functioning|malfunctioning|existing|dislocated|migrated)\s+\Z"
    r"|\b(?:occlusion|stenosis|restenosis|thrombosis|obstruction|malfunction|dysfunction|patency|migration|dislocation)\s+of\s+(?:the\s+|both\s+|an?\s+|his\s+|her\s+)?(?:[\w-]+\s+){0,2}\Z",
    re.I,
)
_FAILING = lazy(
    r"\s+(?:malfunction\w*|failure|thrombosis|occlusion|obstruction|infection|dysfunction|patency|stenosis|migration)\b",
    re.I,
)
_PUT_IN = frozenset({"shunt", "graft", "stent", "bypas", "bypass", "stoma", "anastomosi", "anastomosis"})


def no_act(text: str, start: int, end: int, low: int, high: int) -> bool:
    """Say whether a word that often names an act names a flow, a disease or what an act of before has left."""
    word = text[start:end].lower()
    kind = word.removesuffix("s")
    before = _NO_ACT.get(kind)
    if before and before.search(text, max(low, start - 90), start):
        return True
    after = _NO_ACT_AFTER.get(kind)
    if after and after.match(text, end, high):
        return True
    return kind in _PUT_IN and bool(
        _IN_PLACE.search(text, max(low, start - 60), start) or _FAILING.match(text, end, high)
    )


# "Dr. Alvarez, Breast Surgery", "From: Vascular Surgery": who, and not what
_SPECIALTY = lazy(
    r"(?:\b(?:Dr|Prof|Mrs?|Ms|Professor|Doctor)\.?\s+(?:[A-Z][\w'’.-]*\s){0,3}?[A-Z][\w'’-]+,?\s|\b(?i:referring|consultant|attending|department|service|from|to|cc|via|by)\s?:\s?)(?:[A-Z][a-z&]+\s+){0,3}\Z"
)
_BARE_SURGERY = lazy(r"(?:[A-Z][a-z&]+\s+){0,3}Surgery\Z")
_WEANED = lazy(r"weaned\Z", re.I)
_OFF_BY = lazy(r"\s+(?:off|down)\s*(?:[.,;)(]|(?:in|on|by|over|since|from|\d)\b|\Z)", re.I)
# "weaned off her tracheostomy", "off prednisone": what is no support of breath or circulation
_OFF_ANOTHER = lazy(
    r"\s+off\s+(?:of\s+)?(?:(?:the|her|his)\s+)?(?!(?:the|her|his|mechanical|ventilat\w*|vent|respirat\w*|oxygen|O2|CPAP|BiPAP|high-flow|inotrop\w*|vaso\w*|bypass|ECMO|extracorporeal|dialysis|support|life)\b)\w",
    re.I,
)
_DOSED = lazy(r"\d\s?(?:m|mc|µ)?g\b[^.;]{0,20}\Z")
_LINE_OUT = lazy(r"\s+(?:removed|out(?!\s+of)|taken\s+out|pulled|explanted)\b", re.I)
_DEVICE_NAME = lazy(r"\b(?:lines?|catheters?|ports?|PICC|tubes?|stents?|drains?|PEG|RIG|pacemaker)\Z", re.I)


def _of_something_else(text: str, start: int, end: int, low: int, high: int) -> bool:
    """Say whether words name who operates, a drug that was weaned off, or what was taken out."""
    if _BARE_SURGERY.match(text, start, end) and _SPECIALTY.search(text, max(low, start - 60), start):
        return True
    if _WEANED.match(text, start, end):
        return bool(
            _OFF_BY.match(text, end, high)
            or _OFF_ANOTHER.match(text, end, high)
            or _DOSED.search(text, max(low, start - 30), start)
        )
    return _LINE_OUT.match(text, end, high) is not None and _DEVICE_NAME.search(text, start, end) is not None


def points_back(context: Context, start: int, end: int, low: int, high: int) -> bool:
    """Say whether an act is only named to place or describe something else ("five months after surgery")."""
    text = context.text
    if _OF_ACT.match(text, end, high) or _of_something_else(text, start, end, low, high):
        return True
    if (
        lazy(r"\b(?:mismatch|DNA|recombination|excision)[\s-]+\Z", re.I).search(text[max(low, start - 16) : start])
        and text[start:end].lower() == "repair"
    ):
        return True
    if lazy(r"R[012]\s").match(text[start:end]) and text[max(low, start - 1) : start] == "(":
        return True  # "en bloc resection (R1 resection)"
    if _OUT.search(text, max(low, start - 30), start) and _DEVICES.match(text, start, end):
        return True  # "removal of the stent" puts none in
    if _TITLED.match(text, end, high) or _DAY_OF.search(text, max(low, start - 16), start):
        return True  # "OPERATION NOTE", "Date of operation: ..."
    if _SHOWN.search(text, max(low, start - 45), start):
        return True  # "MRI revealed a complete removal of the tumour"
    if lazy(r"\bpost-?\Z", re.I).search(text[max(low, start - 5) : start]):
        return True  # "post-gastrectomy syndrome"
    if (
        DONE_TO.match(text[start:end])
        and lazy(r"\b(?:the|this|these|each)\s+\Z", re.I).search(text[max(low, start - 8) : start])
        and lazy(r"\s+[a-z]").match(text[end:high])
    ):
        return True  # "the resected specimen"
    if lazy(
        r"\b(?:not\s+amenable\s+to|department\s+of|benefits?\s+of|risks?\s+of|referr\w+\s+(?:to|for)|candidate\s+for|indications?\s+for)\s+(?:the\s+)?(?:[a-z]+\s+){0,2}\Z",
        re.I,
    ).search(text[max(low, start - 50) : start]):
        return True
    then = _TIME_BEFORE.search(text, max(low, start - 45), start)
    return then is not None and not (then.group().startswith("at ") and _ON_DAY.match(text, end, high))
