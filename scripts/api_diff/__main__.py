"""How an API differs for its clients: each difference marked as breaking or not.

python -m scripts.api_diff MODEL --base REF     the model's document at a git ref, and now
python -m scripts.api_diff OLD.json NEW.json    two documents
"""

import argparse
import errno
import json
import sys
from collections.abc import Iterator, Sequence
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
        found = {name: compare_documents(old, new) for name, old, new in _documents(options)}
    except FileNotFoundError as error:
        print(f"There is no {error.filename}. Models here: {known_models()}.", file=sys.stderr)
        return 2
    except (ContractError, RefError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    if options.json:
        print(
            json.dumps({name: to_document(one) for name, one in found.items()}, indent=2, ensure_ascii=False)
        )
    else:
        print("\n".join(to_markdown(one, name) for name, one in found.items()), end="")
    broken = [name for name, one in found.items() if any(difference.breaking for difference in one)]
    if broken and options.fail_on_breaking:
        print(f"Clients break: {', '.join(broken)}. Serve the change on a route of its own.", file=sys.stderr)
        return 1
    return 0


def _documents(options: argparse.Namespace) -> Iterator[tuple[str, Any, Any]]:
    """Yield a name, the older and the newer document."""
    if options.other:
        old, new = _read(Path(options.subject)), _read(Path(options.other))
        yield str(new.get("info", {}).get("title", options.other)), old, new
        return
    models = known_models().split(", ") if options.subject == "all" else [options.subject]
    for model in models:
        if not contract_path(model).is_file():
            raise FileNotFoundError(errno.ENOENT, "no such model", f"model {model!r}")
        new = document_now(contract_path(model))
        yield model, document_at(options.base, model) or EMPTY, new


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
        epilog="For example: make api-diff MODEL=all BASE=origin/main ARGS=--fail-on-breaking",
    )
    parser.add_argument("subject", metavar="MODEL|OLD.json", help="a model, `all`, or the older document")
    parser.add_argument("other", metavar="NEW.json", nargs="?", help="the newer document")
    parser.add_argument("--base", default="origin/main", metavar="REF", help="git ref (%(default)s)")
    parser.add_argument("--json", action="store_true", help="print JSON instead of markdown")
    parser.add_argument("--fail-on-breaking", action="store_true", help="exit code 1 when something breaks")
    return parser


if __name__ == "__main__":
    sys.exit(main())
