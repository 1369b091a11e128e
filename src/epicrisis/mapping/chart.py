"""What every mapping module works with: the case, its options, and how things are named in it.

A mapping module is a pure function of one item and the chart. The chart gives ids,
references, codings and evidence; it does no I/O beyond the tables read at start.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from epicrisis.case.model import Case, Item, Span, When
from epicrisis.fhir import clean, is_date
from epicrisis.mapping.coder import Coder
from epicrisis.mapping.naming import identity, uuid
from epicrisis.mapping.narrative import narrative
from epicrisis.mapping.spec import Spec, spec
from epicrisis.mapping.tidy import tidied
from epicrisis.terminology import Terminology, load

Resource = dict[str, Any]
CANCER = ("primary", "secondary", "recurrence")  # roles of a condition that is a cancer
EVIDENCE = "http://hl7.org/fhir/StructureDefinition/derivation-reference"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_NOTE = "http://hl7.org/fhir/StructureDefinition/note"
# resources without a `note` element: their remarks go into the extension of that name
_NO_NOTE = frozenset({"AdverseEvent", "DiagnosticReport", "BodyStructure", "Encounter", "Patient"})


class Chart(Coder):
    """One case on its way to FHIR."""

    def __init__(self, case: Case, *, profile: str, snomed: bool, terms: Terminology | None = None) -> None:
        """Index the items of *case* and who points at whom."""
        super().__init__(terms or load(), snomed=snomed)
        self.case = case
        self.profile = profile
        self.text = case.document.text
        self.namespace = identity(case).bytes
        self._ids: dict[str, str] = {}
        self.subject = {"reference": self.urn("patient")}
        self.document: Resource = {"reference": self.urn("document")}
        self._targets = spec("targets").data

    @cached_property
    def items(self) -> dict[str, Item]:
        """Return the items by key, as FHIR may hold them."""
        return {i.key: tidied(i, self.text) for i in self.case.items}

    @cached_property
    def _incoming(self) -> dict[tuple[str, str], list[Item]]:
        found: dict[tuple[str, str], list[Item]] = {}
        for item in self.items.values():
            for role, keys in item.links.items():
                for key in keys:
                    found.setdefault((key, role), []).append(item)
        return found

    @cached_property
    def _measured(self) -> dict[Span, list[Item]]:
        found: dict[Span, list[Item]] = {}
        for item in self.items.values():
            if item.type == "lab" and item.spans:
                found.setdefault(item.spans[0], []).append(item)
        return found

    # -- names -------------------------------------------------------------------------------

    def id(self, key: str) -> str:
        """Return the resource id of a key: the same for the same text."""
        found = self._ids.get(key)
        if found is None:
            found = self._ids[key] = uuid(self.namespace, key)
        return found

    def urn(self, key: str) -> str:
        """Return the full URL of a key."""
        return "urn:uuid:" + self.id(key)

    @cached_property
    def cancer(self) -> bool:
        """Say whether the case tells of a cancer that the patient has or had."""
        return any(
            i.type == "condition"
            and i.detail.get("role") in CANCER
            and not i.negated
            and i.certainty != "refuted"
            and i.status != "hypothetical"
            for i in self.items.values()
        )

    def target(self, item: Item) -> str | None:
        """Return the resource type that *item* becomes; None if it is not written at all."""
        if item.status == "hypothetical":
            return None
        if item.status == "planned" and item.type in self._targets["planned"]:
            return str(self._targets["planned"][item.type])
        if (item.negated or item.status == "not-done" or item.detail.get("absent")) and item.type in self._targets[
            "negated"
        ]:
            return str(self._targets["negated"][item.type]) or None
        return str(self._targets["items"].get(item.type, "")) or None

    def refs(self, item: Item, role: str, *types: str) -> list[dict[str, str]]:
        """Return references to the items linked as *role* that become one of *types*."""
        return self.refs_to(self.linked(item, role), *types) if role in item.links else []

    def refs_to(self, items: Any, *types: str) -> list[dict[str, str]]:
        """Return references to *items* that become one of *types*, each once."""
        found: dict[str, dict[str, str]] = {}
        for item in items:
            if item.key not in found and self.target(item) in types:
                found[item.key] = {"reference": self.urn(item.key)}
        return list(found.values())

    def linked(self, item: Item, role: str) -> list[Item]:
        """Return the items that *item* links to as *role*."""
        return [self.items[k] for k in item.links[role] if k in self.items] if role in item.links else []

    def incoming(self, item: Item, role: str, *types: str) -> list[Item]:
        """Return the items of some types that link to *item* as *role*."""
        return [i for i in self._incoming.get((item.key, role), ()) if i.type in types]

    def measured(self, item: Item) -> list[Item]:
        """Return the other measurements that the same words state (both blood pressures)."""
        return [i for i in self._measured.get(item.spans[0], ()) if i is not item]

    # -- resources ---------------------------------------------------------------------------

    def new(self, kind: str, item: Item, part: str = "") -> Resource:
        """Return an empty resource of *kind* with the id of *item* (or of a part of it)."""
        return {"resourceType": kind, "id": self.id(f"{item.key}/{part}" if part else item.key)}

    def claim(self, resource: Resource, data: Spec, *names: str) -> bool:
        """Claim the first of the named profiles that this edition has; say whether there is one."""
        for name in names:
            url = data.profile(name, self.profile)
            if url:
                resource["meta"] = {"profile": [url]}
                return True
        return False

    def finish(
        self,
        resource: Resource,
        item: Item,
        *,
        spans: list[Span] | None = None,
        notes: list[str] | None = None,
    ) -> Resource:
        """Add evidence, remarks and narrative: the last step of every mapping module."""
        told: list[Any] = list(item.spans if spans is None else spans)
        for key, value in item.detail.items():
            if key.endswith("Spans"):
                told += value
        evidence = self.evidence(told)
        if evidence:
            resource.setdefault("extension", []).extend(evidence)
        remarks = [*(notes or ()), *item.notes]
        if item.inferred:
            remarks.append(f"Inferred: {item.inferred}.")
        for name, when in (("Date", item.when), ("Start", item.start), ("End", item.end)):
            if when and when.inferred:
                remarks.append(f"{name} inferred: {when.inferred}.")
        if remarks:
            remarks = [r for r in dict.fromkeys(map(clean, remarks)) if r]
        if remarks and resource["resourceType"] in _NO_NOTE:
            resource.setdefault("extension", []).extend({"url": _NOTE, "valueAnnotation": {"text": r}} for r in remarks)
        elif remarks:
            resource["note"] = [{"text": r} for r in remarks]
        resource["text"] = narrative(resource)
        return resource

    # -- evidence and dates ------------------------------------------------------------------

    def evidence(self, spans: Any) -> list[dict[str, Any]]:
        """Return one derivation-reference extension per span, trimmed to its words, each once."""
        seen: dict[tuple[int, int], None] = {}
        text, size = self.text, len(self.text)
        for span in spans:
            start, end = (span.start, span.end) if isinstance(span, Span) else (int(span[0]), int(span[1]))
            end = min(end, size)
            while start < end and text[start].isspace():
                start += 1
            while end > start and text[end - 1].isspace():
                end -= 1
            if 0 <= start < end:
                seen[start, end] = None
        return [
            {
                "url": EVIDENCE,
                "extension": [
                    {"url": "reference", "valueReference": self.document},
                    {"url": "offset", "valueInteger": a},
                    {"url": "length", "valueInteger": b - a},
                ],
            }
            for a, b in seen
        ]

    def date(self, resource: Resource, name: str, when: When | None, item: Item) -> bool:
        """Set a dateTime exactly as precise as stated; its own words where they stand elsewhere."""
        if when is None or not is_date(when.value):
            return False
        resource[name] = when.value
        outside = [s for s in when.spans if not any(i.start <= s.start and s.end <= i.end for i in item.spans)]
        if outside:
            resource[f"_{name}"] = {"extension": self.evidence(outside)}
        return True

    def period(self, resource: Resource, name: str, item: Item, remarks: list[str]) -> bool:
        """Set a Period; an end that does not follow its start becomes a remark."""
        period: Resource = {}
        self.date(period, "start", item.start, item)
        self.date(period, "end", item.end, item)
        if "start" in period and "end" in period and not _in_order(period["start"], period["end"]):
            remarks.append(f"End as stated: {period.pop('end')}.")
            period.pop("_end", None)
        if period:
            resource[name] = period
        return bool(period)

    def dated(self, resource: Resource, stem: str, item: Item, remarks: list[str]) -> bool:
        """Set <stem>DateTime from the item's date, or else <stem>Period from start and end."""
        if item.when is None and item.end is None and item.start is not None:
            return self.date(resource, f"{stem}DateTime", item.start, item)
        return self.date(resource, f"{stem}DateTime", item.when, item) or self.period(
            resource, f"{stem}Period", item, remarks
        )

    def specimen(self, item: Item) -> dict[str, str] | None:
        """Return a reference to the specimen that a report's pathology examined."""
        reports = (
            [item] if item.type == "pathology" else [r for r in self.linked(item, "report") if r.type == "pathology"]
        )
        for report in reports:
            if self.linked(report, "procedure") and self.target(report) == "DiagnosticReport":
                return {"reference": self.urn(f"{report.key}/specimen")}
        return None


def _in_order(start: str, end: str) -> bool:
    shared = min(len(start), len(end))
    if start[:shared] == end[:shared]:
        return len(start) == len(end)
    return start < end


def intent(resource: Resource, detail: dict[str, Any], chart: Chart, remarks: list[str]) -> None:
    """Say what a treatment was for: coded where the value set has the word, else in words."""
    words = clean(str(detail.get("intent") or ""))
    if not words:
        return
    common = spec("common")
    name = common.words("intent").get(words.casefold())
    if name and chart.has(common, name):
        value = chart.coded(common, name, text=words)
        found = {"url": common.url("intent"), "valueCodeableConcept": value}
        resource.setdefault("extension", []).append(found)
    else:
        remarks.append(f"Intent: {words}.")
