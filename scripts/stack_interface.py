"""Write what every stack takes and gives from what module model_api takes and gives.

Terraform drops, without a word, an attribute that an object's type doesn't name: a stack whose types are
narrower than the module's ignores the lines of a tfvars file that only the module knows. So each stack's
types are the module's, text for text; the validations stay where the values arrive, in the module.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from scripts.generated_file import ROOT, write_all

MODULE = ROOT / "infra" / "modules" / "model_api"
STACKS = ROOT / "infra" / "stacks"

COMPOSED = {"name", "contract_file", "openapi_file", "package"}
"""Variables of the module that a stack works out from its model and environment."""

LEFT_OUT = {"backend"}
"""Outputs that a stack doesn't give: the whole OpenAPI document again, in every state and listing."""

HEADER = "# Written by `make fmt` (scripts/stack_interface) from infra/modules/model_api: change it there.\n"

# A block that starts at the margin ends at the first brace that does; so do its parts, two spaces in.
_BLOCK = re.compile(r'^(variable|output) "(\w+)" \{\n(.*?)^\}\n', re.MULTILINE | re.DOTALL)
_VALIDATION = re.compile(r"\n?^  validation \{\n.*?^  \}\n", re.MULTILINE | re.DOTALL)
_VALUE = re.compile(r"^  value\s.*", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A variable or an output of the module."""

    kind: str
    name: str
    body: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Write both files of every stack, or compare; exit code 0 done or current, 1 stale."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.stack_interface",
        description=__doc__,
        epilog="For example: python -m scripts.stack_interface --check",
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file is stale")
    return write_all(rendered_files(), check=parser.parse_args(arguments).check)


def rendered_files() -> Iterator[tuple[Path, str]]:
    """Yield path and text of each file, for every stack there is."""
    variables, outputs = render_variables(), render_outputs()
    for stack in sorted(path.parent for path in STACKS.glob("*/versions.tf")):
        yield stack / "variables_model_api.tf", variables
        yield stack / "outputs_model_api.tf", outputs


def render_variables() -> str:
    """Return the variables that a stack hands on: the module's, without their validations."""
    blocks = [block for block in module_blocks("variable") if block.name not in COMPOSED]
    texts = [f'variable "{block.name}" {{\n{_VALIDATION.sub("", block.body)}}}\n' for block in blocks]
    return "\n".join([HEADER, *texts])


def render_outputs() -> str:
    """Return the outputs that a stack hands on: all but LEFT_OUT."""
    texts = []
    for block in module_blocks("output"):
        if block.name not in LEFT_OUT:
            body = _VALUE.sub(f"  value       = module.model_api.{block.name}\n", block.body)
            texts.append(f'output "{block.name}" {{\n{body}}}\n')
    return "\n".join([HEADER, *texts])


def module_blocks(kind: str, directory: Path = MODULE) -> list[Block]:
    """Return a module's variables or outputs, by file and place."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(directory.glob("*.tf")))
    return [block for block in (Block(*found) for found in _BLOCK.findall(source)) if block.kind == kind]


if __name__ == "__main__":
    sys.exit(main())
