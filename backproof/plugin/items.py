"""Checks as items of pytest: their id, functions, points and stream of random numbers."""

import hashlib
import inspect
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from backproof.assignment import PLAIN_GROUP, CheckInfo
from backproof.contract import Contract
from backproof.plugin.collection import CheckModule
from backproof.plugin.example_cache import ExampleCache
from backproof.testing.calls import CallLog
from backproof.testing.plots import Plot

LOG = pytest.StashKey[CallLog]()
PLOT = pytest.StashKey[Plot]()
_EXAMPLES = pytest.StashKey[ExampleCache]()
_INFO = pytest.StashKey[CheckInfo]()


def is_check(item: pytest.Item) -> bool:
    """Return whether an item is a check, and no other test."""
    return isinstance(item, pytest.Function) and item.getparent(CheckModule) is not None


def check_info(item: pytest.Item, contract: Contract) -> CheckInfo:
    """Return the attributes of a check that an assignment selects by."""
    if _INFO not in item.stash:
        item.stash[_INFO] = _new_check_info(item, contract)
    return item.stash[_INFO]


def _new_check_info(item: pytest.Item, contract: Contract) -> CheckInfo:
    module = _collector(item).module_name
    return CheckInfo(
        id=f"{module}/{item.nodeid.partition('::')[2].replace('::', '/')}",
        module=module,
        functions=tuple(name for name in _needed_names(item) if name in contract.functions),
        group=_marked(item, "group") or PLAIN_GROUP,
        points=float(_marked(item, "points", 1.0)),
    )


def name_clash(checks: Iterable[pytest.Item]) -> str:
    """Return which two files of a module have a check, a fixture or a sample of the same name; empty if none have."""
    return next((clash for item in checks if (clash := _collector(item).clash)), "")


def in_template_order(checks: Mapping[pytest.Item, CheckInfo], contract: Contract) -> dict[pytest.Item, CheckInfo]:
    """Sort the checks of each module: the properties of every function, then file by file, as in the template."""
    positions = {name: position for position, name in enumerate(contract.functions)}
    modules: dict[str, int] = {}
    files: dict[str, int] = {}
    keys: dict[pytest.Item, tuple[int, int]] = {}
    for item, check in checks.items():
        first = min((positions[name] for name in check.functions), default=len(positions))
        position = -1 if "sample" in _parameters(item) else files.setdefault(_function(item).__module__, first)
        keys[item] = modules.setdefault(check.module, len(modules)), position
    return dict(sorted(checks.items(), key=lambda pair: keys[pair[0]]))


def property_of(item: pytest.Item) -> str:
    """Return the property: the first line of the docstring."""
    return (inspect.getdoc(_function(item)) or item.name).partition("\n")[0]


def hint_of(item: pytest.Item) -> str | None:
    """Return the hint with the source to read."""
    hint, source = _marked(item, "hint"), _marked(item, "source")
    parts = [hint, f"Read: {source}." if source else None]
    return " ".join(part for part in parts if part) or None


def is_hidden(item: pytest.Item) -> bool:
    """Return whether learners see nothing of a check but its points."""
    return item.get_closest_marker("hidden") is not None


def child_seed(seed: int, check_id: str) -> int:
    """Return the seed of a check's own stream, so that order, ``-n`` and ``-k`` change nothing."""
    return int.from_bytes(hashlib.blake2b(f"{seed}:{check_id}".encode(), digest_size=4).digest(), "little")


def begin(item: pytest.Item) -> None:
    """Make an item ready to run: with an empty log of calls, and nothing recorded."""
    item.stash[LOG] = CallLog()
    item.stash[PLOT] = Plot()
    item._report_sections.clear()  # its output in an earlier grade


def shared_fixtures(item: pytest.Item) -> set[str]:
    """Return the fixtures that a check shares with others: they may have called the submission before the check."""
    assert isinstance(item, pytest.Function)
    return {name for name, fixture in item._request._fixture_defs.items() if fixture.scope != "function"}


def run_examples(item: pytest.Function, seed: int) -> bool:
    """Run a check that takes examples of Hypothesis; return whether it is one."""
    if not hasattr(item.function, "hypothesis"):
        return False
    item.stash.setdefault(_EXAMPLES, ExampleCache()).run(item, seed, item.stash[LOG])
    return True


def _collector(item: pytest.Item) -> CheckModule:
    collector = item.getparent(CheckModule)
    assert collector is not None
    return collector


def _needed_names(item: pytest.Item) -> tuple[str, ...]:
    """Return the fixtures that a check names, also by a parameter, and those that its sample call needs."""
    assert isinstance(item, pytest.Function)
    parameters = _parameters(item)
    names = [value for value in parameters.values() if isinstance(value, str)]
    if "sample" in parameters:
        names += item.module.SAMPLES[parameters["sample"]].fixtures
    return tuple(dict.fromkeys([*names, *item.fixturenames]))


def _parameters(item: pytest.Item) -> Mapping[str, Any]:
    return item.callspec.params if hasattr(item, "callspec") else {}


def _function(item: pytest.Item) -> Any:
    assert isinstance(item, pytest.Function)
    return item.function


def _marked(item: pytest.Item, name: str, default: Any = None) -> Any:
    marker = item.get_closest_marker(name)
    return marker.args[0] if marker else default
