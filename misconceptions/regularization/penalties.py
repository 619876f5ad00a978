"""Mistakes in l1_penalty, l2_penalty and elastic_net_penalty."""

import numpy as np
from regularization import elastic_net_penalty, l1_penalty, l2_penalty

from backproof.misconceptions import misconception


@misconception(
    imitates="l1_penalty",
    says="the mean of absolute weights is taken, not the sum",
    hint="np.sum.",
)
def l1_penalty_averaged(weight, strength):
    penalty, gradient = l1_penalty(weight, strength)
    return penalty / weight.size, gradient / weight.size


@misconception(
    imitates="l1_penalty",
    says="the weights are summed with their signs",
    hint="np.abs(weight).",
)
def l1_penalty_without_absolute(weight, strength):
    return strength * weight.sum(), np.full_like(weight, strength)


@misconception(
    imitates="l1_penalty",
    says="the gradient is proportional to the weight, as for L2",
    hint="strength * np.sign(weight).",
)
def l1_penalty_gradient_is_the_weight(weight, strength):
    return l1_penalty(weight, strength)[0], strength * weight


@misconception(
    imitates="l1_penalty",
    says="the gradient lacks the strength",
    hint="strength * np.sign(weight).",
)
def l1_penalty_gradient_without_strength(weight, strength):
    return l1_penalty(weight, strength)[0], np.sign(weight)


@misconception(
    imitates="l2_penalty",
    says="the gradient lacks its factor 2, which the value has no half for",
    hint="The derivative of w**2 is 2 w.",
)
def l2_penalty_gradient_halved(weight, strength):
    penalty, gradient = l2_penalty(weight, strength)
    return penalty, gradient / 2


@misconception(
    imitates="l2_penalty",
    says="the value has a half that the gradient lacks",
    hint="Derive what you return.",
)
def l2_penalty_value_halved(weight, strength):
    penalty, gradient = l2_penalty(weight, strength)
    return penalty / 2, gradient


@misconception(
    imitates="l2_penalty",
    says="the root is taken: this is the norm, not its square",
    hint="strength * np.sum(weight ** 2).",
)
def l2_penalty_is_the_norm(weight, strength):
    norm = np.sqrt((weight**2).sum())
    return strength * norm, strength * weight / (norm if norm > 0 else 1)


@misconception(
    imitates="l2_penalty",
    says="the mean of squares is taken, not the sum",
    hint="np.sum.",
)
def l2_penalty_averaged(weight, strength):
    penalty, gradient = l2_penalty(weight, strength)
    return penalty / weight.size, gradient / weight.size


@misconception(
    imitates="l2_penalty",
    says="the strength is squared along with the weight",
    hint="strength * w**2, not (strength * w)**2.",
)
def l2_penalty_squares_the_strength(weight, strength):
    return l2_penalty(weight, strength**2)


@misconception(
    imitates="elastic_net_penalty",
    says="the first part lacks its square: both parts are absolute values",
    hint="l2_strength * sum w² + l1_strength * sum |w|.",
)
def elastic_net_without_square(weight, l2_strength, l1_strength):
    return l1_penalty(weight, l2_strength + l1_strength)


@misconception(
    imitates="elastic_net_penalty",
    says="the two strengths are swapped",
    hint="l2_strength belongs to the squares, l1_strength to the absolute values.",
)
def elastic_net_swaps_its_strengths(weight, l2_strength, l1_strength):
    return elastic_net_penalty(weight, l1_strength, l2_strength)


@misconception(
    imitates="elastic_net_penalty",
    says="the second strength is taken for a ratio between both parts",
    hint="Each part has a strength of its own.",
)
def elastic_net_mixes(weight, l2_strength, l1_strength):
    return elastic_net_penalty(weight, l2_strength * (1 - l1_strength), l2_strength * l1_strength)


@misconception(
    imitates="elastic_net_penalty",
    says="the gradient of the absolute part is missing",
    hint="Add l1_strength * sign(w).",
)
def elastic_net_gradient_without_absolute_part(weight, l2_strength, l1_strength):
    penalty, _ = elastic_net_penalty(weight, l2_strength, l1_strength)
    return penalty, l2_penalty(weight, l2_strength)[1]
