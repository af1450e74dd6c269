"""infra/stacks/<name>: bike-rental's stack as it is now with another model; no template drifts from it."""

from __future__ import annotations

import re
from pathlib import Path
from string import Template
from typing import Final

from scripts import ROOT

MODEL: Final = "bike-rental"
SOURCE: Final = ROOT / "infra" / "stacks" / MODEL
ACCOUNTS: Final = ROOT / "infra" / "bootstrap" / "accounts"
ATLANTIS: Final = ROOT / "atlantis.yaml"
README: Final = Path(__file__).parent / "templates" / "stack_README.md.txt"
ITS_ROUTES: Final = ("allow_open_routes", "unpublished_routes")
"""Settings in tfvars about routes that only bike-rental's contract has."""


def environments() -> list[str]:
    """The environments that a new stack has."""
    return sorted(path.stem for path in (SOURCE / "env").glob("*.tfvars"))


def stack_files(name: str) -> dict[str, str]:
    """Path in infra/stacks/<name> → text."""
    made = {"README.md": readme_text(name)}
    for path in sorted(SOURCE.rglob("*")):
        inside = path.relative_to(SOURCE)
        if not path.is_file() or inside.parts[0] in ("README.md", ".terraform"):
            continue
        text = path.read_text(encoding="utf-8").replace(MODEL, name)
        made[str(inside)] = _adapt_settings(text) if path.suffix == ".tfvars" else text
    return made


def _adapt_settings(text: str) -> str:
    for key in ITS_ROUTES:
        text = without_setting(text, key)
    return text.replace("(README.md)", f"(../{MODEL}/README.md)")


def without_setting(text: str, key: str) -> str:
    """The text of a tfvars file without a setting on one line, and the comment that stands above it."""
    return re.sub(rf"(?m)^(?: *#[^\n]*\n)* *{key} *=[^\n]*\n\n?", "", text)


def account_files(name: str) -> dict[Path, str]:
    """Accounts of infra/bootstrap that know bike-rental → their text with this stack beside it.

    Without it the roles of a pipeline may do nothing for the new stack.
    """
    listed = re.compile(rf'(?m)^(stacks = \[[^\]]*"{MODEL}"[^\]]*)\]')
    changed = {}
    for path in sorted(ACCOUNTS.glob("*.tfvars")):
        text = path.read_text(encoding="utf-8")
        if listed.search(text) and f'"{name}"' not in text:
            changed[path] = listed.sub(rf'\1, "{name}"]', text)
    return changed


def pipeline_files(name: str) -> dict[Path, str]:
    """Files of pipelines that list each stack → their text with this one, as bike-rental stands there."""
    if not ATLANTIS.is_file():
        return {}
    text = ATLANTIS.read_text(encoding="utf-8")
    listed = "".join(re.findall(rf"(?m)^  - name: {MODEL}-\w+\n(?:    .*\n)+", text))
    after = text.rfind("\n", 0, text.find("\nworkflows:") + 1) + 1
    if not listed or f"dir: infra/stacks/{name}\n" in text or not after:
        return {}
    return {ATLANTIS: text[:after] + listed.replace(MODEL, name) + text[after:]}


def readme_text(name: str) -> str:
    """README.md of the stack."""
    shown = ", ".join(f"`{environment}`" for environment in environments())
    return Template(README.read_text(encoding="utf-8")).substitute(
        name=name, source=MODEL, environments=shown
    )
