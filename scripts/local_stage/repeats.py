"""A request whose answer was lost is answered again, not carried out again.

The SDK for Go, and so Terraform, can lose an answer that comes too soon. It closes the request's body when
the answer's header arrives; where the goroutine that sends it has not finished yet, as on a busy machine,
that closes the connection with the answer's body unread. The SDK then repeats what has been done: the stage
exists already, the policy to delete is gone, the update is in progress. No network is so fast.
SDKs give each call one `amz-sdk-invocation-id`, which its repetitions carry too.
https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

KEPT = 256
LARGEST = 1 << 20
"""Bytes of an answer that is kept."""

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class _Answer(NamedTuple):
    status: str
    headers: list[tuple[str, str]]
    body: bytes


class RepeatedCalls:
    """A WSGI application around another; safe to use from any thread."""

    def __init__(self, application: Wsgi) -> None:
        self._application = application
        self._answers: OrderedDict[str, _Answer] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer, for a second time if the call was answered with success before."""
        call = environ.get("HTTP_AMZ_SDK_INVOCATION_ID")
        if call is None or environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            return self._application(environ, start_response)
        with self._lock:
            answer = self._answers.get(call)
        if answer is None:
            answer = self._answer(environ)
            if answer.status.startswith("2") and len(answer.body) <= LARGEST:
                self._keep(call, answer)
        start_response(answer.status, answer.headers)
        return [answer.body]

    def _answer(self, environ: dict[str, Any]) -> _Answer:
        begun: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> Callable[..., None]:
            begun.append((status, headers))
            return parts.append

        parts: list[bytes] = []
        chunks = self._application(environ, start_response)
        try:
            parts.extend(chunks)
        finally:
            close: Callable[[], None] = getattr(chunks, "close", lambda: None)
            close()
        return _Answer(*begun[-1], b"".join(parts))

    def _keep(self, call: str, answer: _Answer) -> None:
        with self._lock:
            self._answers[call] = answer
            while len(self._answers) > KEPT:
                self._answers.popitem(last=False)
