"""The contract, parsed from the template's stubs: signatures, parameters, returned parts and shapes."""

import ast
import re

import numpy as np
import pytest

from backproof.contract import Field, load_contract, verified
from backproof.problems import ContractBroken, UsageProblem
from tests.helpers import REFERENCE, TEMPLATE, functions_of, write_files

CONTRACT = load_contract(TEMPLATE)
STUBS = {
    node.name: ast.get_docstring(node)
    for file in sorted(TEMPLATE.glob("*.py"))
    for node in ast.parse(file.read_text(encoding="utf-8")).body
    if isinstance(node, ast.FunctionDef)
}


def verify(name, returned, **arguments):
    """Verify a returned value against the contract of one function."""
    return verified(CONTRACT.functions[name], returned, arguments)


@pytest.mark.parametrize("name", STUBS)
def test_every_stub_is_complete(name):
    """Each stub documents every parameter in order, its results and their source."""
    spec = CONTRACT.functions[name]
    assert tuple(field.name for field in spec.parameters) == tuple(spec.signature.parameters)
    assert spec.returns
    assert spec.summary.endswith(".")
    sections = re.findall(r"^(\w+)\n-+$", STUBS[name], flags=re.MULTILINE)
    assert [section for section in sections if section != "Raises"] == ["Parameters", "Returns", "References"]
    assert all(field.kind != "other" or field.type_text in ("Generator", "callable") for field in spec.parameters)
    assert all(field.kind != "other" for field in spec.returns)


def test_template_and_reference_have_the_same_functions():
    """The reference has every function of the contract, with a signature that fits."""
    assert set(functions_of(REFERENCE)) == set(CONTRACT.functions) == set(STUBS)
    submission = functions_of(REFERENCE)
    for function in submission.values():
        function._context.submission.find(function.spec)


def test_fields_of_cross_entropy():
    """Alternatives, kinds and shapes are parsed from the docstring."""
    spec = CONTRACT.functions["cross_entropy"]
    assert (str(spec), spec.module) == ("cross_entropy(logits, targets)", "losses")
    logits, targets = spec.parameters
    assert logits == Field("logits", "array", (("N", "C"),), None, "array (N, C)")
    assert (targets.kind, targets.shapes) == ("array", (("N",), ("N", "C")))
    loss, dlogits = spec.returns
    assert (loss.name, loss.kind, loss.shapes) == ("loss", "number", ())
    assert (dlogits.name, dlogits.kind, dlogits.shapes) == ("dlogits", "array", (("N", "C"),))


def test_fields_of_dropout():
    """Keyword-only parameters, defaults, opaque values and "like" are parsed."""
    spec = CONTRACT.functions["dropout_forward"]
    assert str(spec) == "dropout_forward(x, keep_prob, rng, *, training, inverted=True)"
    assert [field.kind for field in spec.parameters] == ["array", "number", "other", "bool", "bool"]
    out, cache = spec.returns
    assert (out.kind, out.like) == ("array", "x")
    assert cache.kind == "opaque"


def test_fields_of_train():
    """Dictionaries of arrays and lists of numbers are parsed."""
    params, losses = CONTRACT.functions["train"].returns
    assert (params.kind, losses.kind, losses.type_text) == ("dict", "list", "list of float")


@pytest.mark.parametrize(
    ("name", "arguments", "right", "wrong"),
    [
        ("relu", {"x": (2, 3, 4)}, (2, 3, 4), (2, 12)),
        ("linear_backward", {"dout": (5, 2)}, (5, 3), None),
        ("cross_entropy", {"logits": (4, 3), "targets": (4,)}, (4, 3), (3, 4)),
        ("he_normal", {"fan_in": 3, "fan_out": 7}, (3, 7), (7, 3)),
    ],
)
def test_shapes_follow_from_the_arguments(name, arguments, right, wrong):
    """A returned array must have the shape that follows from the arguments."""
    given = {key: np.zeros(size) if isinstance(size, tuple) else size for key, size in arguments.items()}
    complete = {
        "linear_backward": lambda dx: (dx, np.zeros((3, 2)), np.zeros(2)),
        "cross_entropy": lambda dlogits: (0.5, dlogits),
    }.get(name, lambda array: array)
    verify(name, complete(np.ones(right)), **given)
    if wrong is not None:
        with pytest.raises(ContractBroken, match=re.escape(f"shape {wrong}")):
            verify(name, complete(np.ones(wrong)), **given)


