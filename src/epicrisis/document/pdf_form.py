"""What is filled into a PDF's form: it is no part of the page's text, and is read where it stands."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

from epicrisis.document.pdf_run import Piece, Run

_FIELDS = 2000  # on one page
_LENGTH = 100_000  # bytes of one value
_HIDDEN = 2 | 32  # flags of an annotation: hidden, not viewed


def form_runs(page: Any, form: Any, runs: list[Run]) -> list[Run]:
    """Return the values of a page's fields as runs, level with the words beside them."""
    found: list[Run] = []
    for (left, bottom, right, top), value in _fields(page, form):
        beside = [r for r in runs if bottom - 2 <= r.y <= top]
        size = min(beside[0].size if beside else 10.0, max(4.0, 0.75 * (top - bottom)))
        middle = (bottom + top) / 2 - 0.35 * size
        lines = [line for line in value.splitlines() if line.strip()]
        y = min((r.y for r in beside), key=lambda y: abs(y - middle), default=middle)
        if len(lines) > 1:
            y = top - size
        for number, line in enumerate(lines):
            end = max(left + 1, min(right, left + 0.5 * size * len(line)))
            run = Run.of(Piece(line.strip(), left, end, y - 1.2 * size * number, size), bold=False)
            run.finish()
            found.append(run)
    return found


def _fields(page: Any, form: Any) -> Iterator[tuple[tuple[float, float, float, float], str]]:
    """Yield the places and values of the fields that are shown."""
    from pypdfium2 import raw

    rectangle = raw.FS_RECTF()
    for index in range(min(raw.FPDFPage_GetAnnotCount(page), _FIELDS)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        try:
            if raw.FPDFAnnot_GetSubtype(annotation) != raw.FPDF_ANNOT_WIDGET:
                continue
            if raw.FPDFAnnot_GetFlags(annotation) & _HIDDEN or not raw.FPDFAnnot_GetRect(annotation, rectangle):
                continue
            value = _value(raw, form, annotation)
        finally:
            raw.FPDFPage_CloseAnnot(annotation)
        if value:
            yield (rectangle.left, rectangle.bottom, rectangle.right, rectangle.top), value


def _value(raw: Any, form: Any, annotation: Any) -> str:
    """Return what a field says; a box to tick says "[x]" or "[ ]"."""
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in (raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON):
        return "[x]" if raw.FPDFAnnot_IsChecked(form, annotation) else "[ ]"
    if kind not in (raw.FPDF_FORMFIELD_TEXTFIELD, raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX):
        return ""
    length = min(raw.FPDFAnnot_GetFormFieldValue(form, annotation, None, 0), _LENGTH)
    buffer = ctypes.create_string_buffer(length + 2)
    raw.FPDFAnnot_GetFormFieldValue(form, annotation, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
    return buffer.raw[:length].decode("utf-16-le", "replace").replace("\0", "").strip()
