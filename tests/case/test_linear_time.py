"""A long narrative becomes a case, and a bundle, in time in proportion to its length."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from epicrisis.case import build_case
from epicrisis.case.model import Item, Span
from epicrisis.case.places import Places
from epicrisis.case.story import Story
from epicrisis.document import read
from epicrisis.facts import context_of, extract
from epicrisis.facts.in_order import Stretches
from epicrisis.pipeline import convert

_DAYS = (
    "In March 20{y:02} he received cisplatin 75 mg/m2 and gemcitabine 1000 mg/m2 every 3 weeks for {n} cycles.",
    "He underwent right hemicolectomy on {n} May 20{y:02}.",
    "Pathology showed adenocarcinoma of the colon, pT3N1aM0, stage IIIB.",
    "CT in June 20{y:02} showed metastases in the liver and lung, measuring {n}.{n} cm.",
    "Hemoglobin was {n}.2 g/dl, CEA {n}5 ng/ml and platelets {n}0 x 10^9/L.",
    "Grade 3 neutropenia occurred, probably related to cisplatin.",
    "Biopsy of the liver showed metastatic adenocarcinoma, CK20 (+), CDX2 (+), CK7 (-).",
    "A partial response was seen after {n} cycles of FOLFOX.",
    "Pembrolizumab 200 mg was started on {n} August 20{y:02} and stopped in October because of pneumonitis.",
    "She received radiotherapy of {n}0 Gy in {n} fractions to the pelvis.",
    "ECOG performance status was 1.",
    "He had hypertension, and no fever or nausea.",
    "PET-CT showed progressive disease with new lesions in the bone.",
)
_KINDS: dict[str, Callable[[int], str]] = {
    "one sentence again": lambda n: "A 61-year-old man had gastric cancer.",
    "spread and drug again": lambda n: "He had liver metastases and received cisplatin.",
    "harm again": lambda n: "Cisplatin caused grade 3 neutropenia in May 2010.",
    "a long course": lambda n: _DAYS[n * 5 % len(_DAYS)].format(n=n % 28 + 1, y=n % 20 + 1),
}
# one sentence: how it begins, and what it lists
_LISTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "drugs with doses": ("She received", ("cisplatin {n} mg/m2", "docetaxel {n} mg", "FOLFOX", "metformin {n} mg")),
    "drugs with dates": ("She received", ("cisplatin in March 20{y:02}", "FOLFOX in May 20{y:02}", "imatinib")),
    "values": ("Laboratory tests showed", ("Hb {n}.2 g/dL", "WBC 5.{n} x10^9/L", "CEA {n}4 ng/mL", "LDH 2{n} U/L")),
    "metastases": ("She had colon cancer with", ("liver metastases", "bone metastases", "a 3 cm mass in the pancreas")),
    "events": ("On cisplatin she developed", ("grade 3 neutropenia", "nausea", "rash", "colitis", "diarrhea grade 2")),
    "stops": ("She had", ("cisplatin stopped for nausea", "docetaxel stopped for neuropathy")),
    "cycles": ("She had", ("PR after 3 cycles of FOLFOX in May 2019", "PD in June 2020", "SD on imatinib")),
    "irradiation": ("She received", ("radiotherapy 50 Gy in 25 fractions to the brain", "radiosurgery 20 Gy")),
    "denials": ("She denied", ("fever", "no pain", "cough", "without rash", "weight loss")),
    "relatives": ("Family history:", ("mother with breast cancer at {n}", "father with colon cancer", "aunt with ALL")),
}


def _list(kind: str, length: int) -> str:
    """Return one sentence that lists things for pages."""
    begin, listed = _LISTS[kind]
    parts, size = [], 0
    while size < length:
        n = len(parts)
        parts.append(listed[n % len(listed)].format(n=n % 28 + 1, y=n % 20 + 1))
        size += len(parts[-1]) + 2
    return f"{begin} {', '.join(parts)}."


def _text(kind: str, length: int) -> str:
    parts, size = [], 0
    while size < length:
        parts.append(_KINDS[kind](len(parts)))
        size += len(parts[-1]) + 1
    return " ".join(parts)


def _seconds(text: str) -> float:
    began = time.process_time()
    convert(text)
    return time.process_time() - began


@pytest.mark.parametrize("kind", _KINDS)
def test_four_times_the_text_takes_about_four_times_as_long(kind: str) -> None:
    """Were any step quadratic in the text, it were sixteen times."""
    _is_linear(_text(kind, 30_000), _text(kind, 120_000), _seconds)


@pytest.mark.parametrize("kind", _LISTS)
def test_a_sentence_of_pages_takes_no_longer_than_its_length(kind: str) -> None:
    """Nobody put a full stop into a list, or the reader of a table lost its lines: some took minutes for 20 KB."""
    _is_linear(_list(kind, 8_000), _list(kind, 32_000), _seconds_of_case, most=8)


def _is_linear(one: str, four: str, seconds: Callable[[str], float], most: float = 5.5) -> None:
    seconds(one)  # tables and patterns are loaded
    small, large = seconds(one), seconds(four)
    for _ in range(6):  # a busy machine is asked again, both texts in turn
        if large <= most * small:
            return
        small, large = min(small, seconds(one)), min(large, seconds(four))
    assert large <= most * small


def _seconds_of_case(text: str) -> float:
    document = read(text)
    began = time.process_time()
    build_case(document, extract(document))
    return time.process_time() - began


def test_the_index_knows_the_words_of_every_item() -> None:
    """Whoever adds words to an item tells the index so."""
    document = read(_text("a long course", 6_000) + " No evidence of recurrence was found.")
    facts = extract(document)
    stories: list[Story] = []
    original = Story.__init__

    def keep(self: Story, *args: object) -> None:
        stories.append(self)
        original(self, *args)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Story, "__init__", keep)
        build_case(document, facts)
    (story,) = stories
    assert context_of(document, facts) is story.context
    assert len(story.items) > 40
    for item in story.items:
        assert all(story.places.has(item, span) for span in item.spans), item.key
        assert story.places.ends(item) == (min(s.start for s in item.spans), max(s.start for s in item.spans))
        assert any(i is item for i in story.places.named(item.type, item.concept))
        for span in item.spans:
            assert any(i is item for i in story.places.beginning(span.start, span.start + 1, item.type))


def test_words_that_are_taken_back_are_found_no_more() -> None:
    """An item that is told anew stands where its new words begin."""
    places, item = Places(), Item("a", "status", "NED", [Span(10, 13), Span(40, 43)])
    places.add(item)
    places.retell(item, [Span(20, 30)])
    assert places.beginning(0, 20, "status") == []
    assert places.beginning(20, 21, "status") == [item]
    assert places.ends(item) == (20, 20)


def test_of_two_items_that_begin_at_one_place_the_first_made_comes_first() -> None:
    """Items are found by place, and told in the order in which they were made."""
    places = Places()
    one, two, three = (Item(k, "condition", k, [Span(at, at + 3)]) for k, at in (("a", 5), ("b", 5), ("c", 2)))
    for item in (one, two, three):
        places.add(item)
    assert places.beginning(0, 9, "condition") == [one, two, three]
    assert list(places.before(9, "condition")) == [one, two, three]
    assert list(places.before(5, "condition")) == [three]


def test_a_stretch_holds_and_touches_what_lies_in_it() -> None:
    """A long stretch counts however many short ones begin behind it."""
    stretches = Stretches([(0, 100), (10, 20), (30, 40), (200, 210)])
    assert stretches.hold(50, 60)
    assert not stretches.hold(90, 101)
    assert stretches.touch(90, 101)
    assert not stretches.touch(100, 200)
    assert stretches.hold(200, 210)
    assert not Stretches([]).touch(0, 5)
