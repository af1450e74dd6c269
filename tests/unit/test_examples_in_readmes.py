"""What is missing around a README's examples is said before Terraform is asked."""

from pathlib import Path

import pytest

from scripts.module_examples import ModuleExamples

pytestmark = pytest.mark.unit

README, PRELUDE = "infra/modules/x/README.md", "tests/examples/x/prelude.tf"
EXAMPLE = '```hcl\nmodule "a" {\n}\n```\n'


def examples(repository: Path, readme: str, prelude: str | None = "") -> ModuleExamples:
    for path, text in ((README, readme), (PRELUDE, prelude)):
        if text is not None:
            (repository / path).parent.mkdir(parents=True, exist_ok=True)
            (repository / path).write_text(text)
    return ModuleExamples("x", repository)


def test_examples_are_told_apart_by_the_fences_words(tmp_path: Path) -> None:
    """`hcl` is applied, `hcl validate` validated, other languages are no examples."""
    found = examples(tmp_path, EXAMPLE + "```hcl validate\nb\n```\n```sh\nls\n```\n")
    assert (found.applied(), found.validated()) == (['module "a" {\n}\n'], ["b\n"])
    assert found.problems() == []


@pytest.mark.parametrize(
    ("readme", "prelude", "said"),
    [
        ("# x\n", "", f"{README} has no example: write a ```hcl block"),
        (EXAMPLE, None, f"{PRELUDE} is missing: write the resources and modules"),
        (EXAMPLE * 2, "", f'{README} has module "a" 2 times'),
        (EXAMPLE.replace("hcl", "hcl maybe"), "", f"{README} has a block ```hcl maybe: it is"),
    ],
    ids=["no example", "no prelude", "a label twice", "another word"],
)
def test_what_is_missing_is_named_with_what_to_write(
    tmp_path: Path, readme: str, prelude: str | None, said: str
) -> None:
    """One problem each, by the file that lacks something."""
    (problem,) = examples(tmp_path, readme, prelude).problems()
    assert problem.startswith(said)


def test_a_root_holds_the_examples_and_what_lies_beside_the_prelude(tmp_path: Path) -> None:
    """But not what stands in front of a module inside this one."""
    found = examples(tmp_path, EXAMPLE, "# nothing\n")
    for path in ("names/main.tf", "inner/prelude.tf"):
        file = tmp_path / "tests/examples/x" / path
        file.parent.mkdir()
        file.touch()
    root = found.write_root(tmp_path / "modules", "examples", found.applied())
    assert root == tmp_path / "modules" / "x-examples"
    written = sorted(str(path.relative_to(root)) for path in root.rglob("*.tf"))
    assert written == ["examples.tf", "names/main.tf", "prelude.tf"]
    assert (root / "examples.tf").read_text() == 'module "a" {\n}\n'
