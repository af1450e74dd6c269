"""Undo what carried a body here, base64 and gzip, and read it as UTF-8 text."""

import base64
import binascii
import zlib
from typing import Any

from .errors import (
    EmptyBody,
    InvalidBase64,
    InvalidEncoding,
    RequestTooLarge,
    UnreadableRequest,
    UnsupportedEncoding,
)
from .read_event import Call

MAXIMUM_BODY_BYTES = 4 * 1024 * 1024
"""Lambda takes 6 MB of *escaped* event; escaping adds up to 13 % (measured), base64 a third."""
MAXIMUM_UNPACKED_BYTES = 10 * 1024 * 1024
_GZIP = 16 + zlib.MAX_WBITS
_GZIP_FIRST = "\x1f"
_IDENTITY = ("", "identity")
_GATEWAYS = ("gzip", "x-gzip", "deflate")
"""What API Gateway unpacks itself where compression is on; the header that says so may still come along."""


def read_text(call: Call) -> str:
    """The body as text; raises the 400, 413 or 415 that says what is wrong with it."""
    if call.body is None or call.body == "":
        raise EmptyBody()
    if not isinstance(call.body, str):
        raise UnreadableRequest("The event's body isn't text.")
    encoding = call.headers.get("content-encoding", "").strip().lower()
    unpacked = encoding in _GATEWAYS and not call.body.startswith(_GZIP_FIRST)
    if not call.is_base64 and (unpacked or encoding in _IDENTITY):
        return _checked(call.body, _encoded_size(call.body))
    return _decoded(_unpacked(_raw_bytes(call.body, call.is_base64), encoding))


def _raw_bytes(body: str, is_base64: bool) -> bytes:
    if not is_base64:
        raise UnsupportedEncoding("A compressed body has to reach the function as binary.")
    try:
        raw = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidBase64() from None
    if len(raw) > MAXIMUM_BODY_BYTES:
        raise _too_large(len(raw), MAXIMUM_BODY_BYTES)
    return raw


def _unpacked(raw: bytes, encoding: str) -> bytes:
    if encoding in _IDENTITY:
        return raw
    if encoding not in ("gzip", "x-gzip"):
        raise UnsupportedEncoding("Supported: gzip, identity.")
    unpacker = zlib.decompressobj(_GZIP)
    try:
        unpacked = unpacker.decompress(raw, MAXIMUM_UNPACKED_BYTES + 1)
    except zlib.error:
        raise UnsupportedEncoding("The body isn't valid gzip.") from None
    if len(unpacked) > MAXIMUM_UNPACKED_BYTES:
        raise _too_large(None, MAXIMUM_UNPACKED_BYTES)
    if not unpacker.eof or unpacker.unused_data:
        raise UnsupportedEncoding("The body isn't one whole gzip stream.")
    return unpacked


def _decoded(raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidEncoding(f"Byte {error.start} isn't UTF-8.") from None
    return _checked(text, 0)


def _encoded_size(text: str) -> int:
    if text.isascii():
        return len(text)
    try:
        return len(text.encode("utf-8"))
    except UnicodeEncodeError:
        raise InvalidEncoding("The body holds half of a surrogate pair.") from None


def _checked(text: str, size: int) -> str:
    if size > MAXIMUM_BODY_BYTES:
        raise _too_large(size, MAXIMUM_BODY_BYTES)
    if text.startswith("\ufeff"):
        raise InvalidEncoding("The body starts with a byte-order mark; send plain UTF-8.")
    if "\0" in text:
        raise InvalidEncoding("The body holds NUL bytes; send plain UTF-8, not UTF-16 or UTF-32.")
    if not text or text.isspace():
        raise EmptyBody()
    return text


def _too_large(size: Any, limit: int) -> RequestTooLarge:
    came = f" and came with {size}" if size else ""
    return RequestTooLarge(f"The body may have {limit} bytes{came}; send fewer instances at once.")
