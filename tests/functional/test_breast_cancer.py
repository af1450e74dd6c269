"""models/breast-cancer: honest numbers, the artifact it says it writes, and scikit-learn's own answers."""

import json
import re
import subprocess
import sys
import tarfile

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from scoring import Contract
from scripts import ROOT
from scripts.local_stage.serving.linear_learner import LogisticRegression as Served
from scripts.local_stage.serving.linear_learner import load_model
from tests.functional.test_training import copy_repository

pytestmark = pytest.mark.functional

HERE = ROOT / "models" / "breast-cancer"


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The copy it was trained in, and what training printed."""
    root = copy_repository(tmp_path_factory.mktemp("trained"))
    command = [sys.executable, "-W", "error", "models/breast-cancer/train.py"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with tarfile.open(root / "build/breast-cancer/model.tar.gz") as tar:
        assert tar.getnames() == ["model.json"]
        tar.extractall(root / "model", filter="data")
    return root, done.stdout


@pytest.fixture(scope="module")
def served(trained) -> Served:
    return load_model(trained[0] / "model")


def test_folded_weights_answer_as_scikit_learn_does(served):
    """Scaling and regression are one set of weights, and malignant, 0 in the set, is label 1."""
    data = load_breast_cancer()
    scaler = StandardScaler().fit(data.data)
    oracle = LogisticRegression().fit(scaler.transform(data.data), data.target)
    malignant = oracle.predict_proba(scaler.transform(data.data))[:, 0]
    items = served.predict(data.data)
    assert np.allclose([item["score"] for item in items], malignant, rtol=1e-6, atol=1e-12)
    assert [item["predicted_label"] for item in items] == (malignant >= 0.5).astype(int).tolist()


def test_printed_numbers_stand_in_contract_and_readme(trained):
    """Sensitivity and specificity are what cross-validation found, for both thresholds, to the digit."""
    rows = re.findall(r"(label|review), from ([\d.]+) +([\d.]+) +([\d.]+) +([\d.]+)", trained[1])
    assert [row[0] for row in rows] == ["label", "review"]
    outputs = {output.name: output for output in Contract.load(HERE / "contract.json").outputs}
    readme = (HERE / "README.md").read_text()
    for name, threshold, accuracy, sensitivity, specificity in rows:
        description = outputs[name].description
        assert f"{sensitivity} of the malignant (sensitivity)" in description
        assert f"{specificity} of the benign (specificity)" in description
        assert f"score of {threshold}" in description or f"score is {threshold} or more" in description
        assert f"{threshold} | {accuracy} | {sensitivity} | {specificity} |" in readme


def test_committed_examples_are_what_the_model_answers(trained):
    """Training would say which no longer are."""
    assert "no longer matches" not in trained[1]


def test_the_features_are_scikit_learns_in_its_order():
    """A row as text has the set's columns in the set's order."""
    names = [str(name).replace(" ", "_") for name in load_breast_cancer().feature_names]
    contract = Contract.load(HERE / "contract.json")
    assert list(contract.feature_names) == names
    assert [declared.name for declared in contract.inputs] == names


def test_every_row_of_the_set_is_a_valid_request():
    """The bounds of the inputs leave room for what was measured."""
    data = load_breast_cancer()
    matrix = Contract.load(HERE / "contract.json").transform(data.data.tolist())
    assert np.array_equal(matrix, data.data)


def test_training_without_scikit_learn_says_what_to_do(trained, tmp_path):
    """The demo's environment lacks it."""
    (tmp_path / "sklearn.py").write_text("raise ImportError('as where it is not installed')")
    done = subprocess.run(
        [sys.executable, "models/breast-cancer/train.py"],
        cwd=trained[0],
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "scikit-learn is not installed\n  repair: " in done.stderr
    assert "requirements/test.txt" in done.stderr


def test_the_artifact_states_its_format(trained):
    """Whoever finds it knows how to read it."""
    model = json.loads((trained[0] / "model/model.json").read_text())
    assert (model["format"], model["threshold"], len(model["weights"])) == ("logistic-regression/1", 0.5, 30)
