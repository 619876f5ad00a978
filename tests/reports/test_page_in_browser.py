"""The page of a grade in Chromium: security, mouse and keyboard, colour schemes, phone, paper."""

import random
import re

import msgspec
import pytest
from playwright.sync_api import expect

from backproof.reports.page import as_page
from backproof.result import CheckResult, Diagnosis, Failure, legible
from backproof.testing.plots import Plot
from tests.platforms.grades import HOSTILE, checked, graded, mixed

ATTACKS = (
    HOSTILE,
    "</pre></p></details></script><script>pwned()</script>",
    "<img src=x onerror=pwned()><img src=http://e.example/x.png>",
    '" autofocus onfocus=pwned() x="',
    "' onmouseover='pwned()",
    "<svg onload=pwned()><style>@import 'http://e.example/x.css';</style>",
    "<a href=javascript:pwned()>x</a><base href=http://e.example/><meta http-equiv=refresh content=0;url=http://e.example>",
    "<iframe srcdoc='<script>parent.pwned()</script>'></iframe><!--",
    "{{ 7 * 7 }}{% raw %}${7*7}",
    "</title><script>pwned()</script>",
    "]]></style><script>pwned()</script>",
    "&lt;script&gt; &#60;script&#62;",
    "\n\nbegins and ends with lines\n\n",
)
# The contrast of each text with its background after WCAG 2; the smallest must be 4.5.
CONTRASTS = """() => {
  const light = (colour) => {
    const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
      .map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const ground = (element) => {
    for (; element; element = element.parentElement) {
      const colour = getComputedStyle(element).backgroundColor;
      if (colour !== "rgba(0, 0, 0, 0)") return colour;
    }
  };
  return [...document.querySelectorAll("body *")]
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
    .filter((element) => element.checkVisibility())
    .map((element) => {
      const both = [light(getComputedStyle(element).color), light(ground(element))].sort((a, b) => b - a);
      return [(both[0] + 0.05) / (both[1] + 0.05), element.className + " " + element.textContent.slice(0, 30)];
    });
}"""


def attacked(text: str, number: int) -> CheckResult:
    """Return a check in which every text is an attack."""
    text = legible(text)
    failure = Failure(
        text, expected=text, got=text, counterexample=text, hint=text, replay=text, diagnosis=[Diagnosis(text, text)]
    )
    made = checked(f"{text}/{number}", "failed")
    return msgspec.structs.replace(made, functions=[text], property=text, failure=failure)


def a_plot(title: str = "Loss") -> list:
    """Return a record of curves and an image."""
    plot = Plot()
    plot.line(title, range(30), range(30), label=title)
    plot.image(f"{title} seen", [[0.0, 1.0], [1.0, 0.0]], label=title)
    return plot.recorded


def test_texts_of_submissions_stay_texts(opened):
    """No script in them runs, no request is sent, and each text is shown verbatim."""
    drawn = random.Random(0)
    alphabet = [*"<>&\"'`/=\n\r\x00é", "script", "img ", "src", "onerror", "--"]
    mixtures = ["".join(drawn.choices(alphabet, k=drawn.randint(1, 40))) for _ in range(60)]
    checks = [attacked(text, number) for number, text in enumerate((*ATTACKS, *mixtures))]
    plots = {check.id: a_plot(check.property) for check in checks[:3]}
    page = opened(graded(*checks, assignment=ATTACKS[1], path="/work/" + ATTACKS[9]), plots)
    page.page.wait_for_load_state("networkidle")
    page.assert_harmless()
    shown = page.page.eval_on_selector_all(".check .copied pre", "all => all.map((one) => one.textContent)")
    texts = [text for check in checks for text in (check.failure.counterexample, check.failure.replay)]
    assert set(shown) == set(texts)
    assert page.page.locator("script").count() == 1
    assert page.page.locator("iframe, base, .check img, [onerror], [onload], [onfocus]").count() == 0


def test_an_injected_script_does_not_run(opened):
    """The page's security policy allows only its own script, and no other address."""
    injected = "<script>pwned = 1</script><img src='http://e.example/x.png'>"
    html = as_page(mixed(), {}).replace("<header>", f"{injected}<header>")
    page = opened(None, html=html)
    assert page.page.evaluate("typeof pwned") == "undefined"
    assert page.page.locator("pre + button, .copied > button").count() > 0
    assert len(page.problems) == 2
    assert all("Content Security Policy" in problem for problem in page.problems)


