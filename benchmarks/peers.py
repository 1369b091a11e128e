"""The same documents through medspaCy and spaCy, with the same terms.

    pip install medspacy && python benchmarks/peers.py [--count 6] [--rounds 3] [--terms 20000]

medspaCy runs as it comes (PyRuSH, target matcher, ConText) and with spaCy's plain sentencizer;
spaCy runs a blank pipeline with sentencizer and entity ruler, which knows no negation. None of
them makes FHIR: epicrisis does all of its work, they only find terms.
"""

from __future__ import annotations

import logging
from typing import Any

from common import arguments, documents, paired, show, written_forms


def main() -> None:
    """Run the benchmark."""
    given = arguments(__doc__ or "", count=6, rounds=3, terms=20_000)
    try:
        import medspacy
        import spacy
        from medspacy.ner import TargetRule
    except ImportError:
        raise SystemExit("pip install medspacy") from None
    logging.disable(logging.CRITICAL)
    try:
        from loguru import logger

        logger.remove()
    except ImportError:
        pass
    from epicrisis.pipeline import convert

    texts = documents(given.texts, given.count)
    terms = written_forms(given.terms)
    default = medspacy.load()
    plain = medspacy.load(medspacy_disable=["medspacy_pyrush"])
    plain.add_pipe("sentencizer", first=True)
    for pipeline in (default, plain):
        matcher: Any = pipeline.get_pipe("medspacy_target_matcher")
        matcher.add([TargetRule(term, "TERM") for term in terms])
    ruler = spacy.blank("en")
    ruler.add_pipe("sentencizer")
    ruler.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"}).add_patterns(
        [{"label": "TERM", "pattern": term} for term in terms]
    )  # type: ignore[attr-defined]
    contestants = {
        "epicrisis: text to validated bundle": lambda text: convert(text).to_json(),
        "epicrisis: not validated": lambda text: convert(text, validate=False).to_json(),
        "spaCy: sentencizer + entity ruler": ruler,
        "medspaCy: sentencizer": plain,
        "medspaCy: default": default,
    }
    show(f"peers, {len(terms)} terms", paired(contestants, texts, given.rounds), given)


if __name__ == "__main__":
    main()
