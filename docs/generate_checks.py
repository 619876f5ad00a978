"""The pages of all checks, made while the site is built: a hook of MkDocs.

Nothing in them is written twice: functions come from ``student_template/``, properties from the docstrings of the
checks, points, groups, sources and hints from their markers. A hidden check is on no page.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from backproof.assignment import PLAIN_GROUP, Assignment, AssignmentFile
from backproof.content import content_root
from backproof.contract import Contract, load_contract
from backproof.grading.runner import SETTINGS
from backproof.plugin.hooks import ChecksPlugin
from backproof.plugin.items import check_info, is_hidden, property_of

TOP = Path(__file__).resolve().parents[1]
# Documents that stand at the top of the repository, and are pages of the site as well.
TOP_DOCUMENTS = ("CONTRIBUTING.md", "CHANGELOG.md")
# What Markdown might take for a mark in a text that has none.
MARKS = re.compile(r"([\\`*_{}\[\]()<>#|&])")

LINE = "  \n"  # a new line in the same paragraph


@dataclass(frozen=True)
class Check:
    """One check, or one that is run for several functions: its ids differ in the brackets at the end."""

    name: str
    module: str
    group: str
    ids: tuple[str, ...]
    functions: tuple[str, ...]
    says: str
    points: float
    source: str
    hint: str


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages of checks, and the documents at the top of the repository."""
    for name, text in pages().items():
        files.append(File.generated(config, f"checks/{name}.md", content=text))
    for document in TOP_DOCUMENTS:
        files.append(File.generated(config, document.lower(), abs_src_path=str(TOP / document)))
    return files


def pages() -> dict[str, str]:
    """Return the text of each page by its name: one for each module, one for what holds for all, and the list."""
    contract = load_contract(content_root() / "student_template")
    checks = shipped_checks(contract)
    own = [check for check in checks if check.group == PLAIN_GROUP]
    general = [check for check in checks if check.group != PLAIN_GROUP]
    by_module = {module: [check for check in own if check.module == module] for module in contract.modules}
    return {
        "index": "\n".join(_index_page(contract, by_module, general)),
        "general": "\n".join(_general_page(general)),
        **{module: "\n".join(_module_page(module, contract, found)) for module, found in by_module.items()},
    }


def shipped_checks(contract: Contract) -> list[Check]:
    """Collect all checks with pytest, as a grade does, and join those that differ in their parameter alone."""
    everything = Assignment("everything", content_root(), (), AssignmentFile())
    items = _Items()
    plugin = ChecksPlugin(everything, contract, is_whole=True)
    options = ["--collect-only", "-c", str(SETTINGS), "--rootdir", str(everything.folder("checks"))]
    if pytest.main([*options, *plugin.state.first_check_files()], plugins=[plugin, items]) != 0:
        raise RuntimeError("the checks cannot be collected: run `backproof grade reference --isolation local`")
    same: dict[str, list[pytest.Item]] = {}
    for item in items.found:
        if not is_hidden(item):
            same.setdefault(check_info(item, contract).id.partition("[")[0], []).append(item)
    return [_joined(found, contract) for found in same.values()]


class _Items:
    """Keeps what pytest has collected."""

    found: Sequence[pytest.Item] = ()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.found = session.items


def _joined(items: Sequence[pytest.Item], contract: Contract) -> Check:
    infos = [check_info(item, contract) for item in items]
    return Check(
        name=infos[0].id.partition("[")[0],
        module=infos[0].module,
        group=infos[0].group,
        ids=tuple(info.id for info in infos),
        functions=tuple(dict.fromkeys(name for info in infos for name in info.functions)),
        says=property_of(items[0]),
        points=infos[0].points,
        source=_marked(items[0], "source"),
        hint=_marked(items[0], "hint"),
    )


def _marked(item: pytest.Item, name: str) -> Any:
    marker = item.get_closest_marker(name)
    assert marker is not None, f"{item.nodeid} has no {name}"
    return marker.args[0]


def _index_page(contract: Contract, own: Mapping[str, list[Check]], general: Sequence[Check]) -> Iterator[str]:
    count = sum(len(check.ids) for checks in (*own.values(), general) for check in checks)
    yield f"# All checks\n\n{count} checks of {len(contract.functions)} functions, made from their docstrings.\n"
    yield "A check's id is what `--check`, `assignment.toml` and the `replay` line of a failure call it. Its points are"
    yield "what it is worth beside the other checks; the table `[points]` of an assignment can say something else.\n"
    yield "| module | functions | checks | points |\n| --- | --- | --- | --- |"
    for module, checks in own.items():
        ids, points = sum(len(check.ids) for check in checks), sum(len(check.ids) * check.points for check in checks)
        yield f"| [`{module}`]({module}.md) | {len(contract.of_module(module))} | {ids} | {points:g} |"
    ids, points = sum(len(check.ids) for check in general), sum(len(check.ids) * check.points for check in general)
    yield f"| [properties of every function](general.md) | | {ids} | {points:g} |"
    yield "\nThe checks of any `torch.nn.Module` are [a list of their own](../check-model.md#the-checks)."


def _general_page(checks: Sequence[Check]) -> Iterator[str]:
    yield "# Properties of every function\n"
    yield "These are written once and tried on each function to which they apply. An assignment leaves them out by"
    yield 'their group: `[leave_out]` with `groups = ["bad_arguments"]`.\n'
    by_test = sorted(checks, key=lambda check: check.name.partition("/")[2])
    for test, same in groupby(by_test, key=lambda check: check.name.partition("/")[2]):
        found = list(same)
        yield f"## `{test}`\n\n{_plain(found[0].says)}\n"
        yield f"{_details(found[0])}{LINE}*Group:* `{found[0].group}`\n"
        yield f'??? note "{sum(len(check.ids) for check in found)} checks"\n'
        for check in found:
            yield f"    - {check.module}: {_codes(check.ids)}"
        yield ""


def _module_page(module: str, contract: Contract, checks: Sequence[Check]) -> Iterator[str]:
    yield f"# `{module}`\n"
    yield f"What `{module}.py` must have, and the checks of it. A check that needs several functions stands with the"
    yield "last of them. The [properties of every function](general.md) are checked as well.\n"
    names = [spec.name for spec in contract.of_module(module)]
    for spec in contract.of_module(module):
        yield f"## `{spec.name}`\n\n```python\n{spec}\n```\n\n{_plain(spec.summary)}\n"
        for check in checks:
            if len(check.ids) == 1 and max(filter(names.__contains__, check.functions), key=names.index) == spec.name:
                yield from _entry(check)
    several = [check for check in checks if len(check.ids) > 1]
    if several:
        yield "## Checks that several functions share\n"
        for check in several:
            yield from _entry(check)


def _entry(check: Check) -> Iterator[str]:
    lines = [_details(check)]
    if check.ids != (check.name,):
        lines.append(f"*For each:* {_codes(check.ids)}")
    elif len(check.functions) > 1:
        lines.append(f"*Needs:* {_codes(check.functions)}")
    yield f"### `{check.name}`\n\n{_plain(check.says)}\n\n{LINE.join(lines)}\n"


def _details(check: Check) -> str:
    return f"*Hint:* {_plain(check.hint)}{LINE}*Source:* {_plain(check.source)}{LINE}*Points:* {check.points:g}"


def _codes(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _plain(text: str) -> str:
    """Return a text for Markdown to show as it is."""
    return MARKS.sub(lambda mark: f"&#{ord(mark[1])};", text)
