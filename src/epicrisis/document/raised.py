"""What raised signs mean: a power, a unit, an isotope, the number of a reference."""

from __future__ import annotations

from epicrisis.kept import lazy

# "130 mg/m" + 2, "4500/mm" + 3, "a depth of 3 cm" + 3: a metre in any size, and no word of its own
METRE = lazy(r"(?<![^\W\d_])[kcdmn\u00b5\u03bc]?m$")
TEN = lazy(r"(?:^|[^\d.,])10$")
POWER = lazy(r"[-+\u2212]?\d{1,2}")
REFERENCE = lazy(r"\d{1,3}(?: ?[,;\u2013-] ?\d{1,3})*")
_MASS = lazy(r"\d{1,3}m?")
_ELEMENT = lazy(
    r"(?:A[cgrtu]|B[aeir]?|C[aldeorsu]?|Er|F[er]?|G[ade]|H[efgo]?|I[nr]?|Kr?|Lu|M[gno]|N[ai]?|O|P[abdto]?"
    r"|R[abeu]|S[cemnr]?|T[bchl]|U|Xe|Yb?|Z[nr])(?![a-z])"
)
_OPEN = (" ", "(", "[", "/", "-", "\u2010", "\u2011", "\u2013")

_SIGNED = lazy(r"[-+\u2212]?\d+")


def power(words: str, before: str) -> str:
    """Return raised *words* as the power of the digit *before*, or as they are: what mark-up says is raised may be anything."""
    return f"^{words}" if before.isdigit() and _SIGNED.fullmatch(words) else words


def raised(words: str, before: str, after: str) -> tuple[str, bool]:
    """Return raised signs as they are written in a line, and whether they stand close to what is before.

    *after* is what follows without a space.
    """
    close = not before.endswith(" ")
    left = before.rstrip()
    if _MASS.fullmatch(words) and _ELEMENT.match(after) and (not left or before.endswith(_OPEN)):
        return words, close  # "18F-FDG", "177Lu-DOTATATE", "[99mTc]"
    if not left:  # the mark of an author or of a footnote
        return (f"{words} " if after else words), True
    if words in ("2", "3") and METRE.search(left):
        return words, True
    if POWER.fullmatch(words) and left[-1].isdigit() and (not words[0].isdigit() or TEN.search(left)):
        return f"^{words}", True
    if REFERENCE.fullmatch(words):
        return f"[{words}]", True
    return words, close
