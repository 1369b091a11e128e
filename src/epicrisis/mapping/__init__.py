"""Case item in, FHIR resources out: pure functions, one module per concept."""

from epicrisis.mapping.registry import map_case

__all__ = ["map_case"]
