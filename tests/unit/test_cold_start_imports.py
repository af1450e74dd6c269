"""What a contract doesn't use isn't imported when its function starts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import ROOT
from tests import bike_rental
from tests.handler_module import AWS_ENVIRONMENT

pytestmark = pytest.mark.unit

FORMATS = {
    "encode_csv",
    "encode_json",
    "encode_libsvm",
    "encode_recordio",
    "decode_csv_reply",
    "decode_json_reply",
    "decode_recordio_reply",
    "read_csv",
    "read_form",
    "read_json_lines",
    "read_kserve",
    "read_mlflow",
    "write_rows",
    "answer_kserve",
}
PROGRAM = "import scoring.handler, sys; print(*sys.modules)"


def imported(tmp_path: Path, **endpoint: str) -> set[str]:
    """The formats' modules that a fresh process has after the init phase."""
    file = tmp_path / "contract.json"
    file.write_text(json.dumps({**bike_rental.contract(), "endpoint": endpoint}))
    environment = {**AWS_ENVIRONMENT, "ENDPOINT_NAME": "bike", "CONTRACT_FILE": str(file)}
    environment |= {"PYTHONPATH": str(ROOT / "lambda"), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return FORMATS & {name.removeprefix("scoring.") for name in done.stdout.split()}


@pytest.mark.parametrize(
    ("content_type", "accept", "expected"),
    [
        ("text/csv", "text/csv", {"encode_csv", "decode_csv_reply"}),
        ("application/json", "application/json", {"encode_json", "decode_json_reply"}),
        ("text/libsvm", "text/csv", {"encode_csv", "encode_libsvm", "decode_csv_reply"}),
        (
            "application/x-recordio-protobuf",
            "application/x-recordio-protobuf",
            {"encode_recordio", "decode_recordio_reply"},
        ),
    ],
)
def test_formats_that_are_imported(
    tmp_path: Path, content_type: str, accept: str, expected: set[str]
) -> None:
    """The contract's own, before the first request; those of clients when one sends them."""
    assert imported(tmp_path, content_type=content_type, accept=accept) == expected
