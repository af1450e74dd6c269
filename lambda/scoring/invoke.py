"""Call the model: the only file that knows boto3, and where its exceptions become ours.

Timeouts and retries are pinned: botocore's own (60 s, up to five times) outlast API Gateway's 29 s.
Calls run in threads, so that the function's deadline ends the wait even where a socket would not.
"""

import re
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

import boto3
from botocore import exceptions as aws
from botocore.config import Config
from botocore.parsers import ResponseParserError
from urllib3.exceptions import HTTPError

from .errors import (
    DeadlineExceeded,
    MalformedReply,
    ModelError,
    ModelFailed,
    ModelNotReady,
    ModelRejectedPayload,
    ModelThrottled,
    ModelTimeout,
    ModelUnavailable,
    ModelUnreachable,
    TruncatedReply,
)

RESERVE_SECONDS = 0.5
"""Kept of the function's time for the answer itself."""

ERRORS_BY_EXCEPTION: dict[type[Exception], type[ModelError]] = {
    aws.ReadTimeoutError: ModelTimeout,
    aws.ConnectTimeoutError: ModelUnreachable,
    aws.EndpointConnectionError: ModelUnreachable,
    aws.ConnectionError: ModelUnreachable,
    aws.HTTPClientError: ModelUnreachable,
    aws.ResponseStreamingError: TruncatedReply,
    aws.IncompleteReadError: TruncatedReply,
    aws.CapacityNotAvailableError: ModelThrottled,
    aws.BotoCoreError: ModelUnavailable,
    ResponseParserError: MalformedReply,
    HTTPError: TruncatedReply,
    OSError: ModelUnreachable,
}
"""Failures on our side of the wire; the nearest class in an exception's line of descent decides.

BotoCoreError itself is what no waiting mends: credentials, region, parameters.
"""

ERRORS_BY_CODE: dict[str, type[ModelError]] = {
    "InternalFailure": ModelUnreachable,
    "InternalServerError": ModelUnreachable,
    "InternalServerException": ModelUnreachable,
    "InternalDependencyException": ModelUnreachable,
    "ServiceUnavailable": ModelUnreachable,
    "ServiceUnavailableException": ModelUnreachable,
    "AccessDeniedException": ModelUnavailable,
    "ExpiredTokenException": ModelUnavailable,
    "UnrecognizedClientException": ModelUnavailable,
    "ModelNotReadyException": ModelNotReady,
    "Throttling": ModelThrottled,
    "ThrottlingException": ModelThrottled,
    "ThrottledException": ModelThrottled,
    "RequestThrottled": ModelThrottled,
    "RequestThrottledException": ModelThrottled,
    "RequestLimitExceeded": ModelThrottled,
    "TooManyRequestsException": ModelThrottled,
    "ProvisionedThroughputExceededException": ModelThrottled,
    "TransactionInProgressException": ModelThrottled,
    "LimitExceededException": ModelThrottled,
    "BandwidthLimitExceeded": ModelThrottled,
    "SlowDown": ModelThrottled,
    "PriorRequestNotComplete": ModelThrottled,
    "EC2ThrottledException": ModelThrottled,
}
"""Refusals that SageMaker answers by name; ValidationError and ModelError need a second look."""

_NOT_FOUND = re.compile(r"^Endpoint .* not found", re.IGNORECASE)
_STARTING = re.compile(r"\b(Creating|Updating|not ready|not in ?service)\b", re.IGNORECASE)


class Reply(NamedTuple):
    """What the model answered to one payload."""

    body: bytes
    variant: str
    """The production variant that answered, "" where SageMaker doesn't say."""


def make_client(model_timeout_seconds: float, concurrent_calls: int) -> Any:
    """The sagemaker-runtime client; region, credentials and endpoint come from the environment."""
    config = Config(
        connect_timeout=1,
        read_timeout=model_timeout_seconds,
        retries={"mode": "standard", "total_max_attempts": 2},
        max_pool_connections=max(10, 2 * concurrent_calls),
        tcp_keepalive=True,
    )
    return boto3.client("sagemaker-runtime", config=config)


