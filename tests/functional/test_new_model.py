"""`make new-model` from scikit-learn's data sets: it trains, and serving answers what training wrote."""

import json
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from multidict import CIMultiDict
from sklearn import datasets, metrics

from scoring import Contract
from scripts import ROOT
from scripts.local_stage.serving.xgboost import load_boosters, make_invoke
from scripts.local_stage.serving.xgboost_release import read_release
from scripts.smoke.answers import compare
from scripts.training.measures import measure_amounts, measure_classes, print_measures
from tests.fake_lambda import FakeContext
from tests.handler_module import make_client, make_handler
from tests.loopback_model import LoopbackModel, reply

pytestmark = pytest.mark.functional

Run = Callable[..., subprocess.CompletedProcess[str]]


def wine() -> pd.DataFrame:
    """Three classes by name."""
    bunch = datasets.load_wine(as_frame=True)
    return bunch.frame.assign(target=[f"class {each}" for each in bunch.target])


def diabetes() -> pd.DataFrame:
    """An amount, with gaps, and a column of two words."""
    frame = datasets.load_diabetes(as_frame=True).frame
    frame["sex"] = np.where(frame["sex"] > 0, "one", "other")
    return frame.assign(bmi=frame["bmi"].where(frame.index % 9 != 4))


def cancer() -> pd.DataFrame:
    """Two classes by number, and a column of American dates that don't fall on one day."""
    frame = datasets.load_breast_cancer(as_frame=True).frame
    days = pd.date_range("2012-01-01", periods=len(frame), freq="D")
    return frame.assign(seen=days.strftime("%m/%d/%Y"))


