"""Where a caller's identity stands in a request: `method.request.header.Authorization, …`."""

import re
import warnings
from collections.abc import Callable

from scripts.local_stage.gateway.context_values import getter
from scripts.local_stage.gateway.exchange import Exchange
from scripts.local_stage.gateway.refusals import NotEnforcedHere

ReadIdentity = Callable[[Exchange], str | None]


def read_identity_source(written: str) -> tuple[ReadIdentity, ...]:
    """Readers of the comma-separated parts; a value that is missing or empty reads as None."""
    return tuple(_reader(part.strip()) for part in written.split(",") if part.strip())


def compile_expression(written: str | None) -> re.Pattern[str] | None:
    """A validation expression, for `fullmatch`; None when there is none."""
    if not written:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)  # set operations: AWS has Java's, Python none
            return re.compile(written)
    except (re.error, FutureWarning) as error:
        raise NotEnforcedHere(reason=f"identity validation expression {written!r}: {error}") from error


def _reader(expression: str) -> ReadIdentity:
    get = getter(expression.removeprefix("$"))
    if get is None:
        raise NotEnforcedHere(reason=f"identity source {expression!r} is not read by the local stage")

    def read(exchange: Exchange) -> str | None:
        value = get(exchange)
        return str(value) if value not in (None, "") else None

    return read
