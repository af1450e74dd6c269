"""`python -m scripts.fit` from files to files."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scoring.contract import Contract
from scripts import fit
from scripts.fitting import training_data
from scripts.fitting.findings import explained
from scripts.fitting.statistics import describe_column

pytestmark = pytest.mark.unit

CONTRACT = """{
  "name": "sample",
  "version": "1.0.0",
  "inputs": [
    {"name": "when", "type": "datetime"},
    {"name": "size", "type": "number", "required": false},
    {"name": "colour", "type": "string", "enum": ["red", "blue", "teal"]},
    {"name": "sold", "type": "boolean"}
  ],
  "features": [
    "sold",
    {"operation": "standardize", "input": {"operation": "impute", "input": "size"}},
    {"operation": "datetime_parts", "input": "when", "parts": ["hour"]}
  ],
  "outputs": [{"name": "price"}]
}
"""
FITTED_FEATURES = """  "features": [
    "sold",
    {"operation": "standardize", "input": {"operation": "impute", "input": "size", "values": [3.0]},
      "mean": [3.0],
      "scale": [2.0]},
    {"operation": "datetime_parts", "input": "when", "parts": ["hour"]}
  ],
"""
CSV = """\
sold,when,size,colour,note,price
true,2012-12-19 17:00:00,1,red,"a, b",10
false,2012-12-20 18:30:00,5,blue,,20.5

1,2012-12-21 07:00:00,1,red,,11
0,2012-12-22 07:00:00,5,red,,19
0,2012-12-22 09:00:00,,red,,15
0,2012-12-23 09:00:00,,red,,14
"""
# Of sizes 1, 5, 1, 5, 3, 3 the mean is 3, and the squares 4, 4, 4, 4, 0, 0 have the mean 16/6.
SCALE = (16 / 6) ** 0.5


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A contract and training data."""
    contract, data = tmp_path / "contract.json", tmp_path / "train.csv"
    contract.write_text(CONTRACT, encoding="utf-8")
    data.write_text(CSV, encoding="utf-8")
    return contract, data


def run(files: tuple[Path, Path], *more: str) -> int:
    return fit.main([str(files[0]), "--data", str(files[1]), *more])


def test_a_contract_is_fitted_in_its_place(files: tuple[Path, Path]) -> None:
    assert run(files) == 0
    text = files[0].read_text(encoding="utf-8")
    assert FITTED_FEATURES.replace("[2.0]", f"[{SCALE!r}]") in text
    before, after = (
        CONTRACT.partition('  "features"')[0],
        '  "outputs": [{"name": "price"}],\n  "statistics": {\n',
    )
    assert text.startswith(before)
    assert after in text
    contract = Contract.load(files[0])
    assert contract.transform([["2012-12-19 17:00", 5, "red", True]]).tolist() == [[1, 2 / SCALE, 17]]


def test_statistics_say_what_the_data_looked_like(files: tuple[Path, Path]) -> None:
    run(files)
    statistics = Contract.load(files[0]).statistics
    assert statistics["rows"] == 6
    assert statistics["inputs"]["size"] == {
        "count": 4,
        "missing": 2,
        "minimum": 1,
        "maximum": 5,
        "mean": 3,
        "std": 2,
        "quantiles": (1, 1, 1, 3, 5, 5, 5),
        "edges": (5,),  # a bin each, of 1, 1, 5, 5
        "counts": (2, 2),
    }
    assert statistics["inputs"]["colour"] == {
        "count": 6,
        "missing": 0,
        "categories": {"red": 5, "blue": 1},
        "others": 0,
    }
    assert statistics["inputs"]["when"]["first"] == "2012-12-19 17:00:00"
    assert statistics["inputs"]["when"]["last"] == "2012-12-23 09:00:00"
    assert list(statistics["features"]) == ["sold", "size", "when_hour"]
    assert statistics["features"]["when_hour"]["maximum"] == 18


