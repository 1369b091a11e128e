"""What is said of a tumour's whole genome: mismatch repair, mutational burden, karyotype."""

from __future__ import annotations

import re

from epicrisis.facts.context import Context
from epicrisis.facts.genomic_finding import absent, finding
from epicrisis.facts.model import Fact
from epicrisis.facts.patterns import rx, stems
from epicrisis.facts.quantity import decimal
from epicrisis.kept import lazy

_MSI = rx(
    r"\b(?P<high>MSI-?\s?H(?:igh)?\b|microsatellite[\s-]instab\w+(?:[\s-]high)?"
    r"(?:\s*\(MSI-?H?\))?|MSI)|\b(?P<stable>MSS\b|microsatellite[\s-]stable"
    r"|microsatellite\s+stability|MS-stable)|\b(?P<low>MSI-?\s?L(?:ow)?\b)",
    re.I,
)
_MMR = rx(
    r"\b(?P<d>dMMR|(?:mismatch[\s-]repair|MMR)(?:\s*\(MMR\))?(?:[\s-]protein)?[\s-]*"
    r"(?:deficien(?:t|cy)|loss)|deficient\s+(?:in\s+)?(?:mismatch[\s-]repair"
    r"|MMR))|\b(?P<p>pMMR|(?:mismatch[\s-]repair|MMR)(?:\s*\(MMR\))?(?:[\s-]protein)?[\s-]*"
    r"(?:proficien(?:t|cy)|intact)|proficient\s+(?:mismatch[\s-]repair"
    r"|MMR))",
    re.I,
)
_TMB = rx(
    r"\b(?:TMB|tumou?r\s+mutation(?:al)?\s+burden(?:\s*\(TMB\))?)(?P<mid>[\s:,="
    r"(-]*(?:(?:was|is|had\s+been|of|at|score|low|high|intermediate)[\s:,=(-]*){0,4})"
    r"(?:(?P<n>\d+(?:[.,]\d+)?)\s?(?P<u>(?:mut(?:ation)?s?|variants?)?\s?"
    r"(?:/|per)\s?(?:Mb|megabase)s?)?)?",
    re.I,
)
_KARYOTYPE = rx(
    r"(?<![\w(])(?:t|inv|del|dup|add|ins|der|i)\s?\((?:\d{1,2}|[XY])(?:[pq]"
    r"|;(?:\d{1,2}|[XYpq]))?(?:;(?:\d{1,2}))?\)(?:\s?\([pq][\w.;?]{1,20}\))?"
    r"|\b(?:4[3-9]|5\d)\s?,\s?X[XY]?(?:,[\w();+.?-]{2,40}){0,8}(?:\[\d{1,3}\](?:/4\d,X[XY]?\[\d{1,3}\])?)?|\b(?:monosomy|trisomy)\s"
    r"(?:\d{1,2}|X)\b|\b1p\s?/\s?19q\s+co-?delet\w+|\b(?:complex|normal"
    r"|diploid)\s+karyotype\b|\bPhiladelphia\s+chromosome(?:[\s-]positive)?\b"
    r"|\b(?:del(?:etion)?\s?(?:of\s)?\(?\d{1,2}[pq]\)?|gain\s?(?:of\s)?\(?1q"
    r"(?:21(?:\.\d)?)?\)?|1q(?:21)?\s(?:gain|amplification)|(?:1p|11q|17p|19q|13q|5q|7q|9p|6q)\s(?:deletion|loss|LOH))(?![\w])"
)


# beginnings of words without which a sentence has none of these
MAY_SATELLITES = stems("microsatellite mismatch dmmr pmmr mss ms", any_end="msi mmr")
MAY_BURDEN = stems("burden", any_end="tmb")
MAY_KARYOTYPE = stems(
    "t inv del dup add ins der i 44 45 46 47 48 monosomy trisomy 1p karyotype philadelphia deletion gain 1q 1q21 1p 11q 17p 19q 13q 5q 7q 9p 6q"
    " 43 49 50 51 52 53 54 55 56 57 58 59 del0 del1 del2 del3 del4 del5 del6 del7 del8 del9"
)

_KARYOTYPE_BEGINS = MAY_KARYOTYPE | stems("complex normal diploid")


