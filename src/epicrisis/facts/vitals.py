"""Vital signs and body measures: blood pressure, pulse, breathing, temperature, saturation, weight,
height, BMI.

Fact kind: lab, with the value of `labs` and "vital": true; a blood pressure is two facts of the
same words.
"""

from __future__ import annotations

import re

from epicrisis.facts import resultwords
from epicrisis.facts.context import Context
from epicrisis.facts.lab_steps import former
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import rx, stems
from epicrisis.facts.quantity import decimal, read_value, writes_comma
from epicrisis.facts.unit_codes import unit_code

_LEAD = (
    r"(?:[\s:=,(–-]|\((?:BP|HR|RR|BMI|bpm)\)|\b(?:was|were|is|of|at|to"
    r"|the|a|with|remained|around|about|approximately|measured|recorded"
    r"|found|being|had|reading|readings|value|rose|increased|dropped"
    r"|fell|decreased|elevated|normal|low|high|raised|up|on|admission"
    r"|presentation|examination|in|arm|right|left|her|his|room|air|while"
    r"|ambient|rest|constant|kept|as|slightly|mildly|stable|regular|rhythm"
    r"|heart|rate|unrecordable|initial|between|from|ranged|mm\s?Hg)\b){0,16}"
)
_BP = rx(
    rf"\b(?P<n>(?:(?:arterial|systemic|systolic|office)\s+)?(?:blood\s+)?pressure"
    rf"|BP|RR)\b(?P<lead>{_LEAD})(?P<s>\d{{2,3}})\s?(?P<u1>mm\s?Hg)?\s?[/"
    rf"|]\s?(?P<d>\d{{2,3}})\s?(?P<u>mm\s?\.?\s?Hg)?(?![\d/])",
    re.I,
)
_PRESSURES = stems("pressure bp rr")
_LOOSE = rx(
    r"\b(?:blood\s+pressure|BP|hypotensi(?:on|ve)|hypertensi(?:on|ve)|h"
    r"(?:a)?emodynamic\w*|vital\s+signs|shock)\b[^.;]{0,70}\Z",
    re.I,
)
_FIRST = rx(r"blood\s+pressure|vital\s+signs|\w+", re.I)
_BARE_BP = rx(r"(?<![\d/.])(?P<s>\d{2,3})\s?/\s?(?P<d>\d{2,3})\s?(?P<u>mm\s?\.?\s?Hg)\b")
_SIGNS = (
    (
        "heart rate",
        stems("heart pulse cardiac ventricular hr pr"),
        rx(
            rf"\b(?P<n>(?i:heart\s+rate|pulse(?:\s+rate)?|(?:heart|cardiac)\s+frequency"
            rf"|ventricular\s+rate)|HR|PR)\b(?P<lead>{_LEAD})(?=(?:over\s+|above\s+|[<>]\s?)?\d{{2,3}}\b(?!\s?/\s?\d"
            rf"|\s?%|\s+(?:years|months|weeks|days|hours)))"
        ),
        ("/min", "{beats}/min"),
        (20, 300),
    ),
    (
        "respiratory rate",
        stems("respiratory breathing rr"),
        rx(
            rf"\b(?P<n>(?i:respirat(?:ory|ion)(?:\s+rate)?|breathing\s+rate)|RR)\b"
            rf"(?P<lead>{_LEAD})(?=\d{{1,2}}\b(?!\s?/\s?\d\d|\s?%))"
        ),
        ("/min",),
        (4, 80),
    ),
    (
        "body temperature",
        stems("temperature fever febrile pyrexia t"),
        rx(
            rf"\b(?P<n>(?:body\s+|axillary\s+|oral\s+|tympanic\s+|rectal\s+)?temperature"
            rf"|fever|temp|febrile|pyrexia|T)\b(?P<lead>{_LEAD})(?=\d{{2,3}}(?:[.,]\d{{1,2}})?\s?"
            rf"(?:[°º˚]|℃|℉|degrees|C\b|F\b)|3[4-9][.,]\d(?!\d|\s?%))",
            re.I,
        ),
        ("Cel", "[degF]"),
        (30, 110),
    ),
    (
        "arterial oxygen saturation",
        stems("oxygen o2 spo2 sao2 saturation sats pulse"),
        rx(
            rf"\b(?P<n>oxygen\s+saturation|O2\s+sat(?:uration)?s?|SpO2|SaO2|saturations?"
            rf"|sats|pulse\s+oximetry)\b(?P<lead>{_LEAD})(?=\d{{2,3}}"
            rf"(?:[.,]\d)?\s?%)",
            re.I,
        ),
        ("%",),
        (30, 100),
    ),
    (
        "body weight",
        stems("weight weighed wt"),
        rx(
            rf"\b(?P<n>(?:body\s+)?weight|weighed|weighing|weighs|Wt)\b(?P<lead>{_LEAD})"
            rf"(?<!\s[-–−])(?=\d{{1,3}}(?:[.,]\d{{1,2}})?\s?(?:kg|kilograms?|lbs?"
            rf"|pounds)\b)",
            re.I,
        ),
        ("kg", "[lb_av]"),
        (1, 400),
    ),
    (
        "body height",
        stems("height ht"),
        rx(
            rf"\b(?P<n>(?:body\s+)?height|Ht)\b(?P<lead>{_LEAD})(?=\d{{1,3}}(?:[.,]\d{{1,2}})?\s?"
            rf"(?:cm|m)\b)",
            re.I,
        ),
        ("cm", "m"),
        (1, 250),
    ),
    (
        "body mass index",
        stems("index bmi"),
        rx(
            rf"\b(?P<n>body\s+mass\s+index|BMI)\b(?P<lead>(?:\s*\(BMI\))?{_LEAD})"
            rf"(?=\d{{2}}(?:[.,]\d{{1,2}})?(?!\d))",
            re.I,
        ),
        ("kg/m2",),
        (8, 90),
    ),
)
# in small letters
_SPEAKS = (
    "pressure", "bp", "rr", "hr", "pr", "pulse", "heart", "frequency", "rate", "temp", "fever", "febrile", "sat",
    "oxim", "spo2", "sao2", "weigh", "wt", "height", "ht", "bmi", "mass index", "cardi",
)  # fmt: skip
_SPEAKS_TOO = rx(r"mm\s?hg|t\b")
# what may stand first in the name of a sign
_LEADS = stems("body axillary oral tympanic rectal arterial systemic systolic office blood")
_PRESSURE_BEGINS = _PRESSURES | _LEADS
_SIGNS_BEGIN = tuple((sign, sign[1] | _LEADS) for sign in _SIGNS)
_ANY = frozenset().union(_PRESSURES, *(sign[1] for sign in _SIGNS))
_NOT_PATIENT = rx(
    r"\b(?:intracranial|venous|pulmonary|intraocular|ventricular|portal"
    r"|wedge|residual|sphincter|opening|CSF|airway|birth|specimen|tumou?r"
    r"|mass|spleen|liver|atrial|intra-abdominal)\s+\Z",
    re.I,
)


