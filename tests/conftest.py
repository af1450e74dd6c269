"""How the tests share processes: `pytest -n 3` keeps what shares a stage together, and Terraform's.

Three of them on two cores, since whoever applies waits now and then. The groups, which take minutes each:
`stage` looks at deployed stacks, `changes` changes what is deployed on a stage of its own, `terraform` plans
without one, `examples` applies the modules' READMEs. In a group, what judges a healthy stack (`healthy`)
comes before what breaks one: an alarm stays on for minutes.
"""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

# Hypothesis brings "ci" itself: it draws the same examples each time. It would take constants, too, from such
# of our modules as happen to be imported, which is another thing in each process.
# New examples: pytest --hypothesis-profile=explore --hypothesis-seed=N
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ci")
providers._get_local_constants = lambda: providers._local_constants

_GROUPS = {"e2e": "stage", "infra": "terraform"}
"""Marker → xdist group: tests of one group run in one process, so that a session fixture is made once.

A test module with a stage of its own names a group of its own, and runs beside these.
"""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put each test that leaves the process into its tier's group, unless it names one; the healthy first."""
    for item in items:
        named = item.get_closest_marker("xdist_group") is not None
        for marker, group in _GROUPS.items():
            if item.get_closest_marker(marker) and not named:
                item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: item.get_closest_marker("healthy") is None)
