"""Which mapping module makes what, and in which order the resources stand."""

from __future__ import annotations

from collections.abc import Callable

from epicrisis.case.model import Case, Item, Patient
from epicrisis.errors import UsageError
from epicrisis.fhir import edition
from epicrisis.mapping.adverse_event import map_adverse_event
from epicrisis.mapping.allergy import map_allergy
from epicrisis.mapping.chart import Chart, Resource
from epicrisis.mapping.condition import map_condition, map_denied
from epicrisis.mapping.document import map_document
from epicrisis.mapping.encounter import map_encounter
from epicrisis.mapping.family_history import map_family_history
from epicrisis.mapping.genomic import map_genomic
from epicrisis.mapping.grade import map_grade, map_histology
from epicrisis.mapping.lab import map_lab
from epicrisis.mapping.marker import map_marker
from epicrisis.mapping.medication import map_medication
from epicrisis.mapping.observation import map_observation, map_performance, map_survival
from epicrisis.mapping.patient import map_patient
from epicrisis.mapping.procedure import map_procedure
from epicrisis.mapping.provenance import map_provenance
from epicrisis.mapping.radiotherapy import map_radiotherapy
from epicrisis.mapping.regimen import map_regimen
from epicrisis.mapping.report import map_imaging, map_pathology
from epicrisis.mapping.request import map_request
from epicrisis.mapping.stage import map_stage
from epicrisis.mapping.status import map_status
from epicrisis.mapping.tumor_size import map_tumor_size
from epicrisis.mapping.vital_sign import map_vital_sign, vital_code
from epicrisis.terminology import Terminology

PROFILES = ("mcode-stu4", "base")
Mapper = Callable[[Item, Chart], list[Resource]]
_MAPPERS: dict[str, Mapper] = {
    "condition": map_condition,
    "stage": map_stage,
    "procedure": map_procedure,
    "regimen": map_regimen,
    "medication": map_medication,
    "marker": map_marker,
    "lab": map_lab,
    "imaging": map_imaging,
    "pathology": map_pathology,
    "status": map_status,
    "adverse_event": map_adverse_event,
    "tumor_size": map_tumor_size,
    "grade": map_grade,
    "histology": map_histology,
    "genomic": map_genomic,
    "radiotherapy": map_radiotherapy,
    "family_history": map_family_history,
    "allergy": map_allergy,
    "performance": map_performance,
    "survival": map_survival,
    "observation": map_observation,
    "encounter": map_encounter,
}


def map_case(
    case: Case,
    *,
    fhir: str = "r4",
    profile: str = "mcode-stu4",
    snomed: bool = True,
    terms: Terminology | None = None,
) -> list[Resource]:
    """Return the FHIR resources of *case*: patient, document, then the items in their order.

    The same case gives the same resources. Numbers are `decimal.Decimal`, so `4.650` stays
    `4.650`; write them with `epicrisis.bundle.to_json`.

    Raises:
        UsageError: an unknown edition or profile.
    """
    if profile not in PROFILES:
        raise UsageError(f"--profile {profile}: not one of {', '.join(PROFILES)}")
    finish = edition(fhir)
    chart = Chart(case, profile=profile, snomed=snomed, terms=terms)
    found: list[Resource] = []
    if case.patient is not None or case.items:
        found += map_patient(case.patient or Patient(), chart)
    found += map_document(chart)
    for item in chart.items.values():
        mapper = _mapper(item, chart)
        if mapper:
            found += mapper(item, chart)
    found += map_provenance(chart, found)
    return [r for resource in found for r in finish(resource)]


def _mapper(item: Item, chart: Chart) -> Mapper | None:
    target = chart.target(item)
    if target is None:
        return None
    if target in ("ServiceRequest", "MedicationRequest"):
        return map_request
    if item.type == "adverse_event" and target == "Condition":
        return map_denied
    if item.type == "lab" and (item.detail.get("vital") or vital_code(item, chart)):
        return map_vital_sign
    return _MAPPERS.get(item.type)
