"""Who may know whom inside the function (STYLE 6): each stage its own means, only the handler the order."""

import ast
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

PACKAGE = Path(__file__).parent.parent.parent / "lambda" / "scoring"
KNOWLEDGE = {"contract", "errors"}

# Stage or part of one → what of ours it may import besides contract and errors.
REQUEST_HALF: dict[str, set[str]] = {
    "errors": {"model_errors", "request_errors", "root_error"},
    "root_error": set(),
    "request_errors": {"root_error"},
    "model_errors": {"root_error"},
    "settings": set(),
    "media_types": set(),
    "read_event": {"media_types"},
    "find_route": {"read_event"},
    "read_body": {"read_event"},
    "read_json": set(),
    "read_instances": {"columns"},
    "read_data": {"columns"},
    "read_csv": {"columns", "read_data"},
    "read_json_lines": {"read_json"},
    "read_form": set(),
    "read_mlflow": {"columns", "read_instances"},
    "write_rows": set(),
    "read_kserve": {"columns"},
    "answer_kserve": set(),
    "decode_request": {
        "columns",
        "media_types",
        "read_body",
        "read_csv",
        "read_data",
        "read_event",
        "read_form",
        "read_instances",
        "read_json",
        "read_json_lines",
        "read_kserve",
        "read_mlflow",
    },
    "encode_payload": {"media_types"},
    "encode_csv": set(),
    "encode_libsvm": {"encode_csv"},
    "encode_json": {"media_types"},
    "encode_recordio": set(),
    "invoke": set(),
    "decode_csv_reply": set(),
    "decode_json_reply": set(),
    "decode_recordio_reply": set(),
    "decode_prediction": {"media_types"},
    "respond": {"media_types", "write_rows"},
    "observe": set(),
    "log_features": set(),
    "handler": {
        "answer_kserve",
        "decode_prediction",
        "decode_request",
        "encode_payload",
        "find_route",
        "invoke",
        "log_features",
        "observe",
        "read_event",
        "respond",
        "settings",
    },
}
FOREIGN = {"invoke": {"boto3", "botocore", "urllib3"}}
KNOWS_NUMPY = {
    "read_json",
    "encode_payload",
    "encode_csv",
    "encode_libsvm",
    "encode_json",
    "encode_recordio",
    "decode_csv_reply",
    "decode_json_reply",
    "decode_recordio_reply",
    "decode_prediction",
}


def imports(file: Path) -> tuple[set[str], set[str]]:
    """(modules of ours, top-level modules of others)."""
    ours, others = set(), set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.level or (node.module or "").startswith("scoring")):
            inner = (node.module or "").removeprefix("scoring").strip(".")
            ours |= {inner.split(".")[0]} if inner else {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            others.add((node.module or "").split(".")[0])
        elif isinstance(node, ast.Import):
            others |= {alias.name.split(".")[0] for alias in node.names}
    return ours, others


def everything() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("name", REQUEST_HALF)
def test_stage_imports_its_own_means_alone(name: str) -> None:
    """A stage that imports another stage would make the order its business."""
    ours, others = imports(PACKAGE / f"{name}.py")
    assert ours - KNOWLEDGE <= REQUEST_HALF[name]
    foreign = {module for module in others if module not in sys.stdlib_module_names}
    numpy = {"numpy"} if name in KNOWS_NUMPY else set()
    assert foreign == FOREIGN.get(name, set()) | (foreign & numpy)


def test_transform_half_knows_nothing_of_requests() -> None:
    """What training imports reaches neither boto3 nor any stage of the request."""
    stages = set(REQUEST_HALF) - {"errors"}
    for file in everything():
        if file.stem not in REQUEST_HALF:
            ours, others = imports(file)
            assert not ours & stages, file.name
            assert {module for module in others if module not in sys.stdlib_module_names} <= {"numpy"}, (
                file.name
            )


def test_only_invoke_knows_boto3() -> None:
    """One file to look at when AWS's SDK changes."""
    knowing = {file.stem for file in everything() if imports(file)[1] & {"boto3", "botocore", "urllib3"}}
    assert knowing == {"invoke"}


def test_only_the_handler_knows_the_stages() -> None:
    """Nothing imports the handler, and nothing but the handler imports a stage that acts."""
    acting = {
        "decode_request",
        "encode_payload",
        "invoke",
        "decode_prediction",
        "respond",
        "observe",
        "handler",
    }
    for file in everything():
        if file.stem != "handler":
            assert not imports(file)[0] & acting, file.name
