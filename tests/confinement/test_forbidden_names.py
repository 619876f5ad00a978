"""Forbidden names raise in every way of use, with a message that names the line."""

import pytest

from tests.helpers import graded_json, write_files

WAYS = {
    "import": "import scipy.special\n\ndef softmax(logits):\n    return scipy.special.softmax(logits, axis=-1)\n",
    "import from": (
        "from scipy.special import softmax as given\n\ndef softmax(logits):\n    return given(logits, axis=-1)\n"
    ),
    "importlib": (
        "import importlib\n\ndef softmax(logits):\n"
        "    return importlib.import_module('scipy.special').softmax(logits, axis=-1)\n"
    ),
    "__import__": (
        "def softmax(logits):\n    return __import__('scipy.special', fromlist=['x']).softmax(logits, axis=-1)\n"
    ),
    "exec": (
        "def softmax(logits):\n    space = {}\n    exec('from scipy.special import softmax as given', space)\n"
        "    return space['given'](logits, axis=-1)\n"
    ),
    "getattr": (
        "import scipy.special\n\ndef softmax(logits):\n"
        "    return getattr(scipy.special, 'soft' + 'max')(logits, axis=-1)\n"
    ),
}
HONEST = "\n\ndef relu(x):\n    return x * (x > 0)\n"


def graded(folder, source, forbidden):
    """Grade two functions, confined, where some names are forbidden."""
    write_files(
        folder, {"task/assignment.toml": f'functions = ["relu", "softmax"]\n[policy]\nforbidden = {forbidden}\n'}
    )
    write_files(folder, {"work/activations.py": source + HONEST})
    return graded_json("work", "--assignment", folder / "task", cwd=folder)["checks"]


def test_without_a_policy_the_library_is_right(tmp_path):
    """SciPy's softmax passes if it is not forbidden."""
    checks = graded(tmp_path, WAYS["import"], [])
    assert {check["outcome"] for check in checks if "softmax" in check["functions"]} <= {"passed"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", ["scipy.special", "scipy.special.softmax"])
def test_every_way_is_stopped(tmp_path, way, name):
    """A module or a function earns nothing, the message names it and the line; the learner's own function is right."""
    checks = graded(tmp_path, WAYS[way], [name])
    for check in checks:
        if "softmax" in check["functions"]:
            assert (check["points"], check["outcome"]) == (0, "error"), check["id"]
            message = check["failure"]["message"]
            assert f"this assignment does not allow {name}" in message
            assert "activations.py:" in message
    right = [check for check in checks if check["functions"] == ["relu"]]
    # Where the module itself cannot be imported, nothing in it can be called.
    is_import = name == "scipy.special" and WAYS[way].startswith(("import scipy", "from scipy"))
    assert right
    assert all((check["points"] == check["max_points"]) != is_import for check in right)


def test_what_was_loaded_beforehand_is_guarded_too(tmp_path):
    """NumPy is loaded before the submission; its functions can be forbidden, too."""
    source = "import numpy as np\n\ndef softmax(logits):\n    return np.linalg.norm(logits)\n"
    messages = {
        c["failure"]["message"] for c in graded(tmp_path, source, ["numpy.linalg.norm"]) if "softmax" in c["functions"]
    }
    assert len(messages) == 1
    assert "does not allow numpy.linalg.norm (activations.py:4)" in messages.pop()


def test_only_the_files_that_count_are_there(tmp_path):
    """A helper outside of the patterns cannot be imported; what the patterns name can."""
    write_files(
        tmp_path, {"task/assignment.toml": 'functions = ["relu"]\n[policy]\nfiles = ["activations.py", "own/*.py"]\n'}
    )
    write_files(
        tmp_path,
        {
            "work/activations.py": "from own.helper import positive\n\ndef relu(x):\n    return x * positive(x)\n",
            "work/own/helper.py": "def positive(x):\n    return x > 0\n",
            "other/activations.py": "from downloaded import relu\n",
            "other/downloaded.py": "def relu(x):\n    return x * (x > 0)\n",
        },
    )
    own, other = (graded_json(name, "--assignment", tmp_path / "task", cwd=tmp_path) for name in ("work", "other"))
    assert own["score"] == own["max_score"] > 0
    assert other["score"] == 0
    assert "No module named 'downloaded'" in other["checks"][0]["failure"]["message"]
