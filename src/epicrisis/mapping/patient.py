"""Patient: who the narrative is about, as far as it says."""

from __future__ import annotations

from epicrisis.case.model import Item, Patient, Span
from epicrisis.fhir import decimal
from epicrisis.mapping.chart import ABSENT, Chart, Resource
from epicrisis.mapping.quantity import quantity
from epicrisis.mapping.spec import spec


def map_patient(patient: Patient, chart: Chart) -> list[Resource]:
    """Return the Patient, and the age as an Observation: an age is no date of birth."""
    data = spec("patient")
    person: Resource = {"resourceType": "Patient", "id": chart.id("patient")}
    # mCODE's patient is one with cancer: whose narrative tells of none is US Core's
    chart.claim(person, data, "patient" if chart.cancer else "other")
    person["identifier"] = [{"use": "secondary", "system": data.url("identifier"), "value": chart.urn("patient")}]
    person["name"] = [{"extension": [{"url": ABSENT, "valueCode": "masked"}]}]
    person["gender"] = patient.sex if patient.sex in ("male", "female", "other") else "unknown"
    spans: list[Span] = [*patient.sex_spans, *patient.death_spans]
    item = Item("patient", "patient", "", spans)
    if not chart.date(person, "birthDate", patient.birth_date, item):
        person["_birthDate"] = {"extension": [{"url": ABSENT, "valueCode": "unknown"}]}
    if not chart.date(person, "deceasedDateTime", patient.death_date, item) and patient.deceased is not None:
        person["deceasedBoolean"] = patient.deceased
    return [chart.finish(person, item), *_age(patient, chart)]


def _age(patient: Patient, chart: Chart) -> list[Resource]:
    if decimal(patient.age) is None:
        return []
    data = spec("patient")
    item = Item("age", "age", "", patient.age_spans or patient.sex_spans)
    age = chart.new("Observation", item)
    age["status"] = "final"
    age["category"] = [chart.coded(spec("common"), "exam")]
    age["code"] = chart.coded(data, "age", text="Age as stated")
    age["subject"] = chart.subject
    number = quantity(
        {
            "value": patient.age,
            "unit": data.words("ages").get(patient.age_unit, patient.age_unit),
            "ucum": patient.age_unit,
        }
    )
    if number:
        age["valueQuantity"] = number
    return [chart.finish(age, item)]
