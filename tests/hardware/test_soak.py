"""Some fifty faults of a day, in the everyday suite; `make soak` lives through a thousand."""

from pathlib import Path

import pytest

from tests.hardware.soak import soak


@pytest.mark.parametrize("seed", [1, 2])
def test_links_live_through_whatever_happens_to_their_radios(tmp_path: Path, seed: int) -> None:
    outlook = soak(tmp_path, seed, 50)
    assert outlook.faults == 50
    assert outlook.ups > 10, "hardly anything happened"
