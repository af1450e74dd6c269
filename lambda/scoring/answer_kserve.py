"""What the Open Inference Protocol (KServe v2) answers: health, metadata, and output tensors.

Health says that the function runs with a sound contract; the model itself is asked only by an inference.
https://github.com/kserve/open-inference-protocol/blob/main/specification/protocol/inference_rest.md
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from .contract import Contract, Output, Route

_INPUTS = {"number": "FP64", "integer": "INT64", "boolean": "BOOL", "string": "BYTES", "datetime": "BYTES"}
_OUTPUTS = {**_INPUTS, "object": "BYTES"}


def describe(contract: Contract, route: Route) -> dict[str, Any]:
    """The document that a route without an inference answers."""
    documents: dict[str, dict[str, Any]] = {
        "live": {"live": True},
        "ready": {"ready": True},
        "server": {"name": "model-endpoint-api", "version": contract.version, "extensions": []},
        "model_ready": {"name": contract.name, "ready": True},
        "model": {
            "name": contract.name,
            "versions": [contract.version],
            "platform": "amazon-sagemaker",
            "inputs": [
                {"name": item.name, "datatype": _INPUTS[item.type], "shape": [-1]} for item in contract.inputs
            ],
            "outputs": [
                {"name": item.name, "datatype": _OUTPUTS[item.type], "shape": [-1, *_width(item)]}
                for item in contract.outputs
            ],
        },
    }
    return documents[route.action]


def render_tensors(contract: Contract, outputs: Mapping[str, Sequence[Any]], request: Any) -> dict[str, Any]:
    """The answer to an InferRequest: a tensor for each output, flat; a label with its score as JSON text."""
    by_name = {item.name: item for item in contract.outputs}
    tensors = [_tensor(by_name[name], outputs[name]) for name in request.wanted or outputs]
    document = {"model_name": contract.name, "model_version": contract.version, "outputs": tensors}
    return document if request.id is None else {**document, "id": request.id}


def _tensor(output: Output, values: Sequence[Any]) -> dict[str, Any]:
    data = [value for row in values for value in row] if output.length is not None else list(values)
    if output.type == "object":
        data = [json.dumps(value) for value in data]
    shape = [len(values), *_width(output)]
    return {"name": output.name, "datatype": _OUTPUTS[output.type], "shape": shape, "data": data}


def _width(output: Output) -> list[int]:
    return [] if output.length is None else [output.length]
