"""The only room that knows R4 from R5."""

from epicrisis.fhir.editions import EDITIONS, edition
from epicrisis.fhir.primitives import clean, decimal, is_date, whole

__all__ = ["EDITIONS", "clean", "decimal", "edition", "is_date", "whole"]
