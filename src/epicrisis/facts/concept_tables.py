"""The tables that the concepts of a term are of ("drugs/anlotinib" is of "drugs"), and what was found of each."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

from epicrisis.terminology import Hit

_MIXED = ":"  # behind the name of a table: its hits that are of other tables too, with all that they mean


@lru_cache(maxsize=8192)
def parted(concepts: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the tables that concepts are of, each with its own."""
    return tuple((table, of_tables(concepts, frozenset((table,)))) for table in domains_of(concepts))


@lru_cache(maxsize=8192)
def domains_of(concepts: tuple[str, ...]) -> frozenset[str]:
    """Return the tables that concepts are of."""
    return frozenset([c.partition("/")[0] for c in concepts])


@lru_cache(maxsize=8192)
def of_tables(concepts: tuple[str, ...], tables: frozenset[str]) -> tuple[str, ...]:
    """Return those of *concepts* that are of one of *tables*."""
    told = tuple(c for c in concepts if c.partition("/")[0] in tables)
    return concepts if told == concepts else told


def by_table(hits: list[Hit]) -> dict[str, list[Hit]]:
    """Return the hits of each table; those of several tables once more, as they were found, for `of_several`."""
    found: dict[str, list[Hit]] = defaultdict(list)
    for hit in hits:
        start, end, concepts = hit
        parts = parted(concepts)
        if len(parts) == 1:
            found[parts[0][0]].append(hit)
            continue
        for domain, told in parts:
            found[domain].append(Hit(start, end, told))
            found[domain + _MIXED].append(hit)
    return found


def of_several(known: dict[str, list[Hit]], asked: frozenset[str]) -> list[Hit]:
    """Return of hits by table (`by_table`) those of the *asked* tables, in order, each once."""
    mixed: dict[int, Hit] = {}
    for domain in asked:
        for hit in known.get(domain + _MIXED, ()):
            start, end, concepts = hit
            if start not in mixed:
                told = of_tables(concepts, asked)
                mixed[start] = hit if told is concepts else Hit(start, end, told)
    chosen = [hit for domain in asked if domain in known for hit in known[domain] if hit[0] not in mixed]
    chosen += mixed.values()
    chosen.sort()
    return chosen
