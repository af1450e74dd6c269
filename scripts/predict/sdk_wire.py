"""The SageMaker SDK's Predictor, in a process of its own: the SDK needs an environment apart from ours."""

import base64
import json
import subprocess
import tempfile
from collections.abc import Mapping
from typing import Any

from scoring import Contract
from scoring.media_types import CSV, parse_media_type
from scripts import ROOT
from scripts.predict.errors import PredictError

INTERPRETER = ROOT / "build" / "sagemaker-sdk-venv" / "bin" / "python"
PROGRAM = ROOT / "scripts" / "predict" / "sdk_program.py"


class SdkWire:
    """Speaks to `sdk_program.py` by a JSON document a line."""

    def __init__(self, environment: Mapping[str, str], endpoint_name: str, contract: Contract) -> None:
        """Start the program. Raises PredictError when the SDK is not installed."""
        if parse_media_type(contract.endpoint.content_type).essence != CSV:
            raise PredictError(
                f"This client writes CSV, and the endpoint of {contract.name} takes "
                f"{contract.endpoint.content_type}.\n  repair   VIA=boto3"
            )
        if not INTERPRETER.exists():
            raise PredictError(
                "The SageMaker SDK is not installed: it is an extra, in an environment of its own.\n"
                "  repair   make sagemaker-sdk      (212 MB in build/sagemaker-sdk-venv)"
            )
        self.calls = 0
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - a pipe that nobody reads would fill up
        self._process = subprocess.Popen(
            [INTERPRETER, PROGRAM, endpoint_name, contract.endpoint.accept],
            env={**environment, "SAGEMAKER_SUPPRESS_V2_WARNING": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
        )

    def send(self, matrix: Any) -> list[tuple[bytes, int]]:
        """Return one reply: the contract's rows a call are the SDK's too."""
        self.calls += 1
        # The SDK's serializer writes what it gets: None is an empty cell, NaN would be the word "nan".
        rows = [[None if value != value else value for value in row] for row in matrix.tolist()]  # noqa: PLR0124
        answer = self._ask(json.dumps(rows))
        if "error" in answer:
            raise PredictError(f"The SageMaker SDK: {answer['error']}")
        return [(base64.b64decode(answer["body"]), len(rows))]

    def close(self) -> None:
        """End the program."""
        self._process.terminate()
        self._process.communicate()
        self._said.close()

    def _ask(self, line: str) -> Mapping[str, str]:
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(line + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            self._said.seek(0)
            said = self._said.read().decode("utf-8", "replace").strip().splitlines()
            raise PredictError(f"The SageMaker SDK ended: {said[-1] if said else 'without a word'}")
        document: Mapping[str, str] = json.loads(answer)
        return document
