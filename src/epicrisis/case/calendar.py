"""Arithmetic with partial dates: never more precise than what it starts from."""

from __future__ import annotations

from datetime import date, timedelta

from epicrisis.kept import lazy


def shift(value: str, n: int, unit: str) -> str | None:
    """Return *value* moved by n units (d, wk, mo, a), at the coarser of both precisions.

    A month moved by days or weeks stays that month only if the move is shorter than a
    month; otherwise the result is not known and None is returned.
    """
    parts = [int(p) for p in value.split("-")]
    if unit == "a":
        parts[0] += n
        return _join(parts[:2] if len(parts) > 1 else parts)
    if unit == "mo":
        if len(parts) < 2:
            return None
        months = parts[0] * 12 + parts[1] - 1 + n
        return _join([months // 12, months % 12 + 1])
    days = n * (7 if unit == "wk" else 1)
    if len(parts) == 3:
        moved = date(*parts) + timedelta(days=days)
        return moved.isoformat() if unit == "d" else moved.isoformat()[: 10 if abs(n) <= 2 else 7]
    if len(parts) == 2 and abs(days) < 15:
        return _join(parts)
    if len(parts) == 1 and abs(days) < 60:
        return _join(parts)
    return None


def _join(parts: list[int]) -> str:
    return "-".join([f"{parts[0]:04}", *(f"{p:02}" for p in parts[1:])])


def leaves_year(written: str, n: int, unit: str) -> bool:
    """Say whether a day that can be read in two orders ("11/12/2020") may lie in another year once moved by n units."""
    a, b, year = (int(x) for x in lazy(r"\d+").findall(written)[:3])
    for month, day in ((a, b), (b, a)):
        moved = shift(f"{year:04}-{month:02}-{day:02}", n, unit)
        if moved and not moved.startswith(f"{year:04}"):
            return True
    return False


def bounds(value: str) -> tuple[date, date]:
    """Return the first and the last day that a partial date may mean."""
    parts = [int(p) for p in value.split("-")]
    if len(parts) == 3:
        day = date(*parts)
        return day, day
    if len(parts) == 2:
        first = date(parts[0], parts[1], 1)
        following = date(parts[0] + parts[1] // 12, parts[1] % 12 + 1, 1)
        return first, following - timedelta(days=1)
    return date(parts[0], 1, 1), date(parts[0], 12, 31)


def precedes(one: str, other: str) -> bool:
    """Say whether a partial date lies before another, as far as both tell: "2020-03" is not before "2020"."""
    return one < other[: len(one)]


def months_between(earlier: str, later: str) -> tuple[int, int]:
    """Return the least and the most whole months that may lie between two partial dates."""
    (a0, a1), (b0, b1) = bounds(earlier), bounds(later)
    return _months(a1, b0), _months(a0, b1) + (1 if len(earlier) < 10 or len(later) < 10 else 0)


def _months(a: date, b: date) -> int:
    months = (b.year - a.year) * 12 + b.month - a.month
    return months - (1 if b.day < a.day else 0)
