"""`make unlock`: which lock is released is said, never guessed."""

import pytest

from scripts.unlock import main

pytestmark = pytest.mark.unit


def test_without_an_id_it_says_where_ids_come_from_and_what_to_type(capsys):
    assert main(["--stack", "breast-cancer", "--env", "prod", "--on", "aws"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("No lock is named; the run that found the state locked says its ID")
    assert "repair   make unlock STACK=breast-cancer ENV=prod ON=aws ID=" in said


def test_a_stack_that_is_none_is_said_first(capsys):
    assert main(["--stack", "bike"]) == 2
    assert capsys.readouterr().err.startswith("There is no stack 'bike'; there are: ")
