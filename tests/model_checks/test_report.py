"""The report as text, as HTML, as JSON, and as an exception."""

import json
import subprocess
import sys

import pytest
import torch
from torch import nn

import backproof
from backproof import check_model

BATCH = torch.randn(12, 10, generator=torch.Generator().manual_seed(0)), torch.arange(12) % 4


def network(**last: nn.Module) -> nn.Sequential:
    """Make a small network."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 4))
    for name, layer in last.items():
        model.add_module(name, layer)
    return model


def report_on(model: nn.Module, loss_fn=None, **options):
    """Check a classifier."""
    return check_model(model, loss_fn or nn.CrossEntropyLoss(), BATCH, **options)


@pytest.fixture(scope="module")
def faulty():
    """The report on a network with an extra softmax and a layer frozen by accident."""
    model = network(softmax=nn.Softmax(dim=1))
    model[0].weight.requires_grad_(False)
    return report_on(model)


def test_a_right_model_passes():
    """Nothing is found, and every skipped check has a reason."""
    report = report_on(network())
    assert (report.errors, report.warnings) == ([], [])
    assert all(report.skipped.values())
    assert str(report).startswith(f"Sequential: 0 errors, 0 warnings; {len(report.passed)} checks passed, ")
    report.raise_for_errors()


def test_the_verdict_comes_first_and_errors_before_warnings(faulty):
    """One line with the counts; then each finding with check, layer, message and advice."""
    lines = str(faulty).splitlines()
    assert lines[0] == f"Sequential: {faulty.verdict}"
    assert faulty.verdict.startswith("1 error, ")
    severities = [finding.severity for finding in faulty.findings]
    assert severities == sorted(severities)
    error = faulty.errors[0]
    begin = lines.index(f"✗ {error.check}  {error.layer}")
    assert lines[begin + 1 : begin + 3] == [f"    {error.message}", f"    try: {error.advice}"]


def test_the_text_fits_on_a_screen(faulty):
    """It has no colours, a table of the layers, and the reasons of skipped checks."""
    text = str(faulty)
    assert "\x1b" not in text
    assert len(text.splitlines()) < 50
    assert "largest stable rate: " in text
    assert any(line.startswith("0 Linear") for line in text.splitlines())
    for name, why in faulty.skipped.items():
        assert any(name in line and why in line for line in text.splitlines())


def test_errors_can_be_raised(faulty):
    """With the text of the report, for a test."""
    with pytest.raises(AssertionError, match="logits, softmax") as raised:
        faulty.raise_for_errors()
    assert faulty.errors[0].advice in str(raised.value)
    assert faulty.warnings[0].message not in str(raised.value)


def test_it_is_json(faulty):
    """Plain builtins, with no number that JSON lacks."""
    found = json.loads(json.dumps(faulty.to_dict(), allow_nan=False))
    assert found["schema"] == "backproof/model/v1"
    assert found["findings"][0]["check"] == "logits"
    assert found["statistics"]["layers"][0]["name"] == "0"
    assert found["passed"] == list(faulty.passed)


def test_html_escapes_texts_of_the_user():
    """Names of layers, reasons and messages are text."""
    model = network(**{"<script>": nn.Softmax(dim=1)})
    html = report_on(model, expected_failures={"logits": "a <b>bold</b> reason"})._repr_html_()
    assert "<script>" not in html
    assert "<b>bold</b>" not in html
    assert "&lt;b&gt;bold&lt;/b&gt;" in html


def test_the_html_has_pictures_if_matplotlib_is_installed(faulty, monkeypatch):
    """Four of them; without matplotlib it has the rest, and ``pictures()`` raises with what to install."""
    assert len(faulty.pictures()) == 4
    assert faulty._repr_html_().count("<svg") == 4
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.delitem(sys.modules, "backproof.model_checks.pictures")
    html = faulty._repr_html_()
    assert "<svg" not in html
    assert faulty.errors[0].message in html
    with pytest.raises(ImportError, match=r"backproof\[report\]"):
        faulty.pictures()


def test_without_a_finite_loss_nothing_else_is_judged():
    """The first check reports what is wrong; the report still has all its forms."""
    model = network()
    with torch.no_grad():
        model[0].weight.fill_(float("nan"))
    report = report_on(model, expected_failures={"symmetry": "known"})
    assert [finding.check for finding in report.findings] == ["finite"]
    assert set(report.skipped.values()) == {"there is no finite loss to judge by"}
    assert (report.statistics, report.passed, report.pictures()) == (None, [], {})
    assert "finite" in report._repr_html_()
    json.dumps(report.to_dict(), allow_nan=False)


def test_expected_failures_are_no_findings():
    """They are reported with their reason, and raise nothing."""
    report = report_on(network(softmax=nn.Softmax(dim=1)), expected_failures={"logits": "measured on purpose"})
    assert report.errors == []
    assert report.expected == {"logits": "measured on purpose"}
    assert "expected logits: measured on purpose" in str(report)


def test_an_expected_failure_that_passes_is_an_error():
    """So a list of known failures cannot become outdated; a skipped check has not passed."""
    report = report_on(network(), expected_failures={"logits": "known", "causality": "known"})
    assert [(finding.check, finding.severity) for finding in report.findings] == [("logits", "error")]
    assert "known" in report.errors[0].message
    assert report.expected == {}
    assert "logits" not in report.passed


def test_unknown_names_are_refused():
    """Those of checks, with the closest one and all of them, and those of parameters."""
    with pytest.raises(ValueError, match=r"no check 'logit', did you mean 'logits'.*symmetry"):
        report_on(network(), expected_failures={"logit": "known"})
    with pytest.raises(ValueError, match="frozen names no parameter of the model: encoder"):
        report_on(network(), frozen=["encoder"])


@pytest.mark.parametrize(
    ("model", "loss_fn", "message"),
    [
        (nn.Linear, nn.MSELoss(), "not the class Linear"),
        (lambda x: x, nn.MSELoss(), "not a function"),
        (nn.Linear(2, 2), nn.MSELoss, "not the class MSELoss"),
        (nn.Linear(2, 2), None, "not a NoneType"),
    ],
)
def test_an_invalid_model_is_refused(model, loss_fn, message):
    """At once and with a message, rather than with a later error."""
    with pytest.raises(ValueError, match=message):
        check_model(model, loss_fn, BATCH)


def test_importing_backproof_does_not_load_torch():
    """Grading NumPy work takes no second longer; the names exist all the same."""
    code = "import backproof, sys; print([m for m in ('torch', 'numpy', 'rich') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert all(getattr(backproof, name) for name in backproof.__all__)
    with pytest.raises(AttributeError, match="chek_model"):
        _ = backproof.chek_model
