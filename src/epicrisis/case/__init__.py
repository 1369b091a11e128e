"""Facts become one patient's ordered story: linking, timeline, conflicts kept and named."""

from __future__ import annotations

from epicrisis.case.build import build_case
from epicrisis.case.model import SCHEMA, Case, Conflict, Item, Patient, Span, When

__all__ = ["SCHEMA", "Case", "Conflict", "Item", "Patient", "Span", "When", "build_case"]
