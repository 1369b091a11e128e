"""Ids: the same text gives the same, whatever file it came in; two rows of a table are told apart by theirs."""

from __future__ import annotations

from hashlib import sha1, sha256
from uuid import NAMESPACE_URL, UUID, uuid5

from epicrisis.case.model import Case

_VARIANT = {digit: "89ab"[n % 4] for n, digit in enumerate("0123456789abcdef")}  # its two bits in a digit


def identity(case: Case) -> UUID:
    """Return the identity of the case's document: its text, whatever file it came in, and its id if it has one."""
    named = "urn:sha256:" + sha256(case.document.text.encode("utf-8", "surrogatepass")).hexdigest()
    if case.document.identity:  # "No complaints." of two patients is not one patient
        named += "#" + sha256(case.document.identity.encode("utf-8", "surrogatepass")).hexdigest()
    return uuid5(NAMESPACE_URL, named)


def uuid(namespace: bytes, name: str) -> str:
    """Return what `str(uuid5(namespace, name))` is, without its objects: a case names hundreds of things."""
    digest = sha1(namespace + name.encode(), usedforsecurity=False).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-5{digest[13:16]}-{_VARIANT[digest[16]]}{digest[17:20]}-{digest[20:32]}"
