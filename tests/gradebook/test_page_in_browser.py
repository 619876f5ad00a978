"""The page of a class in Chromium: security, search, sorting, mouse and keyboard, colour schemes, phone, paper."""

import re

import pytest
from playwright.sync_api import expect

from backproof.gradebook.report.page import as_page
from tests.gradebook.standings import DUE, TWICE, large_class, mistaken, small_class, standing
from tests.reports.test_page_in_browser import ATTACKS, CONTRASTS

# Goes to an address within the page, and returns after the page has handled it.
GO_TO = """hash => new Promise((resolve) => {
  addEventListener("hashchange", () => setTimeout(resolve), { once: true });
  location.hash = hash;
})"""


@pytest.fixture(scope="module")
def thousand():
    """The page of a thousand learners, 700 checks and 40 misconceptions."""
    return as_page(large_class(), title="Week 2", due=DUE)


@pytest.fixture
def shown(opened):
    """A function that opens the page of a class: ``shown(standings, at="#learner=ada", width=390)``."""

    def show(standings=None, *, html=None, at="", **settings):
        page = opened(None, html=html or as_page(standings or small_class(), title="Week 2", due=DUE), **settings)
        if at:
            page.page.goto(page.page.url + at)
            page.page.reload()
        page.page.locator("#table").wait_for()
        return page

    return show


def names(page):
    """Return the learners in the table, in order."""
    return page.locator("#table tbody th").all_text_contents()


def test_a_thousand_learners(shown, thousand):
    """The page has less than 8 MB and sends no request; rows come by 200; the search shows the matches."""
    assert len(thousand) < 8e6
    page = shown(html=thousand)
    chromium = page.page
    rows = chromium.locator("#table tbody tr")
    assert rows.count() == 200
    chromium.get_by_role("button", name="200 more of 800").click()
    assert rows.count() == 400
    chromium.get_by_label("Search").fill("LEARNER 99")
    assert names(chromium) == sorted(names(chromium))
    assert chromium.get_by_role("status").text_content() == "11 of 1,000 learners"
    assert not chromium.locator("#more").is_visible()
    chromium.get_by_role("button", name="clear").click()
    chromium.locator("#count", has_text="of").wait_for(state="detached")
    assert rows.count() == 200
    assert chromium.evaluate("document.documentElement.scrollWidth") <= 1280
    page.assert_harmless()


def test_from_a_misconception_to_its_learners(shown, thousand):
    """The table shows as many learners as the page states, and each of them made the mistake."""
    page = shown(html=thousand)
    fold = page.page.locator("details.mistake").first
    fold.locator("summary").click()
    fold.get_by_role("button", name="show them in the table").click()
    count = int(fold.locator("summary .faint").text_content().split()[0])
    assert page.page.locator("#count").text_content() == f"{count} of 1,000 learners"
    says = fold.locator("summary span").first.text_content()
    page.page.locator("#table tbody a").first.click()
    expect(page.page.get_by_role("dialog")).to_contain_text(says)


def test_filters(shown):
    """Learners are filtered by check, misconception and state; filters are combined with AND."""
    page = shown().page
    page.get_by_role("button", name="show the 2 learners who failed layers/test_a").first.click()
    assert names(page) == ["bob", "eve"]
    page.get_by_label("Misconception").select_option(label="dbias is the mean over the samples, not the sum (1)")
    assert names(page) == ["eve"]
    page.get_by_role("button", name="clear").click()
    for status, expected in (("could not be graded", ["mallory"]), ("late", ["eve"]), ("all points", ["ada"])):
        page.get_by_label("State").select_option(label=status)
        assert names(page) == expected
    page.get_by_label("State").select_option(label="any")
    page.get_by_label("Search").fill("syntaxerror")
    assert names(page) == ["mallory"]


