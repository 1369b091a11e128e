"""Parts of a push: what refers to each other stays together, what is referred to goes first."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from epicrisis.push.load import REFERENCE, Resource

_ENTRY = 200  # bytes of an entry beside its resource


@dataclass(slots=True)
class Part:
    """Resources of one request; `held` says which references wait for a later part."""

    resources: list[Resource] = field(default_factory=list)
    size: int = 0
    held: bool = False  # a first pass that leaves out references to what is not there yet


def key(resource: Resource) -> str:
    """Return `Type/id`."""
    return f"{resource['resourceType']}/{resource['id']}"


def plan(
    resources: list[Resource], texts: dict[str, str], *, max_entries: int, max_bytes: int, renamed: bool = False
) -> list[Part]:
    """Return the parts in the order in which they are sent, so that no reference dangles.

    *texts* gives the JSON of each resource by `Type/id`. Where the server chooses the ids
    (*renamed*) what an extension of a primitive value refers to goes into an earlier part, since
    servers do not rewrite such references.

    A cycle larger than a part is sent twice: first without the references to what is not
    there yet, then whole.
    """
    by_key = {key(r): r for r in resources}
    sizes = {k: len(texts[k].encode()) + _ENTRY for k in by_key}
    edges = {k: sorted({t for t in REFERENCE.findall(texts[k]) if t in by_key and t != k}) for k in by_key}
    early = {k: {t for t in _of_primitives(json.loads(texts[k])) if t in by_key} for k in by_key} if renamed else {}
    parts: list[Part] = []
    current = Part()
    for group in _components(edges):
        weight = sum(sizes[k] for k in group)
        first = set().union(*(early[k] for k in group)) if early else set()
        if current.resources and not first.isdisjoint(map(key, current.resources)):
            parts.append(current)
            current = Part()
        if len(group) > max_entries or weight > max_bytes or not first.isdisjoint(group):
            if current.resources:
                parts.append(current)
                current = Part()
            parts += _twice(group, by_key, sizes, max_entries, max_bytes)
            continue
        if current.resources and (
            len(current.resources) + len(group) > max_entries or current.size + weight > max_bytes
        ):
            parts.append(current)
            current = Part()
        current.resources += [by_key[k] for k in group]
        current.size += weight
    if current.resources:
        parts.append(current)
    return parts


def halves(part: Part, texts: dict[str, str], *, renamed: bool = False) -> list[Part]:
    """Return a part that a server finds too large as smaller ones."""
    if len(part.resources) < 2:
        return []
    return plan(
        part.resources,
        texts,
        max_entries=(len(part.resources) + 1) // 2,
        max_bytes=max(part.size // 2, 1),
        renamed=renamed,
    )


def without(node: Any, known: set[str], early: set[str] | None = None) -> Any:
    """Return *node* without references to resources that are not in *known*.

    Within extensions of primitive values *early* counts instead, where it is given.
    """
    if isinstance(node, dict):
        target = node.get("reference")
        if (
            isinstance(target, str)
            and "/" in target
            and "://" not in target
            and not target.startswith(("urn:", "#"))
            and target not in known
        ):
            return None
        kept = {
            k: without(v, early, early) if early is not None and k.startswith("_") else without(v, known, early)
            for k, v in node.items()
        }
        if any(v is None for v in kept.values()):
            kept = {k: v for k, v in kept.items() if v is not None}
            if set(kept) <= {"url"}:
                return None  # an extension that lost its value
        return kept or None
    if isinstance(node, list):
        return [v for v in (without(v, known, early) for v in node) if v is not None] or None
    return node


def _twice(
    group: list[str], by_key: dict[str, Resource], sizes: dict[str, int], max_entries: int, max_bytes: int
) -> list[Part]:
    chunks: list[Part] = []
    current = Part(held=True)
    for k in group:
        if current.resources and (len(current.resources) >= max_entries or current.size + sizes[k] > max_bytes):
            chunks.append(current)
            current = Part(held=True)
        current.resources.append(by_key[k])
        current.size += sizes[k]
    chunks.append(current)
    return chunks + [Part(c.resources, c.size) for c in chunks]


def _of_primitives(node: Any) -> list[str]:
    """Return what extensions of primitive values refer to."""
    found: list[str] = []
    stack = [(node, False)]
    while stack:
        one, counts = stack.pop()
        if isinstance(one, dict):
            if counts and isinstance(one.get("reference"), str):
                found.append(one["reference"])
            stack.extend((v, counts or k.startswith("_")) for k, v in one.items())
        elif isinstance(one, list):
            stack.extend((v, counts) for v in one)
    return found


def _components(edges: dict[str, list[str]]) -> list[list[str]]:
    """Return the strongly connected components, referred-to ones first (Tarjan 1972, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    on: set[str] = set()
    stack: list[str] = []
    out: list[list[str]] = []
    for root, first in edges.items():
        if root in index:
            continue
        work = [(root, iter(first))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on.add(root)
        while work:
            node, targets = work[-1]
            for target in targets:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on.add(target)
                    work.append((target, iter(edges[target])))
                    break
                if target in on:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    group: list[str] = []
                    while not group or group[-1] != node:
                        group.append(stack.pop())
                        on.discard(group[-1])
                    out.append(sorted(group))
    return out
