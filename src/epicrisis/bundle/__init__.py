"""Resources get stable ids and references that all resolve; same input, same bytes."""

from epicrisis.bundle.assemble import assemble
from epicrisis.bundle.issues import operation_outcome
from epicrisis.bundle.ndjson import ndjson_files
from epicrisis.bundle.rows import rows
from epicrisis.bundle.serialize import to_json

__all__ = ["assemble", "ndjson_files", "operation_outcome", "rows", "to_json"]
