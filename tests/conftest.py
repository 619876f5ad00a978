"""A browser without a window, for pages as people see them."""

import shutil
from pathlib import Path

import pytest

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="module")
def browser():
    """Give a running Chromium; tests of pages need one."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip(f"no browser: none of {', '.join(PROGRAMS)}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program)
        yield chromium
        chromium.close()


class Opened:
    """A page in the browser, and what it did that no page of ours may do."""

    def __init__(self, context, address: str) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page = context.new_page()
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("dialog", lambda dialog: (self.complaints.append(dialog.message), dialog.dismiss()))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(address)

    def assert_harmless(self) -> None:
        """Assert that nothing was asked of the network, and that nothing was said on the console."""
        assert [url for url in self.requests if not url.startswith(("file:", "data:image/"))] == []
        assert self.complaints == []


@pytest.fixture
def opened(browser, tmp_path):
    """Open grades as pages: ``opened(grade, plots, width=390, color_scheme="dark")``."""
    from backproof.reports.page import as_page

    contexts = []

    def open_page(grade, plots=None, *, html=None, width=1280, **settings) -> Opened:
        file: Path = tmp_path / f"page {len(contexts)}.html"
        file.write_text(as_page(grade, plots or {}) if html is None else html, encoding="utf-8")
        contexts.append(browser.new_context(viewport={"width": width, "height": 800}, **settings))
        return Opened(contexts[-1], file.as_uri())

    yield open_page
    for context in contexts:
        context.close()