def extract(context: Context) -> list[Fact]:
    """Return lab facts of vital signs."""
    facts: list[Fact] = []
    comma = writes_comma(context.text)
    text = context.text
    told = context.having(_ANY)
    signs = [(sign, begins, context.having(sign[1])) for sign, begins in _SIGNS_BEGIN] if told else []
    for i, s in context.patient_sentences():
        bare = text.find("Hg", s.start, s.end) >= 0
        if not (bare or i in told):
            continue
        small = context.small(i)
        if not (any(word in small for word in _SPEAKS) or _SPEAKS_TOO.search(small)):
            continue
        found: list[Fact] = []
        pressures = list(context.find(_BP, _PRESSURE_BEGINS, s.start, s.end)) if context.may(i, _PRESSURES) else []
        for m in (*pressures, *(_BARE_BP.finditer(text, s.start, s.end) if bare else ())):
            if not _NOT_PATIENT.search(text, max(s.start, m.start() - 20), m.start()) and not any(
                f.value["valueSpan"][0] == m.start("s") for f in found
            ):
                found += _pressure(context, m, s.start)
        for (name, _, pattern, units, (least, most)), begins, where in signs:
            for m in context.find(pattern, begins, s.start, s.end) if i in where else ():
                if _NOT_PATIENT.search(text, max(s.start, m.start() - 20), m.start()):
                    continue
                quantity = read_value(text, m.end(), s.end, comma=comma)
                if (
                    quantity is None
                    or not least <= float(quantity.value) <= most
                    or (quantity.unit in ("kg", "%") and name not in ("body weight", "arterial oxygen saturation"))
                ):
                    continue
                unit = quantity.unit
                if name == "body mass index" and unit and not unit.lower().startswith("kg"):
                    continue
                value: dict[str, object] = {
                    "vital": True,
                    "value": quantity.value,
                    "valueSpan": [quantity.start, quantity.end],
                }
                if quantity.value2:
                    value["value2"] = quantity.value2
                if quantity.comparator:
                    value["comparator"] = quantity.comparator
                code = unit_code(context.terms, unit, units)
                if unit:
                    value["unit"] = unit
                if code:
                    value["ucum"] = code
                if any(
                    f.value["valueSpan"][0] < quantity.end and quantity.start < f.value["valueSpan"][1] for f in found
                ):
                    continue
                _judged(context, value, m.start("lead"), m.end())
                named, concept = m.span("n"), _concept(context, name)
                found.append(context.fact("lab", *named, concept=concept, value=value))
                before = former(context, quantity.end, unit, s.end, comma=comma) if unit else None
                if before:  # "68.4 kg (74 kg in January)"
                    kept = {k: value[k] for k in ("vital", "unit", "ucum") if k in value}
                    place = {"value": before.value, "valueSpan": [before.start, before.end], "course": "from"}
                    found.append(context.fact("lab", *named, concept=concept, value=kept | place))
        facts += found
    return facts


