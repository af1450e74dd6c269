"""An inference request of the Open Inference Protocol (KServe v2) → columns.

Either a tensor for each input, by the input's name and of shape [n] or [n, 1], or one tensor of shape
[n, number of inputs] with a row of values in the order of the inputs. Data may be nested or flat (row-major).
Pointers go to the tensor's data as a flat list: `/inputs/2/data/3`.
https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
"""

from collections.abc import Callable, Sequence
from math import prod
from typing import Any

from .columns import Columns, read_columns
from .contract import Input
from .errors import InstanceProblem, InvalidInstances, InvalidRequest, PointedProblem, TooManyInstances

DATATYPES = (
    *("BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64"),
    *("FP16", "FP32", "FP64", "BYTES"),
)
_MEMBERS = ("id", "parameters", "inputs", "outputs")
_MOST = 100


class InferRequest(Columns):
    """The columns, and what the answer has to know of the request."""

    id: str | None = None
    wanted: tuple[str, ...] = ()
    """Names of the outputs that are asked for; none for all of them."""


def read_kserve(inputs: Sequence[Input], document: Any, outputs: Sequence[str], most: int) -> InferRequest:
    """Checked columns; raises InvalidRequest, TooManyInstances or InvalidInstances."""
    given = document.get("inputs") if isinstance(document, dict) else None
    if not isinstance(given, list) or not given:
        raise _invalid("/inputs", "Expected an array with at least one tensor.")
    for key in document:
        if key not in _MEMBERS:
            raise _invalid("", f"Unknown member {key[:_MOST]!r}; known are {', '.join(_MEMBERS)}.")
    tensors = [_tensor(tensor, f"/inputs/{place}") for place, tensor in enumerate(given)]
    shapes = [tensor["shape"] for tensor in tensors]
    if len({shape[0] for shape in shapes}) > 1:
        raise _invalid("/inputs", "Expected tensors of as many rows as one another.")
    if shapes[0][0] > most:
        raise TooManyInstances(f"One request may have {most} instances and came with {shapes[0][0]}.")
    wanted = document.get("outputs", [])
    if not isinstance(wanted, list):
        raise _invalid("/outputs", "Expected an array of objects with a name.")
    request = InferRequest(_read(inputs, tensors))
    request.id = document["id"] if isinstance(document.get("id"), str) else None
    request.wanted = tuple(_wanted(output, place, outputs) for place, output in enumerate(wanted))
    return request


def _read(inputs: Sequence[Input], tensors: list[dict[str, Any]]) -> Columns:
    names = [declared.name for declared in inputs]
    width = len(names)
    first = tensors[0]
    if len(tensors) == 1 and first["shape"][1:] == [width] and (width > 1 or first["name"] not in names):
        flat = first["data"]
        cells: dict[str, Any] = {name: flat[place::width] for place, name in enumerate(names)}
        return _checked(
            inputs, cells, lambda p: f"/inputs/0/data/{p.row * width + names.index(str(p.field))}"
        )
    places: dict[str, int] = {}
    problems = []
    for place, tensor in enumerate(tensors):
        name = tensor["name"]
        if name not in names or name in places:
            detail = f"Expected one of {', '.join(names)}, once."
            problems.append(PointedProblem(f"/inputs/{place}/name", detail))
        elif tensor["shape"][1:] not in ([], [1]):
            problems.append(PointedProblem(f"/inputs/{place}/shape", "Expected [n] or [n, 1]."))
        places.setdefault(name, place)
    missing = [declared.name for declared in inputs if declared.required and declared.name not in places]
    problems += [PointedProblem("/inputs", f"The tensor {name!r} is missing.") for name in missing]
    if problems:
        raise InvalidRequest(problems[:_MOST])
    cells = {name: tensors[place]["data"] for name, place in places.items()}
    return _checked(inputs, cells, lambda p: f"/inputs/{places[str(p.field)]}/data/{p.row}")


def _checked(inputs: Sequence[Input], cells: Any, pointer: Callable[[InstanceProblem], str]) -> Columns:
    try:
        return read_columns(inputs, cells)
    except InvalidInstances as error:
        error.point(PointedProblem(pointer(problem), problem.detail) for problem in error.instance_problems)
        raise


def _tensor(tensor: Any, at: str) -> dict[str, Any]:
    """The tensor with its data flat; raises InvalidRequest for one that contradicts itself."""
    if not isinstance(tensor, dict) or not isinstance(tensor.get("name"), str):
        raise _invalid(at, "Expected an object with name, shape, datatype and data.")
    shape, data = tensor.get("shape"), tensor.get("data")
    sizes = isinstance(shape, list) and shape and all(type(size) is int and size > 0 for size in shape)
    if not isinstance(shape, list) or not sizes:
        raise _invalid(f"{at}/shape", "Expected an array of positive integers.")
    if tensor.get("datatype") not in DATATYPES:
        raise _invalid(f"{at}/datatype", f"Expected one of {', '.join(DATATYPES)}.")
    flat = data
    for _ in shape[1:]:
        if isinstance(flat, list) and flat and all(isinstance(row, list) for row in flat):
            flat = [value for row in flat for value in row]
    if not isinstance(flat, list) or len(flat) != prod(shape):
        raise _invalid(f"{at}/data", f"Expected an array of {prod(shape)} values, as the shape says.")
    return {"name": tensor["name"], "shape": shape, "data": flat}


def _wanted(output: Any, place: int, outputs: Sequence[str]) -> str:
    name = output.get("name") if isinstance(output, dict) else None
    if name not in outputs:
        raise _invalid(f"/outputs/{place}", f"Expected an object whose name is one of {', '.join(outputs)}.")
    return str(name)


def _invalid(pointer: str, detail: str) -> InvalidRequest:
    return InvalidRequest([PointedProblem(pointer, detail)])
