"""Results, stains, stages and sizes of a case: items, what they link to, what is told twice."""

from __future__ import annotations

from pathlib import Path

from epicrisis.case.build import build_case
from epicrisis.case.model import Case, Item
from epicrisis.document import read
from epicrisis.facts import extract

STORY = """Case presentation

A 50-year-old woman was diagnosed with leiomyosarcoma of the left thigh in March 2015.
The tumor, pT2bN0M0, stage III, measured 6 x 8 cm and was grade 2.
Immunohistochemistry was positive for desmin and negative for S-100.
Hemoglobin was 9.8 g/dL (normal 12-16). No elevation of LDH was seen.
The ECOG performance status was 1.
"""


def _case(text: str, folder: Path) -> Case:
    path = folder / "case.txt"
    path.write_text(text, encoding="utf-8")
    document = read(path)
    return build_case(document, extract(document))


def _of(case: Case, kind: str) -> list[Item]:
    return [i for i in case.items if i.type == kind]


def test_a_stage_group_has_its_categories_as_members_and_the_tumor_as_focus(tmp_path: Path) -> None:
    """The group links T, N and M told beside it, and the primary tumour."""
    case = _case(STORY, tmp_path)
    group = next(i for i in _of(case, "stage") if i.detail["kind"] == "group")
    members = [i for i in case.items if i.key in group.links["members"]]
    assert [i.detail["category"] for i in members] == ["T2b", "N0", "M0"]
    primary = next(i for i in case.items if i.key == group.links["focus"][0])
    assert primary.detail["role"] == "primary"
    assert "edition" not in group.detail


def test_a_negative_stain_is_a_result_and_no_negated_item(tmp_path: Path) -> None:
    """S-100 negative is an observation with the result negative."""
    case = _case(STORY, tmp_path)
    results = {i.text: (i.detail["result"], i.negated) for i in _of(case, "marker")}
    assert results == {"desmin": ("positive", False), "S-100": ("negative", False)}


def test_a_result_keeps_value_unit_range_and_the_words_that_tell_them(tmp_path: Path) -> None:
    """The spans of a lab item cover the name and the value."""
    case = _case(STORY, tmp_path)
    hemoglobin = next(i for i in _of(case, "lab") if i.text == "Hemoglobin")
    assert hemoglobin.detail["value"] == "9.8"
    assert (hemoglobin.detail["refLow"], hemoglobin.detail["refHigh"]) == ("12", "16")
    assert [case.document.text[s.start : s.end] for s in hemoglobin.spans] == [
        "Hemoglobin",
        "9.8 g/dL",
    ]


def test_what_is_not_elevated_is_not_called_normal(tmp_path: Path) -> None:
    """A denied elevation keeps its words and gets no interpretation."""
    case = _case(STORY, tmp_path)
    found = next(i for i in _of(case, "lab") if i.text == "LDH")
    assert "interpretation" not in found.detail
    assert found.detail["resultText"] == "not elevation"


def test_size_grade_and_performance_are_items_of_the_tumor_and_the_patient(tmp_path: Path) -> None:
    """Size and grade point to the tumour; the performance status has its scale."""
    case = _case(STORY, tmp_path)
    size, grade, status = (_of(case, k)[0] for k in ("tumor_size", "grade", "performance"))
    assert [d["value"] for d in size.detail["dimensions"]] == ["6", "8"]
    assert size.links["focus"] == grade.links["focus"]
    assert (status.detail["scale"], status.detail["value"]) == ("ECOG", "1")


def test_sizes_of_organs_and_harms_grades_make_no_items(tmp_path: Path) -> None:
    """The size of a spleen and the grade of a neutropenia are not the tumour's."""
    case = _case("Case presentation\n\nThe spleen measured 15 cm. Grade 3 neutropenia occurred.\n", tmp_path)
    assert not _of(case, "tumor_size")
    assert not _of(case, "grade")


def test_the_same_stage_told_later_stays_a_statement_of_its_own(tmp_path: Path) -> None:
    """Two statements of one staging far apart are both kept: a reader may see them differ."""
    text = STORY + "\nIn 2018 she was seen again.\n\nThe scan was read.\n\nStaging was pT2bN0M0, stage IV.\n"
    case = _case(text, tmp_path)
    groups = [i.detail["category"] for i in _of(case, "stage") if i.detail["kind"] == "group"]
    assert groups == ["III", "IV"]
    assert len([i for i in _of(case, "stage") if i.detail["kind"] == "T"]) == 2
