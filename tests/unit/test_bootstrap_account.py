"""Settings that no account may be bootstrapped with."""

from pathlib import Path

import pytest

from scripts.bootstrap import account as module
from scripts.bootstrap.__main__ import main
from scripts.bootstrap.account import SOURCE, Account

pytestmark = pytest.mark.unit


def test_the_examples_repository_gets_no_roles_in_an_account(capsys: pytest.CaptureFixture[str]) -> None:
    """As the file lies in this repository: refused before anything is asked, with the line to change."""
    assert main(["--on", "aws"]) == 2
    said = capsys.readouterr().err
    assert "main.tfvars names the example's repository, example-org/model-endpoint-api" in said
    assert "write your own into github.repository there" in said
    Account(on="local").check_repository()


def test_a_repository_of_ones_own_may_have_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same settings with another name."""
    accounts = tmp_path / "accounts"
    accounts.mkdir()
    text = (SOURCE / "accounts/main.tfvars").read_text()
    (accounts / "main.tfvars").write_text(text.replace("example-org", "acme"))
    monkeypatch.setattr(module, "SOURCE", tmp_path)
    Account(on="aws").check_repository()
