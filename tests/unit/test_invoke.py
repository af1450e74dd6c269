import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import botocore.session
import pytest
from botocore import exceptions as aws
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from botocore.response import StreamingBody
from botocore.retries.standard import ThrottledRetryableChecker
from botocore.stub import Stubber

from scoring import errors, invoke
from tests.handler_module import make_client
from tests.loopback_model import ACCOUNT, ENDPOINT, LoopbackModel, hang, one_score_a_row, refusal, reply

pytestmark = pytest.mark.unit

# Failures that this call can't meet: they belong to other services, to building a client (in the init phase,
# where they stop the deployment), or to mistakes of ours in calling it. All are answered as BotoCoreError is.
NOT_OF_THIS_CALL = frozenset(
    """
    AliasConflictParameterError ApiVersionNotFoundError AwsChunkedWrapperError
    BaseEndpointResolverError ChecksumError ConfigNotFound ConfigParseError CredentialRetrievalError
    DataNotFoundError EndpointProviderError EndpointResolutionError EndpointVariantError
    FlexibleChecksumError InfiniteLoopConfigError InvalidChecksumConfigError InvalidConfigError
    InvalidDNSNameError InvalidDefaultsMode InvalidEndpointConfigurationError
    InvalidEndpointDiscoveryConfigurationError InvalidExpressionError InvalidHostLabelError
    InvalidIMDSEndpointError InvalidIMDSEndpointModeError InvalidMaxRetryAttemptsError
    InvalidProxiesConfigError InvalidRegionError InvalidRetryConfigurationError
    InvalidRetryModeError InvalidS3AddressingStyleError InvalidS3UsEast1RegionalEndpointConfigError
    InvalidSTSRegionalEndpointsConfigError LoginAuthorizationCodeError LoginError
    LoginInsufficientPermissions LoginRefreshRequired LoginTokenLoadError MD5UnavailableError
    MetadataRetrievalError MissingDependencyException MissingParametersError NoAuthTokenError
    NoCredentialsError NoRegionError OperationNotPageableError PaginationError ParamValidationError
    PartialCredentialsError ProfileNotFound RangeError RefreshWithMFAUnsupportedError SSOError
    SSOTokenLoadError ServiceNotInRegionError StubAssertionError StubResponseError
    TokenRetrievalError UnStubbedResponseError UnauthorizedSSOTokenError UnknownClientMethodError
    UnknownCredentialError UnknownEndpointError UnknownEndpointResolutionBuiltInName
    UnknownFIPSEndpointError UnknownKeyError UnknownParameterError UnknownRegionError
    UnknownServiceError UnknownServiceStyle UnknownSignatureVersionError UnknownTokenProviderError
    UnseekableStreamError UnsupportedOutpostResourceError UnsupportedS3AccesspointConfigurationError
    UnsupportedS3ArnError UnsupportedS3ConfigurationError UnsupportedS3ControlArnError
    UnsupportedS3ControlConfigurationError UnsupportedServiceProtocolsError
    UnsupportedSignatureVersionError ValidationError WaiterConfigError WaiterError
    """.split()  # noqa: SIM905 - eighty names read better as prose
)


@pytest.fixture
def model() -> Iterator[LoopbackModel]:
    with LoopbackModel() as model:
        yield model


def called(model: LoopbackModel, bodies: list[bytes], seconds: float = 40.0, timeout: float = 30.0) -> Any:
    endpoint = invoke.Model(make_client(model.url, timeout), ENDPOINT, "text/csv", "text/csv")
    ends = time.monotonic() + seconds
    return endpoint.invoke(bodies, lambda: int((ends - time.monotonic()) * 1000))


def descendants(kind: type[Exception]) -> set[type[Exception]]:
    children = set(kind.__subclasses__())
    return children.union(*map(descendants, children)) if children else set()


def test_every_botocore_exception_has_been_decided_on() -> None:
    """Each class is mapped, descends from a mapped one below the root, or is known not to be met here."""
    mapped = set(invoke.ERRORS_BY_EXCEPTION)
    undecided = {
        kind.__name__
        for kind in descendants(aws.BotoCoreError)
        if kind.__module__ == "botocore.exceptions"
        and not mapped & (set(kind.__mro__) - set(aws.BotoCoreError.__mro__))
    }
    assert undecided - NOT_OF_THIS_CALL == set()
    assert NOT_OF_THIS_CALL - undecided == set()


def test_every_refusal_of_the_service_model_has_been_decided_on() -> None:
    """botocore's own list of InvokeEndpoint's errors is covered by name."""
    service = botocore.session.get_session().get_service_model("sagemaker-runtime")
    names = {shape.name for shape in service.operation_model("InvokeEndpoint").error_shapes}
    assert names - set(invoke.ERRORS_BY_CODE) == {"ValidationError", "ModelError"}


def test_every_throttling_code_of_botocore_is_throttling() -> None:
    """What botocore retries as throttling, we call throttling."""
    codes = set(ThrottledRetryableChecker._THROTTLED_ERROR_CODES)
    assert {invoke.ERRORS_BY_CODE.get(code) for code in codes - {"RequestThrottled"}} == {
        errors.ModelThrottled
    }


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (aws.ReadTimeoutError(endpoint_url="u"), errors.ModelTimeout),
        (aws.ConnectTimeoutError(endpoint_url="u"), errors.ModelUnreachable),
        (aws.EndpointConnectionError(endpoint_url="u"), errors.ModelUnreachable),
        (aws.ConnectionClosedError(endpoint_url="u"), errors.ModelUnreachable),
        (aws.SSLError(endpoint_url="u", error="e"), errors.ModelUnreachable),
        (aws.ProxyConnectionError(proxy_url="u"), errors.ModelUnreachable),
        (aws.ResponseStreamingError(error="e"), errors.TruncatedReply),
        (aws.IncompleteReadError(actual_bytes=1, expected_bytes=2), errors.TruncatedReply),
        (aws.NoCredentialsError(), errors.ModelUnavailable),
        (aws.CapacityNotAvailableError(), errors.ModelThrottled),
        (ResponseParserError("r"), errors.MalformedReply),
        (ConnectionResetError(), errors.ModelUnreachable),
    ],
)
def test_failure(failure: Exception, expected: type[Exception]) -> None:
    """The nearest mapped ancestor decides."""
    assert type(invoke.translate_failure(failure)) is expected


