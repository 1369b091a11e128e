"""Let fhir.resources build its models of a resource: a second opinion on structure and types.

R4 is judged by the R4B models, which are the same for the resources that epicrisis writes
(only Observation.subject and DiagnosticReport.subject allow more types of target).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from epicrisis.validation.report import Finding

_MODULES = {"r4": "fhir.resources.R4B", "r5": "fhir.resources"}
# R4 code values and elements that R4B renamed: (model's complaint is about the edition, not the data)
_ABSENT_IN_R4B = frozenset(
    "EffectEvidenceSynthesis MedicinalProduct MedicinalProductAuthorization MedicinalProductContraindication MedicinalProductIndication"
    " MedicinalProductIngredient MedicinalProductInteraction MedicinalProductManufactured MedicinalProductPackaged"
    " MedicinalProductPharmaceutical MedicinalProductUndesirableEffect RiskEvidenceSynthesis SubstanceNucleicAcid SubstancePolymer"
    " SubstanceProtein SubstanceReferenceInformation SubstanceSourceMaterial SubstanceSpecification EvidenceVariable Evidence".split()
)


def missing() -> str | None:
    """Say why the layer cannot run, or None."""
    from importlib.util import find_spec

    return None if find_spec("fhir") and find_spec("fhir.resources") else "fhir.resources is not installed"


def check(resource: dict[str, Any], edition: str, root: str) -> Iterator[Finding]:
    """Yield what the models refuse; a bundle is judged entry by entry."""
    entries = resource.get("entry") if resource.get("resourceType") == "Bundle" else None
    if type(entries) is not list:
        yield from _one(resource, edition, root)
        return
    shell = [
        {k: v for k, v in e.items() if k not in ("resource", "response")} if type(e) is dict else e for e in entries
    ]
    yield from _one({**resource, "entry": shell}, edition, root)
    for i, entry in enumerate(entries):
        inner = entry.get("resource") if type(entry) is dict else None
        if type(inner) is dict:
            yield from _one(inner, edition, f"{root}.entry[{i}].resource")


def _one(resource: dict[str, Any], edition: str, place: str) -> Iterator[Finding]:
    from pydantic import ValidationError

    kind = resource.get("resourceType")
    if edition == "r4" and type(kind) is str and kind in _ABSENT_IN_R4B:
        return
    model = _model(kind, edition)
    if model is None:
        yield Finding("error", "shape/type", place, "no such resource type")
        return
    try:
        model.model_validate(resource)
    except ValidationError as error:
        yield from _refused(error, place)
    except Exception as error:
        # the models stumble over what they do not foresee, such as a contained resource of no type
        yield Finding("error", "shape/model", place, f"the model refuses this ({type(error).__name__})")


def _refused(error: Any, place: str) -> Iterator[Finding]:
    try:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
    except UnicodeError:  # half of a surrogate pair
        problems = [{"loc": (), "type": "string_unicode"}]
    for problem in problems:
        where = "".join(_step(p) for p in problem["loc"])
        # the models' message may quote the value: only its kind is shown
        yield Finding("error", "shape/model", place + where, f"the model refuses this ({problem['type']})")


def _step(part: int | str) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    # a member that FHIR does not have may be named by any text
    return f".{part}" if part.isidentifier() and part.isascii() and len(part) <= 40 else ""


def _model(kind: Any, edition: str) -> Any:
    from importlib import import_module

    if type(kind) is not str or not kind.isalpha() or not kind.isascii():
        return None
    try:
        return getattr(import_module(f"{_MODULES[edition]}.{kind.lower()}"), kind)
    except (ImportError, AttributeError):
        return None
