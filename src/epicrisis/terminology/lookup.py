"""Find what the tables say of a phrase, and what they do not know of a case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from epicrisis.kept import lazy
from epicrisis.terminology.harm import named_by_harm
from epicrisis.terminology.table import COLUMNS, Concept, Terminology

# item type of a case file -> the table its phrases belong to
_TABLES = {
    "procedure": "procedures",
    "radiotherapy": "radiotherapy",
    "regimen": "regimens",
    "medication": "drugs",
    "marker": "markers",
    "lab": "labs",
    "genomic": "genes",
    "imaging": "imaging",
    "adverse_event": "adverse_events",
    "histology": "cancers",
}
_ROLES = {
    "primary": "cancers",
    "recurrence": "cancers",
    "secondary": "metastases",
    "symptom": "symptoms",
    "finding": "symptoms",
}
# resource type -> (element with the code, table)
_ELEMENTS = {
    "Condition": ("code", "diseases"),
    "Procedure": ("code", "procedures"),
    "Observation": ("code", "labs"),
    "MedicationStatement": ("medicationCodeableConcept", "drugs"),
    "AdverseEvent": ("event", "adverse_events"),
    "ImagingStudy": ("procedureCode", "imaging"),
    "Medication": ("code", "drugs"),
}

# the stems that international nonproprietary names of drugs end in (WHO)
_DRUG = lazy(
    r"\b[A-Za-z][a-z]{2,20}(?:mab|tinib|ciclib|parib|zomib|degib|lisib|rafenib|sertib|rasib|menib|toclax|nexor|"
    r"taxel|platin|rubicin|(?<!glo)bulin|tecan|trexed|trexate|citabine|mustine|fosfamide|leucel|lutamide|relix|relin|"
    r"domide|limus|setron|pitant|vedotin|grastim|poetin|plostim|penem|conazole|fungin|floxacin|xaban|dronate)\b"
)


@dataclass(frozen=True, order=True, slots=True)
class Unmapped:
    """A phrase that found no code, how often, and the table that could have it."""

    table: str
    term: str
    count: int


def lookup(phrase: str, terms: Terminology) -> list[Concept]:
    """Return the concepts that *phrase* means as a whole; else those of the terms in it."""
    found = terms.lexicon.lookup(phrase)
    if not found:
        found = tuple(dict.fromkeys(c for hit in terms.lexicon.find(phrase) for c in hit.concepts))
    return [concept for key in found if (concept := terms.concept(key))]


def without_code(terms: Terminology) -> list[Concept]:
    """Return the concepts of the tables that have no coding."""
    return [concept for concept in terms.concepts.values() if not concept.codings]


def unmapped(documents: Iterable[dict[str, Any]], terms: Terminology) -> list[Unmapped]:
    """Return the phrases of case files or bundles that have no code, most frequent first."""
    counts: Counter[tuple[str, str]] = Counter()
    for document in documents:
        phrases = _of_bundle(document) if "resourceType" in document else _of_case(document, terms)
        counts.update((table, " ".join(phrase.split()).lower()) for table, phrase in phrases)
    listed = [Unmapped(table, term, count) for (table, term), count in counts.items()]
    return sorted(listed, key=lambda u: (-u.count, u.table, u.term))


def as_table(phrases: Iterable[Unmapped]) -> str:
    """Return phrases of one table in the columns of `mappings/terms`, ready to be filled in."""
    rows = [
        "# fill in system, code, display, source and licence; then use this folder with --mappings",
        "\t".join(COLUMNS),
    ]
    for one in phrases:
        term = one.term.replace("|", " ")
        rows.append(
            "\t".join(
                (
                    term,
                    "",
                    "",
                    "",
                    "",
                    "exact",
                    "unverified",
                    "your own",
                    "your own",
                    f"count={one.count}",
                )
            )
        )
    return "\n".join(rows) + "\n"


def _of_case(case: dict[str, Any], terms: Terminology) -> Iterator[tuple[str, str]]:
    for word in _DRUG.finditer((case.get("document") or {}).get("text") or ""):
        if not terms.lexicon.lookup(word[0]):
            yield "drugs", word[0]
    for item in case.get("items", []):
        table = _TABLES.get(item.get("type", ""))
        if item.get("type") == "condition":
            table = _ROLES.get((item.get("detail") or {}).get("role", ""), "diseases")
        text = item.get("text") or ""
        if not table or not text or item.get("codings"):
            continue
        concept = terms.concept(item.get("concept"))
        if table == "adverse_events" and any(c.codings for c in named_by_harm(text, item.get("concept"), terms)):
            continue
        if concept is None or not concept.codings:
            # a known term without a code belongs where the tables have it
            yield (concept.domain, concept.term) if concept else (table, text)


def _of_bundle(resource: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for entry in resource.get("entry", [{"resource": resource}]):
        one = entry.get("resource") or {}
        element, table = _ELEMENTS.get(one.get("resourceType", ""), ("", ""))
        concepts = one.get(element) or {}
        for concept in concepts if isinstance(concepts, list) else [concepts]:
            if concept.get("text") and not concept.get("coding"):
                yield table, concept["text"]
