"""Was what lies in build/ made from this checkout? Asked before a plan: Terraform sees files, not sources.

What Terraform can see it finds itself: another contract, a zip that isn't its manifest's, a model that was
trained on other features.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts import ROOT
from scripts.packaging.build import digest_sources
from scripts.packaging.target import DEFAULT
from scripts.stack.target import StackError, Target

_LAMBDA_TARGET = re.compile(r'^\s*lambda_target\s*=\s*"([^"]+)"', re.MULTILINE)


def check_build(target: Target, root: Path = ROOT) -> None:
    """Raise StackError when the zip or the OpenAPI document of a stack is older than the code it comes from.

    What isn't there, or doesn't say what it comes from, is Terraform's to refuse.
    """
    build = root / "build" / target.stack
    platform = lambda_target(target.environment(), target.var_file)
    check_zip(build / f"function-{platform}.json", root, f"make package MODEL={target.stack} ON={target.on}")
    contract = root / "models" / target.stack / "contract.json"
    check_document(build / "openapi.json", contract, f"make openapi MODEL={target.stack}")


def lambda_target(environment: Mapping[str, str], var_file: Path) -> str:
    """Runtime and architecture that a plan takes: the environment's settings, TF_VAR_…, the default."""
    found = _LAMBDA_TARGET.search(var_file.read_text(encoding="utf-8")) if var_file.is_file() else None
    return found[1] if found else environment.get("TF_VAR_lambda_target", DEFAULT)


def check_zip(manifest: Path, root: Path, repair: str) -> None:
    """Raise StackError unless the zip's manifest names the sources that lie in lambda/."""
    built = _read(manifest).get("sources_digest")
    here = digest_sources(root / "lambda", root / "lambda" / "requirements.txt")
    if built not in (None, here):
        raise StackError(
            f"The function's zip is stale: {manifest.with_suffix('.zip').relative_to(root)} was built from "
            f"other code than lambda/ holds here.\n  repair   {repair}"
        )


def check_document(document: Path, contract_file: Path, repair: str) -> None:
    """Raise StackError when the contract is rendered otherwise by now than it stands in the document."""
    from scoring import Contract, ContractError  # noqa: PLC0415 - numpy
    from scripts.openapi_document import render_document, serialize  # noqa: PLC0415 - the same

    said = _read(document).get("x-model-endpoint-api", {}).get("contract_digest")
    try:
        if said is None or said != hashlib.sha256(contract_file.read_bytes()).hexdigest():
            return
        text = serialize(render_document(Contract.load(contract_file)))
    except (OSError, ContractError):
        return
    if document.read_text(encoding="utf-8") != text:
        raise StackError(
            f"The API's document is stale: {document.parent.name}/{document.name} in build/ is not what "
            f"scripts.openapi renders here.\n  repair   {repair}"
        )


def _read(file: Path) -> dict[str, Any]:
    try:
        read = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}
