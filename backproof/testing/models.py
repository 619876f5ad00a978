"""Tools for checks of a torch module: a batch for it, and the model checks as assertions."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from backproof.problems import Problem, PropertyViolated, SubmissionRaised
from backproof.testing.calls import ContractFunction

if TYPE_CHECKING:
    from backproof.model_checks.subject import Subject

NUM_FEATURES, NUM_CLASSES, NUM_SAMPLES = 10, 4, 16
# For all trainings of one check: two hundred steps of a model of some thousand parameters take a second.
SECONDS = 30.0


def subject_of(build_model: ContractFunction, rng: np.random.Generator) -> "Subject":
    """Build a model, and a batch of standardised features with random classes, each of which occurs."""
    import torch

    from backproof.model_checks.subject import Options, Subject

    model = build_model.module(NUM_FEATURES, NUM_CLASSES, seed=int(rng.integers(2**31)))
    x = torch.from_numpy(rng.standard_normal((NUM_SAMPLES, NUM_FEATURES)).astype(np.float32))
    labels = torch.from_numpy(rng.permutation(np.arange(NUM_SAMPLES) % NUM_CLASSES))
    return Subject(model, torch.nn.CrossEntropyLoss(), (x, labels), Options(num_classes=NUM_CLASSES), SECONDS)


@contextmanager
def running_the_model() -> Iterator[None]:
    """Run the model in this block: any exception becomes SubmissionRaised."""
    try:
        yield
    except Problem:
        raise
    except Exception as error:
        types = tuple(base.__name__ for base in type(error).__mro__)
        what = f"the model raised.\n{type(error).__name__}: {error}"
        raise SubmissionRaised(what, exception_types=types, exception_message=str(error)) from error


def assert_nothing_found(name: str, build_model: ContractFunction, rng: np.random.Generator) -> None:
    """Assert that a model check finds nothing in a model; a check that does not apply finds nothing.

    Raises
    ------
    Problem
        PropertyViolated for the first finding, SubmissionRaised if the model raises.
    """
    import backproof.model_checks.checks  # noqa: F401 - registers them
    from backproof.model_checks.findings import Skipped
    from backproof.model_checks.registry import MODEL_CHECKS

    with running_the_model():
        subject = subject_of(build_model, rng)
        # A model that never runs must not count as one to which the check does not apply.
        with subject.trial(training=True):
            subject.loss()
        try:
            first = next(MODEL_CHECKS[name].run(subject), None)
        except Skipped:
            return
    if first is not None:
        where = f"{first.layer}: " if first.layer else ""
        raise PropertyViolated(f"{where}{first.message}. Try: {first.advice}")
