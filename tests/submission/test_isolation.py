"""Submissions and the grader share a process, and never see each other's modules."""

import os
import py_compile
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.helpers import copied_reference, functions_of, outcomes, results, write_files

ONE = (np.ones((1, 1)), np.ones((1, 1)), np.zeros(1))


def result_of(folder: Path) -> float:
    """Return the one number that a submission's linear_forward returns for ones."""
    out, _ = functions_of(folder)["linear_forward"](*ONE)
    return float(out[0, 0])


def two(tmp_path: Path, files: dict[str, str]) -> tuple[Path, Path]:
    """Write the same files twice, with ``NUMBER`` as 1 in the first folder and as 2 in the second."""
    folders = [tmp_path / name for name in ("first", "second")]
    for number, folder in enumerate(folders, start=1):
        write_files(folder, {name: text.replace("NUMBER", str(number)) for name, text in files.items()})
    return folders[0], folders[1]


WAYS_TO_IMPORT = {
    "same module, other content": {
        "layers.py": "def linear_forward(x, weight, bias):\n    return x * NUMBER, None\n",
    },
    "from another module": {
        "layers.py": "from shared import scale\ndef linear_forward(x, weight, bias):\n    return x * scale, None\n",
        "shared.py": "scale = NUMBER\n",
    },
    "lazily, inside the function": {
        "layers.py": "def linear_forward(x, weight, bias):\n    import late\n    return x * late.scale, None\n",
        "late.py": "scale = NUMBER\n",
    },
    "importlib.import_module": {
        "layers.py": """
            import importlib

            def linear_forward(x, weight, bias):
                return x * importlib.import_module("parts.deep").scale, None
        """,
        "parts/__init__.py": "",
        "parts/deep.py": "scale = NUMBER\n",
    },
    "a package with relative imports": {
        "layers.py": "from parts import scale\ndef linear_forward(x, weight, bias):\n    return x * scale, None\n",
        "parts/__init__.py": "from .one import scale\n",
        "parts/one.py": "from .inner.two import scale\n",
        "parts/inner/__init__.py": "",
        "parts/inner/two.py": "from ..three import scale\n",
        "parts/three.py": "scale = NUMBER\n",
    },
    "a folder without __init__.py": {
        "layers.py": "from parts.one import scale\ndef linear_forward(x, weight, bias):\n    return x * scale, None\n",
        "parts/one.py": "scale = NUMBER\n",
    },
    "names of the grader's and of libraries": {
        "layers.py": """
            import checks, hypothesis, json, random, backproof

            def linear_forward(x, weight, bias):
                return x * (checks.scale + hypothesis.scale + json.scale + random.scale + backproof.scale) / 5, None
        """,
        **{f"{name}.py": "scale = NUMBER\n" for name in ("checks", "hypothesis", "json", "random", "backproof")},
    },
    "a dataclass with postponed annotations": {
        "layers.py": """
            from __future__ import annotations
            from dataclasses import dataclass, field
            from typing import ClassVar, get_type_hints

            @dataclass
            class Cache:
                scale: int = NUMBER
                known: ClassVar[list[int]] = []

            def linear_forward(x, weight, bias):
                assert get_type_hints(Cache)["scale"] is int
                return x * Cache().scale, Cache()
        """,
    },
    "a pickled class of its own": {
        "layers.py": """
            import pickle

            class Cache:
                scale = NUMBER

            def linear_forward(x, weight, bias):
                return x * pickle.loads(pickle.dumps(Cache())).scale, None
        """,
    },
}


@pytest.mark.parametrize("way", WAYS_TO_IMPORT)
def test_two_submissions_never_see_each_other(tmp_path, way):
    """Each of two submissions in one process gets its own modules, also when their calls alternate."""
    first, second = (functions_of(folder)["linear_forward"] for folder in two(tmp_path, WAYS_TO_IMPORT[way]))
    numbers = [float(function(*ONE)[0][0, 0]) for function in (first, second, first, second)]
    assert numbers == [1, 2, 1, 2]


