"""Facts as flat mentions: under which kinds a fact is told."""

from __future__ import annotations

from epicrisis.document import read
from epicrisis.facts import extract
from epicrisis.facts.export import mentions


def _told(text: str) -> set[tuple[str, str, bool]]:
    return {(m["kind"], m["text"], m["negated"]) for m in mentions(extract(read(text)), "case")}


def test_an_examination_with_a_result_in_words_is_a_result_too() -> None:
    """ "Coronary angiography was normal" is told as diagnostic and as lab, "showed a stenosis" as diagnostic only."""
    told = _told("A man had chest pain. Coronary angiography was normal. Colonoscopy showed a polyp.")
    assert ("lab", "Coronary angiography", False) in told
    assert ("lab", "Colonoscopy", False) not in told
    assert ("diagnostic", "Colonoscopy", False) in told


def test_a_biopsy_is_a_procedure_that_diagnoses() -> None:
    """A biopsy is told under both kinds, an excision is not."""
    told = _told("She underwent a liver biopsy and a hemicolectomy.")
    assert {k for k, text, _ in told if "biopsy" in text} == {"procedure", "diagnostic"}
    assert {k for k, text, _ in told if "colectomy" in text} == {"procedure"}


def test_what_was_refused_is_told_as_not_done() -> None:
    """A declined treatment is negated, for a mention has no status."""
    assert ("procedure", "surgery", True) in _told("A man had colon cancer. He refused surgery.")


def test_a_score_is_a_result_and_no_stage() -> None:
    """A Child-Pugh class is a result of an examination; stage III stays a stage."""
    told = _told("A man with hepatocellular carcinoma, stage III, Child-Pugh class B.")
    assert {k for k, text, _ in told if "Child" in text} == {"lab", "diagnostic"}
    assert any(k == "stage" for k, text, _ in told if "III" in text)


def test_a_mass_is_a_finding_and_a_named_tumour_is_a_diagnosis() -> None:
    """Growths that nobody has named are told as symptoms, habits are not told at all."""
    told = _told("CT showed a rectal mass in a smoker. Biopsy revealed an adenocarcinoma.")
    assert {k for k, text, _ in told if "mass" in text} == {"symptom"}
    assert ("diagnosis", "adenocarcinoma", False) in told
    assert not any("smoker" in text for _, text, _ in told)
