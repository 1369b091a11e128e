"""Any file becomes the same text with sections and offsets; nothing here knows medicine."""

from __future__ import annotations

from epicrisis.document.model import MIXED, PATIENT, Document, Section
from epicrisis.document.reader import read

__all__ = ["MIXED", "PATIENT", "Document", "Section", "read"]
