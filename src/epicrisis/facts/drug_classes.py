"""Classes of drugs (attribute `class` of `mappings/terms/drugs.tsv`)."""

from __future__ import annotations

# given against the tumour: what responds, responds to these
ANTITUMOUR = frozenset(
    "chemo targeted hormone immuno antibody adc car-t radiopharmaceutical antineoplastic cytotoxic immunotherapy".split()
)