def refused(code: str, status: int, message: str = "", **members: Any) -> errors.ModelError:
    response: Any = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
        **members,
    }
    return invoke.translate_refusal(ClientError(response, "InvokeEndpoint"))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, errors.ModelRejectedPayload),
        (403, errors.ModelUnavailable),
        (404, errors.ModelUnavailable),
        (413, errors.ModelRejectedPayload),
        (429, errors.ModelThrottled),
        (500, errors.ModelUnreachable),
        (504, errors.ModelUnreachable),
    ],
)
def test_unknown_code_goes_by_its_status(status: int, expected: type[Exception]) -> None:
    """A code that nobody listed still gets a sensible answer."""
    assert type(refused("SomethingNew", status)) is expected


def test_messages_never_leave() -> None:
    """The endpoint's name and the account stand in SageMaker's message, and in nothing of ours."""
    error = refused("ValidationError", 400, f"Endpoint {ENDPOINT} of account {ACCOUNT} not found.")
    assert type(error) is errors.ModelUnavailable
    assert ACCOUNT not in error.reason + error.detail + str(error)


def test_client_is_pinned() -> None:
    """With botocore's defaults one call could outlast the gateway five times."""
    config = make_client("http://127.0.0.1:9", timeout=12).meta.config
    assert (config.connect_timeout, config.read_timeout) == (1, 12)
    assert config.retries == {"mode": "standard", "total_max_attempts": 2}


@pytest.mark.parametrize(
    ("chosen", "sent"),
    [
        ({}, {}),
        ({"target_model": "north/model.tar.gz"}, {"TargetModel": "north/model.tar.gz"}),
        ({"target_container": "small"}, {"TargetContainerHostname": "small"}),
    ],
)
def test_parameters_of_the_call(chosen: dict[str, Any], sent: dict[str, str]) -> None:
    """botocore's stubber checks names and types of what is sent against the service model."""
    client = make_client("http://127.0.0.1:9")
    expected = {
        "EndpointName": ENDPOINT,
        "ContentType": "text/csv",
        "Accept": "text/csv",
        "Body": b"1,2",
        **sent,
    }
    import io

    answer = {"Body": StreamingBody(io.BytesIO(b"0.5"), 3), "InvokedProductionVariant": "green"}
    with Stubber(client) as stubber:
        stubber.add_response("invoke_endpoint", answer, expected)
        endpoint = invoke.Model(client, ENDPOINT, "text/csv", "text/csv", **chosen)
        assert endpoint.invoke([b"1,2"], lambda: 9000) == [invoke.Reply(b"0.5", "green")]
        stubber.assert_no_pending_responses()


def test_a_retry_that_works_is_invisible(model: LoopbackModel) -> None:
    """One 503 followed by an answer is an answer."""
    model.will(refusal(503, "ServiceUnavailable"), one_score_a_row(0.5))
    assert called(model, [b"1"])[0].body == b"0.5\n"
    assert len(model.received) == 2


def test_calls_run_side_by_side(model: LoopbackModel) -> None:
    """Four calls that each wait for the others all get through."""
    meeting = threading.Barrier(4)

    def meet(exchange: Any, received: Any) -> None:
        meeting.wait(30)
        reply(received.body)(exchange, received)

    model.always(meet)
    replies = called(model, [b"0", b"1", b"2", b"3"])
    assert [one.body for one in replies] == [b"0", b"1", b"2", b"3"]


def test_first_failure_ends_the_wait(model: LoopbackModel) -> None:
    """A refused call is reported at once, though another one is still silent."""

    def by_body(exchange: Any, received: Any) -> None:
        (hang if received.body == b"0" else refusal(424, "ModelError", OriginalStatusCode=400))(
            exchange, received
        )

    model.always(by_body)
    began = time.monotonic()
    with pytest.raises(errors.ModelRejectedPayload):
        called(model, [b"0", b"1"], timeout=5)
    assert time.monotonic() - began < 4


def test_calls_not_begun_are_dropped_at_the_deadline(model: LoopbackModel) -> None:
    """With four silent calls in flight and no time left, the fifth is never sent."""
    model.always(hang)
    endpoint = invoke.Model(make_client(model.url), ENDPOINT, "text/csv", "text/csv")
    with pytest.raises(errors.ModelTimeout):
        endpoint.invoke([b"0"] * 5, lambda: 1500)
    late = time.monotonic() + 60
    while len(model.received) < 4 and time.monotonic() < late:  # on a busy machine a call begins late
        time.sleep(0.02)
    assert len(model.received) == 4


def test_nobody_listens() -> None:
    """A refused connection is a model that can't be reached."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        endpoint = invoke.Model(make_client(url), ENDPOINT, "text/csv", "text/csv")
        with pytest.raises(errors.ModelUnreachable):
            endpoint.invoke([b"1"], lambda: 9000)


def test_reason_is_for_the_log() -> None:
    """It tells the code and both statuses, which is what an engineer on call needs."""
    assert refused("ModelError", 424, "x", OriginalStatusCode=415).reason == "ModelError 424, model 415"
    assert json.dumps(refused("ValidationError", 400, "not found").reason) == '"ValidationError 400"'
