"""The tree of errors: what a client is told, with which status, and whether asking again can help.

    ScoringError                       500  internal_error
    ├── RequestError                        the request has to change
    │   ├── UnreadableRequest          400  unreadable_request
    │   │   ├── EmptyBody              400  empty_body
    │   │   ├── InvalidBase64          400  invalid_base64
    │   │   ├── InvalidEncoding        400  invalid_encoding
    │   │   ├── InvalidJson            400  invalid_json
    │   │   ├── DuplicateKey           400  duplicate_key
    │   │   ├── NumberNotFinite        400  number_not_finite
    │   │   ├── NumberTooLong          400  number_too_long
    │   │   ├── NestedTooDeeply        400  nested_too_deeply
    │   │   └── NotAnObject            400  not_an_object
    │   ├── UnknownPath                404  unknown_path
    │   ├── MethodNotAllowed           405  method_not_allowed
    │   ├── NotAcceptable              406  not_acceptable
    │   ├── RequestTooLarge            413  request_too_large
    │   ├── TooManyInstances           413  too_many_instances
    │   ├── ResponseTooLarge           413  response_too_large
    │   ├── UnsupportedMediaType       415  unsupported_media_type
    │   ├── UnsupportedEncoding        415  unsupported_content_encoding
    │   ├── InvalidRequest             422  invalid_request
    │   └── InvalidInstances           422  invalid_instances
    └── ModelError                          the request is fine, the model is not
        ├── ModelUnavailable           503  model_unavailable
        ├── ModelNotReady              503  model_not_ready           R
        ├── ModelThrottled             503  model_throttled           R
        ├── ModelUnreachable           503  model_unreachable         R
        ├── ModelRejectedPayload       502  model_rejected_payload
        ├── ModelFailed                502  model_failed              R
        ├── ModelTimeout               504  model_timeout             R
        ├── DeadlineExceeded           504  deadline_exceeded         R
        ├── MalformedReply             502  malformed_reply           R
        ├── TruncatedReply             502  truncated_reply           R
        ├── WrongPredictionCount       502  wrong_prediction_count
        └── PredictionNotFinite        502  prediction_not_finite

R marks the retryable ones. docs/errors.md says what to do about each; the document sent is RFC 9457's.
`detail` is public: it must never carry a name, an account, a trace or another service's message.
`reason` is for the log alone; it must never carry a value out of a request.
"""

# ruff: noqa: N818 - the names say what happened, as httpx's do; "Error" on each would say nothing

from collections.abc import Iterable
from typing import ClassVar, NamedTuple

MAXIMUM_PROBLEMS = 100


class InstanceProblem(NamedTuple):
    """One thing wrong in one row: `row` counts from 0, `field` is an input's name or "" for the row."""

    row: int
    field: int | str
    detail: str


class PointedProblem(NamedTuple):
    """One thing wrong, with the JSON pointer (RFC 6901) to it in the body that the client sent."""

    pointer: str
    detail: str


class ScoringError(Exception):
    """Root of the tree; raised as itself it is a 500 that tells nothing but a request id."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Internal error"
    retryable: ClassVar[bool] = False
    retry_after: ClassVar[int | None] = None
    """Seconds a client should wait, where that is known."""

    def __init__(self, detail: str = "", *, reason: str = "") -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.reason = reason
        self.problems: tuple[PointedProblem, ...] = ()
        self.headers: dict[str, str] = {}


class RequestError(ScoringError):
    """The request has to change before it can be answered."""

    status = 400
    code = "bad_request"
    title = "The request can't be answered"


class UnreadableRequest(RequestError):
    """The body isn't a document at all."""

    code = "unreadable_request"
    title = "The body can't be read"


class EmptyBody(UnreadableRequest):
    """There is no body, or nothing but white space."""

    code = "empty_body"
    title = "The body is empty"


class InvalidBase64(UnreadableRequest):
    """The event says that its body is base64, and it isn't."""

    code = "invalid_base64"
    title = "The body isn't valid base64"


class InvalidEncoding(UnreadableRequest):
    """The body isn't plain UTF-8: another encoding, a byte-order mark, or half of a surrogate pair."""

    code = "invalid_encoding"
    title = "The body isn't UTF-8 text"


class InvalidJson(UnreadableRequest):
    """The body breaks JSON's grammar, or something stands behind its end."""

    code = "invalid_json"
    title = "The body isn't valid JSON"


class DuplicateKey(UnreadableRequest):
    """An object names a key twice, so it has no single meaning."""

    code = "duplicate_key"
    title = "A key stands twice in one object"


class NumberNotFinite(UnreadableRequest):
    """NaN, Infinity, or a number too large for a 64-bit float."""

    code = "number_not_finite"
    title = "A number isn't finite"


class NumberTooLong(UnreadableRequest):
    """A number with more digits than any measurement has."""

    code = "number_too_long"
    title = "A number has too many digits"


class NestedTooDeeply(UnreadableRequest):
    """Arrays or objects inside one another, deeper than any accepted shape."""

    code = "nested_too_deeply"
    title = "The body is nested too deeply"


class NotAnObject(UnreadableRequest):
    """The body is JSON, but its root isn't an object."""

    code = "not_an_object"
    title = "The body isn't a JSON object"


class UnknownPath(RequestError):
    """No route has this path."""

    status = 404
    code = "unknown_path"
    title = "There is nothing at this path"


class MethodNotAllowed(RequestError):
    """The path exists, the method on it doesn't; `Allow` names those that do."""

    status = 405
    code = "method_not_allowed"
    title = "The path doesn't take this method"

    def __init__(self, allowed: Iterable[str]) -> None:
        methods = ", ".join(sorted(allowed))
        super().__init__(f"Allowed here: {methods}.")
        self.headers["Allow"] = methods


