"""What is sent for a resource: whole, without what must wait, or under an identifier of our own."""

from __future__ import annotations

import json
import uuid
from decimal import Decimal
from typing import Any

from epicrisis.bundle.serialize import dumps
from epicrisis.push.compare import map_references
from epicrisis.push.load import Resource
from epicrisis.push.plan import Part, key, without

SYSTEM = "urn:ietf:rfc:3986"
# types that the standard gives no search by identifier (its SearchParameter `identifier`), so a
# conditional create could not find them again: they are put under their ids in every mode
_R5_UNFINDABLE = frozenset(
    "AuditEvent Binary CompartmentDefinition Linkage MessageHeader OperationOutcome Parameters Permission Provenance SubscriptionStatus "
    "SubstanceNucleicAcid SubstancePolymer SubstanceProtein SubstanceReferenceInformation SubstanceSourceMaterial VerificationResult".split()
)
_R4_UNFINDABLE = _R5_UNFINDABLE | frozenset(
    "AdverseEvent BiologicallyDerivedProduct CapabilityStatement CatalogEntry GraphDefinition ImplementationGuide MedicationKnowledge "
    "MedicinalProductContraindication MedicinalProductIndication MedicinalProductIngredient MedicinalProductInteraction "
    "MedicinalProductManufactured MedicinalProductUndesirableEffect NamingSystem ObservationDefinition OperationDefinition SearchParameter "
    "Subscription SubstanceSpecification TerminologyCapabilities".split()
)
# types whose identifier is not a list
_R4_SINGLE = frozenset(
    {"Bundle", "Composition", "ConceptMap", "QuestionnaireResponse", "SpecimenDefinition", "TestReport", "TestScript"}
)
_R5_SINGLE = frozenset({"Bundle", "Ingredient", "ObservationDefinition", "SpecimenDefinition", "TestReport"})


class Contents:
    """The JSON of each resource, for one mode of pushing."""

    def __init__(self, texts: dict[str, str], mode: str, *, r5: bool, places: dict[str, str]) -> None:
        """Take the JSON of each; *places* says where the server put resources under ids of its own."""
        self.texts = texts
        self.sizes = {k: len(v.encode()) for k, v in self.texts.items()}
        self.renamed = mode == "conditional"  # the server chooses the ids
        self._single = _R5_SINGLE if r5 else _R4_SINGLE
        self._unfindable = _R5_UNFINDABLE if r5 else _R4_UNFINDABLE
        self._places = places

    def is_conditional(self, resource: Resource) -> bool:
        """Say whether it is created under an id that the server chooses."""
        return self.renamed and resource["resourceType"] not in self._unfindable

    def entry(self, resource: Resource, part: Part, known: set[str], base: str) -> str:
        """Return the entry of a transaction, as JSON."""
        name = key(resource)
        text = self.texts[name] if not part.held and not self.renamed else dumps(self.content(resource, part, known))
        place = self._places.get(name)
        if self.is_conditional(resource) and place and not part.held:
            # made by a first pass without all its references: now it is written whole
            return f'{{"fullUrl":"{base}/{place}","resource":{{"id":"{place.partition("/")[2]}",{text[1:]},"request":{{"method":"PUT","url":"{place}"}}}}'
        if self.is_conditional(resource):
            request = {
                "method": "POST",
                "url": resource["resourceType"],
                "ifNoneExist": f"identifier={SYSTEM}|urn:uuid:{resource['id']}",
            }
            return f'{{"fullUrl":"{_placeholder(resource["id"])}","resource":{text},"request":{dumps(request)}}}'
        return f'{{"fullUrl":{dumps(f"{base}/{name}")},"resource":{text},"request":{{"method":"PUT","url":"{name}"}}}}'

    def content(self, resource: Resource, part: Part, known: set[str]) -> Resource:
        """Return what the server is to hold, or (with references to the part's own) to be sent."""
        resource = json.loads(self.texts[key(resource)], parse_float=Decimal)
        if part.held:
            resource = without(resource, known | {key(r) for r in part.resources}, known if self.renamed else None)
        if not self.renamed:
            return resource
        places = self._places
        inside = {key(r) for r in part.resources if self.is_conditional(r) and key(r) not in places}
        placed: Resource = map_references(
            resource, lambda ref: _placeholder(ref.partition("/")[2]) if ref in inside else places.get(ref, ref)
        )
        return self._identified(placed) if self.is_conditional(resource) else placed

    def _identified(self, resource: Resource) -> Resource:
        """Return it with our identifier first and without an id."""
        own: dict[str, Any] = {"system": SYSTEM, "value": f"urn:uuid:{resource['id']}"}
        content = {k: v for k, v in resource.items() if k != "id"}
        known = content.get("identifier")
        if resource["resourceType"] in self._single:
            content["identifier"] = own
        else:
            content["identifier"] = [
                own,
                *(i for i in known or [] if not (isinstance(i, dict) and i.get("value") == own["value"])),
            ]
        return content


def _placeholder(name: str) -> str:
    # not our identifier's value: servers replace a fullUrl wherever it stands in a transaction,
    # and would replace the identifier too
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}"
