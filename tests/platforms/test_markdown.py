"""Markdown: a table that no name breaks, and texts of submissions only in code blocks."""

from markdown_it import MarkdownIt

from backproof.platforms import render
from tests.platforms.grades import HOSTILE, checked, graded, long, mixed

FENCE = "`" * 40


def tokens(grade):
    """Parse as GitHub does, with respect to tables and HTML blocks."""
    return MarkdownIt("commonmark").enable("table").parse(render("markdown", grade))


def cells(grade) -> list[str]:
    """Return the cells of the table, as displayed."""
    found = tokens(grade)
    inline = [found[place + 1] for place, token in enumerate(found) if token.type in ("th_open", "td_open")]
    return ["".join(child.content for child in token.children) for token in inline]


def test_score_and_modules():
    """The score is at the top, and each module has a row."""
    text = render("markdown", mixed())
    assert text.startswith("## week-2\n\n**1 of 5 points** (20 %)\n")
    assert cells(mixed()) == ["module", "passed", "points", "losses", "1 of 5", "1 of 5"]
    assert text.count("<details>") == 4


def test_names_break_no_table():
    """A module or an assignment of any name is shown verbatim."""
    module = "a|b*c*`d`<i>[e](f)"
    grade = graded(checked(f"{module}x"), assignment=module)
    assert cells(grade)[3] == f"{module}x"
    assert tokens(grade)[1].children[0].content.startswith("a|b")


def test_messages_are_code():
    """HTML, tables, images, mentions and fences in a message are text in a code block, and do not end it."""
    for message in (HOSTILE, f"{FENCE}\n</details>\n{FENCE}", "```\n# heading\n```", "a|b\n-|-\n1|2"):
        found = tokens(graded(checked(outcome="failed", message=message)))
        outside = "".join(token.content for token in found if token.type != "fence")
        (fence,) = (token for token in found if token.type == "fence")
        assert message.splitlines()[0] in fence.content
        for word in ("script", "@everyone", "heading", "x.png"):
            assert word not in outside
        assert [token.type for token in found].count("table_open") == 1
        assert outside.count("</details>") == 1


def test_a_long_one_fits():
    """GitHub accepts a job summary of one mebibyte."""
    text = render("markdown", long())
    assert len(text.encode()) < 1024 * 1024
    assert "characters cut]" in text
