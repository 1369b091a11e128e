"""Where a line ends a sentence, and where it is only wrapped."""

from __future__ import annotations

import pytest

from epicrisis.facts.sentences import split_sentences

TORN = {
    "indented lines below a colon are items": (
        "Treatment to date:\n"
        "  WLE and axillary node clearance 12/03/2019 with clear margins and no further surgery\n"
        "  Adjuvant FEC-T x 6 (Apr - Aug 2019)\n"
        "  Letrozole 2.5 mg od since October 2019",
        4,
    ),
    "a line that is led by its date is an item": (
        "12.03.2019: left mastectomy and axillary dissection in another hospital without complications\n"
        "04/2019 - 08/2019 four cycles of epirubicin and cyclophosphamide, followed by twelve of paclitaxel\n"
        "May 2020 - local recurrence",
        3,
    ),
    "a line on which the next word had room was ended on purpose": (
        "Left mastectomy and axillary dissection with reconstruction\n"
        "Six cycles of chemotherapy with epirubicin and cyclophosphamide followed by radiotherapy of the chest wall",
        2,
    ),
}
WHOLE = {
    "wrapped prose goes on": (
        "The patient was treated with six cycles of chemotherapy containing\n"
        "Cisplatin and etoposide, and radiotherapy was given to the mediastinum\n"
        "Lymph nodes."
    ),
    "a date that a preposition asks for goes on": (
        "Radiotherapy was given to the mediastinum and to the left supraclavicular region until\n"
        "12.03.2019 when CT showed a partial response."
    ),
    "the abbreviation of a grade ends nothing": "He had diarrhoea gr. 3 in cycle 1 and gr. II mucositis.",
    "indented prose is prose": (
        "  The patient was treated with six cycles of chemotherapy containing\n"
        "  Cisplatin and etoposide, and radiotherapy was given to the whole\n"
        "  Mediastinum."
    ),
}


@pytest.mark.parametrize(("text", "count"), TORN.values(), ids=TORN)
def test_a_line_ends_a_sentence(text: str, count: int) -> None:
    """A list without bullets is a list."""
    assert len(split_sentences(text)) == count


@pytest.mark.parametrize("text", WHOLE.values(), ids=WHOLE)
def test_a_wrapped_line_does_not(text: str) -> None:
    """The end of a line is not the end of what is said."""
    assert len(split_sentences(text)) == 1
