"""One request on its way through the gateway, and what is known about it so far."""

import base64
import datetime as dt
import os
import uuid
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from scripts.local_stage.gateway.callers import Caller
from scripts.local_stage.gateway.deployed_api import Method, Resource
from scripts.local_stage.gateway.live_stage import ApiKey, LiveStage

HOP_BY_HOP = frozenset(
    {"connection", "content-length", "expect", "keep-alive", "proxy-connection", "te", "trailer"}
    | {"transfer-encoding", "upgrade"}
)


class Exchange:
    """Facts about one request. `headers` are (name as sent, value) in the client's order."""

    stage: LiveStage
    method: Method | None = None
    resource: Resource | None = None
    path_parameters: Mapping[str, str] = {}
    api_key: ApiKey | None = None
    shown_key: str | None = None
    body: bytes = b""
    base_path: str | None = None
    """Of a custom domain name's mapping; None: called at the stage's own address."""
    target: str = ""
    """The whole path as sent, which is what a client signs."""
    sent_body: bytes = b""
    """The body before it was decompressed."""
    caller: Caller | None = None
    """The IAM identity that signed."""
    authorizer: Mapping[str, Any] | None = None
    """`$context.authorizer`."""
    usage_key: str | None = None
    """The API key that an authorizer names."""
    error_message: str | None = None
    error_response_type: str | None = None
    validation_error: str | None = None
    integration_status: int | None = None
    function_status: int | None = None
    """`$context.integration.status`: what a proxy function answered."""
    integration_error: str | None = None
    integration_started: float | None = None
    integration_ended: float | None = None
    status: int = 0
    response_length: int = 0
    ended: float = 0.0

    def __init__(
        self,
        http_method: str,
        raw_path: str,
        query: str,
        headers: list[tuple[str, str]],
        source_ip: str,
        now: float,
    ) -> None:
        self.http_method = http_method
        self.raw_path = raw_path
        """Path without the stage, percent-encoded as sent."""
        self.query = query
        self.headers = headers
        self.lowered = {name.lower(): value for name, value in headers}
        """Lower-case name → last value."""
        self.source_ip = source_ip
        self.started = now
        self.protocol = "HTTP/1.1"
        self.request_id = str(uuid.uuid4())
        self.extended_request_id = base64.b64encode(os.urandom(11)).decode()
        self.trace_id = self.lowered.get("x-amzn-trace-id") or f"Root=1-{int(now):08x}-{os.urandom(12).hex()}"

    @cached_property
    def query_pairs(self) -> list[tuple[str, str]]:
        """Decoded query parameters in their order, blank values kept."""
        return parse_qsl(self.query, keep_blank_values=True) if self.query else []

    @cached_property
    def query_last(self) -> dict[str, str]:
        """Last value of each query parameter."""
        return dict(self.query_pairs)

    @property
    def content_type(self) -> str:
        """Media type of the body without parameters; `application/json` when the client names none."""
        value = self.lowered.get("content-type")
        return value.split(";", 1)[0].strip().lower() if value else "application/json"

    @property
    def first_accept(self) -> str:
        """The first media type of Accept: the only one that API Gateway honours."""
        return self.lowered.get("accept", "").split(",", 1)[0].split(";", 1)[0].strip().lower()

    @property
    def domain_name(self) -> str:
        """`$context.domainName`: the Host header without its port."""
        return self.lowered.get("host", "").split(":", 1)[0]

    @cached_property
    def request_time(self) -> str:
        """Common Log Format, as `09/Apr/2015:12:34:56 +0000`."""
        return dt.datetime.fromtimestamp(self.started, dt.UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")

    @property
    def path(self) -> str:
        """`$context.path`: with the stage, or the custom domain's base path, in front."""
        return f"/{self.stage.name}{self.raw_path}" if self.base_path is None else self.event_path

    @property
    def event_path(self) -> str:
        """`path` of an event: without the stage, with a custom domain's base path."""
        return self.raw_path if self.base_path is None else f"{self.base_path}{self.raw_path}"

    def parameter(self, location: str, name: str) -> str | None:
        """A request parameter by `header`, `querystring` or `path` and its name."""
        if location == "header":
            return self.lowered.get(name.lower())
        source: Mapping[str, Any] = self.query_last if location == "querystring" else self.path_parameters
        return source.get(name)

    def forwarded_headers(self) -> list[tuple[str, str]]:
        """Headers as the backend sees them: hop-by-hop ones gone, X-Forwarded-* and the trace added."""
        kept = [(name, value) for name, value in self.headers if name.lower() not in _REPLACED]
        earlier = self.lowered.get("x-forwarded-for")
        port = self.lowered.get("host", "").partition(":")[2] or "80"
        kept.append(("X-Amzn-Trace-Id", self.trace_id))
        kept.append(("X-Forwarded-For", f"{earlier}, {self.source_ip}" if earlier else self.source_ip))
        kept.append(("X-Forwarded-Port", port))
        kept.append(("X-Forwarded-Proto", "http"))
        return kept


_REPLACED = HOP_BY_HOP | {"x-amzn-trace-id", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"}
