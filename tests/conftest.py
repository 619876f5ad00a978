"""A headless browser, for tests of pages."""

import shutil
from pathlib import Path

import pytest

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="module")
def browser():
    """A running Chromium."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip(f"no browser: none of {', '.join(PROGRAMS)}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program)
        yield chromium
        chromium.close()


class Opened:
    """A page in the browser, with its requests and problems."""

    def __init__(self, context, address: str) -> None:
        self.requests: list[str] = []
        self.problems: list[str] = []
        self.page = context.new_page()
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("dialog", lambda dialog: (self.problems.append(dialog.message), dialog.dismiss()))
        self.page.on("console", lambda message: self.problems.append(message.text))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.goto(address)

    def assert_harmless(self) -> None:
        """Assert that the page sent no request, and that the console is empty."""
        assert [url for url in self.requests if not url.startswith(("file:", "data:image/"))] == []
        assert self.problems == []


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