def _pressure(context: Context, m: re.Match[str], low: int) -> list[Fact]:
    if not (40 <= int(m["s"]) <= 300 and 20 <= int(m["d"]) <= 200 and int(m["s"]) > int(m["d"])):
        return []
    named = "n" in m.groupdict()
    if named and m["n"].upper() == "RR" and not m["u"]:
        return []
    start, end = (m.start("n"), m.end("n")) if named else (m.start(), m.end())
    if not named:
        loose = _LOOSE.search(context.text, max(low, m.start() - 100), m.start())
        word = _FIRST.match(loose.group()) if loose else None
        if loose and word:
            start, end = loose.start(), loose.start() + word.end()
    made = []
    for part, name in (("s", "systolic blood pressure"), ("d", "diastolic blood pressure")):
        value: dict[str, object] = {
            "vital": True,
            "value": decimal(m[part]),
            "valueSpan": [m.start("s"), m.end()],
        }
        if m["u"] or (named and m["u1"]):
            value["unit"] = "mm Hg"
            code = unit_code(context.terms, "mm Hg", ("mm[Hg]",))
            if code:
                value["ucum"] = code
        if named:
            _judged(context, value, m.start("lead"), m.end("lead"))
        made.append(context.fact("lab", start, end, concept=_concept(context, name), value=value))
    return made


def _judged(context: Context, value: dict[str, object], a: int, b: int) -> None:
    words = resultwords.find(context.text[a:b])
    if words and words[-1][2] != "change":
        value["interpretation"] = words[-1][2]
        value["wordSpan"] = [a + words[-1][0], a + words[-1][1]]


def _concept(context: Context, name: str) -> str | None:
    key = f"measurements/{name}"
    return key if context.terms.concept(key) else None