class NotAcceptable(RequestError):
    """None of the media types in `Accept` can be answered."""

    status = 406
    code = "not_acceptable"
    title = "None of the accepted media types can be answered"


class RequestTooLarge(RequestError):
    """The body, or a single row of it, is larger than what can be passed on."""

    status = 413
    code = "request_too_large"
    title = "The request is too large"


class TooManyInstances(RequestError):
    """More rows than the contract allows in one request."""

    status = 413
    code = "too_many_instances"
    title = "The request has too many instances"


class ResponseTooLarge(RequestError):
    """The answer wouldn't fit in what Lambda may return: ask for fewer rows at once."""

    status = 413
    code = "response_too_large"
    title = "The answer would be too large"


class UnsupportedMediaType(RequestError):
    """The content type isn't one that this route reads."""

    status = 415
    code = "unsupported_media_type"
    title = "The content type isn't supported"


class UnsupportedEncoding(RequestError):
    """The content encoding is unknown, or the body isn't what it says."""

    status = 415
    code = "unsupported_content_encoding"
    title = "The content encoding isn't supported"


class InvalidRequest(RequestError):
    """A readable document that isn't a request: `problems` point at what is missing or misshapen."""

    status = 422
    code = "invalid_request"
    title = "The request doesn't have the expected shape"

    def __init__(self, problems: Iterable[PointedProblem]) -> None:
        super().__init__()
        self.problems = tuple(problems)


class InvalidInstances(RequestError):
    """Rows that break the contract's inputs: all at once, up to `MAXIMUM_PROBLEMS`; `total` counts them all.

    `instance_problems` are by row and input, as `read_columns` found them; `problems` point into the body.
    """

    status = 422
    code = "invalid_instances"
    title = "Some instances break the contract's inputs"

    def __init__(self, problems: Iterable[InstanceProblem], total: int | None = None) -> None:
        self.instance_problems = tuple(problems)
        self.total = len(self.instance_problems) if total is None else total
        super().__init__()
        self.point(PointedProblem(_plain_pointer(p), p.detail) for p in self.instance_problems)

    @classmethod
    def pointing(cls, problems: Iterable[PointedProblem], total: int) -> "InvalidInstances":
        """The error for problems whose places in the body are known already."""
        error = cls((), total)
        error.point(problems)
        return error

    def point(self, problems: Iterable[PointedProblem]) -> None:
        """Say where in the body the problems are, in the shape that the client sent."""
        self.problems = tuple(problems)[:MAXIMUM_PROBLEMS]
        noun = "problem" if self.total == 1 else "problems"
        listed = "" if self.total <= len(self.problems) else f"; the first {len(self.problems)} are listed"
        self.detail = f"{self.total} {noun} in the instances{listed}."


def escape_pointer(key: int | str) -> str:
    """One reference token of a JSON pointer (RFC 6901 §3)."""
    return str(key).replace("~", "~0").replace("/", "~1")


def _plain_pointer(problem: InstanceProblem) -> str:
    row = f"/instances/{problem.row}"
    return row if problem.field == "" else f"{row}/{escape_pointer(problem.field)}"


class ModelError(ScoringError):
    """The request is fine; the model, or the way to it, is not."""

    status = 502
    code = "model_error"
    title = "The model can't answer"


class ModelUnavailable(ModelError):
    """The endpoint doesn't exist, has failed, or refuses us: waiting won't help."""

    status = 503
    code = "model_unavailable"
    title = "The model is unavailable"


class ModelNotReady(ModelError):
    """The endpoint is being created or is loading the model."""

    status = 503
    code = "model_not_ready"
    title = "The model is still starting"
    retryable = True
    retry_after = 30


class ModelThrottled(ModelError):
    """SageMaker takes fewer requests than came."""

    status = 503
    code = "model_throttled"
    title = "The model is busy"
    retryable = True
    retry_after = 2


class ModelUnreachable(ModelError):
    """The connection failed or broke, or SageMaker itself is unavailable."""

    status = 503
    code = "model_unreachable"
    title = "The model can't be reached"
    retryable = True
    retry_after = 2


class ModelRejectedPayload(ModelError):
    """The model answered 4xx to what we made of a valid request: our contract is wrong."""

    code = "model_rejected_payload"
    title = "The model rejected its input"


class ModelFailed(ModelError):
    """The model answered 5xx."""

    code = "model_failed"
    title = "The model failed"
    retryable = True


class ModelTimeout(ModelError):
    """The model didn't answer in time."""

    status = 504
    code = "model_timeout"
    title = "The model didn't answer in time"
    retryable = True


class DeadlineExceeded(ModelError):
    """The function's own time is nearly over, so the model isn't asked (again)."""

    status = 504
    code = "deadline_exceeded"
    title = "There is no time left for the model to answer"
    retryable = True


class MalformedReply(ModelError):
    """The model answered something that isn't in the contract's format."""

    code = "malformed_reply"
    title = "The model's reply can't be read"
    retryable = True


class TruncatedReply(ModelError):
    """The model's reply ended before its declared length."""

    code = "truncated_reply"
    title = "The model's reply is incomplete"
    retryable = True


class WrongPredictionCount(ModelError):
    """The model answered more or fewer predictions than rows; none is guessed."""

    code = "wrong_prediction_count"
    title = "The model's reply doesn't match the rows sent"


class PredictionNotFinite(ModelError):
    """The model answered NaN or an infinity."""

    code = "prediction_not_finite"
    title = "The model answered something that isn't a number"
