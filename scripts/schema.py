"""Render `models/contract.schema.json` (JSON Schema 2020-12) from the declarations that the loader checks."""

import json
import sys
from pathlib import Path
from typing import Any

from scoring.contract_declarations import CONTRACT, DEFINITIONS
from scripts.generated_file import ROOT, render_command

SCHEMA_FILE: Path = ROOT / "models" / "contract.schema.json"


def contract_schema() -> dict[str, Any]:
    """The schema of a contract: its structure; what must agree between keys is the loader's to check."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Model contract",
        **CONTRACT.schema(),
        "$defs": {name: kind.schema() for name, kind in DEFINITIONS.items()},
    }


def render() -> str:
    """The schema file's text."""
    return json.dumps(contract_schema(), indent=2, ensure_ascii=False) + "\n"


def main(argv: list[str] | None = None) -> int:
    """Write or check the schema file."""
    return render_command("schema", SCHEMA_FILE, render, argv)


if __name__ == "__main__":
    sys.exit(main())
