"""Fixtures of the core's tests."""

import pytest

from tests.support.network import SmallNetwork, small_network


@pytest.fixture
def network() -> SmallNetwork:
    return small_network()
