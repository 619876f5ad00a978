"""scikit-learn's StandardScaler, PCA, metrics and splits, presented under the contract's names.

What is written here is the shape of the call: an estimator keeps what it was fitted to, where the contract passes it
from function to function.
"""

import math

import numpy as np
from sklearn import metrics
from sklearn.decomposition import PCA
from sklearn.model_selection import KFold, train_test_split
from sklearn.preprocessing import StandardScaler


def require(condition, message):
    if not condition:
        raise ValueError(message)


def require_samples(x):
    require(x.ndim == 2 and len(x) > 0, "x must be (N, D) with a sample in it")


def fit_standardizer(x):
    require_samples(x)
    scaler = StandardScaler().fit(x)
    # The scaler keeps its statistics in float64, and gives back what it transforms in x's own precision.
    return scaler.mean_.astype(x.dtype), scaler.scale_.astype(x.dtype)


def standardize(x, mean, std):
    require(mean.shape == x.shape[1:], "mean does not fit x")
    require(std.shape == x.shape[1:], "std does not fit x")
    scaler = StandardScaler()
    scaler.mean_, scaler.scale_, scaler.n_features_in_ = mean, std, len(mean)
    return scaler.transform(x)


def fit_whitener(x, eps=1e-8):
    require_samples(x)
    require(eps >= 0, "eps must not be negative")
    pca = PCA(whiten=True, svd_solver="full").fit(x)
    # PCA(whiten=True) divides by the root of explained_variance_ and has no eps: adding it there puts it into the map.
    pca.explained_variance_ = pca.explained_variance_ + np.asarray(eps, dtype=x.dtype)
    return pca.mean_, pca.transform(np.eye(x.shape[1], dtype=x.dtype) + pca.mean_)


def accuracy(scores, labels):
    require(labels.shape == scores.shape[:1], "labels do not fit scores")
    require(((labels >= 0) & (labels < scores.shape[1])).all(), "labels must be classes from 0 to C-1")
    return metrics.accuracy_score(labels, scores.argmax(axis=1))


def confusion_counts(predictions, labels):
    require_binary(predictions, labels)
    (true_negatives, false_positives), (false_negatives, true_positives) = metrics.confusion_matrix(
        labels, predictions, labels=[0, 1]
    )
    return true_positives, false_positives, true_negatives, false_negatives


def precision(predictions, labels):
    require_binary(predictions, labels)
    return metrics.precision_score(labels, predictions, zero_division=0.0)


def recall(predictions, labels):
    require_binary(predictions, labels)
    return metrics.recall_score(labels, predictions, zero_division=0.0)


def roc_curve(scores, labels):
    """Points in line are left out unless told otherwise; rates come in float64 whatever the scores are."""
    require_binary(scores, labels)
    return tuple(part.astype(scores.dtype) for part in metrics.roc_curve(labels, scores, drop_intermediate=False))


def auc(fpr, tpr):
    require(fpr.shape == tpr.shape, "fpr and tpr differ in shape")
    return metrics.auc(fpr, tpr)


def roc_auc(scores, labels):
    """NaN with a warning where one class is alone, which the contract does not accept: refused here."""
    require_binary(scores, labels)
    require(0 < labels.mean() < 1, "labels must hold both 0 and 1")
    return metrics.roc_auc_score(labels, scores)


def require_binary(values, labels):
    require(values.shape == labels.shape, "labels have another shape")
    require(np.isin(labels, (0, 1)).all(), "labels must be 0 or 1")


def whiten(x, mean, transform):
    require(mean.shape == x.shape[1:], "mean does not fit x")
    require(transform.shape == 2 * mean.shape, "transform does not fit x")
    pca = PCA()
    pca.mean_, pca.components_, pca.n_features_in_ = mean, np.ascontiguousarray(transform.T), len(mean)
    return pca.transform(x)


def train_val_test_split(num_samples, fractions, rng):
    require(num_samples >= 1, "num_samples must be at least 1")
    require(
        len(fractions) == 3 and min(fractions) >= 0 and math.isclose(sum(fractions), 1), "fractions must add up to 1"
    )
    first, second = round(fractions[0] * num_samples), round(sum(fractions[:2]) * num_samples)
    train_and_val, test = split_in_two(np.arange(num_samples), second, rng)
    return *split_in_two(train_and_val, first, rng), test


def split_in_two(samples, size, rng):
    """train_test_split refuses to make an empty set, which the contract allows."""
    if size in (0, len(samples)):
        return samples[:size], samples[size:]
    return train_test_split(samples, train_size=size, test_size=len(samples) - size, random_state=seed_from(rng))


def k_fold(num_samples, k, rng):
    require(2 <= k <= num_samples, "k must be from 2 to num_samples")
    return list(KFold(k, shuffle=True, random_state=seed_from(rng)).split(np.arange(num_samples)))


def seed_from(rng):
    """scikit-learn draws from the older RandomState alone."""
    return int(rng.integers(2**32))
