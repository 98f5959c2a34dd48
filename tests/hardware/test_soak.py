"""Some fifty faults of a day, in the everyday suite; `make faults` lives through a thousand."""

from pathlib import Path

from tests.hardware.soak import soak


def test_links_live_through_whatever_happens_to_their_radios(tmp_path: Path) -> None:
    outlook = soak(tmp_path, seed=1, count=50)
    assert outlook.faults == 50
    assert outlook.ups > 10, "hardly anything happened"
