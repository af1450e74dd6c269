"""The documents of the repository as tests read them: their commands, links and the paths that they name."""

import re
from pathlib import Path

from scripts import ROOT
from tests.checkout import repository_files

_SHELL = re.compile(r"^```(?:sh|bash|shell|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)


def documents() -> list[Path]:
    """List every Markdown file, relative to the repository."""
    return sorted(path for path in repository_files() if path.suffix == ".md")


def shell_blocks(document: Path) -> list[str]:
    """The blocks of commands, each as it would be pasted."""
    return _SHELL.findall((ROOT / document).read_text(encoding="utf-8"))


def inline_code(text: str) -> list[str]:
    """What stands in single backticks."""
    return _INLINE.findall(_FENCE.sub("", text))


def links(document: Path) -> list[str]:
    """Targets of links into the repository, with their anchors."""
    found = _LINK.findall(_FENCE.sub("", (ROOT / document).read_text(encoding="utf-8")))
    return [target for target in found if "://" not in target]


def anchors(document: Path) -> set[str]:
    """What a link may say after `#`: the headings as GitHub spells them, in small letters with hyphens."""
    headings = _HEADING.findall(_FENCE.sub("", (ROOT / document).read_text(encoding="utf-8")))
    words = [re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).lower() for heading in headings]
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in words}
