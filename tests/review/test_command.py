"""`epicrisis review` writes a page, or a folder of pages with an index."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from epicrisis.cli.review import command
from review.support_page import TEXT, fictional


def test_one_narrative_gives_one_page(tmp_path: Path) -> None:
    """A narrative becomes one file, and stdout stays empty."""
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    done = CliRunner().invoke(command, [str(tmp_path / "a.txt"), "-o", str(tmp_path / "report.html")])
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    assert (tmp_path / "report.html").stat().st_size < 1_000_000


def test_a_folder_gives_pages_and_an_index(tmp_path: Path) -> None:
    """Every readable file has a page; what cannot be read is named in the index and the exit code."""
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    (folder / "a.json").write_text(json.dumps(fictional()), encoding="utf-8")
    (folder / "sub" / "b c#.txt").write_text(TEXT, encoding="utf-8")
    (folder / "broken.json").write_text('{"schema": "epicrisis-case/1"}', encoding="utf-8")
    done = CliRunner().invoke(command, [str(folder), "-o", str(tmp_path / "out")])
    assert done.exit_code == 3
    made = sorted(p.relative_to(tmp_path / "out").as_posix() for p in (tmp_path / "out").rglob("*.html"))
    assert made == ["a-2.html", "a.html", "index.html", "sub/b c#.html"]
    index = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "./sub/b%20c%23.html" in index
    assert "document, items missing" in index
