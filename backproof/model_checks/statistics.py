"""The figures of a model: its layers, its largest stable learning rate, the cost of a step."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from backproof.model_checks.findings import Skipped
from backproof.model_checks.layer_statistics import LayerStatistics, layer_statistics
from backproof.model_checks.range_test import RangeTest, range_test
from backproof.model_checks.step_cost import StepCost, step_cost
from backproof.model_checks.subject import Subject
from backproof.model_checks.training import trained

Result = TypeVar("Result")


@dataclass(frozen=True)
class TrainingCurve:
    """The loss before each step of Adam on the batch."""

    learning_rate: float
    losses: list[float]


@dataclass
class ModelStatistics:
    """The figures of a model; those that could not be measured are None.

    Attributes
    ----------
    parameters : int
        The number of trained parameters.
    samples : int
        In the batch of the measurements.
    layers : list of LayerStatistics
        In the order in which they finish.
    training : TrainingCurve or None
        The attempt to overfit the batch.
    left_out : dict of str
        What was not measured: for lack of time, or since the model raised.
    """

    parameters: int
    samples: int
    layers: list[LayerStatistics] = field(default_factory=list)
    training: TrainingCurve | None = None
    range_test: RangeTest | None = None
    cost: StepCost | None = None
    left_out: dict[str, str] = field(default_factory=dict)

    @property
    def rate(self) -> float | None:
        """The learning rate of the ratio of updates to weights: the largest stable one, if known."""
        found = self.range_test
        return None if found is None or found.is_cut else found.largest_stable


def model_statistics(subject: Subject, end: float) -> ModelStatistics:
    """Measure as much as time permits, the longest last.

    Parameters
    ----------
    subject : Subject
        With a finite loss.
    end : float
        On the clock of ``time.monotonic``: no measurement begins later.
    """
    found = ModelStatistics(sum(p.numel() for p in subject.trained.values()), subject.num_samples)

    def measured(name: str, measure: Callable[[], Result]) -> Result | None:
        try:
            if time.monotonic() > end:
                raise Skipped("the time was over; seconds= gives more")  # noqa: TRY301
            return measure()
        except Skipped as why:
            found.left_out[name] = str(why)
        except Exception as raised:  # noqa: BLE001 - the user's model may raise anything
            found.left_out[name] = f"{type(raised).__name__}: {raised}"
        return None

    found.training = measured("training", lambda: _curve(subject))
    found.layers = measured("layers", lambda: layer_statistics(subject)) or []
    found.cost = measured("cost of a step", lambda: step_cost(subject))
    found.range_test = measured("range test", lambda: range_test(subject, end))
    return found


def _curve(subject: Subject) -> TrainingCurve:
    run = trained(subject)
    return TrainingCurve(run.learning_rate, run.losses)
