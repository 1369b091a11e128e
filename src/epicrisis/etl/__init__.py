"""Many documents, one at a time: batches, resume, data frames; the same function as for one."""

from __future__ import annotations

from epicrisis.etl.batch import run
from epicrisis.etl.frame import outcome_schema, row_schema, to_frame
from epicrisis.etl.outcome import Outcome
from epicrisis.etl.stream import convert_many
from epicrisis.etl.summary import Summary

__all__ = [
    "Outcome",
    "Summary",
    "convert_many",
    "outcome_schema",
    "row_schema",
    "run",
    "to_frame",
]
