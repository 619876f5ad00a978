"""scikit-learn's StandardScaler and PCA, presented under the contract's names.

What is written here is the shape of the call: an estimator keeps what it was fitted to, where the contract passes it
from function to function.
"""

import numpy as np
from sklearn.decomposition import PCA
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


def whiten(x, mean, transform):
    require(mean.shape == x.shape[1:], "mean does not fit x")
    require(transform.shape == 2 * mean.shape, "transform does not fit x")
    pca = PCA()
    pca.mean_, pca.components_, pca.n_features_in_ = mean, np.ascontiguousarray(transform.T), len(mean)
    return pca.transform(x)
