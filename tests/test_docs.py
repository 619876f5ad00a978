"""The site of the docs: built without a warning, complete, self-contained and correct."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser

import pytest
import yaml

from backproof.assignment import load_assignment
from backproof.commands import cli
from backproof.content import content_root
from backproof.diagnosis.catalogue import as_submission, load_misconceptions
from backproof.grading.runner import grade, grading
from backproof.loading import load_submission
from backproof.plugin.collection import import_check_module
from tests.helpers import REFERENCE, TEMPLATE

TOP = content_root()
DOCS = TOP / "docs"
PAGES = {file.name: file.read_text(encoding="utf-8") for file in sorted(DOCS.glob("*.md"))}
README = (TOP / "README.md").read_text(encoding="utf-8")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Elements whose address a browser fetches.
FETCHED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}


class Page(HTMLParser):
    """The addresses that a page fetches, the texts of its code elements, and its plain text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.codes: list[str] = []
        self.text = ""
        self._in_code = False
        self._is_skipped = False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self._is_skipped = tag in ("script", "style")
        if tag == "code":
            self._in_code = True
            self.codes.append("")
        address = dict(attributes).get(FETCHED.get(tag, ""))
        if address:
            self.fetched.append(address)

    def handle_endtag(self, tag):
        self._is_skipped = False
        self._in_code = self._in_code and tag != "code"

    def handle_data(self, data):
        if self._in_code:
            self.codes[-1] += data
        if not self._is_skipped:
            self.text += data


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, built as by `make docs`; broken links and anchors are warnings, so errors."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", folder],
        cwd=TOP,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return {
        file.relative_to(folder).as_posix(): Page(file.read_text(encoding="utf-8")) for file in folder.rglob("*.html")
    }


def nav_entries(nav):
    """Yield the files in the navigation."""
    for entry in nav:
        value = next(iter(entry.values())) if isinstance(entry, dict) else entry
        yield from nav_entries(value) if isinstance(value, list) else [value]


