"""What the documents name is there: make targets, commands, files, links."""

import importlib
import re
import shlex
from pathlib import Path

import pytest

from scripts import ROOT
from tests.documents import anchors, documents, inline_code, links, shell_blocks

pytestmark = pytest.mark.unit

DOCUMENTS = documents()
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
VARIABLES = set(re.findall(r"^([A-Z]+) *:=", MAKEFILE, re.MULTILINE)) | {"PYTHON"}
MODULES = sorted(
    {f"scripts.{path.stem}" for path in (ROOT / "scripts").glob("*.py") if "__main__" in path.read_text()}
    | {f"scripts.{path.parent.name}" for path in (ROOT / "scripts").glob("*/__main__.py")}
)
TOP = re.compile(r"^(?:infra|lambda|scripts|models|docs|tests|requirements)/[\w./-]+$")
"""Inline code that names a file or directory of the repository, without a placeholder in it."""


def text_of(document: Path) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def commands_of(document: Path) -> list[str]:
    """Every command line, in blocks and inline."""
    lines = [line for block in shell_blocks(document) for line in block.replace("\\\n", " ").splitlines()]
    return [*lines, *inline_code(text_of(document))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_links_lead_somewhere(document: Path) -> None:
    """A relative link is a file or directory of the repository, and its anchor a heading there."""
    missing = []
    for link in links(document):
        path, _, anchor = link.partition("#")
        target = ROOT / document.parent / path if path else ROOT / document
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            missing.append(link)
    assert missing == []


def test_the_index_names_every_page() -> None:
    """docs/README.md leads to each page of docs."""
    index = Path("docs/README.md")
    named = {(ROOT / "docs" / link.partition("#")[0]).resolve() for link in links(index)}
    assert [
        path for path in DOCUMENTS if path.parts[0] == "docs" and path != index and ROOT / path not in named
    ] == []


def test_decisions_are_numbered_and_say_what_they_cost() -> None:
    """No number is missing or twice; each has its number in its title, a context, a decision and a price."""
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [path.name[:4] for path in decisions] == [f"{place:04}" for place in range(1, len(decisions) + 1)]
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]} · "), path.name
        assert [
            part for part in ("**Context.**", "**Decision.**", "**What it costs.**") if part not in text
        ] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_files_that_are_named_exist(document: Path) -> None:
    """A path in backticks that starts at the root is there."""
    named = [code for code in inline_code(text_of(document)) if TOP.match(code)]
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_make_targets_that_are_named_exist(document: Path) -> None:
    """Targets and variables after `make` are the Makefile's."""
    targets = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
    for command in commands_of(document):
        if re.match(r"make [a-z]", command):
            words = shlex.split(command.replace("…", "x"), comments=True)[1:]
            assert {word for word in words if "=" not in word} <= targets, command
            assert {word.partition("=")[0] for word in words if "=" in word} <= VARIABLES, command


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_commands_that_are_named_exist(document: Path) -> None:
    """`python -m scripts.NAME` is one of the project's commands."""
    named = set(re.findall(r"python -m (scripts\.[a-z_]+)", text_of(document)))
    assert named <= set(MODULES)


@pytest.mark.parametrize("module", MODULES)
def test_a_command_explains_itself(module: str, capsys: pytest.CaptureFixture[str]) -> None:
    """--help says what it is and how it is called, shows an example, and ends with 0."""
    name = module if (ROOT / f"{module.replace('.', '/')}.py").exists() else f"{module}.__main__"
    with pytest.raises(SystemExit) as ended:
        importlib.import_module(name).main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith(f"usage: python -m {module}")
    assert len(said.splitlines()) > 3
    assert re.search(r"For example:\s+(make|python) ", said)
