"""No text of a narrative, file name or code ever runs, loads or breaks the page."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from epicrisis.case.codec import from_dict
from epicrisis.review import Entry, index_page, review_page
from review.support_page import Page, case, fictional

_DO = "document.title='PWNED'"
PAYLOADS = [
    f"<script>{_DO}</script>",
    f"</script><script>{_DO}</script>",
    f"</SCRIPT ><script>{_DO}</script>",
    f"<img src=x onerror={_DO}>",
    f"<svg onload={_DO}>",
    f"<svg><script>{_DO}</script></svg>",
    f'"><img src=x onerror={_DO}>',
    f"'><img src=x onerror={_DO}>",
    f"<body onload={_DO}>",
    f'<iframe srcdoc="<script>parent.{_DO}</script>">',
    f'<a href="javascript:{_DO}">x</a>',
    f"javascript:{_DO}",
    f'<math><mi//xlink:href="data:x,<script>{_DO}</script>">',
    f"<details open ontoggle={_DO}>",
    f"<input autofocus onfocus={_DO}>",
    f"<video><source onerror={_DO}>",
    f'<object data="data:text/html,<script>{_DO}</script>">',
    f'<embed src="javascript:{_DO}">',
    f'<meta http-equiv=refresh content="0;url=javascript:{_DO}">',
    f'<base href="javascript:{_DO}//">',
    "<link rel=stylesheet href=http://127.0.0.1:9/x.css>",
    "<style>*{display:none}</style>",
    "<style>@import 'http://127.0.0.1:9/x';</style>",
    "</style><style>*{display:none}</style>",
    "</title><script>document.title='PWNED'</script>",
    "</textarea><script>document.title='PWNED'</script>",
    "<!--",
    "-->",
    "<!--<script>",
    "<![CDATA[<script>]]>",
    "\u2028\u2029",
    "${document.title='PWNED'}",
    "`;document.title='PWNED';`",
    "\\u003cscript\\u003edocument.title='PWNED'",
    "\\\"];document.title='PWNED';[\\\"",
    "{{constructor.constructor('document.title=1')()}}",
    "<template><script>1</script></template>",
    "&lt;script&gt;document.title='PWNED'&lt;/script&gt;",
    "&#60;script&#62;",
    "<noscript><p title=\"</noscript><img src=x onerror=document.title='PWNED'>\">",
    "__proto__",
    "constructor",
    "<form action=http://127.0.0.1:9/><button>",
    "<portal src=//x>",
    "\x00<script>\x00",
    "<scr\x00ipt>",
]


def test_at_least_forty_payloads() -> None:
    """The collection is what it says."""
    assert len(set(PAYLOADS)) >= 40


def test_payloads_do_nothing(page: Page, tmp_path: Path) -> None:
    """Payloads in the text, name, codes, notes, conflicts and keys show as text and do nothing."""
    text = "\n".join(PAYLOADS) + "\n"
    data = fictional()
    items, at = [], 0
    for n, payload in enumerate(PAYLOADS):
        items.append(
            {
                "key": f"k{n}{payload}",
                "type": "medication",
                "text": payload,
                "spans": [[at, at + len(payload)]],
                "codings": [{"system": payload or "x", "code": payload, "display": payload}],
                "notes": [payload],
                "inferred": payload,
                "detail": {"class": payload},
                "when": {"value": "2019", "inferred": payload},
            }
        )
        at += len(payload) + 1
    data["document"] = {
        "name": PAYLOADS[1] + PAYLOADS[24],
        "text": text,
        "findings": PAYLOADS,
        "sections": [{"kind": "case", "title": PAYLOADS[0], "start": 0, "end": 5}],
    }
    data["items"], data["patient"] = items, None
    data["conflicts"] = [{"code": p, "message": p, "statements": [[0, 5]], "items": []} for p in PAYLOADS]
    path = tmp_path / "hostile.html"
    path.write_text(review_page(from_dict(data)), encoding="utf-8")
    page.open(path)
    title = page.driver.title
    assert page.js("return document.querySelectorAll('#facts .fact').length") == len(PAYLOADS)
    page.js(
        "document.querySelectorAll('#facts .fact').forEach(f => { if (f.getAttribute('aria-expanded') === 'false') f.click(); })"
    )
    page.js("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    page.press("e")
    page.wait("document.querySelector('.editor') !== null")
    assert page.driver.title == title != "PWNED"
    assert page.js("return document.scripts.length") == 5
    assert (
        page.js(
            "return document.querySelectorAll('img, iframe, object, embed, link, base, video, math, portal').length"
        )
        == 0
    )
    assert (
        page.js("return document.querySelectorAll('#narrative > :not(p, h3), #narrative p > :not(mark)').length") == 0
    )
    assert page.requests() == []
    assert page.complaints() == []


def test_payloads_in_the_index_do_nothing(page: Page, tmp_path: Path) -> None:
    """Names and addresses of cases are text; only pages beside the index are linked."""
    entries = [
        Entry(p, p, diagnosis=p, patient=p, reviewer=p, error=p if n % 2 else "") for n, p in enumerate(PAYLOADS)
    ]
    path = tmp_path / "index.html"
    path.write_text(index_page(entries), encoding="utf-8")
    page.open(path)
    assert page.js("return document.querySelectorAll('tbody a, img, iframe').length") == 0
    assert page.js("return document.querySelectorAll('tbody tr').length") == len(PAYLOADS)
    assert page.complaints() == []


def test_policy_allows_only_our_script_and_style() -> None:
    """The Content-Security-Policy names both by their hash and allows nothing else."""
    html = review_page(case())
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy is not None
    for tag, directive in (("style", "style-src"), ('script type="module"', "script-src")):
        body = html.split(f"<{tag}>", 1)[1].split(f"</{tag.split()[0]}>", 1)[0]
        digest = b64encode(sha256(body.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy[1]
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]
    assert not re.search(r"<[^>]+\son[a-z]+=", html.split("<body>")[1].split("<script")[0])
    assert "innerHTML" not in html
    assert "http-equiv" in html


def test_same_case_same_page() -> None:
    """Writing the page twice gives the same bytes."""
    assert review_page(case()) == review_page(case())
