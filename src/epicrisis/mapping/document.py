"""DocumentReference: the narrative itself, as the text that every offset counts in."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from hashlib import sha1, sha256
from html import escape

from epicrisis.document.model import Document
from epicrisis.fhir import clean
from epicrisis.mapping.chart import Chart, Resource
from epicrisis.mapping.narrative import generated
from epicrisis.mapping.spec import spec


def map_document(chart: Chart) -> list[Resource]:
    """Return the DocumentReference with the text inline; offsets are its code points."""
    data = spec("document")
    source = chart.case.document
    raw = _raw(source)
    book = source.bibliography
    identifiers = [identifier(source)]
    if source.source_sha256 and source.source_sha256 != sha256(raw).hexdigest():
        identifiers.append({"system": data.url("uri"), "value": _named(bytes.fromhex(source.source_sha256))})
    if book.get("doi"):
        identifiers.append({"system": data.url("doi"), "value": clean(book["doi"])})
    title = clean(book.get("title") or source.name)
    attachment: Resource = {
        "contentType": data.data["content_type"],
        "data": b64encode(raw).decode("ascii"),
        "size": len(raw),
        "hash": b64encode(sha1(raw, usedforsecurity=False).digest()).decode("ascii"),
        "title": title,
    }
    document: Resource = {"resourceType": "DocumentReference", "id": chart.id("document")}
    document["text"] = generated(f"<p><b>DocumentReference</b> {escape(title)}</p>")
    document["identifier"] = identifiers
    document["status"] = "current"
    document["type"] = {"text": data.data["type"]}
    if chart.case.patient is not None or chart.case.items:
        document["subject"] = chart.subject
    authors = [a for a in map(clean, book.get("authors", "").split(";")) if a]
    if authors:
        document["author"] = [{"display": a} for a in authors]
    document["content"] = [{"attachment": attachment}]
    return [document]


def identifier(document: Document) -> dict[str, str]:
    """Return what the text is named by: its hash."""
    return {"system": spec("document").url("uri"), "value": _named(sha256(_raw(document)).digest())}


def _raw(document: Document) -> bytes:
    return document.text.encode("utf-8", "replace")


def _named(digest: bytes) -> str:
    """Return the name of a content by its hash (RFC 6920)."""
    return "ni:///sha-256;" + urlsafe_b64encode(digest).decode("ascii").rstrip("=")
