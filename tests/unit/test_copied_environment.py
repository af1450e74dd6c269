"""An environment that is a copy of another must not have its names in one account, nor its state in any."""

from pathlib import Path

import pytest

from scripts.stack import copied_environment, target
from scripts.stack.copied_environment import check_copied
from scripts.stack.target import StackError, Target, known_targets

pytestmark = pytest.mark.unit


def environment(root: Path, file: str, name: str, bucket: str, key: str, stack: str = "bikes") -> None:
    folder = root / "infra/stacks" / stack / "env"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{file}.tfvars").write_text(f'environment = "{name}"\n')
    (folder / f"{file}.s3.tfbackend").write_text(f'bucket = "{bucket}"\nkey    = "{key}"\n')


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for module in (target, copied_environment):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    environment(tmp_path, "dev", "dev", "states", "bikes/dev.tfstate")
    return tmp_path


def test_a_copy_that_kept_its_name_is_refused(root: Path) -> None:
    """Whoever copies dev.tfvars to qa.tfvars forgets this line first."""
    environment(root, "qa", "dev", "states", "bikes/qa.tfstate")
    for on in ("local", "aws"):
        with pytest.raises(StackError, match=r'qa.tfvars says environment = "dev", as dev.tfvars') as refusal:
            check_copied(Target("bikes", "qa", on))
        assert 'environment = "qa" in infra/stacks/bikes/env/qa.tfvars' in str(refusal.value)


def test_accounts_may_have_environments_of_one_name(root: Path) -> None:
    """In another account, so with another bucket for the state, names don't meet; on the stage they do."""
    environment(root, "backup", "dev", "states-of-another-account", "bikes/dev.tfstate")
    check_copied(Target("bikes", "backup", "aws"))
    with pytest.raises(StackError):
        check_copied(Target("bikes", "backup", "local"))


@pytest.mark.parametrize("stack", ["bikes", "cars"])
def test_a_state_of_another_is_refused(root: Path, stack: str) -> None:
    """Of an environment or of a stack; in an account, for the stage has places of its own."""
    environment(root, "qa", "qa", "states", "bikes/dev.tfstate", stack)
    check_copied(Target(stack, "qa", "local"))
    with pytest.raises(StackError, match="would destroy what the other made") as refusal:
        check_copied(Target(stack, "qa", "aws"))
    assert f'key = "{stack}/qa.tfstate"' in str(refusal.value)


def test_every_environment_of_the_repository_stands_alone() -> None:
    for each in known_targets():
        for on in ("local", "aws"):
            check_copied(Target(each.stack, each.env, on))
