"""Observation: vital signs, by the rules that FHIR ties to their LOINC codes."""

from __future__ import annotations

from epicrisis.case.model import Item, When
from epicrisis.fhir import clean, is_date
from epicrisis.mapping.chart import ABSENT, Chart, Resource
from epicrisis.mapping.quantity import quantity, range_of, simple
from epicrisis.mapping.spec import spec


def map_vital_sign(item: Item, chart: Chart) -> list[Resource]:
    """Return the Observation of a vital sign; a diastolic pressure joins its systolic."""
    code = vital_code(item, chart)
    partner = _partner(item, chart, code)
    data = spec("vital_sign")
    if partner and code == data.codes["diastolic"][0]["code"]:
        return []
    common = spec("common")
    remarks: list[str] = []
    sign = chart.new("Observation", item)
    sign["status"] = "final"
    sign["category"] = [chart.coded(common, "vital-signs")]
    if partner:
        sign["code"] = chart.coded(data, "panel", text="blood pressure")
    else:
        sign["code"] = chart.concept(item.concept, clean(item.text), item.codings)
    sign["subject"] = chart.subject
    _effective(sign, item, chart, remarks)
    if partner:
        pair = (("systolic", item), ("diastolic", partner))
        sign["component"] = [
            {"code": chart.coded(data, name), "valueQuantity": _number(part, code)} for name, part in pair
        ]
    else:
        _value(sign, item, code, chart, remarks)
    flag = common.words("interpretation").get(item.detail.get("interpretation", ""))
    if flag:
        sign["interpretation"] = [chart.coded(common, flag)]
    return [chart.finish(sign, item, notes=remarks)]


def vital_code(item: Item, chart: Chart) -> str | None:
    """Return the LOINC code of a vital sign that an item carries, if it does."""
    data = spec("vital_sign")
    codings = item.codings if item.codings is not None else chart.codings(item.concept)
    known = data.data["units"]
    loinc = data.url("loinc")
    return next((c["code"] for c in codings if c["system"] == loinc and c["code"] in known), None)


def _partner(item: Item, chart: Chart, code: str | None) -> Item | None:
    """Return the other pressure of the same words, where both are numbers."""
    data = spec("vital_sign")
    pair = {data.codes[n][0]["code"] for n in ("systolic", "diastolic")}
    if code not in pair or not item.spans or _number(item, code) is None:
        return None
    for other in chart.measured(item):
        found = vital_code(other, chart)
        if found in pair - {code} and _number(other, found) is not None:
            return other
    return None


def _number(item: Item, code: str | None) -> Resource | None:
    """Return the value in a unit that the profile allows, or None."""
    data = spec("vital_sign")
    number = quantity(item.detail)
    if number is None or code is None:
        return None
    allowed = data.data["units"][code]
    code_as_written = str(number.get("code", ""))
    unit: str = data.words("same").get(code_as_written, code_as_written)
    if not unit and "unit" not in number:
        unit = data.words("only").get(code, "")
    if unit not in allowed:
        return None
    return {**number, **simple(number["value"], unit), "unit": number.get("unit", unit)}


def _value(sign: Resource, item: Item, code: str | None, chart: Chart, remarks: list[str]) -> None:
    detail, common = item.detail, spec("common")
    number = _number(item, code)
    if number:
        sign["valueQuantity"] = number
        if not detail.get("unit"):
            remarks.append("The unit is not stated; it is the only one of this sign.")
        return
    # what cannot keep the rules of the code stays in words
    loinc = spec("vital_sign").url("loinc")
    kept = [c for c in sign["code"].pop("coding", ()) if c["system"] != loinc]
    if kept:
        sign["code"]["coding"] = kept
    high = detail.get("valueHigh")
    span = range_of(detail.get("value"), high, detail.get("unit"), detail.get("ucum"))
    words = clean(str(detail.get("resultText") or detail.get("interpretation") or ""))
    plain = quantity(detail)
    if span and high and len(span) == 2:
        sign["valueRange"] = span
    elif plain:
        sign["valueQuantity"] = plain
    elif words:
        sign["valueCodeableConcept"] = {"text": words}
    else:
        sign["dataAbsentReason"] = chart.coded(common, "unknown")


def _effective(sign: Resource, item: Item, chart: Chart, remarks: list[str]) -> None:
    """Set the time: the profiles ask for a day, so a month or a year is the Period it lies in."""
    when: When | None = item.when or item.start
    if when is None or not is_date(when.value):
        unknown = {"url": ABSENT, "valueCode": "unknown"}
        sign["effectivePeriod"] = {"extension": [unknown]}
    elif len(when.value) == 10:
        chart.date(sign, "effectiveDateTime", when, item)
    else:
        sign["effectivePeriod"] = {"start": when.value, "end": when.value}
        remarks.append(f"Measured at some time in {when.value}.")
