"""AllergyIntolerance: allergies, stated or denied."""

from __future__ import annotations

from epicrisis.case.model import Item
from epicrisis.fhir import clean
from epicrisis.mapping.chart import Chart, Resource
from epicrisis.mapping.spec import spec


def map_allergy(item: Item, chart: Chart) -> list[Resource]:
    """Return the AllergyIntolerance of a substance, or that none is known."""
    data = spec("allergy")
    detail = item.detail
    allergy = chart.new("AllergyIntolerance", item)
    chart.claim(allergy, data, "allergy")
    substance = detail.get("substance") or item.concept
    words = detail.get("substanceText") or (substance or "").rpartition("/")[2]
    denied = item.negated or bool(detail.get("absent"))
    unspecific = denied and not words
    allergy["clinicalStatus"] = chart.coded(data, "active")
    refuted = item.certainty == "refuted" or (denied and not unspecific)
    allergy["verificationStatus"] = chart.coded(data, "refuted" if refuted else "confirmed")
    if refuted:
        # what is denied has no clinical status
        del allergy["clinicalStatus"]
    if unspecific:
        allergy["code"] = chart.coded(data, "none", text=item.text)
    else:
        allergy["code"] = chart.concept(substance, words or item.text, item.codings)
    allergy["patient"] = chart.subject
    chart.date(allergy, "onsetDateTime", item.when, item)
    if detail.get("criticality") in ("low", "high", "unable-to-assess"):
        allergy["criticality"] = detail["criticality"]
    if detail.get("reaction"):
        allergy["reaction"] = [{"manifestation": [{"text": clean(str(detail["reaction"]))}]}]
    return [chart.finish(allergy, item)]
