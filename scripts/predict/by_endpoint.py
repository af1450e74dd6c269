"""Straight to the SageMaker endpoint: the client does what the function does, with the function's own code.

`scoring` is here a library: transforms, format on the wire and output steps are the contract's. A client
without it has to write all of that itself, and to change it whenever the model changes.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from scoring import Contract
from scoring.decode_prediction import decode_prediction
from scoring.encode_payload import encode_payload
from scoring.errors import InvalidInstances, ScoringError
from scoring.read_instances import read_instances
from scripts.predict.errors import PredictError, refused_rows
from scripts.predict.read_rows import Instance
from scripts.predict.ways import Prediction

Matrix = Any
"""(n_rows, n_features) float64."""


class Wire(Protocol):
    """Takes rows of features to an endpoint and brings its reply back."""

    calls: int

    def send(self, matrix: Matrix) -> list[tuple[bytes, int]]:
        """Return the endpoint's replies, each with how many rows it is for. Raises PredictError."""

    def close(self) -> None:
        """Let go of the connection."""


class ByEndpoint:
    """Transforms on the client, sends features, computes outputs from scores."""

    def __init__(self, contract: Contract, wire: Wire) -> None:
        self.rows_per_call = contract.endpoint.max_rows_per_call
        self._contract = contract
        self._wire = wire

    @property
    def calls(self) -> int:
        return self._wire.calls

    def predict(self, instances: Sequence[Instance], first_row: int) -> list[Prediction]:
        contract = self._contract
        try:
            matrix = contract.build_matrix(read_instances(contract.inputs, list(instances)))
            replies = self._wire.send(matrix)
            outputs = contract.postprocess(decode_prediction(replies, contract.endpoint))
        except InvalidInstances as error:
            refused = refused_rows(error.problems, error.total, first_row)
            raise refused or PredictError(str(error)) from error
        except ScoringError as error:
            reason = f" ({error.reason})" if error.reason else ""
            raise PredictError(f"{error.title}{reason}") from error
        return _rows(outputs)

    def close(self) -> None:
        self._wire.close()


class Boto3Wire:
    """InvokeEndpoint, with the payloads of the contract's format."""

    def __init__(self, client: Any, endpoint_name: str, contract: Contract) -> None:
        self.calls = 0
        self._client = client
        self._endpoint = contract.endpoint
        self._name = endpoint_name

    def send(self, matrix: Matrix) -> list[tuple[bytes, int]]:
        return [(self._invoke(p.body), p.n_rows) for p in encode_payload(matrix, self._endpoint)]

    def close(self) -> None:
        self._client.close()

    def _invoke(self, body: bytes) -> bytes:
        self.calls += 1
        try:
            reply = self._client.invoke_endpoint(
                EndpointName=self._name,
                ContentType=self._endpoint.content_type,
                Accept=self._endpoint.accept,
                Body=body,
            )
            answer: bytes = reply["Body"].read()
        except (ClientError, BotoCoreError) as error:
            raise PredictError(f"The endpoint {self._name} did not answer: {error}") from error
        return answer


def _rows(outputs: Mapping[str, Sequence[Any]]) -> list[Prediction]:
    return [dict(zip(outputs, row, strict=True)) for row in zip(*outputs.values(), strict=True)]
