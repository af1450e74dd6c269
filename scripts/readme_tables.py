"""Write the tables of variables and outputs in the modules' READMEs from the modules' source.

What a variable means and what leaving it out does is said once, in its `description`. Lines of it become
one, but those that begin with `- `.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts.generated_file import ROOT, write_all
from scripts.module_examples import MODULES, module_names

ROOTS = (*(MODULES / name for name in module_names()), ROOT / "infra" / "bootstrap")
HEADS = {
    "variable": "## Variables\n\n| Name | Meaning | Default |\n|---|---|---|\n",
    "output": "## Outputs\n\n| Name | Meaning |\n|---|---|\n",
}

# A block that starts at the margin ends at the first brace that does; its parts stand two spaces in.
_BLOCK = re.compile(r'^(variable|output) "(\w+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
_DESCRIPTION = re.compile(
    r'^  description\s*=\s*(?:<<-EOT\n(?P<lines>.*?)^\s*EOT$|"(?P<line>(?:\\.|[^"\\])*)"$)',
    re.MULTILINE | re.DOTALL,
)
_TAG = re.compile(r"<(?!br>)")
_DEFAULT = re.compile(r"^  default\s*=\s*(.+)$", re.MULTILINE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the tables, or compare; exit code 0 done or current, 1 stale."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.readme_tables",
        description=__doc__,
        epilog="For example: python -m scripts.readme_tables --check",
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a README is stale")
    return write_all(rendered_readmes(), check=parser.parse_args(arguments).check)


def rendered_readmes() -> Iterator[tuple[Path, str]]:
    """Every README with the text that it should have."""
    for root in ROOTS:
        readme = root / "README.md"
        yield readme, with_tables(readme.read_text(encoding="utf-8"), tables_of(root))


def with_tables(text: str, tables: dict[str, str]) -> str:
    """The text of a README with these tables, each in the place of the one under its heading."""
    for kind, table in tables.items():
        title = HEADS[kind].partition("\n")[0]
        section = re.compile(rf"^{title}\n\n(?:\|.*\n)+", re.MULTILINE)
        if len(section.findall(text)) != 1:
            raise ValueError(f"a README has no table, or several, right below {title!r}")
        text = section.sub(table.replace("\\", r"\\"), text)
    return text


def tables_of(root: Path) -> dict[str, str]:
    """Kind of block → its heading and table, rows as the README has them or else as the files do."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted(root.glob("*.tf")))
    rows: dict[str, dict[str, str]] = {kind: {} for kind in HEADS}
    for kind, name, body in _BLOCK.findall(source):
        default = [_default(body)] if kind == "variable" else []
        rows[kind][name] = " | ".join([f"| `{name}`", _meaning(body), *default]) + " |\n"
    return {
        kind: HEADS[kind] + "".join(found[name] for name in _order(readme, HEADS[kind], found))
        for kind, found in rows.items()
        if found
    }


def _order(readme: str, head: str, found: dict[str, str]) -> list[str]:
    """The order of the README, which a person chose; what is new there comes last."""
    section = readme.partition(head.partition("\n")[0] + "\n")[2].partition("\n## ")[0]
    shown = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    return sorted(found, key=lambda name: shown.index(name) if name in shown else len(shown))


def _meaning(body: str) -> str:
    found = _DESCRIPTION.search(body)
    if found is None:
        return ""
    if found["line"] is not None:
        return _cell(found["line"].replace('\\"', '"').replace("\\\\", "\\"))
    meaning = ""
    for line in found["lines"].strip().splitlines():
        joint = "<br>" if line.strip().startswith("- ") else " "
        meaning += (joint if meaning else "") + line.strip()
    return _cell(meaning)


def _default(body: str) -> str:
    found = _DEFAULT.search(body)
    return f"`{found[1].strip()}`" if found else "required"


def _cell(text: str) -> str:
    """As markdown has it: no bar ends the cell, and a <name> outside of code is no tag."""
    parts = text.replace("|", r"\|").replace("$${", "${").split("`")
    return "`".join(part if number % 2 else _TAG.sub("&lt;", part) for number, part in enumerate(parts))


if __name__ == "__main__":
    sys.exit(main())
