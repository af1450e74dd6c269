"""Signature Version 4, verified: in the Authorization header, or in the query string (presigned).

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
Keys, tokens and signatures are in no message and no log.
"""

import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

from scripts.local_stage.gateway.access_refusals import (
    IncompleteSignature,
    InvalidSignature,
    MissingAuthentication,
)
from scripts.local_stage.gateway.exchange import Exchange

ALGORITHM = "AWS4-HMAC-SHA256"
SERVICE = "execute-api"
_SKEW_SECONDS = 300
_LONGEST_SECONDS = 7 * 24 * 3600
_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
    "Access Key and signing method. Consult the service documentation for details."
)
_PART = re.compile(r"\s*(Credential|SignedHeaders|Signature)=([^,\s]+)\s*(?:,|$)")


@dataclass(frozen=True, slots=True)
class Signature:
    """What a client says about its signature; nothing of it is verified yet."""

    access_key_id: str
    date: str
    region: str
    service: str
    terminal: str
    signed_headers: tuple[str, ...]
    signature: str
    timestamp: str
    """`20261122T081001Z`."""
    token: str | None
    expires: int | None
    """Seconds a presigned request lives; None: in the header."""

    @property
    def scope(self) -> str:
        """Credential scope."""
        return f"{self.date}/{self.region}/{self.service}/{self.terminal}"


def read_signature(exchange: Exchange) -> Signature:
    """The parts of a signature; MissingAuthentication when there is none, IncompleteSignature when broken."""
    header = exchange.lowered.get("authorization")
    if header is not None:
        algorithm, _, rest = header.strip().partition(" ")
        if algorithm != ALGORITHM:
            raise IncompleteSignature(reason="the Authorization header holds no AWS4-HMAC-SHA256 signature")
        timestamp = exchange.lowered.get("x-amz-date", "")
        return _build(
            dict(_PART.findall(rest)), timestamp, exchange.lowered.get("x-amz-security-token"), None
        )
    query = exchange.query_last
    if query.get("X-Amz-Algorithm") != ALGORITHM:
        raise MissingAuthentication
    parts = {name: query.get(f"X-Amz-{name}", "") for name in ("Credential", "SignedHeaders", "Signature")}
    expires = query.get("X-Amz-Expires", "")
    if not expires.isdigit() or not 0 < int(expires) <= _LONGEST_SECONDS:
        raise IncompleteSignature("X-Amz-Expires must be between 1 and 604800 seconds")
    return _build(parts, query.get("X-Amz-Date", ""), query.get("X-Amz-Security-Token"), int(expires))


def verify(signature: Signature, exchange: Exchange, secret: str, region: str) -> None:
    """Raise InvalidSignature unless `secret` signed exactly this request, for this service, now."""
    if signature.region != region:
        raise InvalidSignature(f"Credential should be scoped to a valid region, not '{signature.region}'. ")
    if signature.service != SERVICE or signature.terminal != "aws4_request":
        raise InvalidSignature(f"Credential should be scoped to correct service: '{SERVICE}'. ")
    _check_time(signature, exchange.started)
    sent = exchange.lowered.get("x-amz-content-sha256")
    digest = hashlib.sha256(exchange.sent_body).hexdigest()
    if sent is not None and sent != digest:
        raise InvalidSignature(_MISMATCH, reason="x-amz-content-sha256 isn't the body's")
    request = _canonical_request(signature, exchange, digest)
    text = "\n".join(
        (
            ALGORITHM,
            signature.timestamp,
            signature.scope,
            hashlib.sha256(request.encode("utf-8", "surrogateescape")).hexdigest(),
        )
    )
    key = f"AWS4{secret}".encode()
    for part in (*signature.scope.split("/"), text):
        key = hmac.digest(key, part.encode(), "sha256")
    if not hmac.compare_digest(key.hex().encode(), signature.signature.encode()):
        raise InvalidSignature(_MISMATCH)


def _build(parts: Mapping[str, str], timestamp: str, token: str | None, expires: int | None) -> Signature:
    credential = parts.get("Credential", "").split("/")
    missing = [name for name in ("Credential", "SignedHeaders", "Signature") if not parts.get(name)]
    if not re.fullmatch(r"\d{8}T\d{6}Z", timestamp):
        missing.append("X-Amz-Date")
    if missing or len(credential) != 5:
        raise IncompleteSignature(
            " ".join(f"Authorization requires '{name}'." for name in missing or ["Credential"])
        )
    headers = tuple(parts["SignedHeaders"].lower().split(";"))
    if "host" not in headers or (expires is None and "x-amz-date" not in headers):
        raise InvalidSignature("'Host' and 'X-Amz-Date' must be 'SignedHeader's in the AWS Authorization.")
    key_id, date, region, service, terminal = credential
    return Signature(
        key_id, date, region, service, terminal, headers, parts["Signature"], timestamp, token, expires
    )


def _check_time(signature: Signature, now: float) -> None:
    try:
        signed = (
            dt.datetime.strptime(signature.timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC).timestamp()
        )
    except ValueError as error:
        raise IncompleteSignature("X-Amz-Date is no date") from error
    if signature.timestamp[:8] != signature.date:
        raise InvalidSignature("Date in Credential scope does not match the date of the request.")
    if now - signed > (_SKEW_SECONDS if signature.expires is None else signature.expires):
        raise InvalidSignature(f"Signature expired: {signature.timestamp} is too far in the past.")
    if signed - now > _SKEW_SECONDS:
        raise InvalidSignature(f"Signature not yet current: {signature.timestamp} is still later.")


def _canonical_request(signature: Signature, exchange: Exchange, digest: str) -> str:
    headers = [f"{name}:{_header(exchange, name)}\n" for name in signature.signed_headers]
    return "\n".join(
        (
            exchange.http_method,
            quote(_without_dots(exchange.target), safe="/~"),
            _canonical_query(exchange.query),
            "".join(headers),
            ";".join(signature.signed_headers),
            digest,
        )
    )


def _canonical_query(query: str) -> str:
    pairs = []
    for part in query.split("&") if query else []:
        name, _, value = part.partition("=")
        if name != "X-Amz-Signature":
            pairs.append((quote(unquote(name), safe="-_.~"), quote(unquote(value), safe="-_.~")))
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def _header(exchange: Exchange, wanted: str) -> str:
    return ",".join(" ".join(value.split()) for name, value in exchange.headers if name.lower() == wanted)


def _without_dots(path: str) -> str:
    """Path segments as RFC 3986 normalizes them, doubled slashes gone, as the signers do."""
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            kept = kept[:-1]
        elif part not in ("", "."):
            kept.append(part)
    return "/" + "/".join(kept) + ("/" if kept and path.endswith("/") else "")
