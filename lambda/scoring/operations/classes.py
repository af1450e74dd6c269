"""Output steps from scores to classes and their labels."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

import numpy as np

from scoring.declarations import Either, Field, ListOf, MapOf
from scoring.errors import MalformedReply
from scoring.kinds import Number, Text

from .registry import NUMERIC, Block, Operation, StepError, Value, step

LABELS: Final = ListOf(Text(), at_least=1)


@step
class Softmax(Operation):
    """Turn a list of scores, one a class, into probabilities that add up to 1.

    Computed so that great scores don't overflow.
    """

    name = "softmax"
    formula = "exp(x_i) / sum over j of exp(x_j)"
    sklearn = "LogisticRegression of several classes, from decision_function to predict_proba"
    example: ClassVar[dict[str, Any]] = {"operation": "softmax"}

    def result(self, value: Value) -> Value:
        _check_list(value)
        return Value("number", value.length)

    def apply(self, block: Block) -> Block:
        shares = np.exp(block - block.max(axis=1, keepdims=True))
        made: Block = shares / shares.sum(axis=1, keepdims=True)
        return made


@step
class Argmax(Operation):
    """Pick the class with the greatest score out of a list: its index, from 0.

    Of equal scores, the first.
    """

    name = "argmax"
    formula = "the least i for which x_i is greatest"
    sklearn = "a classifier's predict, from its predict_proba"
    example: ClassVar[dict[str, Any]] = {"operation": "argmax"}

    def result(self, value: Value) -> Value:
        _check_list(value)
        return Value("index", None, value.length)

    def apply(self, block: Block) -> Block:
        made: Block = np.argmax(block, axis=1).astype(np.float64)
        return made


@step
class Threshold(Operation):
    """Say on which side of a threshold a score is: 1 if it is at the threshold or above, else 0.

    With `labels` the answer is one of two texts; an output of type boolean makes it true or false.
    """

    name = "threshold"
    formula = "1 if x >= at, else 0; with labels: labels[1] or labels[0]"
    sklearn = "FixedThresholdClassifier"
    parameters: ClassVar[Sequence[Field]] = (
        Field("at", Number(), "The threshold.", required=True),
        Field("labels", LABELS, "Two texts: the one below the threshold, the one from it upwards."),
    )
    example: ClassVar[dict[str, Any]] = {"operation": "threshold", "at": 0.5, "labels": ["B", "M"]}

    def __init__(self, at: float, labels: Sequence[str] = ()) -> None:
        self.at = at
        self.labels = np.array(labels, object) if labels else None

    @classmethod
    def disagreements(cls, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        if len(parameters.get("labels", "01")) != 2:
            yield "labels", "two texts"

    def result(self, value: Value) -> Value:
        if value.kind != "number":
            raise StepError("scores")
        if self.labels is None:
            return Value("flag", value.length, 2)
        return Value("text", value.length, labels=tuple(self.labels.tolist()))

    def apply(self, block: Block) -> Block:
        above = block >= self.at
        return above.astype(np.float64) if self.labels is None else self.labels[above.astype(np.intp)]


@step
class LabelMap(Operation):
    """Put texts in place of whole numbers, as `argmax` gives them or a model answers them.

    A number that has no label is an error of the model (a 502), unless there is a `default`.
    """

    name = "label_map"
    formula = "labels[x]"
    sklearn = "LabelEncoder's inverse_transform, or a classifier's classes_"
    parameters: ClassVar[Sequence[Field]] = (
        Field(
            "labels",
            Either(list=LABELS, object=MapOf(Text())),
            "The labels of 0, 1, 2 …, or an object from whole numbers, as texts, to labels.",
            required=True,
        ),
        Field("default", Text(), "The label of all other numbers."),
    )
    example: ClassVar[dict[str, Any]] = {"operation": "label_map", "labels": {"0": "B", "1": "M"}}

    def __init__(self, labels: Sequence[str] | Mapping[str, str], default: str | None = None) -> None:
        pairs = labels.items() if isinstance(labels, Mapping) else enumerate(labels)
        self.labels = dict(sorted((int(key), label) for key, label in pairs))
        self.keys = np.array(list(self.labels), np.float64)
        self.texts = np.array([*self.labels.values(), default], object)
        self.default = default

    @classmethod
    def disagreements(cls, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        labels = parameters["labels"]
        keys = list(labels) if isinstance(labels, Mapping) else []
        if not all(re.fullmatch(r"0|-?[1-9]\d{0,14}", key) for key in keys):
            yield "labels", 'keys that are whole numbers, such as "0" or "-1"'

    def result(self, value: Value) -> Value:
        if value.kind not in NUMERIC:
            raise StepError("numbers")
        lacking = set(range(value.choices or 0)) - self.labels.keys()
        if lacking and self.default is None:
            raise StepError(f"a label for {min(lacking)} too, or a default", "labels")
        texts = [*self.labels.values(), *([] if self.default is None else [self.default])]
        return Value("text", value.length, labels=tuple(dict.fromkeys(texts)))

    def apply(self, block: Block) -> Block:
        places = np.minimum(np.searchsorted(self.keys, block), len(self.keys) - 1)
        places[self.keys[places] != block] = -1
        if self.default is None and (places < 0).any():
            raise MalformedReply(reason="label_map: a number that no label stands for")
        made: Block = self.texts[places]
        return made


@step
class TopK(Operation):
    """Pick the classes with the greatest scores, greatest first: a list of objects with `label` and `score`.

    Of equal scores, the first class comes first.
    """

    name = "top_k"
    formula = "the k greatest x_i, each with labels[i]"
    sklearn = "a classifier's classes_, sorted by its predict_proba"
    parameters: ClassVar[Sequence[Field]] = (
        Field("k", Number(minimum=1, whole=True), "How many classes.", required=True),
        Field("labels", LABELS, "A label for each class, in the scores' order.", required=True),
    )
    example: ClassVar[dict[str, Any]] = {"operation": "top_k", "k": 2, "labels": ["cat", "dog", "fox"]}

    def __init__(self, k: int, labels: Sequence[str]) -> None:
        self.k, self.labels = k, tuple(labels)

    @classmethod
    def disagreements(cls, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        if parameters["k"] > len(parameters["labels"]):
            yield "k", f"at most {len(parameters['labels'])}, as there are labels"

    def result(self, value: Value) -> Value:
        _check_list(value)
        if value.length != len(self.labels):
            raise StepError(f"{value.length} labels, as there are scores", "labels")
        return Value("ranking", self.k, labels=self.labels)

    def apply(self, block: Block) -> Block:
        order = np.argsort(-block, axis=1, kind="stable")[:, : self.k]
        made = np.empty(order.shape, object)
        scores = np.take_along_axis(block, order, axis=1).tolist()
        for row, places in enumerate(order.tolist()):
            for rank, place in enumerate(places):
                made[row, rank] = {"label": self.labels[place], "score": scores[row][rank]}
        return made


def _check_list(value: Value) -> None:
    if value.kind != "number" or value.length is None:
        raise StepError("a list of scores")