def test_columns_sort_by_mouse_and_keyboard(shown):
    """A second click reverses the order; numbers are compared as numbers; learners without one come last."""
    standings = [*small_class(), standing("bob 10", *(check for check in small_class()[0].grade.checks), attempts=12)]
    page = shown(standings).page
    assert names(page) == ["ada", "bob 10", "bob", "eve", "mallory"]
    seconds, learner, attempts = (
        page.get_by_role("button", name=name, exact=True) for name in ("Seconds", "Learner", "Attempts")
    )
    seconds.click()
    assert (names(page)[0], names(page)[-1]) == ("eve", "mallory")
    seconds.focus()
    page.keyboard.press("Enter")
    assert (names(page)[-2], names(page)[-1]) == ("eve", "mallory")
    assert page.locator("[aria-sort]").evaluate_all("all => all.map((one) => [one.textContent, one.ariaSort])") == [
        ["Seconds", "ascending"]
    ]
    learner.click()
    assert names(page) == ["ada", "bob", "bob 10", "eve", "mallory"]
    attempts.click()
    assert names(page)[:2] == ["bob 10", "ada"]


def test_a_report_by_keyboard(shown):
    """Enter opens it, with its own address; Escape closes it and restores the focus; a button opens the next one."""
    page = shown()
    chromium, dialog = page.page, page.page.get_by_role("dialog")
    chromium.locator("#table").get_by_role("link", name="bob").focus()
    chromium.keyboard.press("Enter")
    dialog.wait_for()
    expect(dialog.get_by_role("heading", level=2).first).to_have_text("bob")
    expect(chromium).to_have_url(re.compile("#learner=bob$"))
    for text in ("dropout: ratio 2", "kept entries are divided by keep_prob twice", "Divide by N.", "2 of 3 points"):
        assert text in dialog.text_content()
    dialog.get_by_role("button", name="next").press("Enter")
    expect(dialog.get_by_role("heading", level=2).first).to_have_text("eve")
    expect(dialog.get_by_role("button", name="next")).to_be_focused()
    assert "losses/test_c hidden" in dialog.text_content()
    chromium.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(chromium).to_have_url(re.compile("#learners$"))
    expect(chromium.locator("#table").get_by_role("link", name="bob")).to_be_focused()
    page.assert_harmless()


def test_a_report_has_an_address(shown):
    """The address opens the report; an unknown one opens nothing; without a grade the report has the reason."""
    page = shown(at="#learner=mallory").page
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Could not be graded: losses.py line 3: SyntaxError: invalid syntax")
    page.get_by_role("button", name="close").click()
    expect(dialog).to_be_hidden()
    for unknown in ("#learner=nobody", "#learner=%", "#topics"):
        page.evaluate(GO_TO, unknown)
        assert not dialog.is_visible()
    page.evaluate("() => { location.hash = '#learner=ada'; }")
    dialog.wait_for()
    page.go_back()
    dialog.wait_for(state="hidden")


def test_the_map_describes_each_cell(shown):
    """The pointer and the arrow keys select a cell; Enter opens the learner of the row."""
    page = shown().page
    place, cell = page.locator("#map"), page.locator("#map-cell")
    left, right, top, bottom = map(float, place.get_attribute("data-frame").split())
    size = place.bounding_box()
    # The last of three rows, the first of three columns.
    x = size["width"] * (left + (right - left) / 6)
    y = size["height"] * (top + (bottom - top) * 5 / 6)
    place.hover(position={"x": x, "y": y})
    expect(cell).to_have_text("eve (33.3 %) · layers/test_a · failed")
    place.focus()
    for key in ("ArrowUp", "ArrowRight", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    expect(cell).to_have_text("bob (66.7 %) · losses/test_c · passed")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("heading", level=2).first).to_have_text("bob")
    page.keyboard.press("Escape")
    page.get_by_label("Zoom").select_option("4")
    assert place.bounding_box()["width"] > 3.9 * size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_the_map_shows_what_failed(shown):
    """A pixel of the map is red if the learner failed the check, otherwise blank."""
    page = shown().page
    colours = page.evaluate("""async () => {
      const image = document.querySelector("#map img");
      await image.decode();
      const [left, right, top, bottom] = document.querySelector("#map").dataset.frame.split(" ").map(Number);
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
      const paper = canvas.getContext("2d");
      paper.drawImage(image, 0, 0);
      const at = (row, column) => [...paper.getImageData(
        canvas.width * (left + (right - left) * (column + 0.5) / 3),
        canvas.height * (top + (bottom - top) * (row + 0.5) / 3), 1, 1).data];
      return [0, 1, 2].map((row) => [0, 1, 2].map((column) => at(row, column)));
    }""")
    is_red = [[colour[3] == 255 and colour[0] > 2 * colour[1] for colour in row] for row in colours]
    assert is_red == [[False, False, False], [True, False, False], [True, False, True]]


