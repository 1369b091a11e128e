"""What an earlier run left in an output folder is never taken for what a document is now."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import epicrisis
from epicrisis.errors import InvalidResource
from epicrisis.etl import run
from epicrisis.push import dry_run
from epicrisis.push.load import units
from etl.fakes import converter, go, rows, tree, write_notes

OLDER = ".epicrisis-older"


def _pushed(folder: Path) -> tuple[list[str], list[str], list[str]]:
    """Return the names of what is sent, left out, and a problem."""
    found = list(units(folder))
    return (
        sorted(Path(u.name).name for u in found if u.texts),
        [Path(name).name for u in found for name in u.left_out],
        [Path(u.name).name for u in found if u.problem],
    )


@pytest.mark.parametrize("resume", [False, True])
@pytest.mark.parametrize("jobs", [1, 2])
def test_the_output_of_a_document_that_fails_now_is_set_aside(jobs: int, resume: bool, tmp_path: Path) -> None:
    """It is not pushed, nothing is lost, and once the document is repaired all is as if it had never failed."""
    notes, out = write_notes(tmp_path / "in", a="A", b="B"), tmp_path / "out"
    go([notes], out, jobs=jobs)
    before = tree(out)
    write_notes(notes, b="BAD")
    summary = go([notes], out, jobs=jobs, resume=resume)
    assert (summary.failed, summary.aside) == (1, 1)
    assert "1 document that failed now" in summary.text()
    assert not (out / "b.json").exists()
    assert (out / f"b.json{OLDER}").read_bytes() == before["b.json"]
    assert (out / f"b.issues.json{OLDER}").read_bytes() == before["b.issues.json"]
    assert _pushed(out) == (["a.json"], [], [])
    assert go([notes], out, jobs=jobs, resume=resume).aside == 0
    write_notes(notes, b="B")
    go([notes], out, jobs=jobs, resume=resume)
    assert tree(out) == before


def test_an_output_that_somebody_has_changed_stays(tmp_path: Path) -> None:
    """It is not ours to move any more; it is not pushed either, and that is told."""
    notes, out = write_notes(tmp_path / "in", a="A", b="B"), tmp_path / "out"
    go([notes], out)
    (out / "b.json").write_text('{"resourceType": "Patient", "id": "mine"}')
    write_notes(notes, b="BAD")
    assert go([notes], out).aside == 0
    assert "mine" in (out / "b.json").read_text()
    assert _pushed(out) == (["a.json"], ["b.json"], [])


@pytest.mark.parametrize("resume", [False, True])
def test_outputs_of_documents_that_are_gone_stay_and_are_not_pushed(resume: bool, tmp_path: Path) -> None:
    """The manifest calls them former, with and without `resume`, until they are inputs again or their files are gone."""
    notes, out = write_notes(tmp_path / "in", a="A", b="B"), tmp_path / "out"
    go([notes], out)
    before = tree(out)
    (notes / "b.txt").unlink()
    summary = go([notes], out, resume=resume)
    assert summary.former == 1
    assert [(r["output"], r.get("former")) for r in rows(out)] == [("a", None), ("b", True)]
    assert _pushed(out) == (["a.json"], ["b.json"], [])
    lines = dry_run(str(out), "https://fhir.example.org")
    assert sum("b.json" in line and line.startswith("left out") for line in lines) == 1
    write_notes(notes, b="B")
    go([notes], out, resume=resume)
    assert tree(out) == before
    (notes / "b.txt").unlink()
    (out / "b.json").unlink()
    assert go([notes], out, resume=resume).former == 0
    assert [r["output"] for r in rows(out)] == ["a"]


def test_a_run_that_was_ended_leaves_no_older_output_as_current(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a new run has not come to yet is of the run before it, and is not pushed."""
    notes, out = write_notes(tmp_path / "in", a="A", b="B"), tmp_path / "out"
    go([notes], out)

    def ended(source: Any, **options: Any) -> Any:
        if str(source.name).endswith("b.txt"):
            raise KeyboardInterrupt
        return converter(source, **options)

    assert go([notes], out, convert=ended).interrupted
    assert _pushed(out) == (["a.json"], ["b.json"], [])
    assert go([notes], out, resume=True).failed == 0
    assert _pushed(out) == (["a.json", "b.json"], [], [])


