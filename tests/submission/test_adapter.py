"""Code that was written for another interface is graded through an adapter, or as a single file."""

import numpy as np
import pytest

from tests.helpers import REFERENCE, copied_reference, functions_of, outcomes, results, write_files

# As assignments of real courses have it: x.W + b with flattened inputs and a bias row, dropout with a config
# dictionary and a drop probability, results written over the inputs, gradients in another order.
COURSE = {
    "nn/layers.py": """
        import numpy as np
        from .caches import Cache

        def affine(w, b, x):
            out = x.dot(w)
            out += b                      # b is (1, D)
            return out, Cache(w, x)

        def affine_back(cache, upstream):
            w, x = cache.x.T.dot(upstream), upstream.dot(cache.w.T)
            return {"b": upstream.sum(axis=0, keepdims=True), "w": w, "x": x}

        def relu_inplace(x):
            x[x < 0] = 0
            return x

        def dropout(x, config):
            if not 0 <= config["p"] <= 1:
                raise ValueError(f"p is {config['p']}")
            if config["mode"] == "test":
                return x, None
            mask = config["rng"].random(x.shape) >= config["p"]
            x *= mask
            if config["p"] < 1:
                x /= 1 - config["p"]
            return x, mask
    """,
    "nn/caches.py": """
        class Cache:
            def __init__(self, w, x):
                self.w, self.x = w, x
    """,
    "nn/__init__.py": "",
}
ADAPTER = """
    import numpy as np
    from nn import layers

    def linear_forward(x, weight, bias):
        if x.shape[1:] != weight.shape[:1] or bias.shape != weight.shape[1:]:
            raise ValueError("x, weight and bias do not fit")
        out, cache = layers.affine(weight, bias.reshape(1, -1), x)
        return out, (cache, out.shape)

    def linear_backward(dout, cache):
        cache, shape = cache
        if dout.shape != shape:
            raise ValueError("dout does not fit")
        grads = layers.affine_back(cache, dout)
        return grads["x"], grads["w"], grads["b"].ravel()

    def relu(x):
        return layers.relu_inplace(x)

    def dropout_forward(x, keep_prob, rng, *, training, inverted=True):
        config = {"p": 1 - keep_prob, "rng": rng, "mode": "train" if training else "test"}
        try:
            return layers.dropout(x, config)
        except ValueError as error:
            raise ValueError(f"keep_prob: {error}")
"""


@pytest.fixture
def course(tmp_path):
    """Write the code of a course, and an adapter beside its folder."""
    write_files(tmp_path, {"adapter.py": ADAPTER})
    return write_files(tmp_path / "course", COURSE)


def test_adapter_maps_a_real_course(course):
    """Other argument orders, a dictionary of gradients and a bias of shape (1, D) pass all checks of layers.py."""
    assert outcomes(results(course, adapter=course.parent / "adapter.py", modules=("layers",))) == {"passed"}


def test_adapted_code_may_work_in_place(course):
    """Adapted code that overwrites its arguments gets copies, and does not fail for changing its inputs."""
    found = results(course, adapter=course.parent / "adapter.py", functions=("relu",))
    assert "activations/test_inputs_are_not_changed[relu]" in found
    assert outcomes(found) == {"passed"}


def test_drop_probability_becomes_keep_probability(course):
    """A dropout that takes the probability to drop, in a config dictionary, has the right statistics when adapted."""
    dropout = functions_of(course, course.parent / "adapter.py")["dropout_forward"]
    out, _ = dropout(np.ones((400, 400)), 0.75, np.random.default_rng(0), training=True)
    assert abs((out != 0).mean() - 0.75) < 0.01
    assert set(np.unique(out)) == {0.0, 1 / 0.75}


def test_a_function_missing_in_the_adapter_is_to_do(course):
    """A function that the adapter does not have is to do, with a message that names its file."""
    (found,) = results(
        course, "losses/test_expected_initial_loss_is_log_c", adapter=course.parent / "adapter.py"
    ).values()
    assert (found.outcome, found.failure.message) == ("todo", "expected_initial_loss is missing in adapter.py")


def test_errors_in_adapted_code_show_the_learners_line(course):
    """A traceback leads from the adapter into the learner's code, without a wrapper of the grader's."""
    adapter = course.parent / "adapter.py"
    write_files(course, {"nn/caches.py": "class Cache:\n    pass\n"})
    (found,) = results(course, "layers/test_two_linear_layers_equal_one", adapter=adapter).values()
    assert found.outcome == "error"
    lines = found.failure.message.splitlines()
    assert lines[0] == "linear_forward raised."
    assert [line.partition(":")[0] for line in lines if " in " in line] == ["adapter.py", "nn/layers.py"]
    assert lines[-1].startswith("TypeError: ")


NOTEBOOK = """
    #!/usr/bin/env python
    # coding: utf-8
    # # Exercise 3
    # In[1]:
    import numpy as np

    # In[2]:
    def expected_initial_loss(num_classes):
        if num_classes < 1:
            raise ValueError("num_classes")
        return np.log(num_classes)

    # In[3]:
    print("loss", expected_initial_loss(10))
    assert expected_initial_loss(1) == 0
"""


def test_a_notebook_export_is_a_submission(tmp_path):
    """One exported .py file with top-level cells is graded, whatever its name; the rest is to do."""
    file = write_files(tmp_path, {"Exercise 3 (final).py": NOTEBOOK}) / "Exercise 3 (final).py"
    found = results(file, functions=("cross_entropy", "expected_initial_loss"))
    by_function = {check.functions[0]: check.outcome for check in found.values()}
    assert by_function == {"expected_initial_loss": "passed", "cross_entropy": "todo"}


def test_a_single_file_with_several_modules(tmp_path):
    """One file may define functions of different modules of the contract."""
    text = (REFERENCE / "layers.py").read_text(encoding="utf-8") + "\n\ndef relu(x):\n    return x * (x > 0)\n"
    file = write_files(tmp_path, {"everything.py": text}) / "everything.py"
    found = results(file, functions=("linear_forward", "linear_backward", "relu"))
    assert {check.module for check in found.values()} == {"layers", "activations"}
    assert outcomes(found) == {"passed"}


def test_a_single_file_does_not_see_its_neighbours(tmp_path):
    """A single-file submission in a folder of other learners' files imports none of them."""
    write_files(tmp_path, {"ada.py": "import bob\n", "bob.py": "def relu(x):\n    return x\n"})
    (found,) = results(tmp_path / "ada.py", "losses/test_expected_initial_loss_is_log_c").values()
    assert found.outcome == "error"
    assert "No module named 'bob'" in found.failure.message


def test_an_adapter_outside_the_submission_leaves_it_unchanged(course):
    """Grading through an adapter writes nothing into the submission, nor beside the adapter."""
    before = sorted(course.parent.rglob("*"))
    results(course, "layers/test_two_linear_layers_equal_one", adapter=course.parent / "adapter.py")
    assert sorted(course.parent.rglob("*")) == before


def test_reference_through_an_adapter_that_adds_nothing(tmp_path):
    """An adapter that re-exports a folder's own modules scores what the folder scores."""
    folder = copied_reference(tmp_path / "work", "losses", "activations")
    write_files(tmp_path, {"adapter.py": "from losses import *\nfrom activations import *\n"})
    found = results(folder, adapter=tmp_path / "adapter.py", modules=("losses", "activations"))
    assert found.keys() == results(folder, modules=("losses", "activations")).keys()
    assert outcomes(found) == {"passed"}
