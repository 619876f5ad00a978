"""Mistakes in regularization.py, as learners write them."""

import numpy as np


def dropout_without_scaling(x, keep_prob, rng, *, training, inverted=True):
    if not training:
        return x.copy(), np.ones_like(x)
    kept = rng.binomial(1, keep_prob, size=x.shape).astype(x.dtype)
    return kept * x, kept


def dropout_takes_keep_for_drop(x, keep_prob, rng, *, training, inverted=True):
    if training:
        mask = np.ones_like(x)
        mask[rng.random(x.shape) < keep_prob] = 0
        if inverted and keep_prob < 1:
            mask /= 1 - keep_prob
    else:
        mask = np.ones_like(x) if inverted else np.ones_like(x) - keep_prob
    return mask * x, mask


def dropout_active_in_evaluation(x, keep_prob, rng, *, training, inverted=True):
    keep = rng.uniform(size=x.shape) <= keep_prob
    factors = np.zeros_like(x)
    factors[keep] = 1 / keep_prob if inverted and keep_prob > 0 else 1
    return np.multiply(x, factors), factors


def dropout_shares_a_mask_over_the_batch(x, keep_prob, rng, *, training, inverted=True):
    mask = np.ones_like(x)
    if not training:
        if not inverted:
            mask = mask * keep_prob
    else:
        for column in np.ndindex(x.shape[1:]):
            if rng.random() >= keep_prob:
                mask[(slice(None), *column)] = 0
        if inverted and keep_prob > 0:
            mask = mask / keep_prob
    return x * mask, mask


def dropout_backward_without_mask(dout, cache):
    return 1 * dout


def dropout_backward_without_scale(dout, cache):
    dx = dout.copy()
    dx[cache == 0] = 0
    return dx


def l1_penalty_without_absolute(weight, strength):
    total = 0
    for w in weight.flat:
        total += strength * w
    return total, strength * np.ones_like(weight)


def l1_penalty_gradient_is_the_weight(weight, strength):
    return np.sum(strength * np.absolute(weight)), weight * strength


def l2_penalty_gradient_halved(weight, strength):
    flat = weight.ravel()
    return strength * np.dot(flat, flat), weight * strength


def l2_penalty_value_halved(weight, strength):
    penalty = 0.0
    for w in weight.flat:
        penalty += w * w / 2
    return penalty * strength, (weight + weight) * strength


def l2_penalty_is_the_norm(weight, strength):
    length = np.linalg.norm(weight.ravel())
    if length == 0:
        return length, np.zeros_like(weight)
    return length * strength, weight / length * strength


def elastic_net_without_square(weight, l2_strength, l1_strength):
    magnitude = np.sum(np.abs(weight))
    sign = (weight > 0).astype(weight.dtype) - (weight < 0).astype(weight.dtype)
    return l2_strength * magnitude + l1_strength * magnitude, l2_strength * sign + l1_strength * sign


def elastic_net_swaps_its_strengths(weight, l2_strength, l1_strength):
    penalty = 0
    gradient = np.zeros_like(weight)
    for place, w in np.ndenumerate(weight):
        penalty += l2_strength * abs(w) + l1_strength * w**2
        gradient[place] = l2_strength * np.sign(w) + 2 * l1_strength * w
    return penalty, gradient