def test_merged_files_are_pushed_without_what_they_were_made_of(tmp_path: Path) -> None:
    """Also where an earlier run had the other layout; before they are merged there is nothing to push."""
    notes, out = write_notes(tmp_path / "in", a="A", b="B"), tmp_path / "out"
    go([notes], out)
    go([notes], out, layout="ndjson")
    sent = [u for u in units(out) if u.texts]
    assert [(u.name, len(u.texts)) for u in sent] == [(str(out), 2)]
    assert _pushed(out)[1] == ["a.json", "b.json"]
    (out / "manifest.json").unlink()
    assert _pushed(out)[2] == ["out"]
    go([notes], out)
    assert _pushed(out)[0] == ["a.json", "b.json"]


def test_a_part_of_an_output_folder_goes_by_its_manifest(tmp_path: Path) -> None:
    """A folder below it is pushed by the same rule, and so is a folder with several output folders."""
    notes = write_notes(tmp_path / "in", a="A")
    write_notes(notes / "sub", b="B", c="C")
    go([notes], tmp_path / "all" / "out")
    (notes / "sub" / "c.txt").unlink()
    go([notes], tmp_path / "all" / "out")
    (tmp_path / "all" / "other.json").write_text('{"resourceType": "Patient", "id": "other"}')
    assert _pushed(tmp_path / "all" / "out" / "sub") == (["b.json"], ["c.json"], [])
    assert _pushed(tmp_path / "all") == (["a.json", "b.json", "other.json"], ["c.json"], [])


def test_what_the_manifest_names_and_is_not_there_is_told(tmp_path: Path) -> None:
    """A push does not pass over a bundle that somebody has removed."""
    notes, out = write_notes(tmp_path / "in", a="A", b="B"), tmp_path / "out"
    go([notes], out)
    (out / "b.json").unlink()
    assert _pushed(out) == (["a.json"], [], ["b.json"])
    (out / "a.json").unlink()
    with pytest.raises(InvalidResource, match="not there"):
        dry_run(str(out), "https://fhir.example.org")


def test_documents_may_be_called_as_what_is_left_out(tmp_path: Path) -> None:
    """A letter `manifest.txt` and a row `x.case` have bundles as any other."""
    notes = write_notes(tmp_path / "in", manifest="A", manifestation="B")
    (notes / "t.csv").write_text("id,text\nx.case,C\n")
    go([notes, notes / "t.csv"], tmp_path / "out")
    assert _pushed(tmp_path / "out")[0] == ["manifest.json", "manifestation.json", "x.case.json"]


def test_copies_of_a_document_are_merged_once(tmp_path: Path) -> None:
    """An id that came twice made the merged files unfit to load; rows of two ids stay two documents."""
    text = "A 61-year-old man had gastric adenocarcinoma."
    notes = write_notes(tmp_path / "in", a=text, b=text)
    tables = []
    for name in ("one", "two"):
        tables.append(tmp_path / f"{name}.csv")
        tables[-1].write_text(f"id,text\n1,{text}\n{name},{text}\n")
    out = tmp_path / "out"
    summary = run([notes, *tables], out, layout="ndjson", progress=False)
    assert (summary.done, summary.copies) == (6, 2)
    ids = [json.loads(line)["id"] for line in (out / "Patient.ndjson").read_text().splitlines()]
    assert len(ids) == len(set(ids)) == 4
    assert ids[0] == epicrisis.convert(text).rows()["Patient"][0]["id"]
    assert _pushed(out) == (["out"], [], [])
