"""Whether two names of tumours can mean one: by histology, line of cells, and what is more special."""

from __future__ import annotations

from epicrisis.case.story import Story


def only_placed_otherwise(story: Story, one: str | None, other: str | None) -> bool:
    """Say whether two names of one histology differ in the place only ("pelvic leiomyosarcoma")."""
    if not one_histology(one, other):
        return False
    a, b = (set((c or "").rpartition("/")[2].split()) for c in (one, other))
    return all(_is_site(story, w) for w in a ^ b)


# histologies that are common in many organs: two sites are then two tumours
COMMON = frozenset(
    {
        "cancer",
        "carcinoma",
        "adenocarcinoma",
        "sarcoma",
        "lymphoma",
        "tumor",
        "malignancy",
        "neoplasm",
        "melanoma",
        "adenoma",
        "leukemia",
        "glioma",
    }
)


def one_histology(one: str | None, other: str | None) -> bool:
    """Say whether two names share the word of a histology that is not common in many organs."""
    if not one or not other:
        return False
    a, b = (set(c.rpartition("/")[2].split()) for c in (one, other))
    return any(w.endswith(("oma", "emia")) and w not in COMMON for w in a & b)


def kin(story: Story, one: str | None, other: str | None) -> bool:
    """Say whether two names can mean one tumour: one more special than the other, or of one family."""
    terms = story.context.terms
    group, own = terms.attr(one, "group"), terms.attr(other, "group")
    if any(w in (one or "") for w in _PRECURSORS) != any(w in (other or "") for w in _PRECURSORS):
        return False  # "MGUS since 2010, multiple myeloma since 2016", a choriocarcinoma after a mole
    lines = _line(one), _line(other)
    if lines[0] and lines[1] and lines[0] != lines[1] and frozenset(lines) not in _ONE_FAMILY:
        return False  # a small cell carcinoma is no adenocarcinoma, of whatever organ
    if more_special(story, one, other) or more_special(story, other, one):
        return True
    # a small cell carcinoma is a neuroendocrine one
    fine = {"small cell" in (c or "").replace("non-small cell", "") for c in (one, other)}
    return (bool(group) and group == own) or (len(fine) == 2 and "neuroendocrine" in (group, own))


def more_special(story: Story, one: str | None, other: str | None) -> bool:
    """Say whether *one* names a kind of *other*: more words of the same, or a histology of a site's cancer."""
    if not one or not other or one == other:
        return False
    a, b = _words_of(one), _words_of(other)
    if {"head", "neck"} <= b:
        b -= {"head", "and", "neck"}  # "a carcinoma of the head and neck": it was one of the oropharynx
    if b < a or (vague(other) and not vague(one)):
        return True
    if b == {"adenocarcinoma"} and frozenset(("adenocarcinoma", _line(one) or "")) in _ONE_FAMILY:
        return True  # a cholangiocarcinoma is an adenocarcinoma
    terms = story.context.terms
    group, own = terms.attr(one, "group"), terms.attr(other, "group")
    plain = {"cancer", "malignancy", "neoplasm", "tumor"}
    # "lung cancer", "germ cell tumor": an organ's tumour, and no histology of its own
    organ = all(_is_site(story, w) for w in b - plain - {"non-small", "germ", "cell"})
    return bool(
        b & plain
        and organ
        and not a & plain
        and (not own or group in (own, "carcinoma", "neuroendocrine", "adenoma") or own == "other")
    )


def _is_site(story: Story, word: str) -> bool:
    return any(c.startswith("sites/") for c in story.context.terms.lexicon.lookup(word))


# words that say how a tumour is, not which one it is
_QUALITY = frozenset(
    "poorly moderately well differentiated undifferentiated invasive infiltrating metastatic advanced primary recurrent high low grade high-grade low-grade malignant early of the".split()
)
_PLAIN = frozenset("cancer carcinoma malignancy neoplasm tumor sarcoma lymphoma leukemia mass".split())
_PRECURSORS = ("gammopathy", "smoldering", "hydatidiform")
# names of which one may be the other, or stand beside it in one tumour
_ONE_FAMILY = frozenset(
    frozenset(pair)
    for pair in (
        ("adenocarcinoma", "cholangio"), ("adenocarcinoma", "ductal"), ("adenocarcinoma", "endometrioid"),
        ("adenocarcinoma", "serous"), ("ductal", "lobular"), ("endometrioid", "serous"),
    )
)  # fmt: skip
_LINES = (
    "ductal",
    "lobular",
    "endometrioid",
    "serous",
    "small cell",
    "squamous",
    "basal cell",
    "merkel",
    "hepatocellular",
    "cholangio",
    "adenocarcinoma",
    "urothelial",
    "transitional",
)


def _line(concept: str | None) -> str | None:
    """Return the line of cells that a name tells."""
    name = (concept or "").replace("non-small cell", "").replace("transitional", "urothelial")
    found = [line for line in _LINES if line in name]
    return found[0] if len(found) == 1 else None


def _words_of(concept: str) -> set[str]:
    words = set(concept.rpartition("/")[2].split())
    return words - _QUALITY or words


def vague(concept: str | None) -> bool:
    """Say whether a name tells no more than that it is a carcinoma, a sarcoma ..."""
    return concept is None or not set(concept.rpartition("/")[2].split()) - _QUALITY - _PLAIN
