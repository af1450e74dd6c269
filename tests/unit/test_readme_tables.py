"""The tables of variables and outputs in the modules' READMEs are what the source says."""

from pathlib import Path

import pytest

from scripts.readme_tables import ROOTS, main, rendered_readmes, tables_of, with_tables

pytestmark = pytest.mark.unit

SOURCE = r"""variable "size" {
  description = "How many, a | b, written \"n\": <name>-n, or `<name>` of `$${var.NAME}`."
  type        = number
  default     = 3
}

variable "parts" {
  description = <<-EOT
    Parts of it,
    by name.
    - `first`: one,
    or none.
    - `second`: two.
    Null makes none.
  EOT
  type = object({
    first  = optional(string, "x")
    second = optional(string)
  })
  default = null

  validation {
    condition     = true
    error_message = "never"
  }
}

variable "name" {
  type        = string
  description = "Its name."
}

output "size" {
  description = "How many there are."
  value       = var.size
}
"""
README = """# module

## Variables

| Name | Meaning | Default |
|---|---|---|
| `name` | Old. | `"x"` |
| `gone` | Was here. | required |

## Outputs

| Name | Meaning |
|---|---|
| `size` | Old. |

Text.
"""
WANTED = """# module

## Variables

| Name | Meaning | Default |
|---|---|---|
| `name` | Its name. | required |
| `size` | How many, a \\| b, written "n": &lt;name>-n, or `<name>` of `${var.NAME}`. | `3` |
| `parts` | Parts of it, by name.<br>- `first`: one, or none.<br>- `second`: two. Null makes none. | `null` |

## Outputs

| Name | Meaning |
|---|---|
| `size` | How many there are. |

Text.
"""


@pytest.fixture
def module(tmp_path: Path) -> Path:
    (tmp_path / "main.tf").write_text(SOURCE)
    (tmp_path / "README.md").write_text(README)
    return tmp_path


@pytest.mark.parametrize("readme", [root / "README.md" for root in ROOTS], ids=lambda path: path.parent.name)
def test_a_readmes_tables_are_those_of_its_source(readme: Path) -> None:
    """Every variable and output with its meaning and default; `make fmt` writes them."""
    assert readme.read_text(encoding="utf-8") == dict(rendered_readmes())[readme]


@pytest.mark.parametrize("root", ROOTS, ids=lambda path: path.name)
def test_everything_says_what_it_is(root: Path) -> None:
    """No variable or output is without a description."""
    assert "|  |" not in "".join(tables_of(root).values())


def test_rows_are_rendered_in_the_readmes_order(module: Path) -> None:
    """Meanings and defaults of the source, what is new last, what is gone gone."""
    assert with_tables(README, tables_of(module)) == WANTED
    (module / "README.md").write_text(WANTED)
    assert with_tables(WANTED, tables_of(module)) == WANTED


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("default     = 3", "default     = 4"),
        ("How many there are", "How many there were"),
        ('variable "name"', 'variable "title"'),
        ("- `second`: two.", "- `second`: three."),
    ],
)
def test_whatever_changes_in_the_source_makes_the_readme_stale(module: Path, before: str, after: str) -> None:
    """A default, a meaning, a name, a part of an object."""
    assert before in SOURCE
    (module / "README.md").write_text(WANTED)
    (module / "main.tf").write_text(SOURCE.replace(before, after))
    assert with_tables(WANTED, tables_of(module)) != WANTED


def test_a_readme_without_its_table_is_refused(module: Path) -> None:
    """Something else stands below the heading."""
    with pytest.raises(ValueError, match="## Outputs"):
        with_tables(README.replace("## Outputs\n", "## Outputs\n\nText.\n"), tables_of(module))


def test_check_writes_nothing(monkeypatch: pytest.MonkeyPatch, module: Path) -> None:
    """It ends with 1 and names the repair; without --check the file is written."""
    monkeypatch.setattr("scripts.readme_tables.ROOTS", (module,))
    assert main(["--check"]) == 1
    assert (module / "README.md").read_text() == README
    assert main([]) == 0
    assert (module / "README.md").read_text() == WANTED
    assert main(["--check"]) == 0
