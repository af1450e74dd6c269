"""Through Lambda's Invoke: the client knows the function, its event and its answer, and raw values' names."""

import json
from collections.abc import Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from scripts.predict.answered import Answer, predict_by_request
from scripts.predict.errors import PredictError
from scripts.predict.read_rows import Instance
from scripts.predict.ways import Prediction


class ByLambda:
    """Invokes a function with the event that the gateway would send for one of its routes."""

    def __init__(self, client: Any, function: str, alias: str, path: str, rows_per_call: int) -> None:
        self.rows_per_call = rows_per_call
        self.calls = 0
        self._client = client
        self._function = {"FunctionName": function, "Qualifier": alias}
        self._path = path

    def predict(self, instances: Sequence[Instance], first_row: int) -> list[Prediction]:
        return predict_by_request(self._invoke, instances, first_row)

    def close(self) -> None:
        self._client.close()

    def _invoke(self, body: str) -> Answer:
        self.calls += 1
        event = {
            "httpMethod": "POST",
            "resource": self._path,
            "path": self._path,
            "headers": {"content-type": "application/json", "accept": "application/json"},
            "body": body,
        }
        try:
            reply = self._client.invoke(**self._function, Payload=json.dumps(event).encode())
            payload = reply["Payload"].read()
        except ClientError as error:
            if error.response["ResponseMetadata"].get("HTTPStatusCode") == 413:
                return Answer(413, {}, "")
            raise PredictError(f"Lambda refused: {error}") from error
        except BotoCoreError as error:
            raise PredictError(f"Lambda can't be reached: {error}") from error
        if "FunctionError" in reply:
            return _failure(payload)
        answer = json.loads(payload)
        headers = {name.lower(): value for name, value in answer.get("headers", {}).items()}
        return Answer(answer["statusCode"], headers, answer["body"])


def _failure(payload: bytes) -> Answer:
    """Read what Lambda says of a function that crashed, ran out of time or answered too much (413)."""
    text = payload.decode("utf-8", "replace")
    if "ResponseSizeTooLarge" in text:
        return Answer(413, {}, text)
    raise PredictError(f"The function failed: {text[:500]}")
