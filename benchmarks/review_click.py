"""How fast the review page answers, in Chromium: 100,000 words, 5,000 facts.

    python benchmarks/review_click.py

Each figure is the time from the click (or key) to the next painted frame, median and worst of 15.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from epicrisis.review import review_page
from review.support_page import Page, chromium, long_case

_TIMED = """const [what, key, done] = arguments; const from = performance.now();
const fact = document.querySelector(`#facts li[data-key="${key}"] > .fact`);
if (what === "select") fact.click(); else document.querySelector(".act.accept").click();
requestAnimationFrame(() => setTimeout(() => done(performance.now() - from)));"""


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "long.html")
        html = review_page(long_case(5000, 100_000))
        path.write_text(html, encoding="utf-8")
        driver = chromium(Path(folder))
        try:
            begun = time.monotonic()
            page = Page(driver, Path(folder)).open(path)
            took = time.monotonic() - begun
            print(f"page: {len(html.encode()) / 1e6:.1f} MB, opened in {took:.1f} s")
            for what in ("select", "accept"):
                times = []
                for n in range(15):
                    key = f"f{n * 331}"
                    if what == "accept":
                        driver.execute_async_script(_TIMED, "select", key)
                    times.append(driver.execute_async_script(_TIMED, what, key))
                print(f"{what}: median {statistics.median(times):.0f} ms, worst {max(times):.0f} ms")
            page.js("localStorage.clear()")
        finally:
            driver.quit()


if __name__ == "__main__":
    main()
