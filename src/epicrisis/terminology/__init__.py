"""A phrase becomes a coding from a table or stays text; codes never appear in Python."""

from epicrisis.terminology.fold import Folded, Remembered, fold, fold_phrase, fold_text
from epicrisis.terminology.hit import Hit
from epicrisis.terminology.lexicon import Lexicon
from epicrisis.terminology.table import SNOMED, Coding, Concept, Terminology, load

__all__ = [
    "SNOMED",
    "Coding",
    "Concept",
    "Folded",
    "Hit",
    "Lexicon",
    "Remembered",
    "Terminology",
    "fold",
    "fold_phrase",
    "fold_text",
    "load",
]
