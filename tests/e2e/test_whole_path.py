"""A client's request goes through stage URL, function and endpoint, and comes back right."""

import pytest

from tests.deployed_stack import DeployedStack, failed

pytestmark = pytest.mark.e2e


def test_the_smoke_test_is_green(bike_rental: DeployedStack) -> None:
    """All checks pass on what was just deployed, and none is skipped."""
    results = bike_rental.smoke_test()
    assert {result.status for result in results.values()} == {"passed"}, failed(results)
