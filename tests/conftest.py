"""What holds for every test."""

import pytest
from hypothesis import HealthCheck, settings

WAITING = ("tests/node/demo/", "tests/node/daemon/", "tests/bench/", "tests/tui/", "tests/hardware/test_setup_command")
"""Tests that wait for radios, processes and screens for half of their time; the longest first."""

# Machines here are shared: a slow example says nothing about the code, and each run is bounded by its examples.
settings.register_profile("bavn", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("bavn")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long and waits goes first, so that no core is idle beside the last of it."""

    def turn(item: pytest.Item) -> int:
        return next((at for at, folder in enumerate(WAITING) if item.nodeid.startswith(folder)), len(WAITING))

    items.sort(key=turn)
