"""How long it takes to write payloads and read replies, beside the SageMaker SDK's serializers.

    PYTHONPATH=lambda python -m tests.perf.bench_formats [--quick]

The SDK runs in its own environment (`make sagemaker-sdk`). It has no writer for text/libsvm and no reader of
recordio replies that makes numbers, so ours stand alone there. Times are milliseconds of processor time.
"""

import argparse
import json
import struct
import subprocess
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from scoring.contract import Endpoint, PayloadOptions, Reply
from scoring.decode_prediction import decoder_of
from scoring.encode_payload import encoder_of
from scripts import ROOT
from tests.perf.result import CannotMeasureError
from tests.perf.timing import best_ms

ROWS = (1, 1_000, 10_000)
SDK = ROOT / "build" / "sagemaker-sdk-venv" / "bin" / "python"
PROGRAM = Path(__file__).with_name("sdk_serializers.py")
_SECONDS = {True: 0.2, False: 1.0}

Matrix = np.ndarray[Any, Any]


def make_matrix(n_rows: int) -> Matrix:
    """Rows as the bike-rental model eats them: categories, hours, measurements of a few hundred values."""
    draw = np.random.default_rng(7)
    whole = draw.integers(0, [5, 2, 2, 5, 101, 2, 13, 32, 8, 24], (n_rows, 10))
    measured = draw.integers(0, [50, 60, 30], (n_rows, 3)) * [0.82, 0.758, 1.9]
    return np.column_stack([whole, np.round(measured, 4)]).astype(np.float64)


def _ours(matrix: Matrix) -> dict[str, Callable[[], Any]]:
    encoders = {
        content_type: encoder_of(Endpoint(content_type, payload=options)).encode
        for content_type, options in {
            "text/csv": PayloadOptions(),
            "text/libsvm": PayloadOptions(),
            "application/json": PayloadOptions(),
            "application/jsonlines": PayloadOptions(),
            "application/x-recordio-protobuf": PayloadOptions(),
        }.items()
    }
    made: dict[str, Callable[[], Any]] = {}
    for content_type, encode in encoders.items():
        made[f"encode {content_type}"] = partial(encode, matrix)
    scores = matrix[:, 0].tolist()
    by_pointer = Reply({"score": "/score"}, "/predictions")
    replies = {
        "text/csv": ("\n".join(map(repr, scores)).encode(), Reply({"score": 0})),
        "application/json": (
            json.dumps({"predictions": [{"score": score} for score in scores]}).encode(),
            by_pointer,
        ),
        "application/x-recordio-protobuf": (b"".join(map(_record, scores)), by_pointer),
    }
    for accept, (body, reply) in replies.items():
        decode = decoder_of(Endpoint(accept=accept))
        made[f"decode {accept}"] = partial(decode, body, len(matrix), reply)
    return made


def _record(score: float) -> bytes:
    """A record whose label `score` is one float32."""
    label = b"\x12\x11\x0a\x05score\x12\x08\x12\x06\x0a\x04" + struct.pack("<f", score)
    return struct.pack("<II", 0xCED7230A, len(label)) + label + bytes(-len(label) % 4)


def _sdk(matrix: Matrix, seconds: float) -> dict[str, float]:
    if not SDK.is_file():
        raise CannotMeasureError("the SageMaker SDK isn't installed; repair: make sagemaker-sdk")
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "matrix.npy"
        np.save(file, matrix)
        command = [str(SDK), str(PROGRAM), str(file), str(seconds)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise CannotMeasureError(f"the SageMaker SDK's serializers failed: {done.stderr[-500:]}")
    times: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return times


def run(quick: bool) -> dict[str, Any]:
    """`times`: rows → what → milliseconds of `ours` and `sdk` (None where it has none)."""
    seconds = _SECONDS[quick]
    times: dict[int, dict[str, dict[str, float | None]]] = {}
    for n_rows in ROWS:
        matrix = make_matrix(n_rows)
        theirs = _sdk(matrix, seconds)
        times[n_rows] = {
            name: {"ours": best_ms(function, seconds), "sdk": theirs.get(name)}
            for name, function in _ours(matrix).items()
        }
    targets = {}
    for name, both in times[1_000].items():
        ours, sdk = both["ours"], both["sdk"]
        if ours and sdk:
            faster = round(sdk / ours, 2)
            targets[f"{name}: times the SDK's speed at 1k rows"] = {
                "measured": faster,
                "wanted": 1.0,
                "at_least": True,
                "met": faster >= 1,
            }
    return {"times": times, "targets": targets}


def main() -> int:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    arguments.add_argument("--quick", action="store_true", help="measure for a fifth of the time")
    for n_rows, found in run(arguments.parse_args().quick)["times"].items():
        for name, both in found.items():
            sdk = f"{both['sdk']:9.3f} {both['sdk'] / both['ours']:6.1f}x" if both["sdk"] else f"{'-':>9}"
            print(f"{n_rows:>7} {name:<42} {both['ours']:9.3f} {sdk}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