@pytest.mark.parametrize("way", WAYS_TO_IMPORT)
def test_global_state_is_restored(tmp_path, way):
    """After a call sys.modules, sys.path, sys.meta_path and the learner's folder are what they were."""
    folder, _ = two(tmp_path, WAYS_TO_IMPORT[way])
    files = sorted(tmp_path.rglob("*"))
    finders, path = list(sys.meta_path), list(sys.path)
    modules = dict(sys.modules)
    assert result_of(folder) == 1
    new = {name for name, module in sys.modules.items() if modules.get(name) is not module}
    assert [name for name in new if getattr(sys.modules[name], "__file__", None) is None] == []
    assert [name for name in new if Path(sys.modules[name].__file__).is_relative_to(tmp_path)] == []
    assert {name for name in modules if sys.modules.get(name) is not modules[name]} == set()
    assert (sys.meta_path, sys.path) == (finders, path)
    assert sorted(tmp_path.rglob("*")) == files


def test_a_module_called_random_affects_only_its_submission(tmp_path):
    """Only the learner's code imports the learner's random.py: NumPy, Hypothesis and checks use the library's."""
    copied_reference(tmp_path, "losses", "activations", "initializers")
    write_files(tmp_path, {"random.py": "", "copy.py": "", "scipy.py": "", "checks.py": "", "test_losses.py": "1 / 0"})
    assert outcomes(results(tmp_path, modules=("losses", "initializers"))) == {"passed"}


def test_a_module_is_imported_once_per_submission(tmp_path):
    """A module is imported once for a submission, not for each call, and again for the next submission."""
    code = "calls = []\ndef linear_forward(x, weight, bias):\n    calls.append(1)\n    return x * len(calls), None\n"
    write_files(tmp_path, {"layers.py": code})
    function = functions_of(tmp_path)["linear_forward"]
    assert [function(*ONE)[0].item() for _ in range(3)] == [1, 2, 3]
    assert result_of(tmp_path) == 1


def test_an_edited_file_is_read_again(tmp_path):
    """A new submission reads the file as it is now, even if neither its size nor its time has changed."""
    file = write_files(tmp_path, WAYS_TO_IMPORT["from another module"]) / "shared.py"
    file.write_text("scale = 1\n")
    assert result_of(tmp_path) == 1
    times = file.stat().st_atime_ns, file.stat().st_mtime_ns
    file.write_text("scale = 2\n")
    os.utime(file, ns=times)
    assert result_of(tmp_path) == 2


def test_bytecode_beside_the_source_is_ignored(tmp_path):
    """Only the source text runs: compiled files of the same name are neither read nor preferred."""
    file = tmp_path / "layers.py"
    file.write_text("def linear_forward(x, weight, bias):\n    return x * 666, None\n")
    py_compile.compile(str(file))
    py_compile.compile(str(file), cfile=str(tmp_path / "layers.pyc"))
    stat = file.stat()
    file.write_text("def linear_forward(x, weight, bias):\n    return x * 111, None\n")
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert result_of(tmp_path) == 111


def test_a_failed_import_is_tried_once_and_leaves_no_module(tmp_path):
    """A module that cannot be imported leaves no module behind, nor those that it had imported."""
    write_files(tmp_path, {"layers.py": "import fine\nimport broken\n", "fine.py": "", "broken.py": "1 / 0\n"})
    before = set(sys.modules)
    found = results(tmp_path, "layers/test_two_linear_layers_equal_one")
    assert outcomes(found) == {"error"}
    assert {name for name in set(sys.modules) - before if name in ("layers", "fine", "broken")} == set()


def test_sys_path_is_a_submissions_own(tmp_path, monkeypatch):
    """What a submission puts into sys.path, and imports from there, is seen by itself alone."""
    code = """
        import os, sys
        sys.path.insert(0, os.path.join(os.path.dirname(__file__), "source"))
        from hand_made_scale import scale

        def linear_forward(x, weight, bias):
            return x * scale, None
    """
    path = list(sys.path)
    monkeypatch.setattr(sys, "path", list(path))
    folders = two(tmp_path, {"layers.py": code, "source/hand_made_scale.py": "scale = NUMBER\n"})
    assert [result_of(folder) for folder in folders] == [1, 2]
    assert "hand_made_scale" not in sys.modules
    assert sys.path == path
