"""Put resources into a bundle: a collection, a transaction or a document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from epicrisis.bundle.references import relative
from epicrisis.case.model import Case
from epicrisis.errors import UsageError
from epicrisis.mapping.naming import identity, uuid
from epicrisis.mapping.spec import spec

Resource = dict[str, Any]
# a bundle that must carry a time and was given none: the start of the epoch, so that equal
# input gives equal bytes
UNTIMED = "1970-01-01T00:00:00Z"


def assemble(
    resources: list[Resource],
    case: Case,
    *,
    kind: str = "collection",
    fhir: str = "r4",
    recorded: str | None = None,
) -> Resource:
    """Return a bundle of *resources*.

    `collection` claims mcode-patient-bundle where its patient does; `transaction` puts each
    resource under its own id, so that a repeated push changes nothing; `document` starts
    with a Composition. *recorded* is the instant that a document must carry.

    Raises:
        UsageError: an unknown kind of bundle.
    """
    kinds: dict[str, Callable[..., Resource]] = {
        "collection": _collection,
        "transaction": _transaction,
        "document": _document,
    }
    if kind not in kinds:
        raise UsageError(f"--bundle {kind}: not one of {', '.join(kinds)}")
    bundle: Resource = {
        "resourceType": "Bundle",
        "id": uuid(identity(case).bytes, f"bundle/{kind}"),
    }
    return kinds[kind](bundle, resources, case, fhir, recorded)


def _collection(
    bundle: Resource, resources: list[Resource], _case: Case, _fhir: str, _recorded: str | None
) -> Resource:
    data = spec("bundle")
    claimed = any(
        r["resourceType"] == "Patient" and data.data["needs"] in r.get("meta", {}).get("profile", ()) for r in resources
    )
    if claimed:
        bundle["meta"] = {"profile": [data.profile("patient", "mcode-stu4")]}
    bundle["type"] = "collection"
    bundle["entry"] = [_entry(r) for r in resources]
    return bundle


def _transaction(
    bundle: Resource, resources: list[Resource], _case: Case, _fhir: str, _recorded: str | None
) -> Resource:
    bundle["type"] = "transaction"
    bundle["entry"] = [
        {**_entry(r), "request": {"method": "PUT", "url": f"{r['resourceType']}/{r['id']}"}}
        # not by fullUrl: servers do not follow those in extensions of a date, and keep them dangling
        for r in relative(resources)
    ]
    return bundle


def _document(bundle: Resource, resources: list[Resource], case: Case, fhir: str, recorded: str | None) -> Resource:
    from epicrisis.bundle.composition import composition

    bundle["identifier"] = {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{bundle['id']}"}
    bundle["type"] = "document"
    bundle["timestamp"] = recorded or UNTIMED
    first = composition(resources, case, fhir, recorded)
    bundle["entry"] = [_entry(first), *map(_entry, resources)]
    return bundle


def _entry(resource: Resource) -> Resource:
    return {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}