def test_commands_are_copied(opened):
    """A click or a key copies them, and the button shows it."""
    page = opened(graded(checked(outcome="failed")), permissions=["clipboard-read", "clipboard-write"]).page
    button = page.get_by_role("button", name="copy the command")
    button.click()
    expect(button).to_have_text("copied")
    assert page.evaluate("navigator.clipboard.readText()") == "backproof grade ."
    expect(button).to_have_text("copy")
    page.evaluate("navigator.clipboard.writeText('')")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_text("copied")
    assert page.evaluate("navigator.clipboard.readText()") == "backproof grade ."


def test_without_a_clipboard_the_command_is_selected(opened):
    """The frame of another page may have no clipboard."""
    page = opened(graded(checked(outcome="failed"))).page
    page.evaluate("void (navigator.clipboard.writeText = () => Promise.reject())")
    page.get_by_role("button", name="copy the command").click()
    page.wait_for_function("getSelection().toString().trim() === 'backproof grade .'")


def test_the_keyboard_reaches_everything(opened):
    """Tab reaches links, the filter and each fold, and Enter opens a fold; the focus is visible."""
    page = opened(mixed()).page
    reached = []
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.tagName"))
        if page.evaluate("document.activeElement.textContent.includes('✓ passed')"):
            break
    assert {"A", "BUTTON", "INPUT", "SUMMARY", "PRE"} <= set(reached)
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    passed = page.locator("details", has_text="✓ passed")
    assert not passed.locator("li").is_visible()
    page.keyboard.press("Enter")
    expect(passed.locator("li")).to_be_visible()


def test_the_filter_and_the_topics(opened):
    """Checks that do not match are hidden; a topic filters; a link opens a folded check."""
    grade = graded(checked("losses/test_a", "failed"), checked("layers/test_b", "failed"), checked("layers/test_c"))
    page = opened(grade).page
    page.get_by_label("Filter").fill("TEST_C")
    assert page.locator(".check:visible").all_text_contents() == [
        "The mean of equal numbers is that number. layers/test_c"
    ]
    page.get_by_role("button", name="show the checks of losses").click()
    assert page.locator("summary:visible").count() == 1
    assert "losses/test_a" in page.locator("summary:visible").text_content()
    page.get_by_label("Filter").fill("")
    page.get_by_role("button", name="close all").click()
    expect(page.locator(".body:visible")).to_have_count(0)
    page.get_by_role("link", name="The mean of equal numbers").click()
    expect(page.locator(".body:visible")).to_have_count(1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_legible_in_both_colour_schemes(opened, scheme):
    """Every text has a contrast of 4.5 or more, and the two backgrounds differ."""
    page = opened(mixed(), {"losses/test_failed": a_plot()}, color_scheme=scheme).page
    page.get_by_role("button", name="open all").click()
    found = page.evaluate(CONTRASTS)
    assert len(found) > 40
    assert min(found)[0] >= 4.5, min(found)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", ground))) < 200) == (scheme == "dark")


def test_it_fits_a_phone(opened):
    """Nothing is wider than the screen, even with long words; code scrolls in its own box."""
    long = attacked("word" * 200, 0)
    page = opened(graded(long, *mixed().checks), {"losses/test_failed": a_plot()}, width=360).page
    page.get_by_role("button", name="open all").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_on_paper_the_folds_are_open(opened):
    """They are open with and without the page's script; buttons are not printed."""
    for settings in ({}, {"java_script_enabled": False}):
        page = opened(mixed(), **settings).page
        assert not page.locator("li", has_text="test_passed").is_visible()
        page.emulate_media(media="print")
        assert page.locator("li", has_text="test_passed").bounding_box()["height"] > 5
        assert page.locator(".copied > button:visible, .tools:visible").count() == 0
    assert page.pdf().startswith(b"%PDF")


def test_pictures_are_shown(opened):
    """Each is decoded, has a width and an alternative text, and a link from its check."""
    page = opened(mixed(), {"losses/test_failed": a_plot()})
    for name in ("Loss, drawn by losses/test_failed", "Loss seen, drawn by losses/test_failed"):
        image = page.page.get_by_role("img", name=name)
        assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    page.page.locator("details", has_text="✗ failed").get_by_role("link", name="Loss", exact=True).click()
    expect(page.page).to_have_url(re.compile("#picture-0$"))
    page.assert_harmless()
