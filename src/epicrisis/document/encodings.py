"""From bytes to text: which encoding they are in, and what of them could not be read.

A byte order mark decides, then zero bytes (UTF-16 and UTF-32 without a mark), then UTF-8, then
GB18030 where it gives Chinese, and Windows-1252; statistical detectors guess worse on short Western
texts. A few bytes that do not fit cost their own characters only (one U+FFFD for each, and a
finding): "Müller" stays "Müller" beside a damaged byte.
"""

from __future__ import annotations

import codecs
import re

from epicrisis.errors import UnreadableDocument, UsageError
from epicrisis.kept import lazy

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CP1252_HOLES = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
# letters in words, and signs that texts in Windows-1252 have: "Müller", "38 °C", "10–20"
_WESTERN = re.compile(
    rb"(?<=[A-Za-z])[\xc0-\xd6\xd8-\xf6\xf8-\xfd]{1,3}|[\xc0-\xd6\xd8-\xf6\xf8-\xfd]{1,3}(?=[A-Za-z])"
    rb"|[\x80\x85\x91-\x97\x99\xa0\xa7\xab\xb0-\xb3\xb5\xb7\xbb-\xbe\xd7]"
)
_BAD = "\ufffd"
_MOST_BAD = 0.02  # of the bytes, of a text that is still worth reading
# "Ã¼", "Â°", "â€“": nobody writes these, so that the bytes are UTF-8 whatever else is broken
_UNMISTAKABLE = lazy("[\x80-\xff\u2000-\u203f]")
_HAN = "\u4e00-\u9fff"
_WIDE_RUN = lazy(rf"[{_HAN}\u3001-\u3015\uff00-\uffef\u00b7\u2014\u2018-\u201d\u2026]{{2,}}")
_HAN_ONE = lazy(rf"[{_HAN}]")
# What browsers take for what a page says, where the two differ (WHATWG Encoding).
_LABELS = {
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin-1", "latin1", "l1", "ascii", "us-ascii"), "cp1252"),
    **dict.fromkeys(("x-cp1252", "iso_8859-1", "ansi_x3.4-1968"), "cp1252"),
    **dict.fromkeys(("iso-8859-9", "latin5", "iso8859-9"), "cp1254"),
    **dict.fromkeys(("gb2312", "gbk", "gb_2312-80", "x-gbk", "chinese"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "korean"), "cp949"),
    **dict.fromkeys(("iso-8859-11", "tis-620"), "cp874"),
    # a page that could be read so far is in no encoding of two bytes
    **dict.fromkeys(("utf-16", "utf-16le", "utf-16be", "unicode"), "utf-8"),
}


def check_name(encoding: str | None) -> None:
    """Refuse a name that is none of a text encoding.

    Raises:
        UsageError: with the name.
    """
    try:
        _known(encoding or "utf-8")
    except UnreadableDocument as error:
        raise UsageError(str(error)) from None


def decode(data: bytes, encoding: str | None = None) -> tuple[str, tuple[str, ...]]:
    """Return the text of *data* and what there is to say about its encoding.

    Raises:
        UnreadableDocument: no text, or not one in the encoding that is named.
    """
    if encoding:
        return _strict(data, _known(encoding)), ()
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _lenient(data, name, ())
    if guess := by_zeros(data):
        return _lenient(data, guess, (f"encoding-assumed: {guess}",))
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        cut = error.start
    if _is_damaged_utf8(text := data.decode("utf-8", "replace"), data):
        return _counted(text, len(data), ())
    if b"\0" in data[:4096]:
        raise UnreadableDocument("not a text: NUL bytes and no known encoding (a binary file?)")
    if _is_chinese(text := data.decode("gb18030", "replace"), data):
        return _counted(text, len(data), ("encoding-assumed: gb18030",))
    if _CP1252_HOLES.search(data):
        raise UnreadableDocument(f"the bytes at offset {cut} are neither UTF-8 nor Windows-1252: name the encoding")
    return data.decode("cp1252"), ("encoding-assumed: windows-1252",)


def decode_page(data: bytes, stated: str | None) -> tuple[str, tuple[str, ...]]:
    """Return the text of a web page, of which *stated* is the encoding that it gives itself.

    Pages often state one that is not theirs: then the bytes decide.
    """
    if not stated:
        return decode(data)
    label = stated.strip().lower()
    try:
        return _strict(data, _known(_LABELS.get(label, label))), ()
    except UnreadableDocument:
        text, findings = decode(data)
        return text, (f"encoding-stated-wrongly: {label[:40]}", *findings)


