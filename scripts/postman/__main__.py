"""Render a model's contract as a Postman collection, with an environment that holds a stack's URL and key.

Writes build/MODEL/postman_collection.json and build/MODEL/postman_environment.json: import both into Postman.
Each request tests its answer: golden rows within the contract's tolerance, refusals as problem documents.
--run runs the collection by newman, Postman's own runner.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from scoring import Contract, ContractError
from scripts import ROOT
from scripts.postman.collection import render_collection, render_environment
from scripts.smoke.caller_options import add_caller_arguments
from scripts.smoke.identity import MissingIdentity
from scripts.smoke.reach import SubjectError, caller_of_stack, outputs_of_model, stage_url
from scripts.smoke.routes import published_routes
from scripts.smoke.tokens import tokens_for
from scripts.stack.arguments import add_target_arguments
from scripts.stack.command import run_on, target_of
from scripts.stack.target import Target, read_outputs

NEWMAN = ROOT / "build" / "newman" / "node_modules" / "newman" / "bin" / "newman.js"
FAILURES = (ContractError, SubjectError, MissingIdentity, ClientError, BotoCoreError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Render, and run if asked; exit code 0 done, 1 failed, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    target = target_of(options)
    return run_on(target, lambda: _render(target, options), FAILURES)


def _render(target: Target, options: argparse.Namespace) -> int:
    target.check()
    contract = Contract.load(options.contract or ROOT / "models" / options.stack / "contract.json")
    directory = ROOT / "build" / contract.name
    outputs = None if options.collection_only else outputs_of_model(read_outputs(target), options.model)
    routes = published_routes(contract.routes, outputs)
    collection = directory / "postman_collection.json"
    _write(collection, render_collection(contract, outputs))
    if outputs is None:
        return 0
    environment = directory / "postman_environment.json"
    around = target.environment()
    caller = caller_of_stack(outputs, around, options.client, tokens_for(target, options.token))
    secrets = caller.secrets_of({route.auth for route in routes})
    name = f"{target.stack} {target.env} on {target.on}"
    _write(environment, render_environment(name, stage_url(outputs, around), secrets), secret=True)
    return run_newman(collection, environment, options.newman) if options.run else 0


def run_newman(collection: Path, environment: Path, arguments: Sequence[str] = ()) -> int:
    """Run a collection; return newman's exit code, 1 when newman is not installed."""
    if not NEWMAN.is_file():
        print(
            "newman is not installed.\n  repair   make newman      (needs Node.js and npm)", file=sys.stderr
        )
        return 1
    command: list[str | Path] = ["node", NEWMAN, "run", collection, "--environment", environment, *arguments]
    return subprocess.run(command, check=False).returncode


def _write(file: Path, document: Mapping[str, Any], *, secret: bool = False) -> None:
    """Write a document, one with a key for its owner alone."""
    file.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with os.fdopen(os.open(file, flags, 0o600 if secret else 0o644), "w", encoding="utf-8") as text:
        json.dump(document, text, indent=2, ensure_ascii=False)
        text.write("\n")
    print(file.relative_to(ROOT), file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.postman",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
        epilog="For example: make postman STACK=bike-rental ARGS=--run",
    )
    add_target_arguments(parser)
    add_caller_arguments(parser)
    parser.add_argument("--contract", type=Path, help="contract file (default: models/STACK/contract.json)")
    parser.add_argument("--collection-only", action="store_true", help="needs no deployed stack")
    parser.add_argument("--run", action="store_true", help="run it by newman; its exit code is ours")
    parser.add_argument("newman", nargs="*", help="arguments for newman, after --")
    return parser


if __name__ == "__main__":
    sys.exit(main())
