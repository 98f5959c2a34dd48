"""Frames that anybody can send, since nobody signs them."""

from protocol.frames import Beacon


def quiet_beacon(station: int) -> Beacon:
    """A beacon that only says that a station is there."""
    return Beacon(
        power=0,
        station=station,
        incarnation=1,
        manned=True,
        clock_trusted=True,
        hello=False,
        last_sequence=0,
        roster_digest=bytes(2),
        inventory_digest=bytes(2),
    )
