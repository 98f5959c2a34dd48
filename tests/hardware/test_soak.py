"""Some fifty faults of a day, in the everyday suite; `make faults` lives through a thousand."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.hardware.soak import SoakFailed, soak


def test_links_live_through_whatever_happens_to_their_radios(tmp_path: Path) -> None:
    outlook = soak(tmp_path, seed=1, count=50)
    assert outlook.faults == 50
    assert outlook.ups > 10, "hardly anything happened"


def test_a_descriptor_that_somebody_else_closes_meanwhile_is_no_leak(tmp_path: Path) -> None:
    with ExitStack() as earlier:
        earlier.enter_context((tmp_path / "of an earlier test").open("w"))
        assert soak(tmp_path, seed=1, count=2, progress=lambda over: earlier.close()).faults == 2


def test_a_descriptor_that_stays_open_is_a_leak(tmp_path: Path) -> None:
    with ExitStack() as leak:

        def open_one_more(over: int) -> None:
            leak.enter_context((tmp_path / f"leak {over}").open("w"))

        with pytest.raises(SoakFailed, match="descriptors became"):
            soak(tmp_path, seed=1, count=2, progress=open_one_more)
