"""Take the screenshots of docs/images: the review page of a sample, in Chromium.

    python tools/screenshots.py [samples/leiomyosarcoma.txt]

Needs chromium, chromedriver and selenium (dependency group `browser`).
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src")]
sys.path.insert(0, str(ROOT / "tests"))

from epicrisis.pipeline import case_of  # noqa: E402
from epicrisis.review import review_page  # noqa: E402
from review.support_page import Page, chromium  # noqa: E402

IMAGES = ROOT / "docs" / "images"


def main(sample: Path) -> None:
    """Write review.png (light), review-dark.png and review-phone.png."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "page.html")
        path.write_text(review_page(case_of(sample)), encoding="utf-8")
        driver = chromium(Path(folder))
        try:
            shoot(Page(driver, Path(folder)).open(path))
        finally:
            driver.quit()


def shoot(page: Page) -> None:
    """Take the pictures, one fact opened."""
    driver = page.driver
    page.js("[...document.querySelectorAll('#facts .g-treatment .fact')].find(f => f.querySelector('.value')).click()")
    for name, scheme, width, height, view in (
        ("review", "light", 1360, 860, "facts"),
        ("review-dark", "dark", 1360, 860, "facts"),
        ("review-phone", "light", 390, 760, "text"),
    ):
        driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
        )
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        page.js("document.body.dataset.view = arguments[0]", view)
        page.js("document.querySelector('mark.on').scrollIntoView({block: 'center'})")
        page.js("document.querySelector('.fact[aria-expanded=true]').scrollIntoView({block: 'center'})")
        time.sleep(0.5)
        driver.save_screenshot(str(IMAGES / f"{name}.png"))
        shrink(IMAGES / f"{name}.png")
        print(IMAGES / f"{name}.png", (IMAGES / f"{name}.png").stat().st_size)


def shrink(path: Path) -> None:
    """Reduce a picture to 128 colours where Pillow is installed: a third of the size."""
    try:
        from PIL import Image
    except ImportError:
        return
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(128)
    small.save(path, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "samples" / "leiomyosarcoma.txt")
