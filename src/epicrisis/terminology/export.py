"""Write the tables for other software: FHIR ConceptMap (R4), ValueSet, or CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from epicrisis.terminology.table import SNOMED, Coding, Concept, Terminology

_BASE = "urn:epicrisis"
# how the code lies to the term, in the words of ConceptMap R4 (target's place seen from the source)
_EQUIVALENCE = {
    "exact": "equivalent",
    "broad": "wider",
    "narrow": "narrower",
    "inferred": "inexact",
}


def concept_map(terms: Terminology, table: str, *, snomed: bool = True) -> dict[str, Any]:
    """Return the ConceptMap of one table: our terms as source, one group per code system."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for concept in terms.domain(table):
        targets: dict[str, list[dict[str, str]]] = {}
        for coding in _wanted(concept, snomed):
            target = {"code": coding.code, "equivalence": _EQUIVALENCE[coding.relation]}
            if coding.display:
                target["display"] = coding.display
            targets.setdefault(coding.system, []).append(target)
        for system, found in targets.items():
            groups.setdefault(system, []).append({"code": concept.term, "display": concept.term, "target": found})
    return {
        "resourceType": "ConceptMap",
        "id": f"epicrisis-{table.replace('_', '-')}",
        "url": f"{_BASE}:concept-map:{table}",
        "name": "Epicrisis" + table.title().replace("_", ""),
        "title": f"epicrisis: {table.replace('_', ' ')}",
        "status": "draft",
        "experimental": True,
        "sourceUri": f"{_BASE}:value-set:{table}",
        "copyright": "; ".join(sorted({c.licence for k in terms.domain(table) for c in _wanted(k, snomed)}))
        or "Apache-2.0",
        "group": [
            {"source": f"{_BASE}:code-system:{table}", "target": system, "element": elements}
            for system, elements in sorted(groups.items())
        ],
    }


def code_system(terms: Terminology, table: str) -> dict[str, Any]:
    """Return the terms of one table as a CodeSystem fragment, written forms as designations."""
    return {
        "resourceType": "CodeSystem",
        "id": f"epicrisis-{table.replace('_', '-')}",
        "url": f"{_BASE}:code-system:{table}",
        "name": "Epicrisis" + table.title().replace("_", ""),
        "status": "draft",
        "experimental": True,
        "caseSensitive": False,
        "content": "complete",
        "concept": [_designated(c) for c in terms.domain(table)],
    }


def to_csv(terms: Terminology, tables: Iterable[str], *, snomed: bool = True) -> str:
    """Return one line per coding (and per term without one), with a header."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["table", "term", "synonyms", "system", "code", "display", "relation", "licence", "attrs"])
    for table in tables:
        for concept in terms.domain(table):
            attrs = ";".join(f"{k}={v}" for k, v in concept.attrs.items())
            for coding in _wanted(concept, snomed) or [Coding("", "", "", "", "")]:
                writer.writerow(
                    [
                        table,
                        concept.term,
                        "|".join(concept.synonyms),
                        coding.system,
                        coding.code,
                        coding.display,
                        coding.relation,
                        coding.licence,
                        attrs,
                    ]
                )
    return out.getvalue()


def tables(terms: Terminology) -> list[str]:
    """Return the names of the tables."""
    return sorted({c.domain for c in terms.concepts.values()})


def _wanted(concept: Concept, snomed: bool) -> list[Coding]:
    return [c for c in concept.codings if snomed or c.licence != SNOMED]


def _designated(concept: Concept) -> dict[str, Any]:
    entry: dict[str, Any] = {"code": concept.term, "display": concept.term}
    if concept.synonyms:
        entry["designation"] = [{"value": s} for s in concept.synonyms]
    return entry