def guess(sample: bytes, *, legacy: bool = True) -> str:
    """Name the encoding of a table that begins with *sample*: UTF-8 in doubt, or unless *legacy* ones may be."""
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    if name := by_zeros(sample) or "":
        return name
    text = sample.decode("utf-8", "replace")
    end = codecs.getincrementaldecoder("utf-8")("replace").decode(sample)  # the last character may be cut off
    if not legacy or _BAD not in end or _is_damaged_utf8(text, sample):
        return "utf-8-sig"
    if _is_chinese(sample.decode("gb18030", "replace"), sample):
        return "gb18030"
    return "cp1252" if _is_western(sample) else "utf-8-sig"


def by_zeros(data: bytes) -> str | None:
    """Name the byte order where zero bytes stand as in UTF-16 or UTF-32 of mostly Latin text."""
    head = data[: 4000 & ~3] if len(data) >= 8 else b""
    if b"\0" not in head:
        return None
    places = [head[n::4] for n in range(4)]
    zeros = [part.count(0) / len(part) for part in places]
    if zeros[2] > 0.95 and zeros[3] > 0.95 and zeros[0] < 0.05:
        return "utf-32-le"
    if zeros[0] > 0.95 and zeros[1] > 0.95 and zeros[3] < 0.05:
        return "utf-32-be"
    low, high = (zeros[0] + zeros[2]) / 2, (zeros[1] + zeros[3]) / 2
    if high > 0.7 and low < 0.05:
        return "utf-16-le"
    if low > 0.7 and high < 0.05:
        return "utf-16-be"
    return None


def _known(encoding: str) -> str:
    try:
        known = codecs.lookup(encoding)
    except (LookupError, ValueError):  # ValueError: a NUL in the name
        raise UnreadableDocument(f"unknown encoding {encoding!r}") from None
    if not getattr(known, "_is_text_encoding", True):
        raise UnreadableDocument(f"{encoding!r} is not a text encoding")
    return known.name


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeError as error:
        at = getattr(error, "start", 0)
        raise UnreadableDocument(f"not valid {encoding} at byte {at}") from None


def _lenient(data: bytes, encoding: str, findings: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    try:
        return data.decode(encoding), findings
    except UnicodeError:
        return _counted(data.decode(encoding, "replace"), len(data), findings)


def _counted(text: str, size: int, findings: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Say how many characters could not be read; refuse what is mostly such."""
    bad = text.count(_BAD)
    if bad > 8 and bad > size * _MOST_BAD:
        raise UnreadableDocument("not a text: too many bytes fit no encoding: name it")
    return text, (*findings, f"bytes-replaced: {bad}") if bad else findings


def _is_damaged_utf8(text: str, data: bytes) -> bool:
    """Say whether a UTF-8 reading with gaps is the right one: more characters fit than do not.

    A text that was cut within its last character fits but for its end.
    """
    bad = text.count(_BAD) - data.count(b"\xef\xbf\xbd")
    good = sum(1 for ch in text if ch > "\x7f") - bad
    if good > bad:
        return True
    if good == bad:
        return _UNMISTAKABLE.search(text) is not None
    # "… 5 \xe2\x80" at the very end: two bytes of three
    return good == 0 and bad == 1 and text.endswith(_BAD) and len(data) - len(text) == 1


def _is_western(data: bytes) -> bool:
    """Say whether the bytes above ASCII are those of a text in Windows-1252, and not damage."""
    high = sum(1 for byte in data if byte > 0x7F)
    return not _CP1252_HOLES.search(data) and sum(map(len, _WESTERN.findall(data))) >= high * 0.9


def _is_chinese(text: str, data: bytes) -> bool:
    """Say whether a GB18030 reading gives Chinese, and not Western letters taken in pairs.

    "Müller" comes out as "M黮ler": one character of Han amid Latin letters, from a byte of ASCII. Chinese
    stands in runs, and nearly all of it has both bytes above 0xA0.
    """
    bad = text.count(_BAD)
    wide = sum(1 for ch in text if ch > "\x7f") - bad
    if wide < 4 or bad > 1 + wide * 0.05 or not _HAN_ONE.search(text):
        return False
    in_runs = sum(len(run) for run in _WIDE_RUN.findall(text))
    high = sum(1 for byte in data if byte > 0xA0)
    return in_runs >= wide * 0.6 and high >= wide * 1.8
