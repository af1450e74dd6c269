"""How the tests share two processes: `pytest -n 2` keeps what shares a stage, or Terraform's processor, together."""

import pytest

_GROUPS = {"e2e": "stage", "infra": "terraform"}
"""Marker → xdist group: tests of one group run in one process, in order, so that a session fixture is made once."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put each test that leaves the process into its tier's group."""
    for item in items:
        for marker, group in _GROUPS.items():
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.xdist_group(group))
