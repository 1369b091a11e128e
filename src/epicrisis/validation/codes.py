"""Judge a coding: the code exists in its system, and the display is one of its names.

HL7's own code systems are complete in the tables; SNOMED CT and LOINC carry a check digit, which
tells a mistyped code without any table; other codes are looked up in the tables of terms.
"""

from __future__ import annotations

from typing import Any

from epicrisis.kept import lazy
from epicrisis.terminology import Terminology
from epicrisis.terminology.check_digits import mod10, verhoeff
from epicrisis.terminology.ucum import is_ucum
from epicrisis.validation.library import Library

Problem = tuple[str, str, str, str]  # path below the coding, severity, rule, message

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"  # parts and answers (LP, LA) have other check digits
UCUM = "http://unitsofmeasure.org"
_FORMS = {
    LOINC: lazy(r"(LP|LA|LL|LG|MTHU)?\d{1,8}-\d{1,2}"),
    SNOMED: lazy(r"[1-9]\d{5,17}"),
    "http://www.nlm.nih.gov/research/umls/rxnorm": lazy(r"\d{1,8}"),
    "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl": lazy(r"C\d{3,8}"),
    "http://hl7.org/fhir/sid/icd-10-cm": lazy(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?"),
}
_TAGGED = lazy(r" \([a-z /]+\)$")  # SNOMED's semantic tag
_HL7 = lazy(r"http://(?:hl7\.org/fhir/|terminology\.hl7\.org/CodeSystem/)[A-Za-z0-9\-]+")
_BLANKS = lazy(r"^\s|\s\s|\s$")
_REMEMBERED = 50_000


class Codes:
    """What is known of codes; each (system, code, display) is judged once."""

    def __init__(self, library: Library, terms: Terminology) -> None:
        """Prepare the judgement by the packages' code systems and our tables."""
        self._library = library
        self._terms = terms
        self._known: dict[tuple[Any, Any, Any], list[Problem] | None] = {}

    def coding(self, value: dict[str, Any]) -> list[Problem] | None:
        """Return what is wrong with a Coding."""
        key = (value.get("system"), value.get("code"), value.get("display"))
        try:
            return self._known[key]
        except KeyError:
            found = self._judge(*key) or None
            if len(self._known) < _REMEMBERED:
                self._known[key] = found
            return found
        except TypeError:
            return None  # not text: the profile layer says so

    def quantity(self, value: dict[str, Any]) -> list[Problem] | None:
        """Return what is wrong with the unit of a Quantity."""
        code = value.get("code")
        if value.get("system") == UCUM and type(code) is str and not is_ucum(code):
            return [(".code", "error", "terminology/ucum", "the unit is not written in UCUM")]
        return None

    def _judge(self, system: Any, code: Any, display: Any) -> list[Problem]:
        if type(system) is not str or type(code) is not str:
            return []
        if ":" not in system:
            return [(".system", "warning", "terminology/system", "a system is an absolute address")]
        if system == UCUM:
            return [] if is_ucum(code) else [(".code", "error", "terminology/ucum", "the unit is not written in UCUM")]
        known = self._library.displays(system)
        if known:
            if code not in known:
                return [(".code", "error", "terminology/unknown-code", "the code system has no such code")]
            return _display(display, {known[code]} - {""} | self._terms.displays(system, code), "error")
        if known is None and _HL7.fullmatch(system):
            return [(".system", "warning", "terminology/unknown-system", "HL7 has no such code system")]
        form = _FORMS.get(system)
        if form and not form.fullmatch(code):
            return [(".code", "error", "terminology/malformed-code", "no code of this system is written like this")]
        if (system == SNOMED and not verhoeff(code)) or (system == LOINC and code[0].isdigit() and not mod10(code)):
            return [(".code", "error", "terminology/check-digit", "the code's check digit is wrong")]
        # none: a system we hold only a part of, of which nothing can be said
        return _display(display, self._terms.displays(system, code), "warning")


def _display(display: Any, names: frozenset[str] | set[str], severity: str) -> list[Problem]:
    if type(display) is not str or not names or display in names:
        return []
    if _folded(display) in {_folded(n) for n in names} and not _BLANKS.search(display):
        return []
    return [(".display", severity, "terminology/display", "the display is not the code's")]


def _folded(text: str) -> str:
    return " ".join(_TAGGED.sub("", text).casefold().split())
