"""The page's style sheets and scripts, and how they become one HTML file.

The scripts are ES modules that also run on their own; here they are put one after the other
into a single inline module: their `import` lines go, and so does the word `export`. No build
step, no dependency.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html import escape
from importlib.resources import files

# a module stands behind those that it imports
_SCRIPTS = {
    "page": (
        "dom",
        "store",
        "text",
        "kinds",
        "narrative",
        "terms",
        "timeline",
        "editor",
        "facts",
        "attention",
        "export",
        "main",
    ),
    "index": ("dom", "index"),
}
_IMPORT = re.compile(r"^import [^;]*;\n", re.MULTILINE)
_EXPORT = re.compile(r"^export (?=function|const|let|class|async)", re.MULTILINE)


def document(*, title: str, body: str, css: str, js: str) -> str:
    """Return an HTML document whose policy allows *css* and *js* and nothing else."""
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_hash(js)}'",
            f"style-src '{_hash(css)}'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    named = escape(title.encode("utf-8", "replace").decode())
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{named}</title>\n<style>{css}</style>\n</head>\n<body>\n"
        "<noscript><p>This page needs JavaScript: it is all inside this file.</p></noscript>\n"
        f'{body}\n<script type="module">{js}</script>\n</body>\n</html>\n'
    )


def style(name: str) -> str:
    """Return a style sheet, the shared colours first."""
    return _read("base.css") + (_read(name) if name != "base.css" else "")


def script(name: str) -> str:
    """Return the modules of a page as one script."""
    parts = (_read(f"{part}.js") for part in _SCRIPTS[name])
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", part)) for part in parts)


def _read(name: str) -> str:
    return (files(__name__) / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode("utf-8")).digest()).decode()
