"""Outcomes as tables: flat rows for data frames, and the Arrow schemas of both."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Literal

from epicrisis.errors import UsageError
from epicrisis.etl.outcome import Outcome

_TEXTS = (
    "document", "resource_type", "id", "text", "system", "code", "display", "status", "value",
    "unit", "date", "start", "end",
)  # fmt: skip


def to_frame(outcomes: Iterable[Any], *, engine: Literal["pandas", "polars", "arrow"] = "pandas") -> Any:
    """Return one data frame of the resources of *outcomes*: a row for each resource.

    Args:
        outcomes: what `convert_many` yields, Conversions, or bundles.
        engine: `pandas`, `polars`, or `arrow` for a pyarrow Table.

    Raises:
        UsageError: no such engine, or it is not installed; no outcomes.
    """
    if engine not in ("pandas", "polars", "arrow"):
        raise UsageError("engine: choose pandas, polars or arrow")
    rows = [_flat(row) for n, one in enumerate(outcomes, 1) for row in _rows(one, n)]
    try:
        import pyarrow

        table = pyarrow.Table.from_pylist(rows, schema=row_schema())
        if engine == "arrow":
            return table
        if engine == "pandas":
            return table.to_pandas()
        import polars

        return polars.from_arrow(table)
    except ImportError:
        raise UsageError("data frames need: pip install 'epicrisis[dataframe]'") from None


def row_schema() -> Any:
    """Return the Arrow schema of flat rows: texts, and the spans of the evidence."""
    import pyarrow as pa

    spans = pa.list_(pa.list_(pa.int32()))
    return pa.schema([*((name, pa.string()) for name in _TEXTS), ("spans", spans)])


def outcome_schema() -> Any:
    """Return the Arrow schema of outcomes with whole bundles."""
    import pyarrow as pa

    return pa.schema(
        [
            ("id", pa.string()),
            ("bundle", pa.string()),
            ("issues", pa.string()),
            ("resources", pa.int32()),
            ("facts", pa.int32()),
            ("conflicts", pa.int32()),
            ("error", pa.string()),
            ("message", pa.string()),
        ]
    )


def outcome_row(outcome: Outcome) -> dict[str, Any]:
    """Return the row of `outcome_schema` for one outcome."""
    from epicrisis.bundle.serialize import dumps

    made = outcome.conversion
    return {
        "id": outcome.id,
        "bundle": dumps(made.bundle) if made else None,
        "issues": dumps(made.issues) if made else None,
        "resources": len(made.bundle.get("entry", ())) if made else 0,
        "facts": len(made.case.items) if made else 0,
        "conflicts": len(made.case.conflicts) if made else 0,
        "error": outcome.error,
        "message": outcome.message or None,
    }


def _rows(one: Any, number: int) -> list[dict[str, Any]]:
    from epicrisis.pipeline import Conversion

    if isinstance(one, Outcome):
        return one.rows()
    if isinstance(one, dict):
        from epicrisis.bundle import rows

        found, name = rows(one), str(one.get("id") or f"document-{number}")
    else:
        if not isinstance(one, Conversion):
            raise UsageError(
                f"outcomes: give what convert_many yields, Conversions or bundles, not {type(one).__name__}"
            )
        found, name = one.rows(), one.case.document.name
    return [{"document": name, "resource_type": kind, **row} for kind, of_kind in found.items() for row in of_kind]


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """Return *row* with every value a text, so that each column has one type."""
    flat = {name: _text(row.get(name)) for name in _TEXTS}
    return {**flat, "spans": row.get("spans") or []}


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float | Decimal) else None
