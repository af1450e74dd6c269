"""What the estimate assumes of a month's traffic; each assumption is an option and stands in the report."""

import argparse
from dataclasses import dataclass, fields

HOURS = 730.0
SECONDS = HOURS * 3600
"""A month, as AWS's calculator has it: a twelfth of 365 days."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """A month of requests. What one writes to the logs was measured on the local stage with bike-rental."""

    requests: float = 1_000_000
    model_ms: float = 50
    function_ms: float = 70
    request_kb: float = 1
    answer_kb: float = 1
    function_log_bytes: float = 1160
    access_log_bytes: float = 430
    error_codes: float = 5

    @property
    def traces(self) -> float:
        """X-Ray's default rule: the first request each second, and 5 % of the others."""
        rate = self.requests / SECONDS
        return SECONDS * (min(rate, 1) + 0.05 * max(rate - 1, 0))


_HELP = {
    "requests": "requests a month",
    "model_ms": "what the model computes for one, in ms: what serverless endpoints bill",
    "function_ms": "what the function takes for one, the model included, in ms",
    "request_kb": "size of a request",
    "answer_kb": "size of an answer",
    "function_log_bytes": "what the function logs of one",
    "access_log_bytes": "what the API logs of one",
    "error_codes": "how many kinds of error occur: each is a metric",
}


def add_traffic_arguments(parser: argparse.ArgumentParser) -> None:
    """Add an option for each assumption."""
    group = parser.add_argument_group("the month's traffic")
    for field in fields(Traffic):
        option = f"--{field.name.replace('_', '-')}"
        group.add_argument(
            option,
            type=_amount,
            default=field.default,
            metavar="N",
            help=f"{_HELP[field.name]} (%(default)s)",
        )


def read_traffic(options: argparse.Namespace) -> Traffic:
    """Return what the options say."""
    return Traffic(**{field.name: getattr(options, field.name) for field in fields(Traffic)})


_THOUSANDS = {"k": 1e3, "m": 1e6, "b": 1e9}


def _amount(text: str) -> float:
    """Read 2500000, 2_500_000, 2,500,000, 2.5e6 or 2.5M."""
    written = text.strip().replace("_", "").replace(",", "")
    factor = _THOUSANDS.get(written[-1:].lower(), 1.0)
    try:
        amount = factor * float(written[:-1] if factor > 1 else written)
    except ValueError:
        amount = -1.0
    if not 0 <= amount < 1e15:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0, such as 2500000 or 2.5M")
    return amount
