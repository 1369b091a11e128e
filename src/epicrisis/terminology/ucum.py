"""Say whether a unit is written in UCUM (case sensitive), by its grammar and its atoms.

Atoms are those that laboratory and dosing units use; annotations in braces and "arbitrary"
units in brackets are part of the grammar. A unit with an unknown atom is refused.
"""

from __future__ import annotations

import re
from functools import cache

_PREFIXES = ("da", "Y", "Z", "E", "P", "T", "G", "M", "k", "h", "d", "c", "m", "u", "n", "p", "f", "a", "z", "y", "Ki", "Mi", "Gi", "Ti")
_METRIC = frozenset(
    "m s g rad K C cd mol sr Hz N Pa J W A V F Ohm S Wb Cel T H lm lx Bq Gy Sv l L ar st t bar u eV pc kat U "
    "cal cal_th cal_IT g% B B[SPL] R RAD REM Ci Bi Oe Gb Mx G dyn erg P St Ky Lmb osm eq Np bit By Bd "
    "m[H2O] m[Hg] [iU] [IU] [arb'U]".split())
_PLAIN = frozenset(
    "% 10* 10^ [pi] [ppth] [ppm] [ppb] [pptr] deg ' '' gon min h d a mo wk a_j a_t mo_j atm [degF] [degRe] [pH] "
    "[in_i] [ft_i] [lb_av] [oz_av] [gr] [drp] [foz_us] [cup_us] [tsp_us] [tbs_us] [pt_us] [qt_us] [Ch] [hp_X] "
    "[CFU] [PFU] [LPF] [HPF] [titer] [S] [p'diop] [diop] %[slope] [cal] [Cal] [car_m] [car_Au] [HP_C] "
    "[todd'U] [dye'U] [ka'U] [knk'U] [mclg'U] [bdsk'U] [tb'U] [anti'Xa'U] [USP'U] [APL'U] [MPL'U] [GPL'U] [beth'U] "
    "[D'ag'U] [FFU] [CCID_50] [TCID_50] [EID_50] [Amb'a'1'U] [BAU] [AU] [Lf] [PNU] [EU] [FEU] [ELU] [wood'U] [psi] [stone_av] [ston_av] [PRU] [IR] mho Torr [MET] [hnsf'U] [in_i'Hg] [m/s2/Hz^0.5]".split())
_TOKEN = re.compile(r"[./()]|\{[^{}]*\}|(?:\[[^\]]*\]|10[*^]|[^\s./(){}+\-\d\[\]]+(?:\[[^\]]*\])?|\d+)")
_EXPONENT = re.compile(r"[+-]?\d+")


@cache
def is_ucum(unit: str) -> bool:
    """Return True when *unit* follows UCUM's grammar and every atom is known."""
    if not unit or any(c.isspace() for c in unit):
        return False
    end = _term(unit, 0)
    return end == len(unit)


def _term(text: str, at: int) -> int:
    """Read `component { ("." | "/") component }`; return where it ends, -1 if it does not parse."""
    if text[at : at + 1] == "/":
        at += 1
    while True:
        at = _component(text, at)
        if at < 0:
            return -1
        if text[at : at + 1] not in (".", "/") or at >= len(text):
            return at
        at += 1


def _component(text: str, at: int) -> int:
    if text[at : at + 1] == "(":
        at = _term(text, at + 1)
        return at + 1 if at > 0 and text[at : at + 1] == ")" else -1
    token = _TOKEN.match(text, at)
    if not token or token.group() in "./()":
        return -1
    word = token.group()
    end = token.end()
    if word.startswith("{"):
        return end
    if word.isdigit() and word != "10":
        return _annotated(text, end)
    if word != "10" and not _atom(word):
        return -1
    exponent = _EXPONENT.match(text, end)
    return _annotated(text, exponent.end() if exponent else end)


def _annotated(text: str, at: int) -> int:
    note = re.compile(r"\{[^{}]*\}").match(text, at)
    return note.end() if note else at


def _atom(word: str) -> bool:
    if word in _METRIC or word in _PLAIN:
        return True
    return any(word.startswith(p) and word[len(p) :] in _METRIC for p in _PREFIXES)
