"""Outcomes on their way from a worker: bytes until somebody asks what is in them.

To build the objects of a bundle takes the parent as long as a worker needs for a twentieth of the
document, and they fill ten times the memory of their bytes; who only counts or stores never pays it.
"""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

from epicrisis.etl.outcome import Outcome

if TYPE_CHECKING:
    from epicrisis.pipeline import Conversion

_PROTOCOL = 5


def packed(outcome: Outcome) -> Outcome:
    """Return *outcome* as it travels; one of a foreign converter stays as it is."""
    from epicrisis.pipeline import Conversion

    made = outcome.conversion
    if not isinstance(made, Conversion):
        return outcome
    # the resources are those of the bundle: what is shared is written once
    parts = (made.bundle, made.resources), (made.issues, made.report), made.case
    return Sent(outcome.id, parts=tuple(pickle.dumps(part, _PROTOCOL) for part in parts))


class Sent(Outcome):
    """An outcome of another process; each part is built when it is first asked for."""

    __slots__ = ("_built", "_parts")

    def __init__(
        self,
        id: str,  # noqa: A002 - the name of the field
        conversion: Conversion | None = None,
        error: str | None = None,
        message: str = "",
        *,
        parts: tuple[bytes, ...] | None = None,
    ) -> None:
        """Take the *parts* of a conversion, or the conversion itself."""
        self.id, self.error, self.message = id, error, message
        self._parts = parts
        self._built: dict[int, Any] = {}
        if parts is None:
            self.conversion = conversion

    @property
    def conversion(self) -> Conversion | None:
        """The conversion, as `convert` returned it."""
        if self._parts is not None:
            from epicrisis.pipeline import Conversion

            (bundle, resources), (issues, report), case = (self._part(n) for n in range(3))
            self.conversion = Conversion(bundle, case, issues, report, resources)
        made: Conversion | None = self._built.get(-1)
        return made

    @conversion.setter
    def conversion(self, made: Conversion | None) -> None:
        self._parts, self._built = None, {-1: made}

    @property
    def ok(self) -> bool:
        """Whether there is a bundle."""
        return self._parts is not None or self._built[-1] is not None

    @property
    def bundle(self) -> dict[str, Any] | None:
        """The FHIR bundle, if there is one."""
        if self._parts is None:
            return super().bundle
        found: dict[str, Any] = self._part(0)[0]
        return found

    @property
    def issues(self) -> dict[str, Any] | None:
        """The OperationOutcome, if there is a conversion."""
        if self._parts is None:
            return super().issues
        found: dict[str, Any] = self._part(1)[0]
        return found

    def to_json(self) -> str | None:
        """Return the bundle as FHIR JSON, if there is one."""
        if self._parts is None:
            return super().to_json()
        from epicrisis.bundle import to_json

        return to_json(self._part(0)[0])

    def rows(self) -> list[dict[str, Any]]:
        """Return flat rows of all resources; each names its document and resource type."""
        if self._parts is None:
            return super().rows()
        from epicrisis.bundle import rows

        found = rows(self._part(0)[0])
        return [
            {"document": self.id, "resource_type": kind, **row} for kind, of_kind in found.items() for row in of_kind
        ]

    def _part(self, number: int) -> Any:
        if number not in self._built and self._parts is not None:
            # bytes of a worker of our own, over its pipe
            self._built[number] = pickle.loads(self._parts[number])  # noqa: S301
        return self._built[number]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Outcome):
            return NotImplemented
        mine, others = ((o.id, o.conversion, o.error, o.message) for o in (self, other))
        return mine == others

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> Any:
        if self._parts is not None:
            return _received, (self.id, self._parts)
        return Outcome, (self.id, self.conversion, self.error, self.message)


def _received(id: str, parts: tuple[bytes, ...]) -> Sent:  # noqa: A002
    return Sent(id, parts=parts)
