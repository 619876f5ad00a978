"""Mistakes in dropout_forward and dropout_backward."""

import numpy as np
from regularization import dropout_backward, dropout_forward

from backproof.misconceptions import misconception


@misconception(
    imitates="dropout_forward",
    says="kept entries are not scaled while training",
    hint="Inverted dropout divides what is kept by keep_prob.",
)
def dropout_without_scaling(x, keep_prob, rng, *, training, inverted=True):
    _, mask = dropout_forward(x, keep_prob, rng, training=training, inverted=inverted)
    if not training:
        return x.copy(), np.ones_like(mask)
    mask = (mask != 0).astype(x.dtype)
    return x * mask, mask


@misconception(
    imitates="dropout_forward",
    says="kept entries are multiplied by keep_prob instead of divided",
    hint="Divide: fewer entries must add up to the same.",
)
def dropout_multiplies(x, keep_prob, rng, *, training, inverted=True):
    _, mask = dropout_forward(x, keep_prob, rng, training=training, inverted=inverted)
    if training and inverted:
        mask = mask * np.asarray(keep_prob**2, dtype=x.dtype)
    return x * mask, mask


@misconception(
    imitates="dropout_forward",
    says="kept entries are divided by the drop probability instead of by keep_prob",
    hint="x / keep_prob; at 0.5 both are the same, which hides it.",
)
def dropout_divides_by_drop_probability(x, keep_prob, rng, *, training, inverted=True):
    _, mask = dropout_forward(x, keep_prob, rng, training=training, inverted=inverted)
    if training and inverted and 0 < keep_prob < 1:
        mask = mask * np.asarray(keep_prob / (1 - keep_prob), dtype=x.dtype)
    return x * mask, mask


@misconception(
    imitates="dropout_forward",
    says="kept entries are divided by keep_prob twice",
    hint="Scale once.",
)
def dropout_scales_twice(x, keep_prob, rng, *, training, inverted=True):
    _, mask = dropout_forward(x, keep_prob, rng, training=training, inverted=inverted)
    if training and inverted and keep_prob > 0:
        mask = mask / np.asarray(keep_prob, dtype=x.dtype)
    return x * mask, mask


@misconception(
    imitates="dropout_forward",
    says="keep_prob is taken for the probability to drop",
    hint="rng.random(x.shape) < keep_prob keeps with probability keep_prob.",
)
def dropout_takes_keep_for_drop(x, keep_prob, rng, *, training, inverted=True):
    return dropout_forward(x, 1 - keep_prob, rng, training=training, inverted=inverted)


@misconception(
    imitates="dropout_forward",
    says="entries are dropped in evaluation too",
    hint="if not training: return x.",
)
def dropout_active_in_evaluation(x, keep_prob, rng, *, training, inverted=True):
    return dropout_forward(x, keep_prob, rng, training=True, inverted=inverted)


@misconception(
    imitates="dropout_forward",
    says="evaluation scales by keep_prob although training has scaled already",
    hint="Inverted dropout leaves evaluation alone.",
)
def dropout_scales_in_evaluation_too(x, keep_prob, rng, *, training, inverted=True):
    _, mask = dropout_forward(x, keep_prob, rng, training=training, inverted=inverted)
    if not training and inverted:
        mask = np.full_like(mask, keep_prob)
    return x * mask, mask


@misconception(
    imitates="dropout_forward",
    says="inverted=False is ignored: training scales all the same",
    hint="Not inverted: kept entries stay as they are while training, evaluation multiplies by keep_prob.",
)
def dropout_is_always_inverted(x, keep_prob, rng, *, training, inverted=True):
    return dropout_forward(x, keep_prob, rng, training=training)


@misconception(
    imitates="dropout_forward",
    says="one mask is drawn for all samples: every row drops the same features",
    hint="Draw a mask of x's whole shape.",
)
def dropout_shares_a_mask_over_the_batch(x, keep_prob, rng, *, training, inverted=True):
    _, mask = dropout_forward(np.ones_like(x[:1]), keep_prob, rng, training=training, inverted=inverted)
    mask = np.broadcast_to(mask, x.shape).copy()
    return x * mask, mask


@misconception(
    imitates="dropout_forward",
    says="one mask is drawn for all features: a sample is kept or dropped as a whole",
    hint="Draw a mask of x's whole shape.",
)
def dropout_drops_whole_samples(x, keep_prob, rng, *, training, inverted=True):
    _, mask = dropout_forward(np.ones_like(x[..., :1]), keep_prob, rng, training=training, inverted=inverted)
    mask = np.broadcast_to(mask, x.shape).copy()
    return x * mask, mask


@misconception(
    imitates="dropout_forward",
    says="the mask comes from a fixed seed: the same entries are dropped in every call",
    hint="Draw from the rng that is passed in, in each call.",
)
def dropout_with_fixed_mask(x, keep_prob, rng, *, training, inverted=True):
    return dropout_forward(x, keep_prob, np.random.default_rng(0), training=training, inverted=inverted)


@misconception(
    imitates="dropout_forward",
    says="the first features are dropped, not random ones",
    hint="Each entry has its own random number.",
)
def dropout_drops_the_first_entries(x, keep_prob, rng, *, training, inverted=True):
    _, mask = dropout_forward(x, keep_prob, rng, training=training, inverted=inverted)
    if training:
        mask = np.sort(mask, axis=-1)
    return x * mask, mask


@misconception(
    imitates="dropout_forward",
    says="keep_prob 0 gives NaN: 0 divided by 0",
    hint="With keep_prob 0 nothing is kept; return zeros.",
)
def dropout_divides_by_zero(x, keep_prob, rng, *, training, inverted=True):
    _, mask = dropout_forward(x, keep_prob, rng, training=training, inverted=inverted)
    if training and inverted and keep_prob == 0:
        mask = np.full_like(mask, np.nan)
    return x * mask, mask


@misconception(
    imitates="dropout_forward",
    says="Gaussian noise multiplies the entries; none is dropped",
    hint="The mask is 0 or 1, not a random factor.",
)
def dropout_adds_gaussian_noise(x, keep_prob, rng, *, training, inverted=True):
    _, mask = dropout_forward(x, keep_prob, rng, training=training, inverted=inverted)
    if training and 0 < keep_prob < 1:
        mask = (1 + rng.standard_normal(x.shape) * np.sqrt((1 - keep_prob) / keep_prob)).astype(x.dtype)
    return x * mask, mask


@misconception(
    imitates="dropout_backward",
    says="a new mask is drawn in the backward pass",
    hint="Keep the forward pass's mask in the cache.",
)
def dropout_backward_draws_a_new_mask(dout, cache):
    dropout_backward(dout, cache)
    mask = np.random.default_rng(cache.size).permutation(cache.ravel()).reshape(cache.shape)
    return dout * mask


@misconception(
    imitates="dropout_backward",
    says="the gradient is not masked",
    hint="Multiply dout by the mask: dropped entries get no gradient.",
)
def dropout_backward_without_mask(dout, cache):
    dropout_backward(dout, cache)
    return dout.copy()


@misconception(
    imitates="dropout_backward",
    says="the gradient is masked, but not scaled by 1 / keep_prob",
    hint="The forward pass multiplied by mask / keep_prob; so does the backward pass.",
)
def dropout_backward_without_scale(dout, cache):
    dropout_backward(dout, cache)
    return dout * (cache != 0)


@misconception(
    imitates="dropout_backward",
    says="the scale is applied, but not the mask",
    hint="Dropped entries get no gradient.",
)
def dropout_backward_scales_everything(dout, cache):
    return dropout_backward(dout, np.full_like(cache, cache.max()))
