"""Through the stage URL: the client knows a URL, who it is there, and the names of raw values."""

from collections.abc import Sequence

import requests

from scripts.predict.answered import Answer, predict_by_request
from scripts.predict.errors import PredictError
from scripts.predict.read_rows import Instance
from scripts.predict.ways import Prediction
from scripts.smoke.identity import Identity
from scripts.smoke.stage_client import StageClient


class ByApi:
    """Posts instances to one path of a stage."""

    def __init__(self, client: StageClient, path: str, identity: Identity | None, rows_per_call: int) -> None:
        self.rows_per_call = rows_per_call
        self.calls = 0
        self._client = client
        self._path = path
        self._identity = identity

    def predict(self, instances: Sequence[Instance], first_row: int) -> list[Prediction]:
        return predict_by_request(self._send, instances, first_row)

    def close(self) -> None:
        pass

    def _send(self, body: str) -> Answer:
        self.calls += 1
        try:
            reply = self._client.send("POST", self._path, body.encode(), identity=self._identity)
        except requests.RequestException as error:
            raise PredictError(f"{self._client.url}{self._path} does not answer: {error}") from error
        return Answer(reply.status, reply.headers, reply.body.decode("utf-8", "replace"))
