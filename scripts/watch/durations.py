"""Durations as people write them: 30s, 10m, 2h, 1d."""

import argparse
import re

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_duration(text: str) -> int:
    """Return the seconds; raises ArgumentTypeError with the forms that are understood."""
    found = re.fullmatch(r"(\d+)([smhd])", text)
    if found is None or int(found[1]) == 0:
        raise argparse.ArgumentTypeError(f"expected a duration such as 30s, 10m, 2h or 1d, got {text!r}")
    return int(found[1]) * _SECONDS[found[2]]
