"""Train the breast-cancer model: python models/breast-cancer/train.py [--update-examples].

Fits a logistic regression on standardised columns, folds the scaling into its weights, prints how good it is.
Writes build/breast-cancer/model.tar.gz, which the local stage serves in Linear Learner's formats, and
row.csv beside it. It is not a Linear Learner model, and not for clinical use.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT / "lambda"), str(ROOT)]

import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402
import wisconsin  # noqa: E402 - lies beside this file

from scoring import Contract  # noqa: E402
from scoring.decode_request import decode_request  # noqa: E402
from scoring.read_event import read_event  # noqa: E402
from scripts.training.artifact import write_artifact  # noqa: E402
from scripts.training.examples import settle_examples  # noqa: E402

BUILD = ROOT / "build" / HERE.name
CONTRACT = HERE / "contract.json"
COMMAND = f"python models/{HERE.name}/train.py"
FOLDS = 10
DECISION = 0.5
"""The model says 1 (malignant) from this probability on: the artifact's threshold."""

Floats = npt.NDArray[np.float64]


def main() -> int:
    """Train, report, write; exit code 0, or 1 without scikit-learn."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument(
        "--update-examples", action="store_true", help="write the contract's example responses"
    )
    options = parser.parse_args()
    started = time.monotonic()
    try:
        tumours = wisconsin.load_tumours()
    except ImportError:
        repair = f"{sys.executable} -m pip install --require-hashes -r requirements/test.txt"
        print(f"train: scikit-learn is not installed\n  repair: {repair}", file=sys.stderr)
        return 1
    contract = Contract.load(CONTRACT)
    matrix, malignant = contract.transform(tumours.inputs), tumours.malignant
    print(f"{len(malignant)} tumours, {int(malignant.sum())} of them malignant")
    report(contract, matrix, malignant)
    model = fit(matrix, malignant)
    write(model, tumours)
    treat_examples(contract, model, update=options.update_examples)
    print(f"trained in {time.monotonic() - started:.1f} s")
    return 0


def make_pipeline() -> Any:
    """StandardScaler and LogisticRegression, as scikit-learn has them by default."""
    from sklearn import linear_model, pipeline, preprocessing  # noqa: PLC0415 - main() has looked for it

    return pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression())


def fit(matrix: Floats, malignant: Floats) -> dict[str, Any]:
    """Return model.json: weights and bias for raw values, since w·(x - m)/s + b = (w/s)·x + (b - (w/s)·m)."""
    scaler, regression = make_pipeline().fit(matrix, malignant)
    weights = regression.coef_[0] / scaler.scale_
    return {
        "format": "logistic-regression/1",
        "weights": weights.tolist(),
        "bias": float(regression.intercept_[0] - weights @ scaler.mean_),
        "threshold": DECISION,
    }


def predict(contract: Contract, model: dict[str, Any], matrix: Floats) -> dict[str, list[Any]]:
    """Return outputs as a client gets them."""
    scores = 1.0 / (1.0 + np.exp(-(matrix @ np.array(model["weights"]) + model["bias"])))
    labels = (scores >= model["threshold"]).astype(np.float64)
    return contract.postprocess({"score": scores, "predicted_label": labels})


def report(contract: Contract, matrix: Floats, malignant: Floats) -> None:
    """Print what cross-validation finds at the model's threshold and at the contract's for `review`."""
    from sklearn import model_selection  # noqa: PLC0415 - main() has looked for it

    folds = model_selection.StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    scores = model_selection.cross_val_predict(
        make_pipeline(), matrix, malignant, cv=folds, method="predict_proba"
    )[:, 1]
    print(f"  {f'{FOLDS}-fold':24}{'accuracy':>10}{'sensitivity':>13}{'specificity':>13}")
    for name, threshold in (("label", DECISION), ("review", review_threshold())):
        found = scores >= threshold
        accuracy = np.mean(found == malignant)
        sensitivity, specificity = np.mean(found[malignant == 1]), np.mean(~found[malignant == 0])
        row = f"{name}, from {threshold:g}"
        print(f"  {row:24}{accuracy:10.3f}{sensitivity:13.3f}{specificity:13.3f}")


def review_threshold() -> float:
    """Return the threshold of the contract's output `review`."""
    outputs = {output["name"]: output for output in json.loads(CONTRACT.read_text())["outputs"]}
    return float(outputs["review"]["steps"][0]["at"])


def write(model: dict[str, Any], tumours: wisconsin.Tumours) -> None:
    """Write the artifact, and a row as a client would send it in {"data": …}."""
    content = json.dumps(model, indent=1).encode() + b"\n"
    size = write_artifact(BUILD / "model.tar.gz", {"model.json": content}, CONTRACT)
    print(f"build/{HERE.name}/model.tar.gz  {size / 1024:.1f} KiB")
    row = ",".join(repr(float(column[0])) for column in tumours.inputs.values())
    (BUILD / "row.csv").write_text(row + "\n")
    print(f"build/{HERE.name}/row.csv       the first tumour, {'BM'[int(tumours.malignant[0])]}")


def treat_examples(contract: Contract, model: dict[str, Any], *, update: bool) -> None:
    """Update the contract's examples, or say which the model answers otherwise than they say."""

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        columns = decode_request(read_event(request, ""), contract.routes[0], contract)
        outputs = predict(contract, model, contract.build_matrix(columns))
        rows = zip(*outputs.values(), strict=True)
        return {"predictions": [dict(zip(outputs, row, strict=True)) for row in rows]}

    settle_examples(CONTRACT, answer, COMMAND, update=update)


if __name__ == "__main__":
    sys.exit(main())
