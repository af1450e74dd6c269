"""`scoring.handler` makes its handler on import, from the environment: this lends it one for the import."""

import importlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import patch

from scoring import Contract
from scoring.settings import Settings
from tests import bike_rental
from tests.loopback_model import ENDPOINT

AWS_ENVIRONMENT = {
    "AWS_REGION": "eu-west-1",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def load_handler_module() -> ModuleType:
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "contract.json"
        file.write_text(json.dumps(bike_rental.contract()))
        environment = {**AWS_ENVIRONMENT, "ENDPOINT_NAME": ENDPOINT, "CONTRACT_FILE": str(file)}
        with patch.dict(os.environ, environment):
            return importlib.import_module("scoring.handler")


def make_client(url: str, timeout: float = 30.0) -> Any:
    """The client of `invoke.py`, pointed at a server on loopback."""
    from scoring.invoke import make_client

    environment = {**AWS_ENVIRONMENT, "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": url, "NO_PROXY": "127.0.0.1"}
    with patch.dict(os.environ, environment):
        return make_client(timeout, 4)


def make_handler(
    client: Any,
    write: Callable[[str], Any],
    contract: Mapping[str, Any] | None = None,
    **settings: Any,
) -> Callable[[Any, Any], dict[str, Any]]:
    """A handler with the bike-rental contract, or another, over a given client."""
    from scoring.invoke import Model

    checked = Contract.from_dict(contract or bike_rental.contract(), digest="ab" * 32)
    endpoint = checked.endpoint
    model = Model(client, ENDPOINT, endpoint.content_type, endpoint.accept)
    chosen = Settings(endpoint_name=ENDPOINT, contract_file=Path("contract.json"), **settings)
    handler: Callable[[Any, Any], dict[str, Any]] = load_handler_module().Handler(
        chosen, checked, model, write
    )
    return handler
