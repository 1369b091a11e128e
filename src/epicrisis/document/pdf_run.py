"""Runs: what stands in one line of a page without a gap."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from epicrisis.document.raised import raised

_SMALL = 0.85  # of the size of the line: signs that are raised or lowered
_SHIFT = 0.12  # of the size: the baseline is another one
_GAP = 1.1  # sizes: a wider one parts cells
_STRETCHED = 5.0  # sizes: a space of a justified line is no wider


class Space(NamedTuple):
    """White space before a piece: how much of it the text has, and whether the library guessed it."""

    signs: int = 0
    guessed: bool = False
    inside: bool = False  # one piece of text in the file goes on after it


class Piece(NamedTuple):
    """A sign or a word, and where it stands."""

    text: str
    left: float
    right: float
    y: float
    size: float
    space: Space = Space()


@dataclass(slots=True)
class Run:
    """Pieces of one line without a gap; `y` and `size` are those of the line, not of raised signs."""

    x0: float
    x1: float
    y: float
    size: float
    bold: bool
    pieces: list[Piece] = field(default_factory=list)
    text: str = ""

    @classmethod
    def of(cls, piece: Piece, *, bold: bool) -> Run:
        """Return the run that begins with *piece*."""
        return cls(piece.left, piece.right, piece.y, piece.size, bold, [piece._replace(space=Space())])

    def takes(self, piece: Piece) -> bool:
        """Say whether a piece goes on with the run."""
        gap = piece.left - self.x1
        space = piece.space
        # "HER2-positive      disease": one space of a text that goes on, stretched to fill the line
        stretched = space.signs == 1 and space.inside and not space.guessed
        if not -0.7 * self.size < gap < (_STRETCHED if stretched else _GAP) * self.size:
            return False
        shift = piece.y - self.y
        if abs(shift) < _SHIFT * self.size:
            return True
        if piece.size < _SMALL * self.size:
            return abs(shift) < 0.6 * self.size and gap < 0.5 * self.size
        return self._leads_to(piece, gap)

    def add(self, piece: Piece) -> None:
        """Append a piece."""
        if self.size < _SMALL * piece.size and abs(piece.y - self.y) >= _SHIFT * self.size:
            self.y, self.size = piece.y, piece.size
        self.pieces.append(piece)
        self.x1 = max(self.x1, piece.right)

    def cells(self) -> list[Run]:
        """Return the run, parted where its wide gaps are not the even ones of a justified line.

        The library makes one space of many, as in "CEA        12.5    ng/mL".
        """
        gaps = [(at, p.left - q.right) for at, (q, p) in enumerate(pairwise(self.pieces), 1) if p.space.signs]
        wide = {at for at, gap in gaps if gap >= _GAP * self.size}
        sizes = [gap for _, gap in gaps]
        if not wide or (max(sizes) - min(sizes) < 0.3 * self.size and not self._counts()):
            return [self]
        found: list[Run] = []
        for at, piece in enumerate(self.pieces):
            if not at or at in wide:
                found.append(Run.of(piece, bold=self.bold))
            else:
                found[-1].add(piece)
        return found

    def _counts(self) -> bool:
        """Say whether a third of the words are numbers, as in the row of a table."""
        words = "".join((" " if p.space.signs else "") + p.text for p in self.pieces).split()
        return 3 * sum(not any(c.isalpha() for c in word) for word in words) >= len(words)

    def finish(self) -> str:
        """Close the run and return its text."""
        sizes: dict[float, int] = {}
        for piece in self.pieces:
            if not self._level(piece):
                sizes[piece.size] = sizes.get(piece.size, 0) + len(piece.text)
        parts: list[str] = []
        at = 0
        while at < len(self.pieces):
            piece = self.pieces[at]
            level = self._level(piece)
            if self._spaced(at):
                parts.append(" ")
            at += 1
            if level <= 0:
                parts.append(piece.text)
                continue
            words = piece.text
            while at < len(self.pieces) and self._level(self.pieces[at]) > 0:
                words += (" " if self._spaced(at) else "") + self.pieces[at].text
                at += 1
            goes_on = at < len(self.pieces) and not self._spaced(at)
            after = "".join(p.text for p in self.pieces[at : at + 3]) if goes_on else ""
            written, close = raised(words, "".join(parts[-12:]), after)
            if close and parts and parts[-1] == " ":
                parts.pop()
            parts.append(written)
        self.text = "".join(parts).strip()
        if sizes:  # a bullet or an initial may be of another size than the words
            self.size = max(sizes, key=lambda size: sizes[size])
        return self.text

    def _leads_to(self, piece: Piece, gap: float) -> bool:
        """Say whether the run is only a raised sign before *piece*: 177 before "Lu"."""
        return (
            self.size < _SMALL * piece.size
            and sum(len(p.text) for p in self.pieces) <= 6
            and 0 < self.y - piece.y < 0.6 * piece.size
            and gap < 0.5 * piece.size
        )

    def _level(self, piece: Piece) -> int:
        """Return 1 for a raised piece, -1 for a lowered one."""
        shift = piece.y - self.y
        if piece.size >= _SMALL * self.size or abs(shift) < _SHIFT * self.size:
            return 0
        return 1 if shift > 0 else -1

    def _spaced(self, at: int) -> bool:
        """Say whether there is a space before a piece."""
        if not at:
            return False
        last, piece = self.pieces[at - 1], self.pieces[at]
        gap = piece.left - last.right
        if piece.space.signs and not piece.space.guessed:
            return True
        if self._level(last) != self._level(piece):  # the library sees spaces around raised digits: "pT 3"
            return gap > 0.15 * self.size
        return bool(piece.space.signs) or gap > 0.55 * self.size  # the point of "12.5" is narrow in Courier