class Model:
    """One SageMaker endpoint, ready to be called."""

    def __init__(
        self,
        client: Any,
        endpoint_name: str,
        content_type: str,
        accept: str,
        concurrent_calls: int = 4,
        target_model: str = "",
        target_container: str = "",
    ) -> None:
        self._client = client
        self._parameters = {"EndpointName": endpoint_name, "ContentType": content_type, "Accept": accept}
        chosen = {"TargetModel": target_model, "TargetContainerHostname": target_container}
        self._parameters |= {name: target for name, target in chosen.items() if target}
        self._concurrent_calls = concurrent_calls
        self._pool: ThreadPoolExecutor | None = None

    def invoke(self, bodies: Sequence[bytes], remaining_milliseconds: Callable[[], int]) -> list[Reply]:
        """Send each body in a call of its own and return the replies in order; raises a ModelError.

        The first failure ends the wait: calls that haven't begun are dropped.
        """
        if _seconds_left(remaining_milliseconds) <= 0:
            raise DeadlineExceeded(reason="before the first call")
        calls = [self._workers().submit(self._call, body, remaining_milliseconds) for body in bodies]
        done: SimpleQueue[Future[Reply]] = SimpleQueue()  # waits in half the time of `futures.wait`
        for call in calls:
            call.add_done_callback(done.put)
        try:
            for _ in calls:
                done.get(timeout=max(_seconds_left(remaining_milliseconds), 0.0)).result()
        except Empty:
            raise ModelTimeout(reason="the function's deadline") from None
        finally:
            if not all(call.done() for call in calls):
                self._abandon_workers()
        return [call.result() for call in calls]

    def _workers(self) -> ThreadPoolExecutor:
        """Threads that stay for the next request; none starts in the init phase, for SnapStart's sake."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._concurrent_calls, "model")
        return self._pool

    def _abandon_workers(self) -> None:
        """Leave workers alone that a silent model still holds: the next request gets new ones."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = None

    def _call(self, body: bytes, remaining_milliseconds: Callable[[], int]) -> Reply:
        if _seconds_left(remaining_milliseconds) <= 0:
            raise DeadlineExceeded(reason="before a further call")
        try:
            answer = self._client.invoke_endpoint(Body=body, **self._parameters)
            return Reply(answer["Body"].read(), answer.get("InvokedProductionVariant", ""))
        except aws.ClientError as error:
            raise translate_refusal(error) from error
        except tuple(ERRORS_BY_EXCEPTION) as error:
            raise translate_failure(error) from error


def translate_failure(error: Exception) -> ModelError:
    """Our error for a call that got no proper answer."""
    for ancestor in type(error).__mro__:
        if ancestor in ERRORS_BY_EXCEPTION:
            return ERRORS_BY_EXCEPTION[ancestor](reason=type(error).__name__)
    raise error


def translate_refusal(error: aws.ClientError) -> ModelError:
    """Our error for an answer that SageMaker gave itself.

    The messages name the endpoint and the account and may quote the payload: they decide, but go nowhere.
    """
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
    original = error.response.get("OriginalStatusCode", 500)
    reason = f"{code} {status}" + (f", model {original}" if code == "ModelError" else "")
    if code == "ModelError":
        return (ModelRejectedPayload if 400 <= original < 500 else ModelFailed)(reason=reason)
    if code == "ValidationError":
        return _translate_validation(str(error.response.get("Error", {}).get("Message", "")))(reason=reason)
    return ERRORS_BY_CODE.get(code, _by_status(status))(reason=reason)


def _translate_validation(message: str) -> type[ModelError]:
    if _STARTING.search(message):
        return ModelNotReady
    return ModelUnavailable if _NOT_FOUND.search(message) else ModelRejectedPayload


def _by_status(status: int) -> type[ModelError]:
    """For codes that no list has: a proxy's, or those of a later version of the service."""
    if status == 429:
        return ModelThrottled
    if status in (401, 403, 404):
        return ModelUnavailable
    return ModelRejectedPayload if 400 <= status < 500 else ModelUnreachable


def _seconds_left(remaining_milliseconds: Callable[[], int]) -> float:
    return remaining_milliseconds() / 1000 - RESERVE_SECONDS
