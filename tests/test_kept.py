"""What is kept between runs changes how long a run takes, and nothing else."""

from __future__ import annotations

import marshal
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from epicrisis import engine, kept

ROOT = Path(__file__).resolve().parents[1]
PATTERNS = [
    (r"(?P<n>\d+)\s{0,4}(?P<u>mg|g)\b|(\w+)", re.IGNORECASE),
    (r"(?<![\w-])[\u4e00-\u9fff]+(?=\s|\Z)", 0),
    (r"^(?:a|b)+?$", re.MULTILINE | re.ASCII),
    ("", 0),
]


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Begin as a new process with an empty cache folder would."""
    monkeypatch.setenv("EPICRISIS_CACHE", str(tmp_path))
    monkeypatch.setattr(kept, "_memo", None)
    monkeypatch.setattr(kept, "_new", {})
    monkeypatch.setattr(kept, "_used", set())
    monkeypatch.setattr(kept, "_grown", {})
    kept.lazy.cache_clear()
    return tmp_path


def again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin as the next process would."""
    monkeypatch.setattr(kept, "_memo", None)
    monkeypatch.setattr(kept, "_new", {})
    monkeypatch.setattr(kept, "_grown", {})
    kept.lazy.cache_clear()


@pytest.mark.parametrize(("pattern", "flags"), PATTERNS)
def test_a_kept_pattern_is_the_compiled_one(
    fresh: Path, monkeypatch: pytest.MonkeyPatch, pattern: str, flags: int
) -> None:
    """Put together from its parts, a pattern is the one that would be compiled, and `re`'s in groups, flags and matches."""
    kept.lazy(pattern, flags).search("12 mg of iron\nab")
    kept.save()
    again(monkeypatch)
    monkeypatch.setattr(re, "compile", lambda *a: pytest.fail("compiled again"))
    found = kept._compiled(pattern, int(flags))
    monkeypatch.undo()
    assert found == engine.compiled(pattern, int(flags))
    expected = re.compile(pattern, flags)
    assert (found.groups, found.groupindex, found.flags) == (expected.groups, expected.groupindex, expected.flags)
    text = "12 MG of iron\nab 中文"
    assert [m.groupdict() for m in found.finditer(text)] == [m.groupdict() for m in expected.finditer(text)]


@pytest.mark.parametrize(
    "content", [b"", b"\x00", b"not marshal", marshal.dumps([1]), marshal.dumps({("a+", 0): (1,)})]
)
def test_a_broken_file_is_as_none(fresh: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    """A file that is cut, foreign or of another form is not used."""
    kept._memo_path().write_bytes(content)
    assert kept.lazy("a+").findall("baab") == ["aa"]
    assert kept.known("toml", b"x = 1", lambda: {"x": 1}) == {"x": 1}


def test_a_pattern_with_foreign_code_is_compiled(fresh: Path) -> None:
    """Code that the engine refuses is never run."""
    kept._memo_path().write_bytes(marshal.dumps({("a+", 0): (32, b"\xff\xff\xff\xff" * 3, 0, {}, (None,))}))
    assert kept.lazy("a+").findall("baab") == ["aa"]


def test_what_is_known_is_an_own_copy(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who changes what was parsed does not change what the next reader gets."""
    for _ in range(2):
        first = kept.known("toml", b"x = [1]", lambda: {"x": [1]})
        first["x"].append(2)
        kept.save()
        again(monkeypatch)
    assert kept.known("toml", b"x = [1]", lambda: pytest.fail("not kept")) == {"x": [1]}


def test_what_has_grown_is_found_again(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each run adds what it found out of a content; another content has its own."""
    for n in range(3):
        found = kept.growing("library", b"one")
        assert found == dict.fromkeys(range(n), "known")
        found[n] = "known"
        kept.save()
        again(monkeypatch)
    assert kept.growing("library", b"other") == {}


@pytest.mark.skipif(os.name == "nt", reason="/dev/null is a file of POSIX systems")
def test_nothing_can_be_written(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a folder to write to, everything works and nothing is kept."""
    monkeypatch.setenv("EPICRISIS_CACHE", os.devnull)
    assert kept.lazy("a+").findall("baab") == ["aa"]
    kept.save()
    assert kept.file("terms-x", lambda: {"rows": 1}) == {"rows": 1}


def test_the_second_run_says_the_same(tmp_path: Path) -> None:
    """A bundle comes out byte for byte the same with and without what an earlier run has kept."""
    sample = ROOT / "samples" / "lung_board.md"
    environment = {**os.environ, "EPICRISIS_CACHE": str(tmp_path), "PYTHONPATH": str(ROOT / "src")}
    outputs = []
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-m", "epicrisis", "convert", str(sample)],
            env=environment,
            capture_output=True,
            check=True,
        )
        outputs.append(done.stdout)
    assert outputs[0] == outputs[1]
    assert [p.name.partition("-")[0] for p in sorted(tmp_path.iterdir())] == ["patterns", "terms"]


def test_a_library_writes_no_patterns(tmp_path: Path) -> None:
    """Only the command line keeps patterns: an importing program's exit costs nothing."""
    environment = {**os.environ, "EPICRISIS_CACHE": str(tmp_path), "PYTHONPATH": str(ROOT / "src")}
    program = "import epicrisis; epicrisis.convert('A 50-year-old woman had breast cancer.')"
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
    assert not list(tmp_path.glob("patterns-*"))