SETS = {"wine": (wine, 0.9), "diabetes": (diabetes, 0.2), "cancer": (cancer, 0.9)}
"""Data, and the least accuracy, or R², on rows that were held out."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a Python command in a copy of what the commands need."""
    root = tmp_path_factory.mktemp("new") / "repository"
    for name in ("scripts", "lambda", "infra/stacks/bike-rental"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", root)

    def run(*line: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-W", "error", *line]
        return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)

    run.root = root  # type: ignore[attr-defined]
    return run


@pytest.fixture(scope="module")
def train_once(run: Run) -> Callable[[str], str]:
    """What training says; pytest may ask for a data set again after another."""

    @cache
    def train(name: str) -> str:
        root = run.root  # type: ignore[attr-defined]
        SETS[name][0]().to_csv(root / f"{name}.csv", index=False)
        made = run("-m", "scripts.new_model", name, "--data", f"{name}.csv", "--target", "target")
        assert made.returncode == 0, made.stderr
        Contract.load(root / "models" / name / "contract.json")  # before anything was trained
        done = run(f"models/{name}/train.py")
        assert done.returncode == 0, done.stderr
        return done.stdout

    return train


@pytest.fixture(scope="module", params=SETS)
def trained(
    request: pytest.FixtureRequest, run: Run, train_once: Callable[[str], str]
) -> tuple[str, Path, str]:
    """Name, repository, and what training said."""
    return request.param, run.root, train_once(request.param)  # type: ignore[attr-defined]


def container(artifact: Path, folder: Path) -> Callable[..., Any]:
    """The local stage's XGBoost container with this artifact."""
    with tarfile.open(artifact) as tar:
        tar.extractall(folder, filter="data")
    return make_invoke(load_boosters(folder), read_release("3.0-5"))


def test_golden_examples_come_out_of_the_whole_way(trained: tuple[str, Path, str], tmp_path: Path) -> None:
    """Handler, its client, the container of the local stage, and back."""
    name, root, _ = trained
    contract = json.loads((root / "models" / name / "contract.json").read_text())
    assert len(contract["examples"][0]["request"]["instances"]) == 1
    invoke = container(root / "build" / name / "model.tar.gz", tmp_path)

    def behave(exchange: Any, received: Any) -> None:
        answer = invoke(received.body, CIMultiDict(received.headers))
        reply(answer.body, answer.content_type, answer.status)(exchange, received)

    with LoopbackModel() as model:
        model.always(behave)
        handler = make_handler(make_client(model.url, 5.0), lambda _: None, contract)
        for example in contract["examples"]:
            answered = handler({"instances": example["request"]["instances"]}, FakeContext())
            assert answered["statusCode"] == 200, answered["body"]
            found = json.loads(answered["body"])
            assert compare(example["response"], found, example["tolerance"]) is None
        assert model.unexpected == 0


def test_the_baseline_is_better_than_knowing_nothing(trained: tuple[str, Path, str]) -> None:
    """On rows that it has not seen: 100 trees without any tuning."""
    name, _, said = trained
    line = next(line for line in said.splitlines() if line.strip().startswith("XGBoost"))
    best = float(line.split()[-1] if name == "diabetes" else line.split()[1])
    assert best > SETS[name][1]


def test_what_was_held_out_is_the_rest_of_the_rows(trained: tuple[str, Path, str]) -> None:
    """Every row once; by time, the latest."""
    name, root, _ = trained
    parts = [pd.read_csv(root / "build" / name / f"{part}.csv") for part in ("training", "holdout")]
    whole = SETS[name][0]()
    assert sum(map(len, parts)) == len(whole)
    assert len(parts[1]) == pytest.approx(len(whole) / 5, abs=2)
    if name == "cancer":
        assert parts[0]["seen"].max() < parts[1]["seen"].min()


def test_what_is_written_looks_as_the_rest(trained: tuple[str, Path, str], run: Run) -> None:
    """ruff finds nothing to say or to change."""
    name, root, _ = trained
    for line in (("check",), ("format", "--check")):
        done = run("-m", "ruff", *line, f"models/{name}", "--config", str(root / "pyproject.toml"))
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("trained", ["diabetes"], indirect=True)
def test_the_contract_is_fitted_as_scripts_fit_would(trained: tuple[str, Path, str], run: Run) -> None:
    """To what train.py trains on: parameters of `impute` and `ordinal`, and the statistics."""
    name, *_ = trained
    fit = ("-m", "scripts.fit", name, "--data", f"build/{name}/training.csv", "--refit", "--check")
    done = run(*fit)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("trained", ["wine"], indirect=True)
def test_rows_that_the_contract_refuses_are_named(trained: tuple[str, Path, str], run: Run) -> None:
    name, root, _ = trained
    frame = SETS[name][0]()
    frame.loc[6, "alcohol"] = 1e6
    frame.to_csv(root / "wrong.csv", index=False)
    done = run(f"models/{name}/train.py", "--data", "wrong.csv")
    assert done.returncode == 1
    assert "row 7, alcohol" in done.stderr


@pytest.mark.parametrize("trained", ["wine"], indirect=True)
def test_force_replaces_and_the_same_rows_make_the_same_model(
    trained: tuple[str, Path, str], run: Run
) -> None:
    """Artifact and contract, to the byte, golden answers too; and without --force nothing is touched."""
    name, root, _ = trained
    files = [root / "build" / name / "model.tar.gz", root / "models" / name / "contract.json"]
    before = [file.read_bytes() for file in files]
    line = ("-m", "scripts.new_model", name, "--data", f"{name}.csv", "--target", "target")
    refused = run(*line)
    assert refused.returncode == 1 and f"there is models/{name}" in refused.stderr
    assert [file.read_bytes() for file in files] == before
    done = run(*line, "--force")
    assert done.returncode == 0, done.stderr
    assert f"replaced models/{name}/contract.json" in done.stdout
    assert run(f"models/{name}/train.py").returncode == 0
    assert [file.read_bytes() for file in files] == before


def test_measures_are_scikit_learns() -> None:
    rng = np.random.default_rng(5)
    actual, predicted = rng.normal(size=50), rng.normal(size=50)
    found = measure_amounts(actual, predicted)
    assert found["R²"] == pytest.approx(metrics.r2_score(actual, predicted))
    assert found["RMSE"] == pytest.approx(metrics.root_mean_squared_error(actual, predicted))
    assert found["MAE"] == pytest.approx(metrics.mean_absolute_error(actual, predicted))
    classes, shares = rng.integers(0, 3, 50), rng.dirichlet([1, 1, 1], 50)
    measured = measure_classes(classes.astype(float), shares)
    assert measured["log loss"] == pytest.approx(metrics.log_loss(classes, shares))
    assert measured["accuracy"] == metrics.accuracy_score(classes, shares.argmax(axis=1))


def test_a_model_that_knows_nothing_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    model, mean = {"RMSE": 2.5, "MAE": 1.0}, {"RMSE": 2.4, "MAE": 1.5}
    print_measures("rows", {"XGBoost": model, "mean": mean})
    assert "XGBoost is no better than the mean" in capsys.readouterr().out
    print_measures("rows", {"XGBoost": mean, "mean": model})
    assert "no better" not in capsys.readouterr().out