def test_texts_of_submissions_stay_texts(shown):
    """Names, reasons and messages are shown verbatim, and the links open the reports."""
    attacked = [standing(text, mistaken("a/test_1", TWICE, message=text)) for text in ATTACKS]
    page = shown([*attacked, *(standing(f"{text} again", problem=text) for text in ATTACKS)])
    links = page.page.locator("#table tbody a")
    assert len(set(links.all_text_contents())) == links.count() == 2 * len(ATTACKS)
    opened_by = page.page.evaluate("""async () => {
      const found = [];
      const changed = () => new Promise((resolve) => {
        addEventListener("hashchange", () => setTimeout(resolve), { once: true });
      });
      for (const link of document.querySelectorAll("#table tbody a")) {
        link.click();
        await changed();
        found.push([link.textContent, document.querySelector("#report-name").textContent]);
      }
      return found;
    }""")
    assert len(opened_by) == links.count()
    assert all(name == heading for name, heading in opened_by)
    page.assert_harmless()
    assert page.page.locator("script").count() == 2
    assert page.page.locator("iframe, base, table img, dialog img, [onerror], [onload], [onfocus]").count() == 0


def test_an_injected_script_does_not_run(shown):
    """The page's security policy allows only its own script, which cannot make elements from text."""
    html = as_page(small_class(), title="Week 2").replace("<header>", "<script>pwned = 1</script><header>")
    page = shown(html=html)
    assert page.page.evaluate("typeof pwned") == "undefined"
    refused = "() => { try { document.body.innerHTML = '<b>'; } catch (error) { return error.name; } }"
    assert page.page.evaluate(refused) == "TypeError"
    assert all("Content Security Policy" in problem or "TrustedHTML" in problem for problem in page.problems)
    assert names(page.page) == ["ada", "bob", "eve", "mallory"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_legible_in_both_colour_schemes(shown, scheme):
    """Every text has a contrast of 4.5 or more, on the page and in a report."""
    page = shown(color_scheme=scheme).page
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = page.evaluate(CONTRASTS)
    page.locator("#table").get_by_role("link", name="eve").click()
    page.get_by_role("dialog").wait_for()
    found += page.evaluate(CONTRASTS)
    assert len(found) > 80
    assert min(found)[0] >= 4.5, min(found)


def test_it_fits_a_phone(shown):
    """Only tables, pictures and code, in boxes that scroll, are wider than the screen; a report fits too."""
    long = standing("name" * 60, mistaken("a/test_" + "long" * 60, TWICE, message="word" * 200))
    page = shown([long, *small_class()], width=360).page
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("#table tbody a").last.scroll_into_view_if_needed()
    page.evaluate("name => { location.hash = '#learner=' + name; }", "name" * 60)
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    assert dialog.evaluate("dialog => dialog.scrollWidth <= dialog.clientWidth && dialog.clientWidth <= 360")


def test_an_open_report_is_printed_alone(shown):
    """Without a report, the page is printed without its controls, and with only the open folds."""
    page = shown().page
    page.locator("details.topic summary").first.click()
    page.emulate_media(media="print")
    assert not page.locator("#filters").is_visible()
    assert page.locator("details.topic tr").first.is_visible()
    assert not page.locator("details.mistake li").first.is_visible()
    page.evaluate("() => { location.hash = '#learner=bob'; }")
    page.get_by_role("dialog").wait_for()
    assert not page.locator("#table").is_visible()
    assert page.pdf().startswith(b"%PDF")
