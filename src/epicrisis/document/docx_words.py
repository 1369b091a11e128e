"""The words of a Word paragraph as Word shows them: raised numbers, formulas, symbols of other fonts."""

from __future__ import annotations

from typing import Any

from epicrisis.document.raised import METRE, POWER, REFERENCE, TEN

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
# Not told here: deleted and moved text, properties, field codes, text boxes (they are told after the
# paragraph), and the copies of drawings for older programs.
_SILENT = frozenset(
    {
        *(W + n for n in ("del", "moveFrom", "pPr", "rPr", "instrText", "delText", "txbxContent", "rt")),
        *(W + n for n in ("footnoteReference", "endnoteReference", "commentReference")),
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
        "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr",
    }
)
_SIGNS = {W + "tab": "\t", W + "ptab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
_UNSAID = tuple(W + name for name in ("strike", "dstrike", "vanish"))
# The Symbol font, by its codes: "B3" is drawn as a sign of greater-or-equal.
_SYMBOL = dict(
    zip(
        range(0x41, 0x5B), "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ", strict=True
    )
) | dict(
    zip(
        range(0x61, 0x7B), "αβχδεφγηιϕκλμνοπθρστυϖωξψζ", strict=True
    )
) | {
    0x2D: "\u2212", 0xA2: "\u2032", 0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓",
    0xB0: "°", 0xB1: "±", 0xB2: "\u2033", 0xB3: "≥", 0xB4: "×", 0xB5: "∝", 0xB7: "•", 0xB8: "÷", 0xB9: "≠",
    0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xD6: "√", 0xD7: "⋅", 0xDB: "⇔", 0xDC: "⇐", 0xDD: "⇑", 0xDE: "⇒", 0xDF: "⇓",
    0xE5: "∑",
}  # fmt: skip
_WINGDINGS = {0xA8: "☐", 0x6F: "☐", 0xFE: "☑", 0xFD: "☒", 0xFC: "✓", 0xFB: "✗", 0xE0: "→", 0xA7: "▪", 0x9F: "•"}


def words(paragraph: Any, unsaid: frozenset[str] = frozenset()) -> str:
    """Return the words of a paragraph; *unsaid* are the styles of what is struck out or hidden."""
    parts: list[str] = []
    _walk(paragraph, parts, unsaid)
    return "".join(parts)


def is_unsaid(properties: Any) -> bool:
    """Say whether the properties of a run or of a style strike or hide it."""
    return properties is not None and any(is_on(mark) for mark in properties if mark.tag in _UNSAID)


def is_on(mark: Any) -> bool:
    """Say whether a switch such as `<w:b w:val="0"/>` is on."""
    return mark is not None and mark.get(W + "val", "1") not in ("0", "false", "off", "none")


def _walk(element: Any, parts: list[str], unsaid: frozenset[str]) -> None:
    for child in element:
        tag = child.tag
        if tag in _SILENT:
            continue
        if tag == W + "r":
            _run(child, parts, unsaid)
        elif tag == W + "t":
            parts.append(child.text or "")
        elif tag in _SIGNS:
            parts.append(_SIGNS[tag])
        elif tag == W + "sym":
            parts.append(_symbol(child.get(W + "char", ""), child.get(W + "font", "")))
        elif tag == _M + "oMath":
            _formula(child, parts)
        elif tag == W + "fldChar":
            parts.append(_filled(child))
        elif isinstance(tag, str):
            _walk(child, parts, unsaid)


def _run(run: Any, parts: list[str], unsaid: frozenset[str]) -> None:
    properties = run.find(W + "rPr")
    if properties is None:
        _walk(run, parts, unsaid)
        return
    style = properties.find(W + "rStyle")
    switches = [m for m in properties if m.tag in _UNSAID]
    if is_unsaid(properties) or (not switches and style is not None and style.get(W + "val") in unsaid):
        return
    own: list[str] = []
    _walk(run, own, unsaid)
    said = "".join(own)
    fonts = properties.find(W + "rFonts")
    if fonts is not None and any("\uf020" <= c <= "\uf0ff" for c in said):
        font = fonts.get(W + "ascii") or fonts.get(W + "hAnsi") or ""
        said = "".join(_symbol(f"{ord(c):X}", font) if "\uf020" <= c <= "\uf0ff" else c for c in said)
    place = properties.find(W + "vertAlign")
    if place is not None and place.get(W + "val") == "superscript":
        said = _raised(said, "".join(parts[-4:]))
    parts.append(said)


def _raised(said: str, before: str) -> str:
    """Return raised words as they are written in a line: "10^9", "130 mg/m2", "sarcoma[3]"."""
    if not before[-1:].strip():
        return said  # "18F-FDG", or the mark of a footnote
    if said in ("2", "3") and METRE.search(before):
        return said
    if POWER.fullmatch(said) and before[-1].isdigit() and (not said[0].isdigit() or TEN.search(before)):
        return f"^{said}"
    if before[-1] in "[(^":
        return said
    return f"[{said}]" if REFERENCE.fullmatch(said) else said


def _symbol(code: str, font: str) -> str:
    """Return the sign that a code of a font of symbols stands for."""
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    if number > 0xFF and not 0xF000 <= number <= 0xF0FF:
        return chr(number) if number < 0xD800 or 0xE000 <= number <= 0x10FFFF else ""
    table = _WINGDINGS if "wingdings" in font.lower() else _SYMBOL
    low = number & 0xFF
    plain = chr(low) if low < 0x7F and table is _SYMBOL else "\ufffd"
    return table.get(low, plain)


def _filled(mark: Any) -> str:
    """Return what stands in a field of a form that has no words: its box, or what was chosen of its list."""
    box, choices = mark.find(f"{W}ffData/{W}checkBox"), mark.find(f"{W}ffData/{W}ddList")
    if box is not None:
        ticked = box.find(W + "checked")
        return "☒" if is_on(ticked if ticked is not None else box.find(W + "default")) else "☐"
    if choices is not None:
        chosen = choices.find(W + "result")
        number = (chosen if chosen is not None else choices).get(W + "val", "0")
        listed = [entry.get(W + "val", "") for entry in choices.iterfind(W + "listEntry")]
        return listed[int(number)] if number.isdecimal() and int(number) < len(listed) else ""
    return ""


def _formula(element: Any, parts: list[str]) -> None:
    """Write a formula in a line: powers as "10^9", fractions as "1/2"."""
    name = element.tag.removeprefix(_M) if isinstance(element.tag, str) else ""
    if name == "t":
        parts.append(element.text or "")
    elif name == "sSup":
        _formula(element.find(_M + "e"), parts) if element.find(_M + "e") is not None else None
        raised: list[str] = []
        for child in element.iterfind(_M + "sup"):
            _formula(child, raised)
        said = "".join(raised)
        digits = "".join(parts)[-1:].isdigit() and POWER.fullmatch(said)
        parts.append(f"^{said}" if digits else said)
    elif name == "f":
        for n, half in enumerate((_M + "num", _M + "den")):
            parts.append("/" if n else "")
            for child in element.iterfind(half):
                _formula(child, parts)
    elif name == "d":
        parts.append("(")
        for n, child in enumerate(element.iterfind(_M + "e")):
            parts.append(", " if n else "")
            _formula(child, parts)
        parts.append(")")
    else:
        for child in element:
            _formula(child, parts)
