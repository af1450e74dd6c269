"""How an invocation ends when the function fails. Error types and texts as Lambda gives them.

FunctionError
├── HandlerError               the handler raised; the sandbox lives on
│   └── ResponseTooLargeError  the answer is over 6 MB
└── SandboxError               the sandbox is gone
    ├── InitError              the module can't be imported, the handler is missing …
    ├── InitTimeoutError       init took over 10 s
    ├── TaskTimeoutError       the function's timeout passed
    ├── NotRunnableError       this machine can't run the function
    └── RuntimeExitedError     the process ended by itself
        └── OutOfMemoryError   it was over the function's memory
"""

import json

MAX_REQUEST_BYTES = 6_291_456
MAX_RESPONSE_BYTES = 6_291_556


def _document(error_type: str, message: str) -> bytes:
    return json.dumps({"errorType": error_type, "errorMessage": message}).encode()


class FunctionError(Exception):
    """The function failed; `payload` is what the caller gets."""

    status = "error"
    """As in the REPORT line."""

    def __init__(self, payload: bytes, error_type: str) -> None:
        super().__init__(payload.decode(errors="replace"))
        self.payload = payload
        self.error_type = error_type


class HandlerError(FunctionError):
    """The handler raised; the payload is the runtime client's own."""


class ResponseTooLargeError(HandlerError):
    """The handler's answer is over 6 MB."""

    def __init__(self) -> None:
        kind = "Function.ResponseSizeTooLarge"
        text = f"Response payload size exceeded maximum allowed payload size ({MAX_RESPONSE_BYTES} bytes)."
        super().__init__(_document(kind, text), kind)


class SandboxError(FunctionError):
    """The sandbox did not survive."""


class InitError(SandboxError):
    """The runtime client reported an error of the init phase; the payload is its own."""


class InitTimeoutError(SandboxError):
    """Init took longer than it may."""

    status = "timeout"

    def __init__(self, seconds: float) -> None:
        kind = "Sandbox.Timedout"
        super().__init__(_document(kind, f"Error: Init timed out after {seconds:.2f} seconds"), kind)


class TaskTimeoutError(SandboxError):
    """The function ran into its timeout."""

    status = "timeout"

    def __init__(self, request_id: str, seconds: float) -> None:
        kind = "Sandbox.Timedout"
        text = f"RequestId: {request_id} Error: Task timed out after {seconds:.2f} seconds"
        super().__init__(_document(kind, text), kind)


class RuntimeExitedError(SandboxError):
    """The process ended, though nobody told it to."""

    kind = "Runtime.ExitError"

    def __init__(self, request_id: str, code: int) -> None:
        how = f"signal: {-code}" if code < 0 else f"exit status {code}"
        text = f"RequestId: {request_id} Error: Runtime exited with error: {how}"
        if code == 0:
            text = f"RequestId: {request_id} Error: Runtime exited without providing a reason"
        super().__init__(_document(self.kind, text), self.kind)


class OutOfMemoryError(RuntimeExitedError):
    """The process was killed because it used more than the function's memory."""

    kind = "Runtime.OutOfMemory"


class NotRunnableError(SandboxError):
    """This machine can't run the function: no interpreter, an image, a broken zip."""

    def __init__(self, reason: str) -> None:
        kind = "Runtime.NotRunnable"
        super().__init__(_document(kind, reason), kind)
