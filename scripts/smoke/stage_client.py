"""A client of a stage URL as anyone would write it."""

import ipaddress
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from scripts.smoke.identity import KEY_HEADER, Identity

TIMEOUT = (5.0, 35.0)
"""Seconds to connect and to read; the gateway gives up after 29."""


@dataclass(frozen=True)
class Reply:
    """An answer: status, headers (any case), body, and how long it took."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    def json(self) -> Any:
        """Return the body read as JSON, None if it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def problem(self) -> Mapping[str, Any] | None:
        """The problem document (RFC 9457), None if the answer is none."""
        document = self.json()
        kind = self.headers.get("content-type", "").split(";")[0].strip()
        if kind != "application/problem+json" or not isinstance(document, dict):
            return None
        return document

    def __str__(self) -> str:
        """Say it in a line: status and the start of the body."""
        text = self.body.decode("utf-8", "replace").strip()
        return f"{self.status} {text[:200]}{'…' if len(text) > 200 else ''}".strip()


class StageClient:
    """Sends requests to one stage; one connection is kept open."""

    def __init__(self, url: str, timeout: tuple[float, float] = TIMEOUT, *, host: str | None = None) -> None:
        """Make a client of a URL; `host` is a domain that the local gateway serves behind its own address."""
        self.url = url.rstrip("/")
        self._timeout = timeout
        self._host = {} if host is None else {"host": host}
        self._session = requests.Session()
        self._session.trust_env = not _is_loopback(self.url)  # a proxy does not know our loopback

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        identity: AuthBase | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send one request, a body as JSON unless it is bytes, as whom `identity` (or a key) says.

        Raises requests.RequestException.
        """
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        kinds = {"content-type": "application/json", "accept": "application/json"}
        if key is not None:
            identity = Identity({KEY_HEADER: key})
        started = time.perf_counter()
        answer = self._session.request(
            method,
            self.url + path,
            data=body,
            headers={**self._host, **kinds, **(headers or {})},
            auth=identity,
            timeout=self._timeout,
            allow_redirects=False,
        )
        return Reply(answer.status_code, answer.headers, answer.content, time.perf_counter() - started)


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
