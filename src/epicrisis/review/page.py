"""The review page: one self-contained HTML file of one case.

All that the page shows is data in inert JSON blocks; its script builds the page with text
nodes only. The Content-Security-Policy names the script and the style sheet by their hash
and allows nothing else, so that no text of a narrative can ever run or load anything.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from hashlib import sha256
from typing import Any

from epicrisis.case import Case
from epicrisis.case.codec import to_dict
from epicrisis.pipeline import Conversion, convert
from epicrisis.review.assets import document, script, style
from epicrisis.review.resources import resources_of
from epicrisis.review.schema import editable
from epicrisis.review.terms import labels_of, term_index
from epicrisis.terminology import Terminology, load


def review_page(case: Case, *, conversion: Conversion | None = None, mappings: tuple[str, ...] = ()) -> str:
    """Return the review page of *case* as HTML.

    Args:
        case: what a person is to check; decisions in `case.review` are taken up again.
        conversion: the case converted before, to show its resources; converted here otherwise.
        mappings: folders whose tables are searched over the shipped ones.
    """
    terms = load(mappings)
    made = conversion or convert(case, mappings=mappings)
    blocks = {
        "case": _inert(to_dict(case)),
        "about": _inert(_about(case, terms)),
        "fhir": _packed(json.dumps(resources_of(case, made), ensure_ascii=False)),
        "terms": _packed(term_index(terms)),
    }
    return document(
        title=f"{case.document.name} · review",
        body="\n".join(f'<script type="application/json" id="{name}">{data}</script>' for name, data in blocks.items()),
        css=style("page.css"),
        js=script("page"),
    )


def _about(case: Case, terms: Terminology) -> dict[str, Any]:
    from epicrisis.version import __version__

    told = json.dumps(to_dict(case), sort_keys=True, ensure_ascii=False)
    return {
        "version": __version__,
        # where the browser keeps unexported work: another case, or the same read anew, has another
        "identity": sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:32],
        "labels": labels_of(case, terms),
        "editable": editable(),
    }


def _inert(value: Any) -> str:
    """Write JSON that no HTML parser can take for markup, whatever the strings hold."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _packed(text: str) -> str:
    """Return *text* as a JSON string of base64 of gzip: the same text gives the same bytes."""
    return json.dumps(b64encode(gzip.compress(text.encode("utf-8", "replace"), 9, mtime=0)).decode())
