"""What a stack is planned from, made in no time: the real document, files in place of zip and artifact."""

import base64
import hashlib
import json
from pathlib import Path

from scoring import Contract
from scripts.openapi_document import render_document, serialize

TARGET = "python3.13-arm64"


def write_artefacts(contract_file: Path, directory: Path) -> None:
    """Write openapi.json, function-<target>.zip with its manifest, and model.tar.gz."""
    directory.mkdir(parents=True, exist_ok=True)
    contract = Contract.load(contract_file)
    code = b"the function's code"
    runtime, architecture = TARGET.split("-")
    manifest = {
        "runtime": runtime,
        "architecture": architecture,
        "handler": "scoring.handler.handle",
        "sha256_base64": base64.b64encode(hashlib.sha256(code).digest()).decode(),
        "contract_digest": contract.digest,
    }
    (directory / f"function-{TARGET}.zip").write_bytes(code)
    (directory / f"function-{TARGET}.json").write_text(json.dumps(manifest))
    (directory / "openapi.json").write_text(serialize(render_document(contract)))
    (directory / "model.tar.gz").write_bytes(b"the model's artifact")
