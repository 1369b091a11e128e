"""One Chromium for all tests of the review page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from review.support_page import Page, case, chromium
from support import require_or_skip


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    downloads = tmp_path_factory.mktemp("downloads")
    try:
        driver = chromium(downloads)
    except LookupError as error:
        require_or_skip("browser", str(error))
    try:
        yield Page(driver, downloads)
    finally:
        driver.quit()


@pytest.fixture
def opened(page: Page, tmp_path: Path) -> Any:
    """Open the page of the fictional case, without decisions kept from another test."""
    from epicrisis.review import review_page

    path = tmp_path / "letter.html"
    path.write_text(review_page(case()), encoding="utf-8")
    page.open(path)
    page.js("localStorage.clear()")
    return page.open(path)
