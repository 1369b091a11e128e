"""Hostile and damaged files end in seconds, within bounded memory, and with a clear error."""

from __future__ import annotations

import gzip
import io
import time
import zipfile
import zlib
from pathlib import Path

import pytest

from document import builders
from epicrisis.document import read
from epicrisis.errors import UnreadableDocument

SECONDS = 45  # a limit of the clock in the sandbox, and a slow machine; most need well below one


def _zip(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def _entities(levels: int) -> bytes:
    steps = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "boom"}">' for n in range(levels))
    last = f"<article><body><p>&e{levels - 1};</p></body></article>"
    return f"<!DOCTYPE article [{steps}]>{last}".encode()


def _nested(tag: str, depth: int, prefix: str = "", suffix: str = "") -> bytes:
    return (prefix + f"<{tag}>" * depth + "x" + f"</{tag}>" * depth + suffix).encode()


def _circular() -> bytes:
    return builders.raw_pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"])


def _circular_prev() -> bytes:
    good = builders.flate_bomb(0)
    at = good.rindex(b"startxref")
    start = int(good[at + 9 :].split()[0])
    return good.replace(b"/Root 1 0 R>>", b"/Root 9 0 R/Prev %d>>" % start)


def _many_pages() -> bytes:
    kids = b" ".join(b"3 0 R" for _ in range(50_000))
    return builders.raw_pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[%s]/Count 50000>>" % kids,
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        ]
    )


ATTACKS = {
    "xml: billion laughs": lambda: _entities(12),
    "xml: quadratic entity": lambda: (
        b'<!DOCTYPE article [<!ENTITY a "' + b"x" * 50_000 + b'">]><article><body><p>'
        + b"&a;" * 50_000 + b"</p></body></article>"
    ),
    "xml: external entity": lambda: (
        b'<!DOCTYPE article [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        b"<article><body><p>&a;</p></body></article>"
    ),
    "xml: parameter entity": lambda: (
        b'<!DOCTYPE article [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x">%a;]><article/>'
    ),
    "xml: 200,000 deep": lambda: _nested("sec", 200_000, "<article><body>", "</body></article>"),
    "xml: 600,000 elements": lambda: b"<article><body>" + b"<p/>" * 600_000 + b"</body></article>",
    "xml: cut off": lambda: b"<article><body><p>unfinished",
    "xml: unknown encoding": lambda: b"<?xml version='1.0' encoding='no-such'?><article/>",
    "xml: not JATS": lambda: b"<?xml version='1.0'?><feed><entry/></feed>",
    "xml: empty article": lambda: b"<article/>",
    "html: nothing": lambda: b"<!doctype html><html><body><script>x</script></body></html>",
    "html: 200,000 deep": lambda: _nested("div", 200_000, "<html><body><p>A case.</p>", "</body></html>"),
    "pdf: not one": lambda: b"%PDF-1.7\nnot a PDF at all",
    "pdf: cut off": lambda: builders.flate_bomb(0)[:200],
    "pdf: circular pages": _circular,
    "pdf: circular Prev": _circular_prev,
    "pdf: 50,000 pages": _many_pages,
    "pdf: Flate bomb": lambda: builders.flate_bomb(400, 2),
    "pdf: no text": lambda: builders.raw_pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        ]
    ),
    "docx: zip bomb": lambda: _zip({"word/document.xml": b"\0" * 200_000_000}),
    "docx: 10,000 entries": lambda: _zip({f"word/{n}.xml": b"" for n in range(10_000)}),
    "docx: not Word": lambda: _zip({"../../etc/passwd": b"x"}),
    "docx: damaged": lambda: b"PK\x03\x04" + b"\0" * 200,
    "docx: cut off": lambda: _zip({"word/document.xml": b"<w/>"})[:60],
    "docx: broken parts": lambda: _zip({"[Content_Types].xml": b"<x", "word/document.xml": b"<"}),
    "gzip: bomb": lambda: gzip.compress(b" " * 150_000_000, 9),
    "gzip: damaged": lambda: b"\x1f\x8b\x08" + b"\0" * 40,
    "gzip: cut off": lambda: gzip.compress(b"A 61-year-old man" * 1000)[:50],
    "old Word": lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 100,
    "RTF": lambda: rb"{\rtf1 text}",
    "picture": lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    "a bundle": lambda: b'{"resourceType": "Bundle", "type": "collection"}',
    "random bytes": lambda: zlib.compress(bytes(range(256)) * 50)[2:] * 40,
    "too large": lambda: b"a" * 20_000_001,
}  # fmt: skip


SLOW = {
    "a comment in XML": lambda: b"<article><!--" + b"x" * 19_000_000 + b"--><body><p>A man.</p></body></article>",
    "200,000 members": lambda: gzip.compress(b"") * 200_000 + gzip.compress(b"A man.") + b"\0" * 512,
}


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_a_hostile_file_is_refused(attack: str) -> None:
    """Each ends with UnreadableDocument, soon, and the message quotes nothing of the file."""
    if attack.startswith("pdf"):
        pytest.importorskip("pypdfium2", reason="the extra pdf is not installed")
    if attack.startswith("docx"):
        pytest.importorskip("docx", reason="the extra docx is not installed")
    if attack.startswith("html"):
        pytest.importorskip("lxml", reason="the extra html is not installed")
    data = ATTACKS[attack]()
    began = time.monotonic()
    with pytest.raises(UnreadableDocument) as refused:
        read(data)
    assert time.monotonic() - began < SECONDS
    message = str(refused.value)
    assert message
    assert "root:" not in message
    assert "boom" not in message
    assert len(message) < 200


@pytest.mark.parametrize("kind", SLOW)
def test_what_was_read_piece_by_piece_is_read_in_time(kind: str) -> None:
    """A comment, or members of a gzip file, as long as a file may be do not take the square of their length."""
    began = time.process_time()
    assert read(SLOW[kind]()).text == "A man."
    assert time.process_time() - began < 20


def test_what_cannot_be_opened_says_why(tmp_path: Path) -> None:
    """A missing file, a folder and a NUL in a path are errors of input, not bugs."""
    for path, word in ((tmp_path / "no", "no such file"), (tmp_path, "is a folder")):
        with pytest.raises(UnreadableDocument, match=word):
            read(path)
    with pytest.raises(UnreadableDocument):
        read(Path("a\0b"))
