"""The function: what happens to a request, in order, and nothing else.

Everything that can be made before the first request is made on import, in Lambda's init phase: there the
processor runs unthrottled, and a contract or a setting that is wrong stops the deployment, not a request.
"""

import gc
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .contract import Contract, Route
from .decode_prediction import decode_prediction, decoder_of
from .decode_request import decode_request
from .encode_payload import encode_payload, encoder_of
from .errors import ScoringError
from .find_route import find_route
from .invoke import Model, make_client
from .observe import Observation, write_line
from .read_event import Call, read_event
from .respond import (
    Response,
    choose_accept,
    cors_headers,
    respond_document,
    respond_predictions,
    respond_problem,
)
from .settings import Settings, read_settings


class Handler:
    """A contract, a model and the settings: all that answering a request takes."""

    def __init__(
        self, settings: Settings, contract: Contract, model: Model, write: Callable[[str], Any] | None = None
    ) -> None:
        self._settings = settings
        self._contract = contract
        self._model = model
        self._write = write or _write_to_standard_output
        self._offer_features = _feature_log(settings, contract, self._write)

    def __call__(self, event: Any, context: Any) -> Response:
        """Answer one event; every failure is an answer too."""
        observation = Observation()
        call = read_event(event, context.aws_request_id)
        headers = self._headers(call, context)
        route = None
        try:
            route = find_route(self._contract, call, shared=self._settings.shared_api)
            observation.note(route=f"{route.method} {route.path}")
            response = self._answer(call, route, context, headers, observation)
        except ScoringError as error:
            observation.failed(error)
            response = respond_problem(error, call.request_id, headers, route)
        except Exception as unexpected:
            observation.crashed(unexpected)
            internal = ScoringError()
            observation.failed(internal)
            response = respond_problem(internal, call.request_id, headers, route)
        observation.note(request_id=call.request_id, lambda_request_id=context.aws_request_id)
        observation.note(status=response["statusCode"], contract_version=self._contract.version)
        line = observation.render(self._settings.metrics_namespace, context.function_name)
        write_line(line, self._settings.log_level, self._write)
        return response

    def _answer(
        self, call: Call, route: Route, context: Any, headers: dict[str, str], observation: Observation
    ) -> Response:
        contract = self._contract
        with observation.stage("decode"):
            accept = choose_accept(call.headers, route)
            if route.action not in ("predict", "infer"):
                return respond_document(_kserve().describe(contract, route), route, headers)
            columns = decode_request(call, route, contract)
            observation.count(Rows=len(next(iter(columns.values()))))
        with observation.stage("transform"):
            matrix = contract.build_matrix(columns)
        with observation.stage("encode"):
            payloads = encode_payload(matrix, contract.endpoint)
            observation.count(ModelCalls=len(payloads))
            self._offer_features(matrix, call.request_id)
        with observation.stage("model"):
            bodies = [payload.body for payload in payloads]
            replies = self._model.invoke(bodies, context.get_remaining_time_in_millis)
            observation.note(variants=sorted({reply.variant for reply in replies}))
        with observation.stage("respond"):
            pairs = [(reply.body, payload.n_rows) for reply, payload in zip(replies, payloads, strict=True)]
            outputs = contract.postprocess(decode_prediction(pairs, contract.endpoint))
            if route.action == "infer":
                document = _kserve().render_tensors(contract, outputs, columns)
                return respond_document(document, route, headers)
            return respond_predictions(outputs, route, accept, headers)

    def _headers(self, call: Call, context: Any) -> dict[str, str]:
        return {
            "X-Request-Id": call.request_id,
            "X-Contract-Version": self._contract.version,
            "X-Contract-Digest": self._contract.digest,
            "X-Function-Version": str(context.function_version),
            **cors_headers(call.headers.get("origin", ""), self._settings.cors_allow_origins),
        }


def make_handler(environment: Mapping[str, str], root: Path) -> Handler:
    """Read the settings and the contract and connect to the model; raises what is wrong with them."""
    settings = read_settings(environment, root)
    contract = Contract.load(settings.contract_file)
    client = make_client(settings.model_timeout_seconds, settings.model_concurrent_calls)
    endpoint = contract.endpoint
    encoder_of(endpoint)
    decoder_of(endpoint)
    model = Model(
        client,
        settings.endpoint_name,
        endpoint.content_type,
        endpoint.accept,
        settings.model_concurrent_calls,
        settings.target_model,
        settings.target_container,
    )
    return Handler(settings, contract, model)


def _kserve() -> Any:
    from . import answer_kserve  # noqa: PLC0415 - few contracts have these routes: not paid at a cold start

    return answer_kserve


def _feature_log(
    settings: Settings, contract: Contract, write: Callable[[str], Any]
) -> Callable[[Any, str], None]:
    if not settings.feature_log_sample_rate:
        return lambda _matrix, _request_id: None
    from .log_features import FeatureLog  # noqa: PLC0415 - rarely asked for: not paid at a cold start

    return FeatureLog(settings.feature_log_sample_rate, contract, write).offer


def _write_to_standard_output(line: str) -> None:
    sys.stdout.write(line)
    sys.stdout.flush()


handle = make_handler(os.environ, Path(__file__).parent.parent)

# Look for garbage neither among what was made here, which stays (every third large request lost 20 ms to it),
# nor each 700 new objects, as Python does: 1,000 rows are 2,000 lists and dictionaries, without a cycle.
gc.freeze()
gc.set_threshold(20_000)
