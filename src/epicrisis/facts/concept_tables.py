"""The tables that the concepts of a term are of ("drugs/anlotinib" is of "drugs")."""

from __future__ import annotations

from functools import lru_cache


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
