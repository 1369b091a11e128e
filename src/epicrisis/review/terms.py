"""The shipped terms as the page searches them."""

from __future__ import annotations

from epicrisis.case import Case
from epicrisis.terminology import Coding, Terminology

_SHOWN = ("exact", "broad")  # what the mapping would code; other relations say more than the words
_SYNONYMS = 8  # per term: enough to find it


def term_index(terms: Terminology) -> str:
    """Return one line per term: domain, term, synonyms (|), codings (system number, code, display).

    The first line lists the code systems; displays are left out where the term says the same.
    """
    systems: dict[str, int] = {}
    lines = []
    for concept in terms.concepts.values():
        codings = []
        for coding in concept.codings:
            if coding.relation in _SHOWN:
                number = systems.setdefault(coding.system, len(systems))
                codings.append(f"{number} {coding.code}")
        synonyms = "|".join(concept.synonyms[:_SYNONYMS])
        lines.append("\t".join((concept.domain, concept.term, synonyms, *codings)))
    return "\n".join(("\t".join(systems), *lines))


def labels_of(case: Case, terms: Terminology) -> dict[str, list[dict[str, str]]]:
    """Return concept -> its codings, for every concept that *case* names."""
    named = {i.concept for i in case.items if i.concept}
    for item in case.items:
        named.update(v for v in item.detail.values() if isinstance(v, str) and terms.concept(v))
    return {
        key: [_coding(c) for c in concept.codings if c.relation in _SHOWN]
        for key in sorted(named)
        if (concept := terms.concept(key))
    }


def _coding(coding: Coding) -> dict[str, str]:
    return {"system": coding.system, "code": coding.code, "display": coding.display}