def satellites(context: Context, low: int, high: int) -> list[Fact]:
    """Return what the sentence [low, high) says of microsatellites and mismatch repair."""
    text, facts = context.text, list[Fact]()
    for m in _MSI.finditer(text, low, high):
        word = m.group().lower()
        result = "stable" if m["stable"] else "low" if m["low"] else None
        if m["high"]:
            after = lazy(
                r"[\s:-]*(?:\((?:MSI|MSI-H)\)\s*)?(?:(?:status|was|is|tested"
                r"|testing|of)\s+){0,3}(?P<r>high|stable|low|negative|absent"
                r"|not\s+detected)\b",
                re.I,
            ).match(text[m.end() : m.end() + 40])
            if after:
                result = after["r"].lower()
                result = "stable" if result.startswith(("negative", "absent", "not")) else result
            elif (
                ("h" in word[3:6] and word.startswith("msi"))
                or "high" in word
                or ("instab" in word and word.endswith(("high", "msi-h)")))
            ):
                # what is not high may be low or stable
                result = None if absent(context, m.start(), m.end(), low, high) else "high"
            elif absent(context, m.start(), m.end(), low, high):
                result = "stable"
            elif "instab" in word and lazy(
                r"\b(?:showed|revealed|with|had|demonstrated|confirmed|detected)\b", re.I
            ).search(text[low : m.start()]):
                result = "instable"
        if result:
            facts.append(finding(context, m.start(), m.end(), low, high, change="msi", result=result))
    for m in _MMR.finditer(text, low, high):
        denied = lazy(r"\b(?:no|without)\s+\Z", re.I).search(text[max(low, m.start() - 10) : m.start()])
        result = "deficient" if m["d"] and not denied else "proficient"
        facts.append(finding(context, m.start(), m.end(), low, high, change="mmr", result=result))
    return facts


_HRD = rx(
    r"\b(?P<name>HRD|homologous[\s-]recombination[\s-](?:repair[\s-])?(?:deficien(?:t|cy)|proficien(?:t|cy))(?:\s*\(HRD\))?|HR-?(?:deficient|proficient)|GIS|genomic\s+instability\s+score(?:\s*\(GIS\))?)"
    r"(?P<mid>[\s:=-]*(?:(?:status|score|test(?:ing)?|was|is|of|by\s+\w+)[\s:=-]*){0,4})"
    r"(?:(?P<n>\d{1,3})(?![\d.,/%-]*\d|\s?%)|(?P<r>positive|pos\b|negative|neg\b|deficient|proficient|present|absent|high|low|not\s+detected))?"
    r"(?:\s*[,(]\s*(?:(?:HRD|GIS|genomic\s+instability)\s*)?(?:score\s*)?(?:of\s+|[:=]\s*)?(?P<n2>\d{1,3})(?P<end>\)|(?=\s*[,.;])))?",
    re.I,
)
MAY_RECOMBINATION = stems("homologous recombination genomic", any_end="hrd gis hr")
_HRD_RESULT = {
    "pos": "positive",
    "present": "positive",
    "high": "positive",
    "neg": "negative",
    "absent": "negative",
    "low": "negative",
}


def recombination(context: Context, low: int, high: int) -> list[Fact]:
    """Return what the sentence [low, high) says of homologous recombination deficiency: its score, or yes or no."""
    facts: list[Fact] = []
    for m in context.find(_HRD, MAY_RECOMBINATION, low, high):
        word, name = (m["r"] or "").lower(), m["name"].lower()
        inside = "deficient" if name.endswith("deficient") else "proficient" if "proficien" in name else None
        result = _HRD_RESULT.get(word, "negative" if word.startswith("not") else word) or inside
        number = m["n"] or m["n2"]
        if result is None and number is None:
            continue
        if name == "gis" and number is None:
            continue
        end = m.end("end") if m["n2"] else m.end("r") if m["r"] else m.end("n") if m["n"] else m.end("name")
        told: dict[str, object] = {"value": number} if number else {}
        facts.append(finding(context, m.start(), end, low, high, change="hrd", result=result or "measured", **told))
    return facts


def burden(context: Context, low: int, high: int) -> list[Fact]:
    """Return the mutational burdens of the sentence [low, high)."""
    facts: list[Fact] = []
    for m in _TMB.finditer(context.text, low, high):
        word = lazy(r"low|high|intermediate", re.I).search(m["mid"] + context.text[m.end() : m.end() + 6])
        value: dict[str, object] = {
            "change": "tmb",
            "result": word.group().lower() if word else None,
        }
        end = m.end()
        if m["n"]:
            value |= {"value": decimal(m["n"]), "unit": (m["u"] or "").strip() or None}
            value["result"] = value["result"] or "measured"
        elif not word:
            continue
        while end > m.start() and context.text[end - 1] in " ,:(-":
            end -= 1
        facts.append(finding(context, m.start(), end, low, high, **value))
    return facts


def karyotypes(context: Context, low: int, high: int) -> list[Fact]:
    """Return the karyotypes of the sentence [low, high) as they are written."""
    facts: list[Fact] = []
    for m in context.find(_KARYOTYPE, _KARYOTYPE_BEGINS, low, high):
        written = m.group().rstrip(".,;")
        end = m.start() + len(written)
        words = " ".join(written.split())
        facts.append(finding(context, m.start(), end, low, high, change="karyotype", variant=words))
    return facts
