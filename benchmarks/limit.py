"""Text to bundle against the raw limit: read, one pass of the automaton, serialise.

    python benchmarks/limit.py [--texts DIR] [--count 20] [--rounds 7]

The limit does what no converter can avoid: reads the file, scans it once for all terms in lower
case, and writes a bundle that is ready. fhir.resources builds and validates the same bundle.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from common import arguments, documents, paired, show, written_forms


def main() -> None:
    """Run the benchmark."""
    given = arguments(__doc__ or "", count=20, rounds=7)
    import ahocorasick_rs
    import orjson

    from epicrisis.bundle import to_json
    from epicrisis.case import build_case
    from epicrisis.document import read
    from epicrisis.facts import extract
    from epicrisis.pipeline import convert
    from epicrisis.terminology import load

    texts = documents(given.texts, given.count)
    lexicon = load().lexicon
    ready = {text: orjson.loads(to_json(convert(text).bundle)) for text in texts}
    done = {text: convert(text) for text in texts}
    folder = Path(tempfile.mkdtemp())
    for n, text in enumerate(texts):
        (folder / str(n)).write_text(text, encoding="utf-8")
    place = {text: folder / str(n) for n, text in enumerate(texts)}

    automaton = ahocorasick_rs.AhoCorasick(
        [term.lower() for term in written_forms(100_000)],
        matchkind=ahocorasick_rs.MatchKind.LeftmostLongest,
    )

    def limit(text: str) -> bytes:
        automaton.find_matches_as_indexes(place[text].read_text(encoding="utf-8").lower())
        return orjson.dumps(ready[text])

    contestants = {
        "raw limit": limit,
        "fold and find terms alone": lexicon.find,
        "read": lambda text: read(place[text]),
        "read + extract": lambda text: extract(read(place[text])),
        "to a case": lambda text: build_case(document := read(place[text]), extract(document)),
        "to a bundle, not validated": lambda text: convert(place[text], validate=False).to_json(),
        "to a validated bundle": lambda text: convert(place[text]).to_json(),
        "validation alone": lambda text: _validate(done[text]),
        "writing alone": lambda text: done[text].to_json(),
    }
    try:
        from fhir.resources.R4B.bundle import Bundle
    except ImportError:
        print("fhir.resources is not installed: left out")
    else:
        plain = {text: json.loads(to_json(done[text].bundle)) for text in texts}
        contestants["fhir.resources: build, validate, write"] = lambda text: Bundle.model_validate(
            plain[text]
        ).model_dump_json()
    show("text to bundle, against the raw limit", paired(contestants, texts, given.rounds), given)


def _validate(conversion: object) -> object:
    from epicrisis.validation import validate

    return validate(conversion.bundle, layers="quick")  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
