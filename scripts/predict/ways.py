"""The four ways to a model, and what each makes its client know."""

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from scripts.predict.read_rows import Instance

Prediction = Mapping[str, Any]


class Way(Protocol):
    """One way to a model, ready to be used."""

    @property
    def calls(self) -> int:
        """How many calls were made so far."""

    @property
    def rows_per_call(self) -> int:
        """How many rows `predict` should get at once."""

    def predict(self, instances: Sequence[Instance], first_row: int) -> list[Prediction]:
        """Return one prediction for each instance; `first_row` is where they begin in the input.

        Raises RowsRefused for rows that break the contract, PredictError for anything else.
        """

    def close(self) -> None:
        """Let go of what the way holds."""


class Knowledge(NamedTuple):
    """What a client has to have and to know to go a way, for `--help` and docs/clients.md."""

    calls: str
    needs: str
    knows: str
    breaks: str


KNOWLEDGE = {
    "sagemaker-sdk": Knowledge(
        calls="the SageMaker SDK's Predictor, with its CSVSerializer",
        needs="AWS credentials that allow sagemaker:InvokeEndpoint; the SDK (make sagemaker-sdk)",
        knows="the endpoint's name; each feature that the model eats, in order, and how it comes from raw "
        "values; how many rows fit a call; what the score means. The SDK writes the CSV, nothing more",
        breaks="when a feature, a transform, the format, the algorithm or the endpoint's name changes",
    ),
    "boto3": Knowledge(
        calls="InvokeEndpoint of sagemaker-runtime",
        needs="AWS credentials that allow sagemaker:InvokeEndpoint; boto3",
        knows="all that the SDK's client knows, and the format on the wire in both directions",
        breaks="when a feature, a transform, the format, the algorithm or the endpoint's name changes",
    ),
    "lambda": Knowledge(
        calls="Invoke of Lambda",
        needs="AWS credentials that allow lambda:InvokeFunction; boto3",
        knows="raw values by name; the function's name and alias; what an event looks like, and that a "
        "refusal is a status inside a call that succeeded",
        breaks="when the contract's inputs change, or the function's name or account",
    ),
    "api": Knowledge(
        calls="the stage URL",
        needs="a URL and what its route asks for: a key, a token, AWS credentials; any HTTP client",
        knows="raw values by name",
        breaks="when the contract's inputs change",
    ),
}
"""By the name that `--via` takes, from the most to know to the least."""


def explain(width: int = 100) -> str:
    """Write the table as text."""
    lines = []
    for name, knowledge in KNOWLEDGE.items():
        lines.append(f"--via {name}")
        for title, text in knowledge._asdict().items():
            first = f"    {title:<7}"
            lines += textwrap.wrap(text, width, initial_indent=first, subsequent_indent=" " * len(first))
    return "\n".join(lines)
