"""Numeric operations make of any data what scikit-learn's transformers make of it.

`apply` with scikit-learn's own fitted parameters must agree to 1e-12 at most, mostly bit by bit; what `fit`
finds must agree with what scikit-learn finds.
"""

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn import decomposition, feature_selection, impute, preprocessing

from scoring.operations import FEATURES
from tests.unit.operation_blocks import MODERATE, TIES, Block, apply, blocks, fit, fit_apply, instance, same

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def quiet_sklearn() -> Any:
    """scikit-learn warns of overflow, constant columns and the like; we are not its keeper."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def has_values(block: Block) -> bool:
    return not np.isnan(block).all(axis=0).any()


def trained(data: st.DataObject, **options: Any) -> tuple[Block, Block]:
    """A training block, and another of the same width."""
    train = data.draw(blocks(rows=(2, 12), **options))
    width = (train.shape[1], train.shape[1])
    assume(has_values(train))
    return train, data.draw(blocks(rows=(0, 5), columns=width, **options))


@given(st.data(), st.booleans(), st.booleans())
def test_standardize(data: st.DataObject, with_mean: bool, with_std: bool) -> None:
    train, block = trained(data)
    theirs = preprocessing.StandardScaler(with_mean=with_mean, with_std=with_std).fit(train)
    entry = {"operation": "standardize", "with_mean": with_mean, "with_std": with_std}
    assume(not with_std or np.isfinite(theirs.scale_).all())
    parameters = {}
    if with_mean:
        parameters["mean"] = theirs.mean_.tolist()
    if with_std:
        parameters["scale"] = theirs.scale_.tolist()
    assert fit(entry, train) == parameters
    if len(block):
        same(apply(entry | parameters, block), theirs.transform(block))


@given(st.data(), st.booleans(), st.sampled_from([(0, 1), (-1, 1), (-3.5, 10)]))
def test_minmax(data: st.DataObject, clip: bool, bounds: tuple[float, float]) -> None:
    train, block = trained(data)
    theirs = preprocessing.MinMaxScaler(feature_range=bounds, clip=clip).fit(train)
    entry = {"operation": "minmax", "minimum": bounds[0], "maximum": bounds[1], "clip": clip}
    parameters = {"scale": theirs.scale_.tolist(), "offset": theirs.min_.tolist()}
    assert fit(entry, train) == parameters
    if len(block):
        same(apply(entry | parameters, block), theirs.transform(block))


@given(st.data(), st.booleans())
def test_max_abs(data: st.DataObject, clip: bool) -> None:
    train, block = trained(data)
    theirs = preprocessing.MaxAbsScaler(clip=clip).fit(train)
    entry = {"operation": "max_abs", "clip": clip}
    assert fit(entry, train) == {"scale": theirs.scale_.tolist()}
    if len(block):
        same(fit_apply(entry, train, block), theirs.transform(block))


@given(st.data(), st.booleans(), st.booleans(), st.booleans())
def test_robust_scale(data: st.DataObject, center: bool, scale: bool, unit: bool) -> None:
    train, block = trained(data)
    options = {"with_centering": center, "with_scaling": scale, "unit_variance": unit}
    theirs = preprocessing.RobustScaler(quantile_range=(10, 80), **options).fit(train)
    entry = {"operation": "robust_scale", "lower": 10, "upper": 80, **options}
    found = fit(entry, train)
    if center:
        same(found["center"], theirs.center_)
    if scale:
        same(found["scale"], theirs.scale_, 1e-14)
        found["scale"] = theirs.scale_.tolist()
    if len(block):
        same(apply(entry | found, block), theirs.transform(block))


@given(blocks(nan=False), st.sampled_from(["l1", "l2", "max"]))
def test_normalize(block: Block, norm: str) -> None:
    theirs = preprocessing.Normalizer(norm).transform(block)
    same(apply({"operation": "normalize", "norm": norm}, block), theirs, 1e-15)


@given(st.data(), st.sampled_from(["uniform", "normal"]), st.sampled_from([2, 5, 1000]))
def test_quantile(data: st.DataObject, distribution: str, count: int) -> None:
    train, block = trained(data)
    number = min(count, len(train))
    theirs = preprocessing.QuantileTransformer(n_quantiles=number, output_distribution=distribution).fit(
        train
    )
    entry = {"operation": "quantile", "output_distribution": distribution, "n_quantiles": count}
    assume((np.diff(theirs.quantiles_, axis=0) >= 0).all())
    parameters = {"quantiles": theirs.quantiles_.T.tolist()}
    assert fit(entry, train) == parameters
    if len(block):
        expected = theirs.transform(block)
        if distribution == "uniform":
            same(apply(entry | parameters, block), expected)
        else:  # near 0 a normal quantile is a difference of ranks, so the rounding of ranks counts there
            made = apply(entry | parameters, block)
            # a rank that rounding puts below 0 or above 1 is NaN to them; it is the least or the greatest
            ranks = preprocessing.QuantileTransformer(n_quantiles=number).fit(train).transform(block)
            least, greatest = theirs.transform(theirs.quantiles_[[0, -1]])
            expected = np.where(ranks < 0, least, np.where(ranks > 1, greatest, expected))
            np.testing.assert_allclose(made, expected, rtol=1e-13, atol=1e-15)


def test_a_quantile_rank_that_rounding_puts_below_zero_is_the_least() -> None:
    """Their rank is -2.5e-17 here, and the normal quantile of that is NaN."""
    quantiles = [-2.5, 1.745498033333333e17, 2.61824705e17, 2.61824705e17]
    entry = {"operation": "quantile", "output_distribution": "normal", "n_quantiles": 4}
    least, made = apply(entry | {"quantiles": [quantiles]}, np.array([[-2.5], [0.0]]))[:, 0]
    assert made == least == pytest.approx(-5.2, abs=1e-3)


@given(st.data(), st.sampled_from(["yeo-johnson", "box-cox"]))
def test_power(data: st.DataObject, method: str) -> None:
    elements = st.floats(1e-3, 1e6) if method == "box-cox" else MODERATE | TIES
    block = data.draw(blocks(elements))
    width = block.shape[1]
    lambdas = data.draw(st.lists(st.floats(-5, 5) | TIES, min_size=width, max_size=width))
    theirs = preprocessing.PowerTransformer(method, standardize=False)
    theirs.lambdas_, theirs.n_features_in_ = np.array(lambdas), width
    entry = {"operation": "power", "method": method, "standardize": False, "lambdas": lambdas}
    same(apply(entry, block), theirs.transform(block), 0 if method == "yeo-johnson" else 1e-12)


@pytest.mark.parametrize("power", [-1.5, 0, 1e-20, 1e-5, 0.5, 1, 2, 3.25])
def test_power_at_given_lambdas(power: float) -> None:
    from scipy.special import boxcox  # type: ignore[import-untyped]

    x = np.array([1e-300, 1e-8, 0.1, 1, 2.5, 700, 1e8, np.nan])[:, np.newaxis]
    entry = {"operation": "power", "standardize": False, "lambdas": [power]}
    same(apply(entry | {"method": "box-cox"}, x), boxcox(x, power), 1e-13)
    both = np.concatenate([-x, [[0.0]], x])
    theirs = preprocessing.PowerTransformer()._yeo_johnson_transform(both[:, 0], power)
    same(apply(entry, both)[:, 0], theirs)


def test_the_power_found_is_the_most_likely_one() -> None:
    rng = np.random.default_rng(5)
    train = np.column_stack([rng.lognormal(size=300), rng.gamma(3.0, size=300)])
    for method in ("yeo-johnson", "box-cox"):
        theirs = preprocessing.PowerTransformer(method).fit(train)
        found = fit({"operation": "power", "method": method}, train)
        same(found["lambdas"], theirs.lambdas_, 1e-6)
        same(found["mean"], theirs._scaler.mean_, 1e-5)
        same(found["scale"], theirs._scaler.scale_, 1e-5)
        exact = {"lambdas": theirs.lambdas_, "mean": theirs._scaler.mean_, "scale": theirs._scaler.scale_}
        entry = {"operation": "power", "method": method, **{k: v.tolist() for k, v in exact.items()}}
        np.testing.assert_allclose(apply(entry, train), theirs.transform(train), rtol=1e-12, atol=1e-15)


@given(blocks(), st.sampled_from(["log", "log2", "log10", "log1p", "sqrt", "square", "abs", "exp", "expm1"]))
def test_functions(block: Block, name: str) -> None:
    base = {"log2": {"base": "2"}, "log10": {"base": "10"}}.get(name, {})
    entry = {"operation": "log" if base else name} | base
    same(apply(entry, block), preprocessing.FunctionTransformer(getattr(np, name)).transform(block))


@given(blocks())
def test_clip(block: Block) -> None:
    theirs = preprocessing.FunctionTransformer(np.clip, kw_args={"a_min": -1, "a_max": 2.5})
    same(apply({"operation": "clip", "minimum": -1, "maximum": 2.5}, block), theirs.transform(block))


@given(st.data(), st.sampled_from(["mean", "median", "most_frequent", "constant"]), st.booleans())
def test_impute(data: st.DataObject, strategy: str, indicator: bool) -> None:
    train, block = trained(data, elements=MODERATE | TIES)
    constant = strategy == "constant"
    theirs = impute.SimpleImputer(
        strategy=strategy, fill_value=-1.5 if constant else None, add_indicator=indicator
    ).fit(train)
    entry = {"operation": "impute", "strategy": strategy, "indicator": indicator}
    entry |= {"value": -1.5} if constant else {}
    found = fit(entry, train)
    if not constant:
        same(found["values"], theirs.statistics_, 1e-12)
        found["values"] = theirs.statistics_.tolist()
    if indicator:
        assert found["indicated"] == theirs.indicator_.features_.tolist()
    if len(block):
        same(apply(entry | found, block), theirs.transform(block))


TEXTS = st.sampled_from(["red", "green", "Ä", "", None])


@given(
    st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=8), st.sampled_from(["most_frequent", "constant"])
)
def test_impute_texts(rows: list[Any], strategy: str) -> None:
    block = np.array(rows, object)
    assume(all(any(text is not None for text in column) for column in block.T))
    theirs = impute.SimpleImputer(strategy=strategy, missing_values=None, fill_value="?").fit(block)
    entry: dict[str, Any] = {"operation": "impute", "strategy": strategy}
    entry |= {"value": "?"} if strategy == "constant" else FEATURES["impute"].fit(block, entry)
    assert instance(entry).apply(block).tolist() == theirs.transform(block).tolist()


@given(blocks())
def test_missing(block: Block) -> None:
    theirs = impute.MissingIndicator(features="all").fit_transform(block)
    same(apply({"operation": "missing"}, block), theirs)


@given(
    st.data(),
    st.sampled_from(["quantile", "uniform"]),
    st.sampled_from(["ordinal", "one_hot"]),
    st.integers(2, 5),
)
def test_bucketize(data: st.DataObject, strategy: str, encode: str, bins: int) -> None:
    train, block = trained(data, nan=False, elements=MODERATE | TIES)
    ranges = np.ptp(train, axis=0)
    assume(((ranges == 0) | (ranges > 1e-3)).all())
    theirs = preprocessing.KBinsDiscretizer(
        bins,
        encode="ordinal" if encode == "ordinal" else "onehot-dense",
        strategy=strategy,
        quantile_method="linear",
        subsample=None,
    ).fit(train)
    entry = {"operation": "bucketize", "encode": encode, "strategy": strategy, "bins": bins}
    found = fit(entry, train)
    assert found == {"edges": [edges[1:-1].tolist() for edges in theirs.bin_edges_]}
    if len(block):
        same(apply(entry | found, block), theirs.transform(block))


@given(blocks(nan=False), st.integers(1, 4), st.booleans(), st.booleans())
def test_polynomial(block: Block, degree: int, alone: bool, bias: bool) -> None:
    least = 1 if degree < 3 else 2
    assume(not alone or block.shape[1] >= least)
    theirs = preprocessing.PolynomialFeatures((least, degree), interaction_only=alone, include_bias=bias)
    entry = {
        "operation": "polynomial",
        "degree": degree,
        "minimum_degree": least,
        "interaction_only": alone,
        "bias": bias,
    }
    same(apply(entry, block), theirs.fit_transform(block))


@given(
    st.data(),
    st.integers(0, 4),
    st.sampled_from(["constant", "linear", "continue", "periodic"]),
    st.booleans(),
    st.sampled_from(["uniform", "quantile"]),
)
@settings(deadline=None)
def test_spline(data: st.DataObject, degree: int, beyond: str, bias: bool, placing: str) -> None:
    # With degrees 0 and 1, scikit-learn 1.8 extrapolates a second column wrongly (see docs/traps.md).
    one = (1, 1) if degree < 2 else (1, 3)
    train = data.draw(blocks(st.floats(-100, 100), nan=False, rows=(6, 12), columns=one))
    assume((np.ptp(train, axis=0) > 1e-3).all())
    theirs = preprocessing.SplineTransformer(
        6, degree=degree, knots=placing, extrapolation=beyond, include_bias=bias, handle_missing="zeros"
    )
    try:
        theirs.fit(train)
    except ValueError:
        assume(False)
    base = [each.t[degree : len(each.t) - degree] for each in theirs.bsplines_]
    assume(all((np.diff(knots) > 1e-6).all() for knots in base))
    entry = {
        "operation": "spline",
        "degree": degree,
        "n_knots": 6,
        "placing": placing,
        "extrapolation": beyond,
        "bias": bias,
        "missing": "zeros",
    }
    found = fit(entry, train)
    assert found == {"knots": [knots.tolist() for knots in base]}
    inside = degree == 0 and beyond == "constant"  # where scikit-learn 1.8 leaves zeros, or raises
    range_ = (train.min(), train.max()) if inside else (-500, 500)
    block = data.draw(blocks(st.floats(*range_), columns=(train.shape[1],) * 2))
    if inside:
        block = np.clip(block, train.min(axis=0), train.max(axis=0))
    same(apply(entry | found, block), theirs.transform(block))


@given(st.data(), st.booleans())
def test_project_is_pca(data: st.DataObject, whiten: bool) -> None:
    train = data.draw(blocks(st.floats(-1e3, 1e3), nan=False, rows=(4, 12), columns=(2, 4)))
    theirs = decomposition.PCA(2, whiten=whiten, svd_solver="full").fit(train)
    entry = {"operation": "project", "components": 2, "whiten": whiten}
    parameters: dict[str, Any] = {"matrix": theirs.components_.tolist(), "mean": theirs.mean_.tolist()}
    if whiten:
        scale = np.sqrt(theirs.explained_variance_)
        parameters["scale"] = np.maximum(scale, np.finfo(np.float64).eps).tolist()
    made, expected = apply(entry | parameters, train), theirs.transform(train)
    terms = np.abs(train) @ np.abs(theirs.components_.T) + np.abs(theirs.mean_) @ np.abs(theirs.components_.T)
    unit = np.array(parameters["scale"]) if whiten else 1.0
    assert (np.abs(made - expected) <= 2e-15 * terms / unit).all()  # a few roundings of the sums' terms


def test_project_fits_as_pca_and_svd_do() -> None:
    rng = np.random.default_rng(11)
    train = rng.normal(size=(60, 5)) * [5, 3, 2, 1, 0.5] + 7
    theirs = decomposition.PCA(3, whiten=True, svd_solver="full").fit(train)
    made = fit_apply({"operation": "project", "components": 3, "whiten": True}, train)
    np.testing.assert_allclose(made, theirs.transform(train), rtol=1e-9, atol=1e-12)
    svd = decomposition.TruncatedSVD(2, algorithm="arpack").fit(train)
    made = fit_apply({"operation": "project", "components": 2, "method": "svd"}, train)
    np.testing.assert_allclose(np.abs(made), np.abs(svd.transform(train)), rtol=1e-9, atol=1e-9)


@given(st.data())
def test_select_by_variance(data: st.DataObject) -> None:
    # With NaN and limit 0, scikit-learn 1.8 keeps constant columns whose variance is a rounding error.
    limit = data.draw(st.sampled_from([0.0, 0.5]))
    train, block = trained(data, elements=MODERATE | TIES, nan=limit > 0)
    theirs = feature_selection.VarianceThreshold(limit)
    try:
        theirs.fit(train)
    except ValueError:
        assume(False)
    entry = {"operation": "select", "variance_above": limit}
    assert fit(entry, train) == {"columns": theirs.get_support(indices=True).tolist()}
    if len(block):
        same(fit_apply(entry, train, block), theirs.transform(block))