def test_a_bias_gradient_of_two_dimensions_is_refused():
    """A shape that NumPy would silently broadcast is still wrong: (1, 2) is not (2,)."""
    with pytest.raises(ContractBroken, match=r"\(2,\).*`dbias`.*\(1, 2\)"):
        verify(
            "linear_backward", (np.zeros((5, 3)), np.zeros((3, 2)), np.zeros((1, 2))), dout=np.zeros((5, 2)), cache=None
        )


def test_numbers_get_the_precision_of_their_arrays():
    """A Python float beside float32 arrays is judged as float32; alone it is float64."""
    loss, _ = verify("cross_entropy", (0.1, np.zeros((1, 2), np.float32)), logits=np.zeros((1, 2)), targets=np.zeros(1))
    assert loss.dtype == np.float32
    assert verify("expected_initial_loss", 0.1, num_classes=2).dtype == np.float64
    assert verify("expected_initial_loss", np.float32(0.1), num_classes=2).dtype == np.float32


def test_a_choice_is_one_of_the_strings(tmp_path):
    """A string must be one of those in the docstring, and a truth value is no number."""
    returns = 'Returns\n    -------\n    kind : {"one", "two"}\n    flag : bool'
    write_files(tmp_path, {"a.py": f'def f():\n    """F.\n\n    {returns}\n    """\n'})
    spec = load_contract(tmp_path).functions["f"]
    assert verified(spec, ("two", np.array(True)), {}) == ("two", True)
    with pytest.raises(ContractBroken, match="'one' or 'two' for `kind`; it returned 'three'"):
        verified(spec, ("three", True), {})
    with pytest.raises(ContractBroken, match="True or False for `flag`"):
        verified(spec, ("one", 1), {})


def test_lists_of_numbers_may_be_arrays():
    """Losses may be a list, tuple or array of numbers, but not a generator."""
    for losses in ([1, 2.5], (1, 2.5), np.array([1, 2.5])):
        assert verify("train", ({}, losses))[1] == [1, 2.5]
    for losses in (iter([1.0]), [None], ["1"]):
        with pytest.raises(ContractBroken, match="`losses`"):
            verify("train", ({}, losses))


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "no template here"),
        ({"a.py": "def f(:\n"}, "not valid Python"),
        ({"a.py": "def f(x):\n    pass\n"}, "f has no docstring"),
        ({"a.py": "def f():\n    '''F.'''\n", "b.py": "def f():\n    '''F.'''\n"}, "f is also in a.py"),
        ({"a.py": "def _helper(x):\n    pass\n"}, "no template here"),
    ],
)
def test_an_invalid_template_is_refused(tmp_path, files, message):
    """A template without functions, docstrings or distinct names is wrong usage, in one line."""
    with pytest.raises(UsageProblem, match=message) as caught:
        load_contract(write_files(tmp_path, files))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("default", ["SIZE", "np.inf"])
def test_a_default_that_is_no_literal_is_refused(tmp_path, default):
    """The template is parsed and not run, so a default that is no literal is refused in one line."""
    write_files(tmp_path, {"a.py": f'def f(x, size={default}):\n    """F."""\n'})
    with pytest.raises(UsageProblem, match=r"a\.py:1.*size") as caught:
        load_contract(tmp_path)
    assert "\n" not in str(caught.value)
