"""Marks of Markdown, blanked where they stand, so that offsets still count on the file itself.

What a reader of the page does not see (comments, targets of links and pictures, struck words, code) is no
part of the narrative. What is only set in another way ("**12.5**", "*March*", "> quoted") is.
"""

from __future__ import annotations

import html
import re

from epicrisis.document.model import Document
from epicrisis.kept import lazy

_BOLD = lazy(r"\*\*\*?")  # begins with letters, which the engine finds fastest
_LETTER = lazy(r"[^\r\n]")
_COMMENT = lazy(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FENCE = lazy(
    r"^[ ]{0,3}(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>[\w+-]*)[^\r\n`]*\r?$(?P<code>.*?)"
    r"(?:^[ ]{0,3}(?P=fence)[`~]*[ \t]*\r?$|\Z)",
    re.DOTALL | re.MULTILINE,
)
_PROSE = frozenset({"", "text", "txt", "plain", "plaintext", "md", "markdown"})
# the definition of a footnote with the indented lines after it, or of a link's target
_DEFINITION = lazy(
    r"^[ ]{0,3}\[\^[^\]\r\n]{1,40}\]:[^\r\n]*(?:\r?\n(?:[ ]{4}|\t)[^\r\n]*)*"
    r"|^[ ]{0,3}\[[^\]\r\n]{1,80}\]:[ \t]*(?:<[^>\r\n]*>|\w+://\S+|/\S+|#\S+)[^\r\n]*",
    re.MULTILINE,
)
_STRUCK = lazy(
    r"~~(?=\S)[^~]{1,2000}?(?<=\S)~~|<(?P<tag>del|s|strike)\b[^<>]{0,200}>.{0,2000}?</(?P=tag)>", re.DOTALL | re.I
)
_TARGET = r"\([ \t]*(?:<[^<>\r\n]{0,500}>|[^\s()]{0,500}(?:\([^\s()]{0,200}\)[^\s()]{0,200})?)(?:[ \t]+[\"'][^\"'\r\n]{0,300}[\"'])?[ \t]*\)"
_PICTURE = lazy(rf"!\[[^\]\r\n]{{0,300}}\](?:{_TARGET}|\[[^\]\r\n]{{0,80}}\])")
_LINK = lazy(rf"(?P<open>\[)(?P<said>[^\[\]]{{1,300}})(?P<close>\](?:{_TARGET}|\[[A-Za-z][^\]\r\n]{{0,80}}\]))")
_NOTE = lazy(r"\[\^[^\]\r\n]{1,40}\]|<(?:https?|mailto):[^<>\s]{1,500}>")
_EMPHASIS = lazy(
    r"(?<![\w*\\])(?P<a>\*)(?=[^\s*])[^*\r\n]{1,300}?(?<=[^\s*])(?P<b>\*)(?![\w*])"
    r"|(?<![\w\\])(?P<c>_{1,2})(?=[^\s_])[^_\r\n]{1,300}?(?<=[^\s_])(?P<d>_{1,2})(?!\w)"
    r"|(?<!`)(?P<e>`{1,2})(?=[^`])[^`\r\n]{1,300}(?P<f>`{1,2})(?!`)"
)
_RAISED = lazy(
    r"(?<=\w)<sup>[ ]?(?P<tag>[-+\u2212]?\d{1,2})[ ]?</sup>|(?<=\w)\^(?P<sign>[-+\u2212]?\d{1,2})\^", re.IGNORECASE
)
_POWERS = str.maketrans("0123456789-\u2212+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁺")
_BREAK = lazy(r"<br[ \t]*/?>", re.IGNORECASE)
_TAG = lazy(r"</?[A-Za-z][A-Za-z0-9]{0,15}(?:\s[^<>]{0,300})?/?>")
_ENTITY = lazy(r"&(?:[A-Za-z][A-Za-z0-9]{1,20}|#\d{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_QUOTE = lazy(r"(?:^[ ]{0,3}>[^\r\n]*(?:\r?\n|\Z))+", re.MULTILINE)
_QUOTED = lazy(r"(?P<end>\r?\n|\A)[ ]{0,3}(?:>[ ]?)+")
_COMPARED = lazy(r"[ ]{0,3}>[ ]?=?[ ]?\d")
_ESCAPED = lazy(r"\\(?=\r?$)|(?<!\d)\\(?=[!-/:-@\[-`{-~])", re.MULTILINE)
_LABELLED = lazy(r"\s*[A-Z][\w /()-]{1,40}:\s")
_SIGNS = ("^", "<", "```", "~~~", "~~", "]:", "](", "][", "[^", "&", "\\", "`", "_", "*", ">")


_HYPHENS = {0x2010: "-", 0x2011: "-"}


def narrative(document: Document) -> str:
    """Return the text of *document* with blanks for its marks, character for character."""
    text = document.text
    if "\u2010" in text or "\u2011" in text:
        text = text.translate(_HYPHENS)  # publishers' hyphens: "5\u2010FU", "chemotherapy\u2011induced"
    if document.media_type == "text/markdown":
        return unmarked(text)
    return _BOLD.sub(_blank, text) if "**" in text else text


def unmarked(text: str) -> str:
    """Return a Markdown text with blanks for its marks and for what is not shown."""
    if not any(sign in text for sign in _SIGNS):
        return text
    text = shown(text)
    if ">" in text:
        text = _QUOTE.sub(_unquoted, text)
    if "[" in text or "<" in text:
        text = _LINK.sub(_link, _NOTE.sub(_blank, _PICTURE.sub(_blank, text)))
    if "^" in text or "<sup>" in text.lower():
        text = _RAISED.sub(_raised, text)
    if "<" in text:
        text = _TAG.sub(_blank, _BREAK.sub(_line_end, text))
    if "\\" in text:
        text = _ESCAPED.sub(" ", text)
    if "*" in text or "_" in text or "`" in text:
        text = _EMPHASIS.sub(_plain, _BOLD.sub(_blank, text))
    return _ENTITY.sub(_character, text) if "&" in text else text


def shown(text: str) -> str:
    """Return a Markdown text with blanks for what is not shown, or is no prose."""
    if "<!--" in text:
        text = _COMMENT.sub(_blank, text)
    if "```" in text or "~~~" in text:
        text = _FENCE.sub(_fence, text)
    if "]:" in text:
        text = _DEFINITION.sub(_blank, text)
    if "~~" in text or "</" in text:
        text = _STRUCK.sub(_blank, text)
    return text


def _blank(match: re.Match[str]) -> str:
    return _LETTER.sub(" ", match.group())


def _fence(match: re.Match[str]) -> str:
    """Blank code; what is fenced off without a language may be a report, of which only the fences go."""
    if match.group("language").lower() not in _PROSE:
        return _blank(match)
    whole, at = match.group(), match.start()
    code = match.span("code")
    return _LETTER.sub(" ", whole[: code[0] - at]) + match.group("code") + _LETTER.sub(" ", whole[code[1] - at :])


def _link(match: re.Match[str]) -> str:
    return f" {match.group('said')}{_LETTER.sub(' ', match.group('close'))}"


def _plain(match: re.Match[str]) -> str:
    opened = match.group("a") or match.group("c") or match.group("e")
    closed = match.group("b") or match.group("d") or match.group("f")
    inner = match.group()[len(opened) : -len(closed)]
    return " " * len(opened) + inner + " " * len(closed)


def _unquoted(match: re.Match[str]) -> str:
    lines = match.group()
    if lines.rstrip("\r\n").count("\n") == 0 and _COMPARED.match(lines):
        return lines  # "a mass\n> 5 cm in size"
    # blanks at the end of a line are nothing, those at its beginning might be a list's
    return _QUOTED.sub(lambda m: " " * (m.end() - m.end("end")) + (m["end"] or ""), lines)


def _raised(match: re.Match[str]) -> str:
    """Return a power close to what it is of: "mg/m²" is another dose than "mg/m"."""
    return (match.group("tag") or match.group("sign")).translate(_POWERS).ljust(len(match.group()))


def _line_end(match: re.Match[str]) -> str:
    """Return a line end; in the row of a table only a stop before another label, for the row goes on."""
    text, at = match.string, match.start()
    line = text[text.rfind("\n", 0, at) + 1 : at]
    if "|" not in line:
        return "\n" + " " * (len(match.group()) - 1)
    stop = ";" if _LABELLED.match(text, match.end(), match.end() + 60) else " "
    return stop + " " * (len(match.group()) - 1)


def _character(match: re.Match[str]) -> str:
    written = match.group()
    character = html.unescape(written)
    if len(character) != 1 or character in "\r\n*_`[]|":
        return written
    return (" " if character.isspace() else character) + " " * (len(written) - 1)
