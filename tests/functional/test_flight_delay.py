"""models/flight-delay: the contract is scikit-learn's pipeline, and training says so."""

import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import Pipeline
from xgboost import XGBRegressor

from scoring import Contract
from scripts import ROOT
from tests.functional.test_training_equals_serving import model_module

pytestmark = pytest.mark.functional

HERE = ROOT / "models" / "flight-delay"
Trained = tuple[Path, str]


def train(root: Path, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "models/flight-delay/train.py", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, **options)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """The copy it was trained in, and what training printed."""
    root = tmp_path_factory.mktemp("trained")
    for name in ("scripts", "lambda", "models"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    done = train(root)
    assert done.returncode == 0, done.stderr
    return root, done.stdout


@pytest.fixture(scope="module")
def flights() -> pd.DataFrame:
    data = model_module("flight-delay", "flights")
    loaded: pd.DataFrame = data.load_flights(data.find_data())
    return loaded


@pytest.fixture(scope="module")
def fitted(flights: pd.DataFrame) -> Any:
    """The ColumnTransformer, fitted on the training days."""
    train_days, _ = model_module("flight-delay", "flights").split(flights)
    return preprocessing().make_preprocessing().fit(with_calendar(train_days))


def preprocessing() -> Any:
    return model_module("flight-delay", "preprocessing")


def with_calendar(flights: pd.DataFrame) -> pd.DataFrame:
    table: pd.DataFrame = preprocessing().with_calendar(flights.drop(columns="arrival_delay"))
    return table


def test_the_contract_makes_scikit_learns_matrix(fitted: Any, flights: pd.DataFrame) -> None:
    """All 107 columns of all flights, to 1e-12 of the greater of the value and 1."""
    wanted = fitted.transform(with_calendar(flights))
    made = Contract.load(HERE / "contract.json").transform(flights)
    assert made.shape == wanted.shape == (20449, 107)
    assert np.max(np.abs(made - wanted) / np.maximum(np.abs(wanted), 1.0)) <= 1e-12


def test_the_pipeline_has_the_transformers_that_the_readme_names(fitted: Any) -> None:
    """Each class in its table, and no other."""
    used: set[str] = set()
    for _, step, _ in fitted.transformers_:
        steps = [each for _, each in step.steps] if isinstance(step, Pipeline) else [step]
        used |= {type(each).__name__ for each in steps} - {"str"}
    used.discard("FunctionTransformer" if "passthrough" in used else "")
    table = (HERE / "README.md").read_text().split("## From pandas")[1].split("18 inputs")[0]
    named = set(re.findall(r"[A-Z]\w+(?:Transformer|Scaler|Encoder|Imputer|Vectorizer|Discretizer)", table))
    assert used == named | {"PolynomialFeatures"}
    assert len(used) >= 6


def test_training_on_the_contract_is_training_on_scikit_learns_matrix(
    trained: Trained, fitted: Any, flights: pd.DataFrame
) -> None:
    """The artifact behind scikit-learn's own Pipeline predicts what it predicts behind the contract."""
    with tarfile.open(trained[0] / "build/flight-delay/model.tar.gz") as tar:
        (member,) = tar.getmembers()
        content = tar.extractfile(member)
        assert content is not None
        regressor = XGBRegressor()
        regressor.load_model(bytearray(content.read()))
    pipeline = Pipeline([("preprocessing", fitted), ("model", regressor)])
    matrix = Contract.load(HERE / "contract.json").transform(flights)
    np.testing.assert_array_equal(regressor.predict(matrix), pipeline.predict(with_calendar(flights)))


def test_training_finds_contract_and_examples_as_committed(trained: Trained) -> None:
    """Features within the tolerance of scikit-learn's, examples what the model answers."""
    assert re.search(r"107 features, within [\d.e+-]+ of scikit-learn's on all flights", trained[1])
    assert "no longer" not in trained[1]


def test_printed_errors_stand_in_the_readme(trained: Trained) -> None:
    """Model and baseline, to the digit; the model is better on all three measures."""
    rows = re.findall(r"(XGBoost|line by departure delay) +([\d.]+) +([\d.]+) +([\d.]+)", trained[1])
    readme = (HERE / "README.md").read_text()
    for row in rows:
        assert f"| {' | '.join(row)} |" in readme
    (_, *model), (_, *line) = rows
    assert [float(a) < float(b) for a, b in zip(model, line, strict=True)] == [True, True, False]


def test_training_is_deterministic(trained: Trained) -> None:
    """Another hash seed, more threads allowed: the same artifact to the byte."""
    artifact = trained[0] / "build/flight-delay/model.tar.gz"
    before = artifact.read_bytes()
    environment = {"PATH": "/usr/bin:/bin", "PYTHONHASHSEED": "99", "OMP_NUM_THREADS": "3"}
    assert train(trained[0], env=environment).returncode == 0
    assert artifact.read_bytes() == before


def test_changed_features_are_told_and_repaired(trained: Trained) -> None:
    """A number changed by hand is noticed; converting again writes what was committed."""
    contract = trained[0] / "models/flight-delay/contract.json"
    committed = contract.read_text()
    lambdas = re.search(r'"lambdas": \[([\d.-]+)', committed)
    assert lambdas is not None
    contract.write_text(committed.replace(lambdas[1], "0.5"))
    assert "contract.json is no longer what preprocessing.py makes" in train(trained[0]).stdout
    assert train(trained[0], "--update-features", "--update-examples").returncode == 0
    assert contract.read_text() == committed


def test_missing_data_says_how_to_get_it(trained: Trained, tmp_path: Path) -> None:
    """The demo's environment lacks pandas and scikit-learn."""
    (tmp_path / "pandas.py").write_text("raise ImportError('No module named pandas')")
    done = subprocess.run(
        [sys.executable, "models/flight-delay/train.py"],
        cwd=trained[0], env={"PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "No module named pandas\n  repair: make train MODEL=flight-delay" in done.stderr
