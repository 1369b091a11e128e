"""The decisions of a reviewer change a case as they say, and nothing else."""

from __future__ import annotations

import pytest

from epicrisis.case.codec import to_dict
from epicrisis.case.review import apply_review, review_lines
from epicrisis.case.summary import html_summary
from epicrisis.errors import InvalidCase
from review.support_page import case, span

DECISIONS = {
    "m1": {
        "decision": "edit",
        "changes": {"end": {"value": "2019-07"}, "detail": {"class": "chemo"}},
    },
    "c1": {"decision": "edit", "changes": {"when": None, "concept": None}},
    "v1": {"decision": "reject"},
    "r1": {"decision": "accept"},
    "patient": {"decision": "edit", "changes": {"age": "62"}},
    "lab-new": {"decision": "add", "changes": {"type": "lab", "text": "ER", "spans": [span("ER")]}},
}


def test_decisions_are_applied() -> None:
    """Rejected facts go, with the contradiction that needed them; edits and additions arrive."""
    reviewed = apply_review(case(review={"reviewer": "Dr. Ada Fiction", "items": DECISIONS}))
    items = {i.key: i for i in reviewed.items}
    assert "v1" not in items
    assert not reviewed.conflicts
    assert items["m1"].end is not None
    assert items["m1"].end.value == "2019-07"
    assert items["m1"].detail["class"] == "chemo"
    assert items["m1"].detail["dosages"][0]["dose"]["value"] == "80"
    assert items["c1"].when is None
    assert items["c1"].concept is None
    assert items["lab-new"].spans[0].start == span("ER")[0]
    assert reviewed.patient is not None
    assert reviewed.patient.age == "62"


def test_untouched_facts_stay() -> None:
    """A fact without a decision is the same before and after."""
    before, after = case(), apply_review(case(review={"reviewer": "R", "items": DECISIONS}))
    kept = {i.key: i for i in before.items if i.key not in DECISIONS}
    assert {i.key: i for i in after.items if i.key in kept} == kept


def test_applying_twice_is_applying_once() -> None:
    """A reviewed case that is reviewed again by the same decisions does not change."""
    once = apply_review(case(review={"reviewer": "R", "items": DECISIONS}))
    assert to_dict(apply_review(once)) == to_dict(once)


def test_links_to_rejected_facts_go() -> None:
    """No item points to a rejected one."""
    reviewed = apply_review(case(review={"reviewer": "R", "items": {"c1": {"decision": "reject"}}}))
    assert not any("c1" in keys for i in reviewed.items for keys in i.links.values())


@pytest.mark.parametrize(
    "decision",
    [
        {"nobody": {"decision": "edit", "changes": {}}},
        {"m1": {"decision": "burn"}},
        {"m1": "reject"},
        {"m1": {"decision": "edit", "changes": []}},
        {"m1": {"decision": "edit", "changes": {"type": "lab"}}},
        {"m1": {"decision": "edit", "changes": {"when": {"value": "yesterday"}}}},
        {"x": {"decision": "add", "changes": {"type": "lab", "text": "x", "spans": [[0, 10**6]]}}},
    ],
)
def test_decisions_that_do_not_fit_are_refused(decision: dict[str, object]) -> None:
    """A decision about nothing known, or against the schema, is an error with a pointer."""
    with pytest.raises(InvalidCase) as caught:
        apply_review(case(review={"reviewer": "R", "items": decision}))
    assert caught.value.pointer.startswith("/review/items")


def test_changes_are_told_without_words_of_the_narrative() -> None:
    """What was changed is told by kind and member, never by quoting."""
    lines = review_lines(case(review={"reviewer": "R", "items": DECISIONS}))
    assert "rejected: 1 fact" in lines
    assert "edited medication: end, detail.class" in lines
    assert not any("paclitaxel" in line for line in lines)


def test_summary_escapes_everything() -> None:
    """The notebook's view is markup of ours around text of theirs, escaped."""
    data = case()
    data.items[0].text = "<script>alert(1)</script>"
    html = html_summary(data)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "paclitaxel" in html
