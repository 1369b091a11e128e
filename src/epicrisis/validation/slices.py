"""Members that a profile slices: each item judged by its slice, and the slices counted."""

from __future__ import annotations

from typing import Any

from epicrisis.validation.checks import Check, Found, Scope, chain, more, size, under
from epicrisis.validation.compiler import Compiler
from epicrisis.validation.slicing import chooser, matcher


def sliced(profiles: Compiler, node: dict[str, Any], root: dict[str, Any], item: Check) -> Check:
    """Return the checker of a sliced member; *item* judges what belongs to no slice."""
    closed = node.get("rules") == "closed"
    if [k for k, _ in node.get("by", [])] == ["value"] and node["by"][0][1] == "url":
        return _by_url(profiles, node, root, item, closed)
    slices = []
    for name, inner in node["slices"].items():
        if "/" in name:
            continue
        test = matcher(inner, node.get("by", []), profiles.library, profiles.conforms)
        if test is not None:
            whole = {**inner, "types": inner.get("types", node.get("types", []))}
            made = profiles.item(whole, root)
            if "kids" in node and "kids" not in inner:
                made = chain([item, made])
            slices.append((name, test, made, inner.get("min", 0), inner.get("max")))
    return _slices(slices, item, closed, node)


def _by_url(profiles: Compiler, node: dict[str, Any], root: dict[str, Any], item: Check, closed: bool) -> Check:
    made: dict[str, tuple[str, Check, int, int | None]] = {}
    for name, inner in node["slices"].items():
        kind = inner.get("types", [{"c": "Extension"}])[0]
        url = inner.get("kids", {}).get("url", {}).get("fixed") or next(iter(kind.get("p", ())), None)
        if url:
            made[url] = (name, profiles.item({**inner, "types": [kind]}, root), inner.get("min", 0), inner.get("max"))
    needed = {url: given for url, given in made.items() if given[2] or given[3] is not None}
    low, high = node.get("min", 0), node.get("max")
    whole = any("/" not in url for url in made)  # the parts of one extension: it says which there are

    def check(value: Any, scope: Scope) -> Found:
        if type(value) is not list:
            return [("", "error", "profile/type", "an array is expected")]
        found = size(value, low, high)
        urls = []
        for i, extension in enumerate(value):
            url = extension.get("url") if type(extension) is dict else None
            urls.append(url)
            given = made.get(url) if type(url) is str else None
            if given is None and whole and type(url) is str and "/" not in url and ":" not in url:
                found = more(
                    found, [(f"[{i}]", "error", "profile/extension", "the extension has no part of this name")]
                )
            if given is None and closed:
                found = more(found, [(f"[{i}]", "error", "profile/slice", "no other extensions are allowed here")])
            wrong = (given[1] if given else item)(extension, scope)
            if wrong is not None:
                found = under(found, f"[{i}]", wrong)
        for url, (name, _, least, most) in needed.items():
            count = urls.count(url)
            if count < least or (most is not None and count > most):
                found = more(
                    found,
                    [
                        (
                            "",
                            "error",
                            "profile/slice",
                            f"extension {name}: {count} found, {least}..{'*' if most is None else most} allowed",
                        )
                    ],
                )
        return found

    check.least = [(n, c[2]) for n, c in made.items() if c[2]]  # type: ignore[attr-defined]
    return check


def _slices(
    slices: list[tuple[str, Any, Check, int, int | None]], item: Check, closed: bool, node: dict[str, Any]
) -> Check:
    low, high = node.get("min", 0), node.get("max")
    many = bool(node.get("list"))
    chosen = chooser([test for _, test, _, _, _ in slices])
    checks = [inner for _, _, inner, _, _ in slices]
    counted = [
        (i, name, least, most) for i, (name, _, _, least, most) in enumerate(slices) if least or most is not None
    ]

    def check(value: Any, scope: Scope) -> Found:
        if not many:
            value = [value]
        elif type(value) is not list:
            return [("", "error", "profile/type", "an array is expected")]
        found = size(value, low, high) if many else None
        counts = [0] * len(slices)
        for i, each in enumerate(value):
            n = chosen(each, scope)
            if n is not None:
                counts[n] += 1
            elif closed:
                found = more(
                    found, [(f"[{i}]", "error", "profile/slice", "belongs to no slice, and no others are allowed")]
                )
            wrong = (item if n is None else checks[n])(each, scope)
            if wrong is not None:
                found = under(found, f"[{i}]" if many else "", wrong)
        for n, name, least, most in counted:
            if counts[n] < least or (most is not None and counts[n] > most):
                allowed = f"{least}..{'*' if most is None else most}"
                found = more(
                    found, [("", "error", "profile/slice", f"slice {name}: {counts[n]} found, {allowed} allowed")]
                )
        return found

    return check
