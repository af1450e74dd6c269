"""Names in tfvars files are held against the stack's types, which Terraform doesn't do."""

from pathlib import Path

import pytest

from scripts import ROOT
from scripts.stack.settings import unknown_settings, variable_types

pytestmark = pytest.mark.unit

FILES = sorted((ROOT / "infra/stacks").glob("*/env/*.tfvars"))

VARIABLES = """
variable "environment" {
  description = "Has a { in it, and type = nothing."
  type        = string
}

variable "api" {
  type = object({
    stage_name = optional(string, "live") # a comment, with (brackets
    clients = optional(map(object({
      rate_limit = optional(number)
      quota      = optional(object({ limit = number, period = optional(string) }))
    })), {})
    rules = optional(list(object({ name = string })), [])
    tags  = optional(map(string))
  })
  default = {}
}
"""


@pytest.fixture
def stack(tmp_path: Path) -> Path:
    (tmp_path / "variables.tf").write_text(VARIABLES)
    return tmp_path


def unknown(stack: Path, settings: str) -> list[str]:
    file = stack / "dev.tfvars"
    file.write_text(settings)
    return unknown_settings(stack, file)


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ('environment = "dev"\nstage_name = "beta"', ["stage_name (did you mean api.stage_name?)"]),
        ('enviroment = "dev"', ["enviroment (did you mean environment?)"]),
        ("api = { stagename = 1 }", ["api.stagename (did you mean stage_name?)"]),
        (
            "api = {\n  clients = {\n    a = { rate_limit = 1, rat_limit = 2 }\n  }\n}",
            ["api.clients.a.rat_limit (did you mean rate_limit?)"],
        ),
        (
            'api = { clients = { "a b" = { quota = { limit = 1, perod = "DAY" } } } }',
            ["api.clients.a b.quota.perod (did you mean period?)"],
        ),
        ('api = { rules = [{ name = "x" }, { nam = "y" }] }', ["api.rules[1].nam (did you mean name?)"]),
    ],
)
def test_an_unknown_name_is_said_with_its_path(stack: Path, settings: str, found: list[str]) -> None:
    """At the top, inside objects, maps and lists."""
    assert unknown(stack, settings) == found


@pytest.mark.parametrize(
    "settings",
    [
        'environment = "a } # in text"  # stage_name = 1',
        'api = { tags = { anything = "goes", "so does" = "this" } }',
        "api = null",
        "/* api = { no = 1 } */\napi = {\n  // nothing\n  clients : { a = {}, b = {} }\n}",
        "environment = <<-EOT\n  stage_name = 1\n  EOT\n",
    ],
)
def test_what_is_no_name_is_left_alone(stack: Path, settings: str) -> None:
    """Text, comments, keys of maps, values that are null."""
    assert unknown(stack, settings) == []


def test_what_is_no_hcl_is_left_to_terraform(stack: Path) -> None:
    """Its message has the line."""
    assert unknown(stack, 'environment = "dev" + ') == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[-3]}-{file.stem}")
def test_our_environments_set_what_there_is(file: Path) -> None:
    """No line of theirs is dropped."""
    assert unknown_settings(file.parent.parent, file) == []


def test_the_stacks_types_are_read_to_their_depth() -> None:
    """A name at the bottom of the deepest variable is known, its misspelling is not."""
    kind = variable_types(ROOT / "infra/stacks/bike-rental")["endpoint"]
    for name in ("instances", "autoscaling", "steps"):
        (members,) = kind.arguments if kind.name == "object" else kind.arguments[0].arguments
        kind = members[name]
    assert "adjustment" in str(kind)
