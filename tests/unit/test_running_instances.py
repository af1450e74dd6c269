"""The note of running instances is taken whenever a new endpoint configuration is made."""

import re

import pytest

from scripts import ROOT

pytestmark = pytest.mark.unit

MODULE = ROOT / "infra/modules/endpoint"
REFERENCE = re.compile(r"\b(?:var|local)\.\w+")

MADE_FROM = {
    "local.captures": "var.data_capture",
    "local.async_topic_arns": "var.async",
    "var.instances": "local.production_variants",
}
"""What the configuration refers to, and what of the inputs it is made from."""
CHANGED_IN_PLACE = {"var.tags", "local.made"}
KEPT = {"local.starting_counts"}


def references(file: str, block: str) -> set[str]:
    found = re.search(block, (MODULE / file).read_text(), re.MULTILINE | re.DOTALL)
    assert found is not None
    return set(REFERENCE.findall(found[0]))


def test_everything_that_a_configuration_is_made_of_triggers_the_note() -> None:
    """Else an update would start with the count of an earlier one."""
    used = references("main.tf", r'^resource "aws_sagemaker_endpoint_configuration".*?^}')
    inputs = references("running_instances.tf", r"configuration_inputs = \{.*?^  \}")
    assert {MADE_FROM.get(name, name) for name in used - CHANGED_IN_PLACE - KEPT} <= inputs
