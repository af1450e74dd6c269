"""How an API differs for its clients: each difference marked as breaking or not.

python -m scripts.api_diff MODEL --base REF     the model's document at a git ref, and now
python -m scripts.api_diff OLD.json NEW.json    two documents
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scoring import ContractError
from scripts.api_diff.document import compare_documents
from scripts.api_diff.rendered import RefError, document_at, document_now
from scripts.api_diff.report import to_document, to_markdown
from scripts.model_paths import contract_path, known_models

EMPTY = {"openapi": "3.0.3", "paths": {}}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the differences; exit code 0 done, 1 failed or breaking (when asked to), 2 wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        old, new = _documents(options)
    except FileNotFoundError as error:
        print(f"There is no {error.filename}. Models here: {known_models()}.", file=sys.stderr)
        return 2
    except (ContractError, RefError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    found = compare_documents(old, new)
    name = str(new.get("info", {}).get("title", options.subject))
    if options.json:
        print(json.dumps(to_document(found), indent=2, ensure_ascii=False))
    else:
        print(to_markdown(found, name), end="")
    broken = sum(difference.breaking for difference in found)
    if broken and options.fail_on_breaking:
        print(f"{broken} differences break clients of {name}: serve them on a new route.", file=sys.stderr)
        return 1
    return 0


def _documents(options: argparse.Namespace) -> tuple[Any, Any]:
    if options.other:
        return _read(Path(options.subject)), _read(Path(options.other))
    contract = contract_path(options.subject)
    new = document_now(contract)
    return document_at(options.base, options.subject) or EMPTY, new


def _read(file: Path) -> Any:
    document = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(document, dict) or "openapi" not in document:
        raise ValueError(f"{file} is no OpenAPI document.\n  repair   make openapi renders one")
    return document


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.api_diff",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("subject", metavar="MODEL|OLD.json", help="a model, or the older document")
    parser.add_argument("other", metavar="NEW.json", nargs="?", help="the newer document")
    parser.add_argument("--base", default="origin/main", metavar="REF", help="git ref (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of markdown")
    parser.add_argument("--fail-on-breaking", action="store_true", help="exit code 1 when something breaks")
    return parser


if __name__ == "__main__":
    sys.exit(main())
