"""Operations on categories against scikit-learn's encoders, over generated columns."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, TargetEncoder

from tests.unit.operation_blocks import Block, apply, fit, fit_apply, same

pytestmark = [
    pytest.mark.unit,
    # sklearn says so when it drops a column and meets an unknown category; both go on alike
    pytest.mark.filterwarnings("ignore:Found unknown categories:UserWarning"),
]

# No NUL: comparing an array with a text, numpy drops NULs at its end; scikit-learn misses the category then.
WORDS = st.sampled_from(["a", "b", "c", "B", "é", "日本", "", " a", "𝄞"]) | st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=3
)
NUMBERS = st.sampled_from([0.0, -0.0, 1.0, 2.0, 2.5, -7.0, 1e300, 1e-300])


@st.composite
def columns(draw: Any, rows: tuple[int, int] = (1, 15)) -> tuple[Block, Block]:
    """Two blocks of the same kind, texts or numbers: one to fit on, one to apply to."""
    kind, width = draw(st.sampled_from(["texts", "numbers"])), draw(st.integers(1, 3))
    absent = st.none() if kind == "texts" else st.just(float("nan"))
    cell = (WORDS if kind == "texts" else NUMBERS) | (absent if draw(st.booleans()) else st.nothing())
    sizes = draw(st.integers(*rows)), draw(st.integers(0, 6))
    dtype = object if kind == "texts" else np.float64
    made = []
    for size in sizes:
        block = np.empty((size, width), dtype)
        for place in np.ndindex(block.shape):
            block[place] = draw(cell)
        made.append(block)
    return made[0], made[1]


def for_sklearn(block: Block) -> Block:
    """Absent texts as NaN, which scikit-learn gives a meaning of its own in OrdinalEncoder."""
    if block.dtype != object:
        return block
    made = block.copy()
    made[[[cell is None for cell in row] for row in block.tolist()]] = np.nan
    return made


GROUPING = st.one_of(
    st.just({}),
    st.builds(lambda n: {"min_frequency": n}, st.integers(1, 4) | st.floats(0.05, 0.6)),
    st.builds(lambda n: {"max_categories": n}, st.integers(1, 5)),
    st.builds(lambda n, m: {"min_frequency": n, "max_categories": m}, st.integers(1, 3), st.integers(1, 4)),
)


def sklearn_one_hot(settings: dict[str, Any], unknown: str, drop: Any) -> OneHotEncoder:
    handle = {"ignore": "ignore", "infrequent": "infrequent_if_exist"}[unknown]
    return OneHotEncoder(handle_unknown=handle, drop=drop, sparse_output=False, **settings)


@given(
    columns(),
    GROUPING,
    st.sampled_from(["ignore", "infrequent"]),
    st.sampled_from([None, "first", "if_binary"]),
)
def test_one_hot_is_one_hot_encoder(data: Any, settings: Any, unknown: str, drop: Any) -> None:
    train, new = data
    encoder = sklearn_one_hot(settings, unknown, drop).fit(for_sklearn(train))
    entry = {"operation": "one_hot", "unknown": unknown, **settings} | ({"drop": drop} if drop else {})
    fitted = entry | fit(entry, train)
    same(apply(fitted, train), encoder.transform(for_sklearn(train)))
    if len(new):
        same(apply(fitted, new), encoder.transform(for_sklearn(new)))


@given(columns(), st.data())
def test_one_hot_drops_what_one_hot_encoder_drops(data: Any, draw: Any) -> None:
    train, _ = data
    known = OneHotEncoder().fit(for_sklearn(train)).categories_
    drop = [draw.draw(st.sampled_from(each.tolist())) for each in known]
    encoder = sklearn_one_hot({}, "ignore", drop).fit(for_sklearn(train))
    listed = [[None if isinstance(each, float) and np.isnan(each) else each] for each in drop]
    made = fit_apply({"operation": "one_hot", "unknown": "ignore", "drop": listed}, train, train)
    same(made, encoder.transform(for_sklearn(train)))


@given(columns(), GROUPING, st.none() | st.just(-7), st.none() | st.just(-1))
def test_ordinal_is_ordinal_encoder(data: Any, settings: Any, unknown: Any, missing: Any) -> None:
    train, new = data
    encoder = OrdinalEncoder(
        handle_unknown="use_encoded_value",
        unknown_value=np.nan if unknown is None else unknown,
        encoded_missing_value=np.nan if missing is None else missing,
        **settings,
    ).fit(for_sklearn(train))
    entry = {"operation": "ordinal", "unknown": "value", **settings}
    entry |= {} if unknown is None else {"unknown_value": unknown}
    entry |= {} if missing is None else {"missing_value": missing}
    fitted = entry | fit(entry, train)
    same(apply(fitted, train), encoder.transform(for_sklearn(train)))
    if len(new):
        same(apply(fitted, new), encoder.transform(for_sklearn(new)))


@given(columns(rows=(2, 15)), st.sampled_from(["auto", 0.0, 3.5]), st.data())
def test_target_encode_is_target_encoder(data: Any, smooth: Any, draw: Any) -> None:
    train, new = data
    target = np.array([draw.draw(st.floats(-100, 100).map(lambda y: round(y, 3))) for _ in train])
    encoder = TargetEncoder(target_type="continuous", smooth=smooth).fit(for_sklearn(train), target)
    entry = {"operation": "target_encode", "smooth": smooth}
    fitted = entry | fit(entry, train, target)
    for block in (train, new):
        if len(block):
            expected = encoder.transform(for_sklearn(block))
            np.testing.assert_allclose(apply(fitted, block), expected, rtol=1e-12, atol=1e-12)


@given(columns(rows=(3, 15)), st.integers(2, 4), st.data())
def test_target_encode_of_classes_is_target_encoder(data: Any, n_classes: int, draw: Any) -> None:
    train, new = data
    target = np.array([draw.draw(st.integers(5, 4 + n_classes)) for _ in train], float)
    assume(np.unique(target).size == n_classes)
    kind = "binary" if n_classes == 2 else "multiclass"
    encoder = TargetEncoder(target_type=kind).fit(for_sklearn(train), target)
    entry = {"operation": "target_encode", "target_type": kind}
    fitted = entry | fit(entry, train, target)
    for block in (train, new):
        if len(block):
            expected = encoder.transform(for_sklearn(block))
            np.testing.assert_allclose(apply(fitted, block), expected, rtol=1e-12, atol=1e-15)


@given(columns(), st.data())
def test_a_row_does_not_depend_on_its_company(data: Any, draw: Any) -> None:
    train, _ = data
    target = np.arange(len(train), dtype=float)
    for name in ("one_hot", "ordinal", "target_encode"):
        entry = {"operation": name} | ({} if name == "target_encode" else {"unknown": UNKNOWN[name]})
        fitted = entry | fit(entry, train, target)
        together = apply(fitted, train)
        alone = np.vstack([apply(fitted, train[row : row + 1]) for row in range(len(train))])
        assert together.tobytes() == alone.tobytes()


UNKNOWN = {"one_hot": "ignore", "ordinal": "value"}
