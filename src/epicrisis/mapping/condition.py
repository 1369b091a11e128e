"""Condition: cancers, their metastases and recurrences, other diseases, symptoms, findings."""

from __future__ import annotations

from epicrisis.case.model import Item
from epicrisis.fhir import clean
from epicrisis.mapping.chart import CANCER, Chart, Resource
from epicrisis.mapping.coder import is_morphology
from epicrisis.mapping.harm import harm_codings
from epicrisis.mapping.spec import Spec, spec


def map_condition(item: Item, chart: Chart) -> list[Resource]:
    """Return the Condition of a condition item; a denied one is refuted."""
    data = spec("condition")
    role = item.detail.get("role", "finding")
    refuted = item.negated or item.certainty == "refuted"
    remarks: list[str] = []
    condition = chart.new("Condition", item)
    if not refuted:
        profile = {"primary": "primary", "secondary": "secondary"}.get(role, "other")
        chart.claim(condition, data, profile)
        clinical = _clinical(item, role)
        if clinical:
            condition["clinicalStatus"] = chart.coded(data, clinical)
    condition["verificationStatus"] = chart.coded(
        data, "refuted" if refuted else data.words("certainty").get(item.certainty, "confirmed")
    )
    condition["category"] = [chart.coded(data, "problem")]
    severity = item.detail.get("severity")
    if severity:
        name = data.words("severity").get(severity)
        condition["severity"] = chart.coded(data, name, text=severity) if name else {"text": clean(severity)}
    condition["code"] = _code(item, role, chart)
    condition["subject"] = chart.subject
    site = chart.site(item.detail)
    if site:
        condition["bodySite"] = [site]
    _links(condition, item, role, chart, data)
    _onset(condition, item, chart, remarks, ended=not refuted)
    stages = _stages(item, chart)
    if stages:
        condition["stage"] = stages
    details = [{"reference": r["reference"]} for r in _evidence(item, chart)]
    if details:
        condition["evidence"] = [{"detail": details}]
    return [chart.finish(condition, item, notes=remarks)]


def map_denied(item: Item, chart: Chart) -> list[Resource]:
    """Return the refuted Condition of a denied adverse event."""
    stand_in = Item(
        item.key,
        "condition",
        item.text,
        item.spans,
        item.concept,
        harm_codings(item, chart),
        item.when,
        item.start,
        item.end,
        negated=True,
        notes=item.notes,
    )
    return map_condition(stand_in, chart)


def _clinical(item: Item, role: str) -> str | None:
    stated = item.detail.get("clinicalStatus")
    if stated == "historical":
        return None  # "history of": whether it is over is not said
    if stated in spec("condition").words("clinical"):
        return spec("condition").words("clinical")[stated]
    if role == "recurrence":
        return "recurrence"
    return "resolved" if item.end and item.status != "ongoing" else "active"


def _code(item: Item, role: str, chart: Chart) -> Resource:
    key = item.concept
    metastasis = item.detail.get("siteMet")
    if role == "secondary" and metastasis and not (key or "").startswith("metastases/"):
        key = metastasis
    codings = item.codings
    if codings is None:
        codings = [c for c in chart.codings(key) if not is_morphology(c)]
        codings += _wider(item, role, key, {c["system"] for c in codings}, chart)
    text = clean(item.text)
    if role == "secondary" and key and key.startswith("metastases/"):
        # the table's term is a body site: the words already say that it is a metastasis
        return {**({"coding": codings} if codings else {}), "text": text}
    return chart.concept(key, text, codings)


def _wider(item: Item, role: str, key: str | None, coded: set[str], chart: Chart) -> list[dict[str, str]]:
    """Return codes that say less than the words, in systems that have none: a registry asks for them."""
    wider = spec("condition").words("wider")
    concepts: tuple[str, ...] = ()
    if role == "secondary" and not coded:
        concepts = (wider["secondary"],)
    site = str(item.detail.get("siteConcept") or "").partition("/")[2]
    is_carcinoma = chart.attr(key, "group") == "carcinoma" and chart.attr(key, "behaviour") == "malignant"
    if role == "primary" and site and is_carcinoma:
        concepts = chart.terms.lexicon.lookup(wider["carcinoma"].format(site=site))
    found = [c for one in concepts[:1] for c in chart.codings(one) if not is_morphology(c)]
    return [c for c in found if c["system"] not in coded]


def _links(condition: Resource, item: Item, role: str, chart: Chart, data: Spec) -> None:
    extensions = []
    morphology = item.detail.get("morphology") or (
        item.concept if (item.concept or "").startswith("cancers/") else None
    )
    codings = [c for c in chart.codings(morphology) if is_morphology(c)]
    words = item.detail.get("morphologyText")
    if role in CANCER and (codings or words):
        value: Resource = {"coding": codings} if codings else {}
        value["text"] = words or (morphology or "").partition("/")[2]
        extensions.append({"url": data.url("morphology"), "valueCodeableConcept": value})
    extensions += [{"url": data.url("related"), "valueReference": r} for r in chart.refs(item, "primary", "Condition")]
    if extensions:
        condition["extension"] = extensions


def _onset(condition: Resource, item: Item, chart: Chart, remarks: list[str], *, ended: bool) -> None:
    chart.date(condition, "onsetDateTime", item.when or item.start, item)
    if item.end is None:
        return
    code = condition.get("clinicalStatus", {}).get("coding", [{}])[0].get("code")
    # an abatement is allowed only beside a status that says it is over
    if ended and code in ("inactive", "resolved", "remission"):
        chart.date(condition, "abatementDateTime", item.end, item)
    else:
        remarks.append(f"Until {item.end.value}.")


def _stages(item: Item, chart: Chart) -> list[Resource]:
    found = [s for s in chart.incoming(item, "focus", "stage") if not s.negated and chart.target(s)]
    members = {k for s in found for k in s.links.get("members", ())}
    data = spec("condition")
    stages = []
    for stage in found:
        if stage.key in members:
            continue
        whole = [stage, *(m for m in chart.linked(stage, "members"))]
        text = ", ".join(dict.fromkeys(s.text for s in whole))
        stages.append(
            {
                "summary": {"text": text},
                "assessment": [{"reference": chart.urn(stage.key)}],
                "type": chart.coded(data, "tnm"),
            }
        )
    return stages


def _evidence(item: Item, chart: Chart) -> list[dict[str, str]]:
    told = [
        *chart.linked(item, "report"),
        *chart.linked(item, "evidence"),
        *chart.incoming(item, "findings", "imaging", "pathology"),
    ]
    return chart.refs_to(told, "DiagnosticReport", "Observation", "Procedure")
