"""Where a caller's identity stands in a request: `method.request.header.Authorization, …`."""

from collections.abc import Callable

from scripts.local_stage.gateway.context_values import getter
from scripts.local_stage.gateway.exchange import Exchange
from scripts.local_stage.gateway.refusals import NotEnforcedHere

ReadIdentity = Callable[[Exchange], str | None]


def read_identity_source(written: str) -> tuple[ReadIdentity, ...]:
    """Readers of the comma-separated parts; a value that is missing or empty reads as None."""
    return tuple(_reader(part.strip()) for part in written.split(",") if part.strip())


def _reader(expression: str) -> ReadIdentity:
    get = getter(expression.removeprefix("$"))
    if get is None:
        raise NotEnforcedHere(reason=f"identity source {expression!r} is not read by the local stage")

    def read(exchange: Exchange) -> str | None:
        value = get(exchange)
        return str(value) if value not in (None, "") else None

    return read
