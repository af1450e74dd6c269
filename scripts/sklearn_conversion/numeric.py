"""Classes that make several columns of numbers, or fewer."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from sklearn import decomposition, preprocessing

from .columns import Columns
from .refusals import CannotExpressError
from .registry import Conversion, converter
from .scaling import numbers, numeric, off, on


@converter(preprocessing.KBinsDiscretizer, becomes="`bucketize`; every `strategy` and `encode`")
def _k_bins(binner: Any, columns: Columns, conversion: Conversion) -> Columns:
    one_hot = binner.encode.startswith("onehot")
    return numeric(columns).apply(
        "bucketize",
        int(binner.n_bins_.sum()) if one_hot else None,
        encode="one_hot" if one_hot else None,
        edges=[numbers(edges[1:-1], "bin_edges_") for edges in binner.bin_edges_],
    )


@converter(preprocessing.Binarizer, becomes="`bucketize` at its threshold")
def _binarizer(binarizer: Any, columns: Columns, conversion: Conversion) -> Columns:
    edges = [[float(binarizer.threshold)]] * columns.width
    return numeric(columns).apply("bucketize", closed="right", edges=edges)


@converter(
    preprocessing.PolynomialFeatures,
    becomes="`polynomial`; `degree` up to 10, `interaction_only`, `include_bias`",
)
def _polynomial_features(maker: Any, columns: Columns, conversion: Conversion) -> Columns:
    degrees = maker.degree if isinstance(maker.degree, tuple | list) else (0, maker.degree)
    least, most = max(1, int(degrees[0])), int(degrees[1])
    if most == 0 or most > 10:
        raise CannotExpressError(f"its degree is {most}", "use a degree from 1 to 10")
    return numeric(columns).apply(
        "polynomial",
        int(maker.n_output_features_),
        degree=None if most == 2 else most,
        minimum_degree=None if least == 1 else least,
        interaction_only=on(maker.interaction_only),
        bias=on(maker.include_bias),
    )


@converter(
    preprocessing.SplineTransformer,
    becomes="`spline`; `degree` up to 10, every `extrapolation`, `include_bias`, `handle_missing`; not where "
    "scikit-learn 1.8 errs (docs/traps.md)",
)
def _spline_transformer(spline: Any, columns: Columns, conversion: Conversion) -> Columns:
    degree, beyond = int(spline.degree), spline.extrapolation
    if beyond == "linear" and degree < 2 and columns.width > 1:
        raise CannotExpressError(
            "with degree 0 or 1 and linear extrapolation, scikit-learn extrapolates a second column wrongly",
            "use one SplineTransformer for each column",
        )
    if beyond == "constant" and degree == 0:
        raise CannotExpressError(
            "with degree 0 and constant extrapolation, scikit-learn makes zeros or fails beyond the knots",
            "use KBinsDiscretizer",
        )
    knots = [numbers(each.t[degree : len(each.t) - degree], "knots") for each in spline.bsplines_]
    if any(right <= left for each in knots for left, right in pairwise(each)):
        raise CannotExpressError(
            "two knots of a column are the same: it was constant in training, or has many equal values",
            "leave that column out of it, or give other knots",
        )
    return numeric(columns).apply(
        "spline",
        int(spline.n_features_out_),
        degree=None if degree == 3 else degree,
        extrapolation=None if beyond == "constant" else beyond,
        bias=off(spline.include_bias),
        missing="zeros" if getattr(spline, "handle_missing", "error") == "zeros" else None,
        knots=knots,
    )


@converter(decomposition.PCA, decomposition.IncrementalPCA, becomes="`project`; `whiten`")
def _pca(pca: Any, columns: Columns, conversion: Conversion) -> Columns:
    deviations = np.maximum(np.sqrt(pca.explained_variance_), np.finfo(np.float64).eps)
    return numeric(columns).apply(
        "project",
        len(pca.components_),
        whiten=on(pca.whiten),
        matrix=[numbers(row, "components_") for row in pca.components_],
        mean=numbers(pca.mean_, "mean_"),
        scale=numbers(deviations, "explained_variance_") if pca.whiten else None,
    )


@converter(decomposition.TruncatedSVD, becomes="`project`, with the method svd")
def _truncated_svd(svd: Any, columns: Columns, conversion: Conversion) -> Columns:
    matrix = [numbers(row, "components_") for row in svd.components_]
    return numeric(columns).apply("project", len(matrix), method="svd", matrix=matrix)
