"""The signs of a page, with their places: turned upright, and only what the page shows."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from typing import Any

from epicrisis.document.pdf_run import Piece, Run, Space
from epicrisis.kept import lazy

# A word is measured at both ends; digits and signs one by one, as one of them may be raised.
_TOKEN = lazy(r"(?P<word>[^\W\d_]{3,})|(?P<space>[\t\n\r \xa0]+)|(?P<none>[\x00-\x1f]+)|.", re.DOTALL)
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_LIGATURE = lazy("[ﬀ-ﬆ]")
_BOLD = re.compile(rb"bold|black|heavy|semib|demi", re.IGNORECASE)
_TYPEWRITER = re.compile(rb"courier|mono|consol|typewriter", re.IGNORECASE)
_FIXED_PITCH, _FORCE_BOLD = 1, 1 << 18  # flags of the font descriptor
_HYPHEN = 2  # what the library makes of a hyphen at the end of a line
_SLACK = 2.0  # points that a sign may reach over the edge of the page

Rectangle = tuple[float, float, float, float]  # left, bottom, right, top


class Page:
    """One page's signs."""

    def __init__(self, textpage: Any, shown: Rectangle) -> None:
        from pypdfium2 import raw

        self._raw: Any = raw
        self._kept = textpage  # it is closed when it is forgotten
        self._page = textpage.raw
        self._west, self._south = shown[0] - _SLACK, shown[1] - _SLACK
        self._east, self._north = shown[2] + _SLACK, shown[3] + _SLACK
        self.count: int = textpage.count_chars()
        self._box_of, self._origin_of = raw.FPDFText_GetCharBox, raw.FPDFText_GetCharOrigin
        self._size_of = raw.FPDFText_GetFontSize
        self.outside = 0  # signs that stand beyond the edges of the page
        self._box = [ctypes.c_double() for _ in range(4)]
        self._box_at = [ctypes.byref(v) for v in self._box]
        self._origin = [ctypes.c_double() for _ in range(2)]
        self._origin_at = [ctypes.byref(v) for v in self._origin]

    def runs(self) -> dict[int, list[Run]]:
        """Return the page's runs by the turn of their lines in degrees, 0 for upright."""
        found: dict[int, list[Run]] = {}
        turn = 0
        run: Run | None = None
        for start, text, space in self._tokens():
            pieces = self._pieces(start, text, space, turn)
            if pieces and (run is None or not run.takes(pieces[0])):
                if self._goes_on(start, space):
                    pieces[0] = pieces[0]._replace(space=space._replace(inside=True))
                turned = self._turn(start)
                if turned != turn:
                    turn, run = turned, None
                    pieces = self._pieces(start, text, space, turn)
            for piece in pieces:
                if run is not None and run.takes(piece):
                    run.add(piece)
                    # "Figure 1. CT of the liver": only the label is bold, the line is not
                    if run.bold and space.signs and piece.text[:1].isalnum():
                        run.bold = self._is_bold(start)
                    continue
                run = Run.of(piece, bold=self._is_bold(start))
                found.setdefault(turn, []).append(run)
        cells = {turn: [cell for run in runs for cell in run.cells() if cell.finish()] for turn, runs in found.items()}
        return {turn: kept for turn, kept in cells.items() if kept}

    def _tokens(self) -> Iterator[tuple[int, str, Space]]:
        """Yield words and single signs, with the place of the first sign and the space before."""
        text = self._text()
        generated, page = self._raw.FPDFText_IsGenerated, self._page
        space = Space()
        for token in _TOKEN.finditer(text):
            if token["space"] is not None:
                places = range(token.start(), token.end())
                space = Space(len(places), all(generated(page, at) == 1 for at in places))
            elif token["none"] is None:
                yield token.start(), token.group(), space
                space = Space()

    def _text(self) -> str:
        """Return the page's text, one character for each sign that can be measured."""
        raw = self._raw
        buffer = (ctypes.c_ushort * (self.count + 1))()
        written = raw.FPDFText_GetText(self._page, 0, self.count, buffer) - 1
        codes = list(buffer[: self.count])
        if written != self.count or any(0xD800 <= code < 0xE000 for code in codes):
            codes = [raw.FPDFText_GetUnicode(self._page, at) for at in range(self.count)]
        for at, code in enumerate(codes):
            if code in (0, _HYPHEN, 0xFFFE, 0xFFFF):
                hyphen = raw.FPDFText_GetUnicode(self._page, at) == _HYPHEN
                codes[at] = 0x2D if hyphen else 0xFFFD  # or a glyph whose font does not say what it is
            elif 0xD800 <= code < 0xE000 or code > 0x10FFFF:
                codes[at] = 0xFFFD
        return "".join(map(chr, codes))

    def _goes_on(self, index: int, space: Space) -> bool:
        """Say whether one piece of text in the file goes on after a space that the text has.

        In type of one width it may be many spaces, which the library makes one: a table.
        """
        if space.signs != 1 or space.guessed or index < 2:
            return False
        name, flags = self._font(index)
        if flags & _FIXED_PITCH or _TYPEWRITER.search(name):
            return False
        before = self._raw.FPDFText_GetTextObject(self._page, index - 2)
        after = self._raw.FPDFText_GetTextObject(self._page, index)
        return bool(before and after) and ctypes.addressof(before.contents) == ctypes.addressof(after.contents)

    def _pieces(self, start: int, text: str, space: Space, turn: int) -> list[Piece]:
        """Return a word as one piece where it stands level and even, or its signs one by one."""
        if len(text) > 2:
            first, last = self._place(start, turn), self._place(start + len(text) - 1, turn)
            if first and last:
                left, _, y, size = first
                even = 0.1 * size < (last[0] - left) / (len(text) - 1) < 1.2 * size
                if even and abs(last[2] - y) < 0.05 * size and last[3] == size:
                    return [Piece(_spelt(text), left, last[1], y, size, space)]
        pieces: list[Piece] = []
        for at, sign in enumerate(text, start):
            place = self._place(at, turn)
            if place:
                pieces.append(Piece(_spelt(sign), *place, Space() if pieces else space))
            else:
                self.outside += 1
        return pieces

    def _place(self, index: int, turn: int) -> tuple[float, float, float, float] | None:
        """Return left, right, baseline and size of a sign in its turned page; None beyond the edges."""
        page, box, origin = self._page, self._box, self._origin
        self._box_of(page, index, *self._box_at)
        self._origin_of(page, index, *self._origin_at)
        left, right, low, high, x, y = (
            box[0].value, box[1].value, box[2].value, box[3].value, origin[0].value, origin[1].value,
        )  # fmt: skip
        if not (self._west < x < self._east and self._south < y < self._north):
            return None
        stated = self._size_of(page, index)
        if turn:
            c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))
            x, y = x * c + y * s, y * c - x * s
            if turn % 90:  # the box of a slanting sign is larger than the sign
                size = stated if stated > 2 else max(high - low, 4.0)
                return x, x + 0.5 * size, y, size
            corners = [(px * c + py * s, py * c - px * s) for px in (left, right) for py in (low, high)]
            left, right = min(p[0] for p in corners), max(p[0] for p in corners)
            low, high = min(p[1] for p in corners), max(p[1] for p in corners)
        # some files set size 1 and scale the page instead
        return left, right, y, stated if stated > 2 else max((high - low) * 1.3, 4.0)

    def _turn(self, index: int) -> int:
        """Return by how many degrees the line of a sign is turned against the clock."""
        angle = self._raw.FPDFText_GetCharAngle(self._page, index)
        turn = round(-math.degrees(angle)) % 360
        quarter = round(turn / 90) * 90 % 360
        return quarter if abs((turn - quarter + 180) % 360 - 180) <= 3 else turn

    def _is_bold(self, index: int) -> bool:
        name, flags = self._font(index)
        return bool(_BOLD.search(name)) or bool(flags & _FORCE_BOLD)

    def _font(self, index: int) -> tuple[bytes, int]:
        """Return the name and the flags of a sign's font."""
        name = ctypes.create_string_buffer(128)
        flags = ctypes.c_int()
        self._raw.FPDFText_GetFontInfo(self._page, index, name, 128, flags)
        return name.value, flags.value


def _spelt(text: str) -> str:
    """Return a word without ligatures."""
    return text if text.isascii() else _LIGATURE.sub(lambda sign: _LIGATURES[sign.group()], text)