def test_every_entry_of_the_navigation_is_a_page(site):
    """The navigation and the documents in docs/ have the same pages."""
    entries = list(nav_entries(yaml.safe_load((TOP / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]))
    assert len(entries) == len(set(entries)) > 25
    assert PAGES.keys() <= set(entries)
    assert {entry.replace(".md", ".html") for entry in entries} | {"404.html"} == site.keys()


def test_the_site_is_self_contained(site):
    """Scripts, styles, fonts and pictures are files of the site."""
    fetched = {address for page in site.values() for address in page.fetched}
    assert len(fetched) > 5
    assert [address for address in fetched if re.match(r"(\w+:)?//", address) or address.startswith("http")] == []


def test_every_check_is_listed_once_with_its_property_and_source(site):
    """The page has its id and property as in a grade, and the source of its marker."""
    results = [
        check
        for name in ("optimization", "model")
        for check in grade(*load_submission(TEMPLATE, assignment=name), seed=0).grade.checks
    ]
    pages = {name: page for name, page in site.items() if name.startswith("checks/")}
    codes = Counter(code for page in pages.values() for code in page.codes)
    assert len(results) > 700
    assert [check.id for check in results if codes[check.id] != 1] == []
    texts = {name: " ".join(page.text.split()) for name, page in pages.items()}
    check_files = load_assignment().check_files()
    for check in results:
        page = next(name for name, page in pages.items() if check.id in page.codes)
        modules = map(import_check_module, check_files[check.module])
        name = check.id.partition("/")[2].partition("[")[0]
        test = next(getattr(module, name) for module in modules if hasattr(module, name))
        source = next(mark.args[0] for mark in test.pytestmark if mark.name == "source")
        assert " ".join(check.property.split()) in texts[page], check.id
        assert f"Source: {' '.join(source.split())}" in texts[page], check.id


def test_statistical_checks_are_listed_with_their_level():
    """The page lists the checks with statistical tests in a grade of the reference, and the sum of their levels."""
    page = PAGES["statistics-and-tolerances.md"]
    levels = grade(*load_submission(REFERENCE), seed=0).levels
    listed = {name: float(level) for name, level in re.findall(r"^\| `(\w+/.*?)` \|.*\| (\S+) \|$", page, re.MULTILINE)}
    assert listed == pytest.approx({name: level for name, level in levels.items() if level})
    assert f"{sum(listed.values()):.1e}".replace("e-0", "e-") in page


def test_figures_are_those_of_the_readme():
    """The docs and the README have the same figures of a validation."""
    page, readme = (" ".join(text.split()) for text in (PAGES["statistics-and-tolerances.md"], README))
    for figure in ("--repeats 334", "1,002 grades", "540 of 540", "4,797", "99.6 %", "61 ", "93 of 93", "182", "94 %"):
        assert figure in page
        assert figure in readme, figure


def commands_in(text):
    """Yield the arguments of each call of backproof in the blocks of a page."""
    for _, block in FENCE.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            found = re.search(
                r"(?:^|[\s/])backproof ((?:init|watch|grade|batch|report|validate|export|check-model)\b[^#\"|]*)", line
            )
            if found:
                yield shlex.split(found[1])


def test_commands_are_valid():
    """Each command in the blocks of all pages has arguments and options that the command line takes."""
    commands = [command for text in PAGES.values() for command in commands_in(text)]
    assert len(commands) > 20
    for command, *arguments in commands:
        cli.commands[command].make_context(command, arguments)


def test_the_recipes_are_valid():
    """YAML and JSON are valid, and so are the inputs of the action and the command for PrairieLearn."""
    blocks = [(language, text) for language, text in FENCE.findall(PAGES["ci.md"]) if language in ("yaml", "json")]
    recipes = [yaml.safe_load(text) if language == "yaml" else json.loads(text) for language, text in blocks]
    assert len(recipes) == 4
    action = yaml.safe_load((TOP / "action.yml").read_text(encoding="utf-8"))
    used = next(step for step in recipes[0]["jobs"]["grade"]["steps"] if step["uses"].startswith("OWNER/"))
    assert used["with"].keys() <= action["inputs"].keys()
    program, command, *arguments = recipes[-1]["externalGradingOptions"]["entrypoint"]
    assert program.endswith("/backproof")
    cli.commands[command].make_context(command, arguments)


def test_the_assignment_of_the_instructors_guide_distributes_its_points(tmp_path):
    """Losses have 10, the function 6 beside the 2 of one of its checks; the limits on the page are the defaults."""
    selection, limits = (text for language, text in FENCE.findall(PAGES["instructor.md"]) if language == "toml")
    (tmp_path / "assignment.toml").write_text(selection + limits)
    submission, assignment, contract = load_submission(REFERENCE, assignment=str(tmp_path))
    checks = grade(submission, assignment, contract, seed=0).grade.checks
    points = Counter()
    for check in checks:
        points[check.module] += check.max_points
    assert points == pytest.approx({"losses": 10, "regularization": 8})
    assert "losses/test_gradient_agrees_with_finite_differences" not in {check.id for check in checks}
    assert assignment.settings.limits == type(assignment.settings.limits)()


def test_the_checks_on_the_page_about_writing_checks_are_correct(tmp_path):
    """The reference passes all of them, one is hidden, and both mistakes are found."""
    file = None
    for match in re.finditer(
        r"^`([\w/.]+)`:$|^```(?:python|toml)\n(.*?)^```$", PAGES["writing-a-check.md"], re.M | re.S
    ):
        if match[1]:
            file = tmp_path / match[1]
            file.parent.mkdir(parents=True, exist_ok=True)
        else:
            with file.open("a", encoding="utf-8") as stream:
                stream.write(f"{match[2]}\n\n")
    submission, assignment, contract = load_submission(REFERENCE, assignment=str(tmp_path / "week2"))
    mistakes = load_misconceptions(assignment, contract).values()

    def grade_all(grader):
        right = grader.grade(submission, seed=0).grade
        return right, [grader.grade(as_submission(mistake, assignment), seed=0).grade for mistake in mistakes]

    right, wrong = grading(assignment, contract, grade_all)
    assert right.score == right.max_score > 0
    assert sum(check.hidden for check in right.checks) == 1
    assert len(wrong) == 2
    assert all(graded.counts.failed for graded in wrong)
