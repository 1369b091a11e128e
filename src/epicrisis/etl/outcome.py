"""What came of one document of many: a conversion, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from epicrisis.errors import EpicrisisError, UsageError

if TYPE_CHECKING:
    from epicrisis.pipeline import Conversion

Convert = Callable[..., Any]


@dataclass(slots=True)
class Outcome:
    """The conversion of the document *id*, or the kind of error and its message."""

    id: str
    conversion: Conversion | None = None
    error: str | None = None  # the kind: UnreadableDocument, Timeout, Bug ...
    message: str = ""  # never quotes the narrative

    @property
    def ok(self) -> bool:
        """Whether there is a bundle."""
        return self.conversion is not None

    @property
    def bundle(self) -> dict[str, Any] | None:
        """The FHIR bundle, if there is one."""
        return self.conversion.bundle if self.conversion else None

    @property
    def issues(self) -> dict[str, Any] | None:
        """The OperationOutcome, if there is a conversion."""
        return self.conversion.issues if self.conversion else None

    def to_json(self) -> str | None:
        """Return the bundle as FHIR JSON, if there is one."""
        return self.conversion.to_json() if self.conversion else None

    def rows(self) -> list[dict[str, Any]]:
        """Return flat rows of all resources; each names its document and resource type."""
        if self.conversion is None:
            return []
        return [
            {"document": self.id, "resource_type": kind, **row}
            for kind, rows in self.conversion.rows().items()
            for row in rows
        ]


def attempt(identity: str, source: Any, options: Mapping[str, Any], convert: Convert) -> Outcome:
    """Convert one document; an error becomes part of the outcome.

    Raises:
        UsageError: the options are wrong, for this and every other document.
    """
    try:
        return Outcome(identity, convert(source, **options))
    except UsageError:
        raise
    except EpicrisisError as error:
        return Outcome(identity, error=type(error).__name__, message=str(error))
    except MemoryError:
        return Outcome(identity, error="OutOfMemory", message="needs more memory than there is")
    except Exception as error:
        # an unknown error's own message may quote the narrative: its class and place do not
        return Outcome(identity, error="Bug", message=f"{type(error).__name__} in {_place(error)}")


def default_convert() -> Convert:
    """Return the pipeline's own function."""
    from epicrisis.pipeline import convert

    return convert


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    place = "?"
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", "?"))
        if module.startswith("epicrisis") and not module.startswith("epicrisis.etl"):
            place = f"{module}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
