"""Oncology case narratives to FHIR, every fact traceable to the words it came from."""

__version__ = "0.1.0"
