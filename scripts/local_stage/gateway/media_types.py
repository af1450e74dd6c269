"""Binary media types, base64 and compression: bytes and text between client and backend.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
"""

import base64
import binascii
import zlib

from scripts.local_stage.gateway.refusals import ConfigurationError, RequestTooLarge, UnsupportedMediaType

MAXIMUM_BODY = 10_485_760
"""Bytes API Gateway takes and gives."""


def is_binary(media_type: str, binary_media_types: tuple[str, ...]) -> bool:
    """Whether a media type is in the API's list, which may hold `*/*` and `image/*`."""
    if not binary_media_types:
        return False
    if "*/*" in binary_media_types:
        return True
    family = media_type.partition("/")[0] + "/*"
    return any(kind.lower() in (media_type, family) for kind in binary_media_types)


def decode_base64(text: str) -> bytes:
    """Bytes of a base64 text; 500 as on AWS when it is none."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ConfigurationError(reason=f"Unable to base64 decode the body: {error}") from error


def decompress(body: bytes, encoding: str) -> bytes:
    """Undo gzip or deflate of a request, within the limit of 10 MB."""
    if encoding not in ("gzip", "deflate"):
        raise UnsupportedMediaType(
            reason=f"Content-Encoding {encoding!r} is not supported: gzip or deflate is"
        )
    inflater = zlib.decompressobj(31 if encoding == "gzip" else 15)
    try:
        plain = inflater.decompress(body, MAXIMUM_BODY + 1)
    except zlib.error as error:
        raise UnsupportedMediaType(reason=f"The body is not {encoding}: {error}") from error
    if len(plain) > MAXIMUM_BODY:
        raise RequestTooLarge
    return plain


def compress(body: bytes, accepted: str) -> tuple[bytes, str | None]:
    """Body and Content-Encoding by the client's Accept-Encoding; gzip before deflate."""
    offered = {
        part.split(";", 1)[0].strip().lower() for part in accepted.split(",") if "q=0" not in part.split(";")
    }
    for encoding, window in (("gzip", 31), ("deflate", 15)):
        if encoding in offered:
            deflater = zlib.compressobj(6, zlib.DEFLATED, window)
            return deflater.compress(body) + deflater.flush(), encoding
    return body, None
