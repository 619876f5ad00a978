"""JUnit XML: well formed for any text, and in the format of pytest."""

from xml.etree import ElementTree

import pytest

from backproof.platforms import render
from tests.helpers import run_pytest, write_files
from tests.platforms.grades import HOSTILE, checked, graded, long, mixed

TESTS = """
    import pytest

    def test_passed(): pass
    def test_failed(): assert False
    def test_todo(): pytest.skip("to do")

    @pytest.fixture
    def broken(): raise OSError
    def test_error(broken): pass
"""


@pytest.fixture(scope="module")
def pytests_own(tmp_path_factory):
    """The XML that pytest itself writes."""
    folder = write_files(tmp_path_factory.mktemp("own"), {"test_losses.py": TESTS})
    run_pytest("--junitxml", "out.xml", "-o", "junit_family=xunit2", "-p", "no:cacheprovider", cwd=folder)
    return ElementTree.parse(folder / "out.xml").getroot()


def shape(root) -> dict[str, set[str]]:
    """Return the attributes of each kind of element."""
    found: dict[str, set[str]] = {}
    for element in root.iter():
        found.setdefault(element.tag, set()).update(element.attrib)
    return found


def test_the_shape_is_that_of_pytest(pytests_own):
    """The same elements in the same places, with no attribute that pytest does not write."""
    root = ElementTree.fromstring(render("junit", mixed()))
    ours, theirs = shape(root), shape(pytests_own)
    assert ours.keys() == theirs.keys()
    for element, attributes in ours.items():
        assert attributes <= theirs[element], element
    assert ours["testcase"] == {"classname", "name", "time"}
    assert theirs["testsuite"] - ours["testsuite"] == {"timestamp", "hostname"}


def test_counts_and_cases():
    """Each outcome has its element, and is counted."""
    root = ElementTree.fromstring(render("junit", mixed()))
    (suite,) = root
    counts = {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "5", "failures": "1", "errors": "2", "skipped": "1"}
    assert [[inner.tag for inner in case] for case in suite] == [[], ["failure"], ["skipped"], ["error"], ["error"]]
    assert suite[1][0].get("message") == "the mean is wrong"
    assert "hint: Divide by N." in suite[1][0].text


def test_no_two_cases_have_the_same_name():
    """GitLab ignores a second case of the same class and name."""
    names = ["losses/test_a", "losses/test_a[1]", "layers/test_a", "losses/test_b/test_a"]
    root = ElementTree.fromstring(render("junit", graded(*map(checked, names))))
    assert len({(case.get("classname"), case.get("name")) for case in root.iter("testcase")}) == len(names)


def test_hostile_text_is_well_formed():
    """Control characters, which XML 1.0 lacks, are escaped as in Python; all other text is unchanged."""
    name = "losses/test_a[\"<&'>]"
    root = ElementTree.fromstring(render("junit", graded(checked(name, "failed", message=HOSTILE), assignment='a&"<b')))
    text = root.find(".//failure").text
    assert "<script>alert(1)</script> </details> ]]> &amp;" in text
    assert r"\x00\x07\x1b[31m\x9b\ud800\ufffe" in text
    assert root.find(".//testcase").get("name") == name.removeprefix("losses/")


def test_a_long_one_fits():
    """GitLab accepts files of up to 30 MB."""
    text = render("junit", long())
    assert len(text.encode()) < 30_000_000
    assert "characters cut]" in text
