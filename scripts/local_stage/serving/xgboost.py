"""Serves an XGBoost model as SageMaker's prebuilt image does: the same replies, the same refusals."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xgboost

from scripts.local_stage.serving.answers import Answer, Invoke
from scripts.local_stage.serving.http_server import serve
from scripts.local_stage.serving.xgboost_input import LIBSVM, Input, UndecodableError, decode
from scripts.local_stage.serving.xgboost_output import UnacceptableError, encode, read_accept
from scripts.local_stage.serving.xgboost_release import Release, read_release


def load_boosters(folder: Path) -> list[Any]:
    """Load every model file of the folder, pickled or saved by XGBoost; several make an ensemble."""
    files = sorted(path for path in folder.iterdir() if path.is_file())
    if not files:
        raise SystemExit(f"no model file in {folder}; the algorithm's artifact holds `xgboost-model`")
    return [_load_booster(path) for path in files]


def _load_booster(path: Path) -> Any:
    try:
        booster = pickle.loads(path.read_bytes())  # noqa: S301 - the artifact of the user's own endpoint
    except Exception:  # pickle raises nearly anything on bytes that are none
        booster = xgboost.Booster()
        try:
            booster.load_model(str(path))
        except xgboost.core.XGBoostError as error:
            raise SystemExit(f"Model at {path.name} cannot be loaded: {error}") from error
    booster.set_param("nthread", 1)
    return booster


def predict(boosters: list[Any], request: Input) -> list[Any]:
    """Return a score a row (a list a row for several classes); raises ValueError on a wrong width.

    The container's check lets a dense request with one column too few pass, and XGBoost answers it, wrongly.
    """
    trained, given = boosters[0].num_features(), request.data.shape[1]
    if request.kind == LIBSVM:
        if given > trained + 1:
            raise ValueError(
                f"Feature size of libsvm inference data {given} is larger than feature size of trained "
                f"model {trained}."
            )
    elif given not in (trained, trained - 1):
        raise ValueError(
            f"Feature size of {request.kind} inference data {given} is not consistent with feature size of "
            f"trained model {trained}."
        )
    matrix = xgboost.DMatrix(request.data, nthread=1)
    scores = [_predict_one(booster, matrix) for booster in boosters]
    result: list[Any] = (scores[0] if len(scores) == 1 else np.mean(scores, axis=0)).tolist()
    return result


def _predict_one(booster: Any, matrix: Any) -> Any:
    best = booster.attr("best_iteration")
    rounds = (0, 0) if best is None else (0, int(best) + 1)
    return booster.predict(matrix, iteration_range=rounds, validate_features=False)


def make_invoke(boosters: list[Any], release: Release) -> Invoke:
    """Return the container's answer to POST /invocations."""

    def invoke(body: bytes, headers: Mapping[str, str]) -> Answer:
        if not body:
            return Answer(204)
        try:
            request = decode(body, headers.get("Content-Type"))
        except UndecodableError as error:
            return Answer(415, str(error).encode())
        try:
            scores = predict(boosters, request)
        except (ValueError, xgboost.core.XGBoostError) as error:
            return Answer(400, f"Unable to evaluate payload provided: {error}".encode())
        try:
            accept = read_accept(headers.get("Accept"), release)
        except UnacceptableError as error:
            return Answer(406, str(error).encode())
        return Answer(200, encode(scores, accept, release), f"{accept}; charset=utf-8")

    return invoke


def main(image_tag: str) -> None:
    """Load the model, serve it."""
    release = read_release(image_tag)
    serve(lambda folder: make_invoke(load_boosters(folder), release))
