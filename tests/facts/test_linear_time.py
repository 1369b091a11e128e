"""The extractors of tests, stains, stages and sizes take time in proportion to the text."""

from __future__ import annotations

import importlib
import time
from pathlib import Path

import pytest

from epicrisis import convert
from epicrisis.document import read
from epicrisis.facts import Context, prepare

MODULES = ("labs", "markers", "genomics", "staging", "grade", "measures", "performance", "vitals")
# what makes patterns backtrack: their own words over and over, in one sentence, without what they
# look for
SEEDS = (
    "CD34 and ",
    "hemoglobin and ",
    "hemoglobin of the level was ",
    "1 2 3 ",
    "1,000,",
    "10-20-",
    "positive for ",
    "negative for CD34, ",
    "Ki-67 (+) (",
    "p.Arg1 EGFR ",
    "EGFR exon 19 ",
    "no EGFR, ",
    "stage stage ",
    "stage T2bN0 ",
    "9 x 8 x cm ",
    "mass 9 cm x ",
    "ECOG status of was ",
    "no expression of ER ",
    "grade grade II ",
    "blood pressure was ",
    "CRP <",
    "CRP                    ",
    "(((( ER",
    "ER - - ",
    "IIII stage ",
    "A1B2 ",
    "normal range of CRP ",
    "T2 N ",
)


def _context(seed: str, length: int, folder: Path) -> Context:
    path = folder / "long.txt"
    path.write_text("Case presentation\n\n" + seed * (length // len(seed)) + "\n", encoding="utf-8")
    return prepare(read(path))


def _seconds(module: str, context: Context) -> float:
    extract = importlib.import_module(f"epicrisis.facts.{module}").extract
    best = float("inf")
    for _ in range(3):
        begin = time.process_time()
        extract(context)
        best = min(best, time.process_time() - begin)
    return best


@pytest.mark.parametrize("module", MODULES)
def test_the_time_of_an_extractor_grows_with_the_text(module: str, tmp_path: Path) -> None:
    """A text four times as long takes no extractor more than ten times as long; were it quadratic, it were sixteen."""
    slow = []
    for seed in SEEDS:
        contexts = [_context(seed, n, tmp_path) for n in (4000, 16000)]
        one, two = (_seconds(module, c) for c in contexts)
        for _ in range(4):  # a busy machine is asked again, both texts in turn
            if two < 0.02 or two <= 10 * one:
                break  # too fast to measure, or linear
            one, two = (min(old, _seconds(module, c)) for old, c in zip((one, two), contexts, strict=True))
        else:
            slow.append((seed, one, two))
    assert not slow


STORY = (
    "A 61-year-old man presented with dysphagia on 12 March 2020. Biopsy showed gastric adenocarcinoma, pT3N1M0. "
    "CEA was 12.5 ng/mL. He received oxaliplatin 130 mg/m2 and capecitabine for 6 cycles. CT showed liver metastases."
)


@pytest.mark.parametrize(("run", "longer"), [(" ", 400), ("\n", 4000)], ids=["blanks", "empty lines"])
def test_runs_of_blanks_and_of_empty_lines_cost_what_they_are_long(run: str, longer: int) -> None:
    """A page set with blanks, or with its gaps, is no other text; runs twice as long took eight times as long."""
    stretched = STORY.replace(" " if run == " " else ". ", run * longer if run == " " else "." + run * longer)
    best = float("inf")
    for _ in range(3):
        begin = time.process_time()
        found = convert(stretched)
        best = min(best, time.process_time() - begin)
    assert len(found.bundle["entry"]) > 10
    assert best < 2
