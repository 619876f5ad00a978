"""Mistakes in triangular and triangular2."""

from schedules import triangular, triangular2

from backproof.misconceptions import misconception


@misconception(
    imitates="triangular",
    says="the rate jumps back to base_lr at the top instead of falling",
    hint="Down takes half_cycle steps, too.",
)
def triangular_is_a_saw(step, *, base_lr, max_lr, half_cycle):
    triangular(step, base_lr=base_lr, max_lr=max_lr, half_cycle=half_cycle)
    return base_lr + (max_lr - base_lr) * (step % half_cycle) / half_cycle


@misconception(
    imitates="triangular",
    says="half_cycle is taken for the whole cycle",
    hint="A cycle is 2 * half_cycle steps.",
)
def triangular_is_twice_as_fast(step, *, base_lr, max_lr, half_cycle):
    return triangular(2 * step, base_lr=base_lr, max_lr=max_lr, half_cycle=half_cycle)


@misconception(
    imitates="triangular",
    says="the cycle starts at the top",
    hint="Step 0 has base_lr.",
)
def triangular_starts_at_the_top(step, *, base_lr, max_lr, half_cycle):
    triangular(step, base_lr=base_lr, max_lr=max_lr, half_cycle=half_cycle)
    return triangular(step + half_cycle, base_lr=base_lr, max_lr=max_lr, half_cycle=half_cycle)


@misconception(
    imitates="triangular2",
    says="the height is never halved",
    hint="Divide the height by 2 ** (step // (2 * half_cycle)).",
)
def triangular2_keeps_its_height(step, *, base_lr, max_lr, half_cycle):
    return triangular(step, base_lr=base_lr, max_lr=max_lr, half_cycle=half_cycle)


@misconception(
    imitates="triangular2",
    says="the height is halved every half cycle",
    hint="A cycle is up and down: 2 * half_cycle steps.",
)
def triangular2_halves_too_often(step, *, base_lr, max_lr, half_cycle):
    height = triangular(step, base_lr=base_lr, max_lr=max_lr, half_cycle=half_cycle) - base_lr
    return base_lr + height / 2 ** (step // half_cycle)


@misconception(
    imitates="triangular2",
    says="max_lr itself is halved, not its distance from base_lr",
    hint="Halve max_lr - base_lr.",
)
def triangular2_halves_the_maximum(step, *, base_lr, max_lr, half_cycle):
    triangular2(step, base_lr=base_lr, max_lr=max_lr, half_cycle=half_cycle)
    highest = max_lr / 2 ** (step // (2 * half_cycle))
    return triangular(step, base_lr=base_lr, max_lr=highest, half_cycle=half_cycle)
