"""Errors of the model, or of the way to it: the request is fine (the tree: errors.py)."""

# ruff: noqa: N818 - the names say what happened, as httpx's do; "Error" on each would say nothing

from .root_error import ScoringError


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
