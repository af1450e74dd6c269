"""Errors of the request, which has to change before it can be answered (the tree: errors.py)."""

# ruff: noqa: N818 - the names say what happened, as httpx's do; "Error" on each would say nothing

from collections.abc import Iterable

from .root_error import MAXIMUM_PROBLEMS, InstanceProblem, PointedProblem, ScoringError, escape_pointer


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


def _plain_pointer(problem: InstanceProblem) -> str:
    row = f"/instances/{problem.row}"
    return row if problem.field == "" else f"{row}/{escape_pointer(problem.field)}"
