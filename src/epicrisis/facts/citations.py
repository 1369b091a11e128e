"""References to the literature by a number: whoever cites speaks of others."""

from __future__ import annotations

from epicrisis.kept import lazy

# [9, 10], but not the cells of a karyotype ("t(9;11)[18]"), or a superscript after the full stop: whoever cites speaks of others
_CITATION = lazy(
    r"(?<![)XY])\[\d{1,3}(?:\s*[,–-]\s*\d{1,3})*\]|\(\d{1,3}(?:[,–-]\d{1,3})*\)\s*[.,;]?\s*\Z|\bet al\b|\.(?<=[a-z)]\.)\d{1,2}(?:[,–-]\d{1,2})*\Z"
)
# "LDH 256 U/L (135-225).": the range of a value
_VALUE = lazy(r"\d\s?(?:[^\s\d(]\S{0,11}\s?)?\Z")
_RANGED = lazy(r"(?:\d\s?[^\s\d(]{1,8}/\S{1,8}|\d\.\d+)\s?\Z")  # "Hgb 9.8 g/dL [12-16]"
_NEVER = lazy(r"(?!)")


def cites(text: str) -> bool:
    """Say whether a sentence refers to the literature by a number."""
    # most have not what every form of it needs
    if not ("[" in text or "et al" in text or text[-1].isdigit() or ("(" in text and text[-1] in ").,;")):
        return False
    m = _CITATION.search(text)
    if m is None:
        return False
    return not {"(": _VALUE, "[": _RANGED}.get(m.group()[0], _NEVER).search(text, 0, m.start())
