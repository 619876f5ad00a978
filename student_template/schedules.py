"""Schedules: the learning rate as a function of the step, which counts from 0.

Each call stands alone: the same step gives the same rate, whatever was asked before.
"""


def step_decay(step, *, initial_lr, drop_factor=0.1, step_size):
    """Learning rate that drops by a factor every step_size steps.

    Parameters
    ----------
    step : int
        Counts from 0.
    initial_lr : float
        Learning rate at step 0; finite, not negative.
    drop_factor : float
        What the rate is multiplied by at each drop, between 0 and 1.
    step_size : int
        Steps from one drop to the next, at least 1.

    Returns
    -------
    learning_rate : float
        initial_lr * drop_factor ** floor(step / step_size).

    Raises
    ------
    ValueError
        If step or initial_lr is negative, initial_lr is not finite, or step_size below 1; the message names it.

    References
    ----------
    He, Zhang, Ren and Sun, Deep Residual Learning for Image Recognition, CVPR 2016, section 3.4.
    """
    raise NotImplementedError("step_decay")


def exponential_decay(step, *, initial_lr, decay_rate):
    """Learning rate that is multiplied by decay_rate in every step.

    Parameters
    ----------
    step : int
        Counts from 0.
    initial_lr : float
        Learning rate at step 0; finite, not negative.
    decay_rate : float
        What the rate is multiplied by in each step, above 0 and at most 1.

    Returns
    -------
    learning_rate : float
        initial_lr * decay_rate ** step.

    Raises
    ------
    ValueError
        If step, initial_lr or decay_rate is negative, or initial_lr is not finite; the message names it.

    References
    ----------
    Goodfellow, Bengio and Courville, Deep Learning, section 8.3.1.
    """
    raise NotImplementedError("exponential_decay")


def cosine_annealing(step, *, initial_lr, total_steps, min_lr=0.0):
    """Learning rate that falls from initial_lr to min_lr along half a cosine, and stays there.

    Parameters
    ----------
    step : int
        Counts from 0.
    initial_lr : float
        Learning rate at step 0; finite, not negative.
    total_steps : int
        Step at which min_lr is reached, at least 1.
    min_lr : float
        Learning rate at total_steps and after.

    Returns
    -------
    learning_rate : float
        min_lr + (initial_lr - min_lr) * (1 + cos(pi * step / total_steps)) / 2 up to total_steps, then min_lr.

    Raises
    ------
    ValueError
        If step or initial_lr is negative, initial_lr is not finite, or total_steps below 1; the message names it.

    References
    ----------
    Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, ICLR 2017, eq. 5.
    """
    raise NotImplementedError("cosine_annealing")


def cosine_warm_restarts(step, *, initial_lr, first_period, period_mult=1, min_lr=0.0):
    """Cosine annealing that starts again at the end of each period; periods grow by a factor.

    Parameters
    ----------
    step : int
        Counts from 0.
    initial_lr : float
        Learning rate at step 0 and at each restart; finite, not negative.
    first_period : int
        Steps of the first period, at least 1: the first restart is at this step.
    period_mult : int
        Each period is this many times as long as the one before, at least 1.
    min_lr : float
        What each period falls towards; the step at which it would be reached is the restart.

    Returns
    -------
    learning_rate : float
        min_lr + (initial_lr - min_lr) * (1 + cos(pi * t / period)) / 2, t steps into the period.

    Raises
    ------
    ValueError
        If step or initial_lr is negative, initial_lr is not finite, or first_period or period_mult is below 1; the
        message names it.

    References
    ----------
    Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, ICLR 2017, eq. 5.
    """
    raise NotImplementedError("cosine_warm_restarts")


def triangular(step, *, base_lr, max_lr, half_cycle):
    """Learning rate that climbs from base_lr to max_lr in half_cycle steps, falls in as many, and so on.

    Parameters
    ----------
    step : int
        Counts from 0.
    base_lr : float
        Lowest learning rate; finite, not negative.
    max_lr : float
        Highest learning rate; finite, not negative.
    half_cycle : int
        Steps from the lowest to the highest, at least 1.

    Returns
    -------
    learning_rate : float

    Raises
    ------
    ValueError
        If step, base_lr or max_lr is negative, a rate is not finite, or half_cycle below 1; the message names it.

    References
    ----------
    Smith, Cyclical Learning Rates for Training Neural Networks, WACV 2017, section 3.2.
    """
    raise NotImplementedError("triangular")


def triangular2(step, *, base_lr, max_lr, half_cycle):
    """Triangular schedule whose height is halved after each cycle.

    Parameters
    ----------
    step : int
        Counts from 0.
    base_lr : float
        Lowest learning rate; finite, not negative.
    max_lr : float
        Highest learning rate of the first cycle; finite, not negative.
    half_cycle : int
        Steps from the lowest to the highest, at least 1.

    Returns
    -------
    learning_rate : float

    Raises
    ------
    ValueError
        If step, base_lr or max_lr is negative, a rate is not finite, or half_cycle below 1; the message names it.

    References
    ----------
    Smith, Cyclical Learning Rates for Training Neural Networks, WACV 2017, section 3.2.
    """
    raise NotImplementedError("triangular2")


def reduce_on_plateau(losses, *, initial_lr, factor=0.1, patience=10):
    """Learning rate after some epochs, reduced each time that the loss has stopped falling.

    Parameters
    ----------
    losses : list of float
        Validation loss of each epoch so far; empty before the first.
    initial_lr : float
        Learning rate before the first reduction; finite, not negative.
    factor : float
        What the rate is multiplied by, between 0 and 1.
    patience : int
        Epochs in a row without a new best loss after which the rate is reduced; then the count starts again. One
        epoch more is accepted too.

    Returns
    -------
    learning_rate : float

    Raises
    ------
    ValueError
        If initial_lr is negative or not finite, or patience is negative; the message names it.

    References
    ----------
    He, Zhang, Ren and Sun, Deep Residual Learning for Image Recognition, CVPR 2016, section 3.4: divided by 10 when
    the error plateaus.
    """
    raise NotImplementedError("reduce_on_plateau")


def linear_scaling(base_lr, base_batch_size, batch_size):
    """Learning rate for another batch size: in proportion to it.

    Parameters
    ----------
    base_lr : float
        Learning rate that works with base_batch_size; finite, not negative.
    base_batch_size : int
        At least 1.
    batch_size : int
        At least 1.

    Returns
    -------
    learning_rate : float
        base_lr * batch_size / base_batch_size.

    Raises
    ------
    ValueError
        If base_lr is negative or not finite, or a batch size below 1; the message names it.

    References
    ----------
    Goyal et al., Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour, 2017, section 2.1.
    """
    raise NotImplementedError("linear_scaling")
