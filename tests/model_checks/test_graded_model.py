"""A learner's build_model is graded by the checks of check_model, local and confined."""

import re

import pytest

from backproof.diagnosis.catalogue import as_submission, load_misconceptions
from backproof.grading.runner import grade, grading
from backproof.loading import load_submission
from tests.helpers import REFERENCE, assert_full_marks, write_files

VARIANTS = REFERENCE.parent / "variants"
_, ASSIGNMENT, CONTRACT = load_submission(REFERENCE, assignment="model")
MISCONCEPTIONS = [item for item in load_misconceptions(ASSIGNMENT, CONTRACT).values() if item.imitates == "build_model"]
# A check of each kind of request to the other process: values, modes, parts, gradients, the batch.
ACROSS_PROCESSES = {
    "model_ends_with_a_softmax": "model/test_outputs_are_logits",
    "model_keeps_layers_in_a_list": "model/test_all_layers_are_registered",
    "model_drops_out_in_evaluation": "model/test_evaluation_is_deterministic",
    "model_detaches_a_shortcut": "model/test_gradients_are_the_slopes_of_the_loss",
    "model_changes_its_input": "model/test_batch_is_not_changed_in_place",
}


@pytest.mark.parametrize("variant", [None, "single_precision", "other_conventions"])
def test_right_models_have_full_marks(variant):
    """The reference, and a network with batch normalisation, dropout and a block that starts at zero."""
    adapter = VARIANTS / f"{variant}.py" if variant else None
    assert_full_marks(load_submission(REFERENCE, adapter=adapter, assignment="model"), range(3))


@pytest.mark.parametrize("variant", [None, "other_conventions"])
def test_right_models_have_full_marks_confined(variant):
    """The same in another process."""
    adapter = VARIANTS / f"{variant}.py" if variant else None
    loaded = load_submission(REFERENCE, adapter=adapter, assignment="model", isolation="confined")
    assert_full_marks(loaded, [0])
    loaded[0].close()


def test_known_mistakes_are_found():
    """Each misconception fails a check."""

    def work(grader):
        wrong = [as_submission(item, ASSIGNMENT) for item in MISCONCEPTIONS]
        return [grader.grade(one, seed=0, is_stopped_by_failure=True).grade for one in wrong]

    grades = grading(ASSIGNMENT, CONTRACT, work)
    survivors = [m.name for m, result in zip(MISCONCEPTIONS, grades, strict=True) if not result.counts.failed]
    assert survivors == []
    assert len(MISCONCEPTIONS) >= 20


SOURCE = (REFERENCE.parent / "misconceptions" / "model.py").read_text(encoding="utf-8")
DECORATOR = "def misconception(**_):\n    return lambda function: function\n"


def without_numbers(check):
    """Return the message of a check; another process draws other random numbers."""
    return re.sub(r"-?\d+(\.\d+)?(e-?\d+)?", "#", check.failure.message if check.failure else "")


@pytest.mark.parametrize("name", ACROSS_PROCESSES)
def test_mistakes_look_the_same_in_another_process(name, tmp_path):
    """The same checks fail with the same messages, local and confined."""
    code = SOURCE.replace("from backproof.misconceptions import misconception", DECORATOR)
    code = code.replace("from model import build_model", "")
    write_files(tmp_path, {"model.py": f"{code}\n\nbuild_model = {name}\n"})
    results = []
    for isolation in ("local", "confined"):
        loaded = load_submission(tmp_path, assignment="model", isolation=isolation)
        checks = grade(*loaded, seed=0, only=list(ACROSS_PROCESSES.values())).grade.checks
        loaded[0].close()
        results.append({check.id: (check.outcome, without_numbers(check)) for check in checks})
    assert results[0] == results[1]
    assert results[0][ACROSS_PROCESSES[name]][0] == "failed"


HOSTILE = {
    "no module": ("def build_model(num_features, num_classes):\n    return 3", "failed"),
    "forward raises": (
        "import torch\nclass M(torch.nn.Linear):\n    def forward(self, x):\n        raise OSError('no')\n"
        "def build_model(num_features, num_classes):\n    return M(num_features, num_classes)",
        "error failed",
    ),
    "forward ends the process": (
        "import os, torch\nclass M(torch.nn.Linear):\n    def forward(self, x):\n        os._exit(0)\n"
        "def build_model(num_features, num_classes):\n    return M(num_features, num_classes)",
        "timeout",
    ),
    "an endless loop": (
        "import torch\nclass M(torch.nn.Linear):\n    def forward(self, x):\n        while True: pass\n"
        "def build_model(num_features, num_classes):\n    return M(num_features, num_classes)",
        "timeout",
    ),
    "a wrong autograd": (
        "import torch\ndef wrong(outputs, leaves, *args, **kwargs):\n"
        "    return [torch.full_like(leaf, 1e-3) for leaf in leaves]\n"
        "torch.autograd.grad = wrong\n"
        "def build_model(num_features, num_classes):\n"
        "    return torch.nn.Sequential(torch.nn.Linear(num_features, 16), torch.nn.ReLU(),\n"
        "                               torch.nn.Linear(16, num_classes))",
        "failed",
    ),
    "a patched engine": (
        "import sys, torch\nfor name, module in list(sys.modules.items()):\n"
        "    if name.startswith('backproof'):\n        for key in list(vars(module)):\n"
        "            if callable(getattr(module, key)) and not key.startswith('_'):\n"
        "                setattr(module, key, lambda *a, **k: [])\n"
        "def build_model(num_features, num_classes):\n    return torch.nn.Linear(num_features, num_classes)",
        "failed timeout error",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_models_earn_nothing(name, tmp_path):
    """A model that cheats, breaks or hangs gets no point for what it does not do, and the grade ends."""
    code, outcomes = HOSTILE[name]
    write_files(tmp_path / "work", {"model.py": code})
    course = {"assignment.toml": 'modules = ["model"]\n[limits]\ncall_seconds = 2\ngrade_seconds = 20\n'}
    folder = write_files(tmp_path / "course", course)
    loaded = load_submission(tmp_path / "work", assignment=str(folder), isolation="confined")
    only = [
        "model/test_loss_and_gradients_are_finite",
        "model/test_gradients_are_the_slopes_of_the_loss",
        "model/test_output_depends_on_the_input",
    ]
    checks = grade(*loaded, seed=0, only=only).grade.checks
    loaded[0].close()
    slopes = next(check for check in checks if check.id == only[1])
    assert slopes.outcome in outcomes.split(), slopes
    assert slopes.points == 0
    assert all(check.outcome != "passed" for check in checks) or name == "a wrong autograd"
