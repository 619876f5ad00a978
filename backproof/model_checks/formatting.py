"""Figures as text, the same in the terminal and on the page."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from backproof.model_checks.layer_statistics import LayerStatistics, Signals
from backproof.model_checks.range_test import RATES, STEPS, RangeTest
from backproof.model_checks.statistics import ModelStatistics
from backproof.model_checks.step_cost import StepCost


class Column(NamedTuple):
    """One figure of all layers."""

    title: str
    cells: list[str]


def layer_columns(layers: list[LayerStatistics], rate: float | None) -> list[Column]:
    """Return a column for each figure that any layer has; updates are those at the learning rate ``rate``."""
    figures: dict[str, tuple[Callable[[Signals], float | None], str]] = {
        "mean": (_mean, ".2g"),
        "std": (lambda signals: signals.std, ".2g"),
        "dead": (lambda signals: signals.dead, ".0%"),
        "saturated": (lambda signals: signals.saturated, ".0%"),
        "gradient": (lambda signals: signals.gradient, ".2g"),
        "update/weight": (lambda signals: signals.update(rate), ".2g"),
    }
    columns = [
        Column(title, [_before_and_after(layer, value, spec) for layer in layers])
        for title, (value, spec) in figures.items()
    ]
    return [column for column in columns if any(column.cells)]


def _before_and_after(layer: LayerStatistics, value: Callable[[Signals], float | None], spec: str) -> str:
    values = [value(signals) for signals in (layer.initial, layer.trained) if signals is not None]
    return " → ".join(format(one, spec) for one in values if one is not None)


def _mean(signals: Signals) -> float | None:
    """Return the mean, or 0 if it is below a hundredth of the standard deviation."""
    if signals.mean is None or signals.std is None:
        return None
    return signals.mean if abs(signals.mean) > 0.01 * signals.std else 0.0


def layers_title(statistics: ModelStatistics) -> str:
    """Return at which moments the figures of the layers were measured."""
    if all(layer.trained is None for layer in statistics.layers) or statistics.training is None:
        return "as it was given"
    steps = len(statistics.training.losses) - 1
    return f"as it was given → after {steps} steps of Adam at {statistics.training.learning_rate:g}"


def summary(statistics: ModelStatistics) -> dict[str, str]:
    """Return the figures of the model as a whole, by name."""
    lines = {}
    if statistics.range_test is not None:
        lines["largest stable rate"] = _rate(statistics.range_test)
    if statistics.cost is not None:
        lines["one step"] = f"{_seconds(statistics.cost.seconds)} for {statistics.samples} samples"
        lines["memory"] = _memory(statistics.cost)
    if statistics.left_out:
        lines["left out"] = "; ".join(f"{', '.join(names)}: {why}" for why, names in by_reason(statistics.left_out))
    return lines


def by_reason(reasons: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """Return each reason once, with the names that have it."""
    return [(why, [name for name in reasons if reasons[name] == why]) for why in dict.fromkeys(reasons.values())]


def _rate(found: RangeTest) -> str:
    how = f"{STEPS} steps of plain gradient descent"
    if found.is_bounded and found.largest_stable is None:
        return f"below {RATES[0]:g}: {how} at that raise the loss"
    if found.is_bounded:
        return f"{found.largest_stable:.2g}; {how} at {found.rates[-1]:.2g} raise the loss"
    cut = "; then the time was over" if found.is_cut else f"; {how} at any rate lower the loss"
    return f"at least {found.largest_stable:.2g}{cut}" if found.losses else "not known: the time was over"


def _seconds(seconds: float) -> str:
    return f"{seconds:.2g} s" if seconds >= 1 else f"{1e3 * seconds:.2g} ms"


def _memory(cost: StepCost) -> str:
    parts = {"parameters": cost.parameter_bytes, "gradients": cost.gradient_bytes, "activations": cost.activation_bytes}
    text = f"{_bytes(sum(parts.values()))}: " + ", ".join(f"{name} {_bytes(size)}" for name, size in parts.items())
    return text if cost.cuda_peak_bytes is None else f"{text}; CUDA peak {_bytes(cost.cuda_peak_bytes)}"


def _bytes(size: int) -> str:
    return f"{size / 1e9:.3g} GB" if size >= 1e9 else f"{size / 1e6:.3g} MB" if size >= 1e6 else f"{size / 1e3:.3g} kB"
