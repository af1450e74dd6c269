"""A race between transforms that make different matrices would say nothing."""

import numpy as np
import pytest

from tests.perf.tables import tables_of
from tests.perf.transform_examples import Example, make_examples

pytestmark = pytest.mark.functional

EXAMPLES = make_examples()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_both_make_the_same_matrix(example: Example) -> None:
    """Yeo-Johnson's λ is searched by either side, so that one column agrees to seven digits only."""
    columns, table = example.make_rows(300)
    ours, theirs = example.ours(columns), np.asarray(example.theirs(table))
    assert ours.shape == theirs.shape
    assert np.allclose(ours, theirs, rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_a_row_makes_the_same_bits_alone_as_among_others(example: Example) -> None:
    """What is fast for many rows must not be another sum than what is fast for one."""
    together = example.ours(example.make_rows(50)[0])
    columns, _ = example.make_rows(50)
    for place in (0, 7, 49):
        alone = example.ours({name: column[place : place + 1] for name, column in columns.items()})
        assert alone.tobytes() == together[place : place + 1].tobytes()


def test_the_table_shows_the_ratio() -> None:
    """As the results come back from JSON, with keys of text."""
    found = {"times": {"x": {"10000": {"ours": 2.0, "theirs": 5.0}}}, "targets": {}}
    (table,) = tables_of("transforms", found)
    assert table.rows == [("x", "10,000", "5.000", "2.000", "2.5")]
