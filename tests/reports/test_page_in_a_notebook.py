"""The page in a notebook, in a frame below its cell."""

import pytest
from msgspec.structs import replace

from backproof.notebook import NotebookReport
from tests.platforms.grades import checked, graded

# A notebook with a style of its own, which must not affect the page.
NOTEBOOK = "<!doctype html><style>* {{ color: rgb(1, 2, 3) }}</style><p id=cell>In [1]:</p>{}<p id=after>In [2]:</p>"


@pytest.fixture
def report():
    """A report of one failure, whose message would end the frame if it became HTML."""
    failed = checked("losses/test_1", "failed")
    return NotebookReport(graded(replace(failed, failure=replace(failed.failure, message='"></iframe><b>'))), {})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_frame_shows_the_page(opened, report, scheme):
    """It is as high as the page, up to a limit; its links and buttons work in it, and the notebook is unchanged."""
    view = opened(None, html=NOTEBOOK.format(report._repr_html_()), color_scheme=scheme)
    notebook, frame = view.page, view.page.frames[1]
    frame.wait_for_load_state()
    notebook.wait_for_function("document.querySelector('iframe').style.height.endsWith('px')")
    assert 300 < notebook.locator("iframe").bounding_box()["height"] <= 704
    assert '"></iframe><b>' in frame.locator(".text").first.inner_text()
    address = notebook.url
    frame.get_by_placeholder("a topic").fill("no such word")
    assert frame.locator("#check-0").is_hidden()
    frame.get_by_role("link", name="The mean of equal numbers").click()
    frame.locator("#check-0").wait_for(state="visible")
    assert notebook.url == address
    grounds = {"light": "rgb(251, 251, 250)", "dark": "rgb(20, 21, 23)"}
    assert frame.evaluate("getComputedStyle(document.body).backgroundColor") == grounds[scheme]
    assert notebook.locator("#cell").evaluate("cell => getComputedStyle(cell).color") == "rgb(1, 2, 3)"
    assert frame.locator("h1").evaluate("title => getComputedStyle(title).color") != "rgb(1, 2, 3)"
