"""Mistakes in accuracy."""

import numpy as np
from metrics import accuracy

from backproof.misconceptions import misconception


@misconception(
    imitates="accuracy",
    says="the maximum is taken over the samples, not over the classes",
    hint="argmax(axis=1).",
)
def accuracy_over_the_batch(scores, labels):
    accuracy(scores, labels)
    best = scores.argmax(axis=0)
    return (np.resize(best, labels.shape) == labels).mean()


@misconception(
    imitates="accuracy",
    says="the share is multiplied by 100",
    hint="Between 0 and 1.",
)
def accuracy_in_per_cent(scores, labels):
    return 100 * accuracy(scores, labels)


@misconception(
    imitates="accuracy",
    says="the number of right samples is returned, not their share",
    hint="Divide by N.",
)
def accuracy_counts(scores, labels):
    accuracy(scores, labels)
    return (scores.argmax(axis=1) == labels).sum()


@misconception(
    imitates="accuracy",
    says="a score counts as an answer where it is above 0.5",
    hint="The highest score of the row is the answer.",
)
def accuracy_by_threshold(scores, labels):
    accuracy(scores, labels)
    return (scores[np.arange(len(labels)), labels] > 0.5).mean()


@misconception(
    imitates="accuracy",
    says="a column of predictions is compared with a row of labels: N x N comparisons",
    hint="Compare two vectors of one shape.",
)
def accuracy_broadcasts(scores, labels):
    accuracy(scores, labels)
    return (scores.argmax(axis=1)[:, None] == labels).mean()


@misconception(
    imitates="accuracy",
    says="the lowest score is taken for the answer",
    hint="argmax, not argmin.",
)
def accuracy_of_the_lowest(scores, labels):
    accuracy(scores, labels)
    return (scores.argmin(axis=1) == labels).mean()
