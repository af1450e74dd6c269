"""A model's API as a commit renders it, against what lies in the checkout."""

import json

import pytest

from scripts.api_diff.__main__ import main

pytestmark = pytest.mark.functional


def test_the_api_of_the_last_commit_is_rendered_by_its_own_code(capsys):
    assert main(["bike-rental", "--base", "HEAD", "--json"]) == 0
    assert "bike-rental" in json.loads(capsys.readouterr().out)


def test_a_ref_that_git_does_not_know_is_said(capsys):
    assert main(["bike-rental", "--base", "no-such-ref"]) == 1
    assert "git fetch" in capsys.readouterr().err
