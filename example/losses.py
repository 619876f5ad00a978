import numpy as np
from activations import log_softmax


def cross_entropy(logits, targets):
    n, c = logits.shape
    if targets.ndim == 1:
        if len(targets) != n or targets.min() < 0 or targets.max() >= c:
            raise ValueError("targets must be n classes between 0 and c - 1")
        targets = np.eye(c, dtype=logits.dtype)[targets]
    elif targets.shape != logits.shape:
        raise ValueError("targets and logits have different shapes")
    log_p = log_softmax(logits)
    loss = -np.sum(targets * log_p) / n
    dlogits = np.exp(log_p) - targets
    return loss, dlogits


def expected_initial_loss(num_classes):
    if num_classes < 1:
        raise ValueError("num_classes must be positive")
    return np.log(num_classes)
