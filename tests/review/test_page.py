"""The review page, driven in Chromium as a reviewer would."""

from __future__ import annotations

import json
import os
from pathlib import Path
from statistics import median
from typing import Any

import pytest

import epicrisis
from epicrisis.case.codec import from_dict
from epicrisis.review import Entry, index_page, review_page
from review.support_page import TEXT, Page, case, long_case, span
from support import CACHE, require_or_skip


def test_opens_silently(opened: Page) -> None:
    """The page opens with no console message and asks the network for nothing."""
    assert opened.complaints() == []
    assert opened.requests() == []


def test_groups_facts_as_a_clinician_thinks(opened: Page) -> None:
    """Facts stand under the headings of a chart, each once."""
    heads = opened.js("return [...document.querySelectorAll('#facts h3')].map(h => h.childNodes[1].data)")
    assert heads == [
        "Patient",
        "Diagnosis and stage",
        "Treatments",
        "Responses and outcome",
        "Adverse events",
        "Pathology and markers",
        "Laboratory and findings",
    ]
    assert len(opened.all("#facts .fact")) == 13


def test_a_fact_marks_its_words(opened: Page) -> None:
    """Selecting a fact marks its words, also behind a character outside the BMP."""
    opened.fact("s1").click()
    assert [m.text for m in opened.all("mark.on")] == ["pT2"]
    opened.fact("m1").click()
    assert [m.text for m in opened.all("mark.on")] == ["paclitaxel"]


def test_words_show_their_facts(opened: Page) -> None:
    """Selecting words opens the innermost fact; a second click the next one at these words."""
    inner = next(m for m in opened.all("mark") if m.text == "carcinoma")
    inner.click()
    assert opened.js("return document.querySelector('.fact[aria-expanded=true]').parentNode.dataset.key") == "b1"
    assert "2 facts at these words" in opened.find("#here").text
    next(m for m in opened.all("mark") if m.text == "carcinoma").click()
    assert opened.js("return document.querySelector('.fact[aria-expanded=true]').parentNode.dataset.key") == "c1"


def test_timeline_draws_dates_as_precise_as_stated(opened: Page) -> None:
    """Every dated fact is drawn; a year is wider than a month; inferred ones are dashed."""
    assert len(opened.all("#timeline g.event")) == 5
    assert "guess" in opened.find('#timeline g[data-key="s1"]').get_attribute("class")
    width = (
        "return Number(document.querySelector(`#timeline g[data-key='${arguments[0]}'] .vague`).getAttribute('width'))"
    )
    assert opened.js(width, "a1") > 5 * opened.js(width, "r1")
    opened.js("document.querySelector('#timeline g[data-key=a1]').focus()")
    opened.press("\ue007")
    assert opened.find("#facts li[data-key=a1] .fact").get_attribute("aria-expanded") == "true"


def test_doubts_come_first(opened: Page) -> None:
    """Contradictions with their statements, inferred values and missing codes stand above the facts."""
    assert opened.js(
        "return document.querySelector('.attention').compareDocumentPosition(document.getElementById('facts')) & 4"
    )
    statements = opened.all(".conflict .statement b")
    assert [s.text for s in statements] == ["70 months", "10 months"]
    opened.all(".conflict .statement")[1].click()
    assert [m.text for m in opened.all("mark.stated")] == ["survival was 10 months"]
    told = opened.js("return [...document.querySelectorAll('.attention summary')].map(s => s.textContent)")
    assert told[:2] == ["Contradictions and doubts1", "Inferred, not stated1"]


def test_shows_the_resource(opened: Page) -> None:
    """A fact shows its FHIR resource with profile and findings, decimals as written."""
    opened.fact("l1").click()
    opened.wait("document.querySelector('#facts li[data-key=l1] .fhir summary').textContent.includes('Observation')")
    opened.find("#facts li[data-key=l1] .fhir summary").click()
    shown = json.loads(opened.find("#facts li[data-key=l1] pre").text)
    assert shown["resourceType"] == "Observation"
    assert '"value": 10.2' in opened.find("#facts li[data-key=l1] pre").text
    assert opened.find("#facts li[data-key=l1] .findings").text
    opened.click_text("#facts li[data-key=l1] .resource button", "Copy")
    opened.wait("document.querySelector('#facts li[data-key=l1] .bar [role=status]').textContent === 'Copied'")


def test_keys_do_everything(opened: Page) -> None:
    """Facts are walked, accepted, rejected and undone without a mouse."""
    opened.press("j", "j", "a")
    assert opened.js("return document.querySelectorAll('.badge.accepted').length") == 1
    opened.press("j", "r")
    assert opened.js("return document.querySelectorAll('.badge.rejected').length") == 1
    assert opened.js("return document.querySelectorAll('mark.gone').length") >= 1
    opened.press("u")
    assert opened.js("return document.querySelectorAll('.badge.rejected').length") == 0
    opened.press("/", "l", "e", "t", "r", "o")
    assert (
        opened.js("return [...document.querySelectorAll('#facts .fact')].filter(f => f.getClientRects().length).length")
        == 1
    )
    outlines = opened.js("return getComputedStyle(document.activeElement).outlineStyle")
    assert outlines != "none"


def test_work_survives_a_reload(opened: Page) -> None:
    """Decisions are kept in the browser and come back; leaving unexported work is warned about."""
    opened.fact("m2").click()
    opened.press("r")
    warned = """const leaving = new Event('beforeunload', {cancelable: true});
        dispatchEvent(leaving); return leaving.defaultPrevented"""
    assert opened.js(warned)
    opened.driver.refresh()
    opened.wait("document.documentElement.dataset.ready === 'true'")
    assert opened.find("#facts li[data-key=m2]").get_attribute("class") == "rejected"
    assert "restored" in opened.find(".notice").text
    opened.exported()
    assert not opened.js(warned)


def test_round_trip(opened: Page, tmp_path: Path) -> None:
    """Three facts corrected, one rejected, one added: the bundle of the exported case has exactly that."""
    corrected = correct(opened)
    decisions = corrected["review"]["items"]
    assert {k: d["decision"] for k, d in decisions.items()} == {
        "m1": "edit",
        "l1": "edit",
        "k1": "edit",
        "v1": "reject",
        "condition-added-" + str(span("invasive")[0]): "add",
    }
    before = by_id(epicrisis.convert(case()).bundle)
    made = epicrisis.convert(from_dict(corrected))
    after = by_id(made.bundle)
    changed = {i for i in before if i in after and stripped(before[i]) != stripped(after[i])}
    assert sorted(before[i]["resourceType"] for i in before.keys() - after.keys()) == ["Observation"]
    assert sorted(after[i]["resourceType"] for i in after.keys() - before.keys()) == [
        "Condition",
        "Provenance",
    ]
    assert {"MedicationStatement", "Observation"} <= {after[i]["resourceType"] for i in changed}
    review = [r for r in after.values() if r["resourceType"] == "Provenance"][-1]
    assert review["agent"][0]["who"]["display"] == "Dr. Ada Fiction"
    told = [e["valueAnnotation"]["text"] for e in review["extension"]]
    assert "rejected: 1 fact" in told
    assert "edited medication: end" in told
    assert "added condition" in told
    drug = next(r for r in after.values() if r["resourceType"] == "MedicationStatement" and r.get("effectivePeriod"))
    assert drug["effectivePeriod"]["end"] == "2019-07"
    (tmp_path / "bundle.json").write_text(made.to_json(), encoding="utf-8")
    keep = os.environ.get("EPICRISIS_KEEP")
    if keep:
        Path(keep, "reviewed.json").write_text(made.to_json(), encoding="utf-8")


def correct(opened: Page) -> Any:
    """Correct three facts, reject one, add one, and export."""
    opened.fact("m1").click()
    opened.press("e")
    until = opened.field("Until")
    until.clear()
    until.send_keys("2019-07")
    opened.click_text(".editor button", "Save changes")
    opened.fact("l1").click()
    opened.press("e")
    value = opened.field("value")
    value.clear()
    value.send_keys("10.4")
    opened.click_text(".editor button", "Save changes")
    opened.fact("k1").click()
    opened.press("e")
    term = opened.field("Term and code")
    term.clear()
    term.send_keys("paclitaxel")
    opened.wait("document.querySelectorAll('.suggestions li').length > 0")
    term.send_keys("\ue015", "\ue007")
    assert term.get_attribute("value") == "drugs/paclitaxel"
    opened.click_text(".editor button", "Save changes")
    opened.fact("v1").click()
    opened.press("r")
    opened.select_words("invasive")
    opened.find("#adder").click()
    opened.click_text("dialog button", "Add")
    return opened.exported()


def by_id(bundle: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {e["resource"]["id"]: e["resource"] for e in bundle["entry"]}


def stripped(resource: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in resource.items() if k != "text"}


def test_added_facts_carry_their_span(opened: Page) -> None:
    """A fact made of selected words has exactly these code points."""
    opened.select_words("received paclitaxel 80 mg")
    opened.find("#adder").click()
    opened.click_text("dialog button", "Add")
    (made,) = (d["changes"] for d in opened.exported()["review"]["items"].values())
    [[start, end]] = made["spans"]
    assert TEXT[start:end] == "received paclitaxel 80 mg"


def test_words_of_a_fact_can_be_changed(opened: Page) -> None:
    """Selected words take the place of those a fact quoted, in the page and in the export."""
    opened.fact("m2").click()
    opened.press("e")
    opened.select_words("and letrozole")
    opened.click_text(".editor button", "Use the selected words")
    opened.click_text(".editor button", "Save changes")
    assert [m.text for m in opened.all("mark.on")] == ["and letrozole"]
    changes = opened.exported()["review"]["items"]["m2"]["changes"]
    assert changes == {"spans": [span("and letrozole")], "text": "and letrozole"}


def test_an_added_fact_can_be_taken_back(opened: Page) -> None:
    """Rejecting a fact that the reviewer added leaves no trace in list, text or export."""
    opened.select_words("weekly")
    opened.find("#adder").click()
    opened.click_text("dialog button", "Add")
    assert [m.text for m in opened.all("mark.on")] == ["weekly"]
    opened.click_text(".detail button", "Reject")
    assert not [m for m in opened.all("mark") if m.text == "weekly"]
    assert opened.exported()["review"]["items"] == {}


@pytest.mark.parametrize("width", [390, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(opened: Page, tmp_path: Path, width: int, scheme: str) -> None:
    """axe-core finds no serious or critical violation on the page and the index, light or dark."""
    source = axe()
    index = tmp_path / "index.html"
    index.write_text(index_page([Entry("a", "./letter.html", 3, 1, 1, "female", "cancer")]), encoding="utf-8")
    page = opened.driver
    page.execute_cdp_cmd(
        "Emulation.setEmulatedMedia",
        {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
    )
    page.set_window_size(width, 900)
    try:
        opened.fact("m1").click()
        opened.find("#facts li[data-key=m1] .fhir summary").click()
        assert violations(page, source) == []
        opened.open(index)
        assert violations(page, source) == []
    finally:
        page.set_window_size(1400, 950)
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def axe() -> str:
    """Return axe-core from the cache that .ci/run fills."""
    path = CACHE / "npm" / "node_modules" / "axe-core" / "axe.min.js"
    if not path.is_file():
        require_or_skip("browser", f"no axe-core: npm install --prefix {CACHE / 'npm'} axe-core")
    return path.read_text(encoding="utf-8")


def violations(driver: Any, source: str) -> list[Any]:
    driver.execute_script(source)
    found = driver.execute_async_script(
        "const done = arguments[0]; axe.run(document).then(r => done(r.violations.map("
        "v => [v.impact, v.id, v.nodes.slice(0, 3).map(n => n.html.slice(0, 200))])))"
    )
    return [v for v in found if v[0] in ("serious", "critical")]


def test_phone_shows_one_view_at_a_time(opened: Page) -> None:
    """At phone width nothing scrolls sideways, and words lead to facts."""
    opened.driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True},
    )
    try:
        for view in ("Text", "Facts", "Timeline"):
            opened.click_text(".views button", view)
            assert opened.js("return document.documentElement.scrollWidth <= 390")
        opened.click_text(".views button", "Text")
        next(m for m in opened.all("mark") if m.text == "letrozole").click()
        assert opened.js("return document.body.dataset.view") == "facts"
    finally:
        opened.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_a_long_report_answers_at_once(tmp_path: Path, opened: Page) -> None:
    """100,000 words with 5,000 facts: a click is answered within 200 ms, or two repaints on a slow machine."""
    path = tmp_path / "long.html"
    path.write_text(review_page(long_case(5000, 100_000)), encoding="utf-8")
    opened.open(path)
    opened.js("localStorage.clear()")
    click = 'document.querySelector(`#facts li[data-key="f${arguments[0]}"] > .fact`).click();'
    # the least that this browser here needs to lay the page out and paint it, facts or not
    repaint = "document.body.style.width = document.body.style.width ? '' : '1300px';"
    clicks, repaints = [], []
    for n in (10, 2500, 4990, 1234, 77):
        clicks.append(_until_painted(opened, click, n))
        assert opened.js("return document.querySelectorAll('mark.on').length") == 1
        repaints.append(_until_painted(opened, repaint, n))
    print("click to paint, ms:", [round(t) for t in clicks], "repaint:", [round(t) for t in repaints])
    assert median(clicks) < max(200, 2 * median(repaints))


def _until_painted(page: Page, action: str, argument: int) -> float:
    script = (
        "const done = arguments[1]; const from = performance.now(); "
        f"{action} requestAnimationFrame(() => setTimeout(() => done(performance.now() - from)));"
    )
    return float(page.driver.execute_async_script(script, argument))


def test_findings_stand_with_their_resource(page: Page, tmp_path: Path) -> None:
    """A finding of the validation is shown with the fact whose resource it is about."""
    made = epicrisis.convert(case())
    entries = made.bundle["entry"]
    at = next(n for n, e in enumerate(entries) if e["resource"]["resourceType"] == "AdverseEvent")
    made.issues["issue"].append(
        {
            "severity": "warning",
            "code": "invalid",
            "details": {"text": "shape/example: something is missing"},
            "expression": [f"Bundle.entry[{at}].resource.event"],
        }
    )
    path = tmp_path / "findings.html"
    path.write_text(review_page(case(), conversion=made), encoding="utf-8")
    page.open(path)
    page.wait("!document.getElementById('others').textContent.includes('unpacked')")
    page.fact("a1").click()
    assert "with findings" in page.find("#facts li[data-key=a1] .fhir summary").text
    page.find("#facts li[data-key=a1] .fhir summary").click()
    assert "something is missing" in page.find("#facts li[data-key=a1] .findings .warning").text


def test_review_is_continued(page: Page, tmp_path: Path) -> None:
    """A case file that was reviewed before opens with its decisions and its reviewer."""
    review = {"reviewer": "Dr. Ada Fiction", "items": {"m2": {"decision": "reject"}}}
    path = tmp_path / "again.html"
    path.write_text(review_page(case(review=review)), encoding="utf-8")
    page.open(path)
    assert page.find("#reviewer").get_attribute("value") == "Dr. Ada Fiction"
    assert page.find("#facts li[data-key=m2]").get_attribute("class") == "rejected"
    assert page.exported()["review"]["items"] == review["items"]


def test_print_shows_text_and_facts_without_controls(opened: Page) -> None:
    """On paper the narrative and the facts run on, and what is to be clicked is left out."""
    opened.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        shown = "return getComputedStyle(document.querySelector(arguments[0])).display !== 'none'"
        assert not opened.js(shown, ".tools")
        assert opened.js(shown, "#narrative")
        assert opened.js(shown, "#facts")
        assert opened.js("return getComputedStyle(document.getElementById('narrative')).overflowY") == "visible"
    finally:
        opened.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_seed_page_is_small_silent_and_accessible(page: Page, tmp_path: Path) -> None:
    """The page of a published report: under 1 MB, nothing in the console, no request, axe content."""
    from epicrisis.pipeline import case_of
    from support import shared_dir

    source = next((shared_dir() / "seed").glob("*.txt"))
    path = tmp_path / "seed.html"
    path.write_text(review_page(case_of(source)), encoding="utf-8")
    assert path.stat().st_size <= 1_000_000
    page.open(path)
    assert violations(page.driver, axe()) == []
    assert page.complaints() == []
    assert page.requests() == []