def test_many_distinct_values_are_binned_by_deciles() -> None:
    described = describe_column(np.arange(101.0))
    assert described["edges"] == [10, 20, 30, 40, 50, 60, 70, 80, 90]
    assert described["counts"] == [10] * 9 + [11]


def test_a_flag_that_is_rarely_set_has_two_bins() -> None:
    """Else all of its quantiles were 0, and no shift of it would ever show."""
    described = describe_column(np.array([0.0] * 99 + [1.0]))
    assert (described["edges"], described["counts"]) == ([1], [99, 1])


def test_fitting_again_changes_nothing(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    run(files)
    text = files[0].read_bytes()
    assert run(files) == 0
    assert "unchanged" in capsys.readouterr().out
    assert run(files, "--refit") == 0
    assert files[0].read_bytes() == text


def test_check_tells_whether_the_contract_is_what_the_data_gives(files: tuple[Path, Path]) -> None:
    assert run(files, "--check") == 1
    assert files[0].read_text(encoding="utf-8") == CONTRACT
    run(files)
    assert run(files, "--check") == 0
    files[1].write_text(CSV.replace(",1,red", ",2,red"), encoding="utf-8")
    assert run(files, "--check") == 1
    assert run(files, "--check", "--refit", "/features/1") == 1


def test_the_matrix_is_what_the_contract_makes(files: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "new" / "train"
    for ending in (".npz", ".csv", ".libsvm"):
        assert run(files, "--target", "price", "--matrix", f"{out}{ending}") == 0
    low, high = -2 / SCALE, 2 / SCALE
    expected = [[1, low, 17], [0, high, 18], [1, low, 7], [0, high, 7], [0, 0, 9], [0, 0, 9]]
    with np.load(f"{out}.npz") as arrays:
        assert arrays["matrix"].tolist() == expected
        assert arrays["target"].tolist() == [10, 20.5, 11, 19, 15, 14]
        assert arrays["feature_names"].tolist() == ["sold", "size", "when_hour"]
    assert Path(f"{out}.csv").read_text().splitlines()[:2] == [f"10,1,{low!r},17", f"20.5,0,{high!r},18"]
    assert Path(f"{out}.libsvm").read_text().splitlines()[1] == f"20.5 0:0 1:{high!r} 2:18"


def test_missing_values_are_left_out_of_files(tmp_path: Path) -> None:
    from scripts.fitting.matrix_files import write_matrix

    matrix = np.array([[1.0, np.nan, 0.5], [np.nan, 0.0, 3.0]])
    write_matrix(tmp_path / "a.csv", "abc", matrix, None)
    write_matrix(tmp_path / "a.libsvm", "abc", matrix, np.array([1.0, 0.0]))
    assert (tmp_path / "a.csv").read_text() == "1,,0.5\n,0,3\n"
    assert (tmp_path / "a.libsvm").read_text() == "1 0:1 2:0.5\n0 1:0 2:3\n"


def test_warnings_name_what_to_look_at(files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        f"true,2012-12-19 17:00:00,{size},{'blue' if size == 7 else 'red'},,{3 * size}" for size in range(200)
    ]
    files[1].write_text("sold,when,size,colour,note,price\n" + "\n".join(rows), encoding="utf-8")
    assert run(files, "--target", "price") == 0
    warned = [line.strip() for line in capsys.readouterr().out.splitlines() if "warning: " in line]
    assert warned == [
        "warning: input sold is constant: 1",
        "warning: feature sold is constant: 1",
        "warning: feature when_hour is constant: 17",
        "warning: input colour: 1 categories have fewer than 10 rows: blue",
        "warning: input colour: the contract allows teal, which never occurs in the data",
        "warning: feature size alone explains 100.0 % of the target: is it known before the outcome?",
    ]


@pytest.mark.parametrize(
    ("columns", "low", "high"),
    [
        (lambda x, noise: (x, 5 - 2 * x), 1, 1),
        (lambda x, noise: (np.exp(x * 9), x), 0.9999, 1),  # ranks
        (lambda x, noise: (x, (x - 0.5) ** 2), 0.99, 1),  # bins
        (lambda x, noise: (np.round(x * 3), np.round(x * 3) % 2), 1, 1),  # a category
        (lambda x, noise: (x, noise), 0, 0.2),
        (lambda x, noise: (x, x + noise), 0.3, 0.7),
        (lambda x, noise: (np.ones_like(x), x), 0, 0),
        (lambda x, noise: (np.full_like(x, np.nan), x), 0, 0),
    ],
)
def test_how_much_of_a_target_one_column_explains(columns: Any, low: float, high: float) -> None:
    rng = np.random.default_rng(2)
    assert low - 1e-9 <= explained(*columns(rng.random(2000), rng.random(2000))) <= high + 1e-9


@pytest.mark.parametrize(
    ("before", "after", "more", "message"),
    [
        (",size,", ",sise,", [], None),
        ("sold,", "solt,", [], "no column sold (did you mean solt?)"),
        ("sold,", "colour,", [], "has the column colour twice"),
        ("price\n", "prize\n", ["--target", "price"], "no column price (did you mean prize?)"),
        (",20.5", ",", ["--target", "price"], "missing or infinite"),
        (",20.5", ",dear", ["--target", "price"], "other values than numbers"),
        ("5,blue", "x,blue", [], 'row 2, size must be a number, not "x"'),
        (",red,,19", ",green,,19", [], 'row 4, colour must be "red", "blue" or "teal", not "green"'),
        (",19", "", [], "row 4 (line 6) has 5 cells, the header 6"),
        (CSV[CSV.index("\n") + 1 :], "", [], "has no rows"),
        (CSV, "", [], "train.csv is empty"),
    ],
)
def test_data_that_do_not_fit(
    files: tuple[Path, Path],
    capsys: pytest.CaptureFixture[str],
    before: str,
    after: str,
    more: Any,
    message: Any,
) -> None:
    files[1].write_text(CSV.replace(before, after, 1), encoding="utf-8")
    failed = run(files, *more)
    error = capsys.readouterr().err
    assert failed == (0 if message is None else 1) or "impute" in error
    assert (message or "column 0 of its input has no value at all") in error


def test_a_contract_with_problems_is_not_fitted(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    files[0].write_text(CONTRACT.replace('"input": "size"', '"input": "sise"'), encoding="utf-8")
    assert run(files) == 1
    assert 'did you mean "size"?' in capsys.readouterr().err


def test_an_unknown_ending_is_wrong_usage(files: tuple[Path, Path]) -> None:
    assert run(files, "--matrix", "x.xlsx") == 2


def test_parquet_without_pyarrow_says_what_to_install(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(training_data, "import_module", refuse)
    data = files[1].with_suffix(".parquet")
    data.write_bytes(b"PAR1")
    assert fit.main([str(files[0]), "--data", str(data)]) == 1
    assert "python -m pip install pyarrow" in capsys.readouterr().err


def test_parquet_is_read_as_it_is_typed(files: tuple[Path, Path], tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    import csv
    import datetime as dt

    from pyarrow import parquet

    rows = [row for row in csv.DictReader(CSV.splitlines()) if row]
    table = {
        "sold": [row["sold"] in ("true", "1") for row in rows],
        "when": [dt.datetime.fromisoformat(row["when"]) for row in rows],
        "size": [float(row["size"]) if row["size"] else None for row in rows],
        "colour": [row["colour"] for row in rows],
        "price": [float(row["price"]) for row in rows],
    }
    parquet.write_table(pyarrow.table(table), tmp_path / "train.parquet")
    run(files)
    expected = json.loads(files[0].read_text(encoding="utf-8"))
    files[0].write_text(CONTRACT, encoding="utf-8")
    assert fit.main([str(files[0]), "--data", str(tmp_path / "train.parquet"), "--target", "price"]) == 0
    assert json.loads(files[0].read_text(encoding="utf-8")) == expected
