"""A zip whose bytes depend on nothing but its contents.

Fixed order, times, permissions and, above all, compressor: the standard library deflates with the machine's
zlib, and zlib 1.2 and zlib-ng differ at every level. libdeflate comes pinned with PyPI's `deflate` instead;
zipfile can't be handed compressed data, so the records are written here.
Format: PKWARE APPNOTE.TXT 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (end).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

import deflate

from scripts.packaging.contents import Files, is_executable

LEVEL = 9
VERSION_NEEDED = 20
MADE_BY_UNIX = (3 << 8) | VERSION_NEEDED
UTF8_NAMES = 1 << 11
DEFLATED = 8
DOS_TIME, DOS_DATE = 0, (1 << 5) | 1
"""1980-01-01 00:00:00, the first moment a zip can name."""
COMPRESSOR = f"libdeflate by deflate {deflate.__version__}, level {LEVEL}"


def zip_files(files: Files, progress: Callable[[int, int], None]) -> bytes:
    """Return the zip of `files`, sorted by name; `progress(done, total)` counts uncompressed bytes."""
    total, done = sum(map(len, files.values())), 0
    body, directory = bytearray(), bytearray()
    for name in sorted(files):
        data, encoded = files[name], name.encode()
        packed = bytes(deflate.deflate_compress(data, LEVEL))
        described = struct.pack(
            "<HHHHHIIIHH",
            VERSION_NEEDED,
            UTF8_NAMES,
            DEFLATED,
            DOS_TIME,
            DOS_DATE,
            zlib.crc32(data),
            len(packed),
            len(data),
            len(encoded),
            0,
        )
        mode = 0o100755 if is_executable(name) else 0o100644
        directory += b"PK\x01\x02" + struct.pack("<H", MADE_BY_UNIX) + described
        directory += struct.pack("<HHHII", 0, 0, 0, mode << 16, len(body)) + encoded
        body += b"PK\x03\x04" + described + encoded + packed
        done += len(data)
        progress(done, total)
    count = len(files)
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + end)
