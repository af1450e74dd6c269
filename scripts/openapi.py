"""Render a model's OpenAPI document: `python -m scripts.openapi bike-rental`."""

import argparse
import sys
from pathlib import Path

from scoring import Contract, ContractError
from scripts.model_paths import build_directory, contract_path, known_models
from scripts.openapi_document import render_document, serialize
from scripts.whole_file import write_whole


def main(arguments: list[str] | None = None) -> int:
    """Write build/<model>/openapi.json, or say what is wrong with the contract."""
    options = _parser().parse_args(arguments)
    contract_file = options.contract or contract_path(options.model)
    output = options.output or build_directory(contract_path(options.model)) / "openapi.json"
    if not contract_file.is_file():
        print(
            f"There is no model {str(options.contract or options.model)!r}, and no contract at such a path.\n"
            f"  repair   MODEL=one of {known_models()}; or the path of a contract",
            file=sys.stderr,
        )
        return 2
    try:
        contract = Contract.load(contract_file)
    except ContractError as error:
        print(
            f"{contract_file} isn't a valid contract, so there is no document to render.\n{error}",
            file=sys.stderr,
        )
        return 1
    text = serialize(render_document(contract))
    changed = not output.is_file() or output.read_text(encoding="utf-8") != text
    if changed:
        write_whole(output, text)
    routes = ", ".join(f"{route.method} {route.path}" for route in contract.routes)
    print(f"{output}: {contract.name} {contract.version}, {routes} ({'written' if changed else 'unchanged'})")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.openapi",
        description="Render a model contract as an OpenAPI document, for client developers and API Gateway.",
        epilog="For example: make openapi MODEL=bike-rental",
    )
    parser.add_argument("model", help="name of a folder in models/, or the path of a contract anywhere")
    parser.add_argument(
        "--contract", type=Path, help="contract to read (default: models/<model>/contract.json)"
    )
    parser.add_argument("--output", type=Path, help="document to write (default: build/<model>/openapi.json)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
