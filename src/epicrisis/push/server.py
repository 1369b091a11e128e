"""What the server says of itself, asked before any patient data leaves."""

from __future__ import annotations

from typing import Any

from epicrisis.errors import PushError
from epicrisis.push.client import Client, refusal
from epicrisis.push.load import Resource


class Capabilities:
    """The server's /metadata, read once."""

    def __init__(self, client: Client, mode: str) -> None:
        """Prepare; nothing is sent yet."""
        self._client, self._mode = client, mode
        self._statement: dict[str, Any] | None = None

    def require(self, *, r5: bool) -> None:
        """Check that resources of this FHIR version can be pushed in this mode.

        Raises:
            PushError: not a FHIR server, of another version, or without transactions.
        """
        body = self._statement = self._statement or self._read()
        version = str(body.get("fhirVersion", ""))[:20]
        if not version.startswith("5." if r5 else "4.0"):
            raise PushError(
                f"the server speaks FHIR {version or 'of an unknown version'}, the resources are {'R5' if r5 else 'R4'}; "
                "convert with --fhir for this server. Nothing was sent"
            )
        codes = {i.get("code") for rest in _dicts(body.get("rest")) for i in _dicts(rest.get("interaction"))}
        if self._mode != "each" and "transaction" not in codes:
            raise PushError("the server does not offer transactions; use --mode each. Nothing was sent")

    def _read(self) -> dict[str, Any]:
        answer = self._client.request("GET", "metadata")
        body = answer.body
        if not answer.ok or not isinstance(body, dict) or body.get("resourceType") != "CapabilityStatement":
            raise PushError(
                f"GET metadata: {refusal(answer)}; this is not the base URL of a FHIR server. Nothing was sent"
            )
        return body


def is_r5(resources: list[Resource]) -> bool:
    """Say whether resources are of R5, by elements that R4 does not have."""
    for r in resources:
        kind = r["resourceType"]
        if (
            (kind == "MedicationStatement" and "medication" in r)
            or (kind == "AdverseEvent" and "code" in r)
            or (kind == "Procedure" and any(k.startswith("occurrence") for k in r))
        ):
            return True
        if kind in ("Condition", "Procedure", "ServiceRequest") and isinstance(r.get("reason"), list):
            return True
    return False


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []
