"""A fictional case, its page in Chromium, and the words that every browser test needs."""

from __future__ import annotations

import json
import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from epicrisis.case import Case
from epicrisis.case.codec import from_dict

TEXT = (
    "Case report\n"
    "A 61-year-old woman had an invasive carcinoma of the left breast in March 2019. 🩺 Stage was pT2.\n"
    "She received paclitaxel 80 mg weekly from April 2019 until August 2019, and letrozole.\n"
    "Grade 3 neutropenia occurred in 2019. Partial response was seen in June 2019.\n"
    "Hemoglobin was 10.2 g/dL. ER was positive. CT showed no metastases. Survival was 70 months; "
    "survival was 10 months.\n"
)


def span(words: str, nth: int = 0) -> list[int]:
    """Return the code points of the nth occurrence of *words*."""
    at = -1
    for _ in range(nth + 1):
        at = TEXT.index(words, at + 1)
    return [at, at + len(words)]


def fictional() -> dict[str, Any]:
    """Return a small case with one fact of most groups, a doubt of each kind and nested spans."""

    def item(key: str, kind: str, words: str, **more: Any) -> dict[str, Any]:
        return {"key": key, "type": kind, "text": words, "spans": [span(words)], **more}

    def when(value: str, words: str, **more: Any) -> dict[str, Any]:
        return {"value": value, "spans": [span(words)], **more}

    items = [
        item(
            "c1",
            "condition",
            "invasive carcinoma of the left breast",
            concept="cancers/breast cancer",
            when=when("2019-03", "March 2019"),
            detail={"role": "primary", "laterality": "left"},
        ),
        item(
            "s1",
            "stage",
            "pT2",
            links={"focus": ["c1"]},
            when={"value": "2019-03", "inferred": "date of the diagnosis"},
            detail={"kind": "T", "category": "T2", "prefix": "p"},
        ),
        item(
            "m1",
            "medication",
            "paclitaxel",
            concept="drugs/paclitaxel",
            start=when("2019-04", "April 2019"),
            end=when("2019-08", "August 2019"),
            status="stopped",
            links={"reason": ["c1"]},
            detail={
                "dosages": [
                    {
                        "text": "80 mg weekly",
                        "spans": [span("80 mg weekly")],
                        "dose": {"value": "80", "unit": "mg", "ucum": "mg"},
                    }
                ]
            },
        ),
        item("m2", "medication", "letrozole", concept="drugs/letrozole"),
        item(
            "a1",
            "adverse_event",
            "neutropenia",
            when=when("2019", "2019", spans=[span("2019", 3)]),
            detail={"grades": ["3"]},
            links={"suspects": ["m1"]},
        ),
        item(
            "r1",
            "status",
            "Partial response",
            when=when("2019-06", "June 2019"),
            detail={"response": "PR"},
            links={"focus": ["c1"]},
        ),
        item(
            "l1",
            "lab",
            "Hemoglobin was 10.2 g/dL",
            detail={"name": "Hemoglobin", "value": "10.2", "unit": "g/dL", "ucum": "g/dL"},
        ),
        item("k1", "marker", "ER", detail={"method": "ihc", "result": "positive"}),
        item("n1", "condition", "metastases", negated=True, detail={"role": "secondary"}),
        item("b1", "condition", "carcinoma", detail={"role": "finding"}),
        item("v1", "survival", "Survival was 70 months", detail={"value": "70", "unit": "mo"}),
        item("v2", "survival", "survival was 10 months", detail={"value": "10", "unit": "mo"}),
    ]
    return {
        "schema": "epicrisis-case/1",
        "document": {
            "name": "letter",
            "text": TEXT,
            "sections": [{"kind": "case", "title": "Case report", "start": 12, "end": len(TEXT)}],
        },
        "patient": {
            "sex": "female",
            "age": "61",
            "ageUnit": "a",
            "sexSpans": [span("woman")],
            "ageSpans": [span("61-year-old")],
        },
        "items": items,
        "conflicts": [
            {
                "code": "survival-inconsistent",
                "message": "Survival is stated with different lengths.",
                "statements": [span("70 months"), span("10 months")],
                "items": ["v1", "v2"],
            }
        ],
    }


def case(**changes: Any) -> Case:
    """Return the fictional case, checked as any case file is."""
    return from_dict({**fictional(), **changes})


def long_case(facts: int, words: int) -> Case:
    """Return a case of *facts* facts in a narrative of *words* words."""
    data = fictional()
    lines, items, at = [], [], 0
    per = words // facts
    for n in range(facts):
        name = f"paclitaxel{n}"
        line = f"{name} " + "was given as planned " * ((per - 1) // 4) + "then."
        items.append({"key": f"f{n}", "type": "medication", "text": name, "spans": [[at, at + len(name)]]})
        lines.append(line)
        at += len(line) + 1
    data["document"] = {"name": "long", "text": "\n".join(lines) + "\n"}
    data["items"], data["conflicts"], data["patient"] = items, [], None
    return from_dict(data)


# -- the browser ---------------------------------------------------------------------------

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
)


def chromium(downloads: Path) -> Any:
    """Start Chromium; the caller quits it. Raises LookupError saying what is missing."""
    try:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service
    except ImportError as error:
        raise LookupError("selenium is not installed") from error
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if not browser or not driver:
        raise LookupError("no chromium with chromedriver on the PATH")
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for flag in FLAGS:
        options.add_argument(flag)
    options.add_experimental_option("prefs", {"download.default_directory": str(downloads)})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    options.set_capability("unhandledPromptBehavior", "ignore")
    found = webdriver.Chrome(options=options, service=Service(driver))
    found.set_window_size(1400, 950)
    return found


class Page:
    """What a reviewer does on the page."""

    def __init__(self, driver: Any, downloads: Path) -> None:
        """Drive *driver*, whose downloads go into *downloads*."""
        self.driver = driver
        self.downloads = downloads

    def open(self, path: Path) -> Page:
        """Open a page anew and wait until its script has run."""
        self.driver.get("about:blank")
        self.accept_leaving()
        for kind in ("browser", "performance"):
            self.driver.get_log(kind)
        self.driver.get(path.as_uri())
        self.wait("document.documentElement.dataset.ready === 'true'")
        return self

    def accept_leaving(self) -> None:
        """Leave a page that warns about unsaved work."""
        from selenium.common.exceptions import NoAlertPresentException

        with suppress(NoAlertPresentException):
            self.driver.switch_to.alert.accept()

    def js(self, script: str, *arguments: Any) -> Any:
        """Run *script* as the body of a function."""
        return self.driver.execute_script(script, *arguments)

    def wait(self, expression: str, seconds: float = 20) -> Any:
        """Wait until *expression* is true in the page."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = self.js(f"return {expression}")
            if found:
                return found
            time.sleep(0.05)
        raise AssertionError(f"never true: {expression}")

    def find(self, css: str) -> Any:
        """Return the first element that *css* selects."""
        from selenium.webdriver.common.by import By

        return self.driver.find_element(By.CSS_SELECTOR, css)

    def all(self, css: str) -> list[Any]:
        """Return the elements that *css* selects."""
        from selenium.webdriver.common.by import By

        return list(self.driver.find_elements(By.CSS_SELECTOR, css))

    def fact(self, key: str) -> Any:
        """Return the button of a fact, in view."""
        button = self.find(f'#facts li[data-key="{key}"] > .fact')
        self.js("arguments[0].scrollIntoView({block: 'center'})", button)
        return button

    def press(self, *keys: str) -> None:
        """Type keys where the focus is."""
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()

    def field(self, label: str) -> Any:
        """Return the field that is labelled *label*."""
        number = self.js(
            "return [...document.querySelectorAll('label')].find(l => l.textContent.trim() === arguments[0])?.htmlFor",
            label,
        )
        assert number, f"no field {label}"
        return self.find(f"#{number}")

    def click_text(self, css: str, words: str) -> None:
        """Click the first element of *css* whose text is *words*."""
        next(e for e in self.all(css) if e.text.strip() == words).click()

    def select_words(self, words: str) -> None:
        """Select *words* in the narrative, as a mouse would."""
        self.js(
            """
            const view = document.getElementById('narrative');
            const nodes = [], walker = document.createTreeWalker(view, NodeFilter.SHOW_TEXT);
            let text = '';
            while (walker.nextNode()) { nodes.push([walker.currentNode, text.length]); text += walker.currentNode.data; }
            const from = text.indexOf(arguments[0]), to = from + arguments[0].length;
            const at = (p, end) => { const [n, s] = nodes.findLast(([, s]) => end ? s < p : s <= p); return [n, p - s]; };
            const range = document.createRange();
            range.setStart(...at(from, false)); range.setEnd(...at(to, true));
            const selection = getSelection(); selection.removeAllRanges(); selection.addRange(range);
            """,
            words,
        )
        self.wait("!document.getElementById('adder').hidden")

    def exported(self, reviewer: str = "Dr. Ada Fiction") -> Any:
        """Give the reviewer's name, export, and return the case file."""
        for old in self.downloads.glob("*.json"):
            old.unlink()
        name = self.find("#reviewer")
        if not name.get_attribute("value"):
            name.send_keys(reviewer)
        self.find("#export").click()
        end = time.monotonic() + 20
        while time.monotonic() < end:
            files = list(self.downloads.glob("*.json"))
            if files:
                return json.loads(files[0].read_text(encoding="utf-8"))
            time.sleep(0.05)
        raise AssertionError("nothing was downloaded")

    def complaints(self) -> list[str]:
        """Return what the console said since the page was opened."""
        return [e["message"] for e in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """Return the addresses asked for since the page was opened, other than the page."""
        found = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                found.append(message["params"]["request"]["url"])
        return [u for u in found if not u.startswith(("file:", "blob:", "about:"))]
