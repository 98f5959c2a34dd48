"""A FLASH that is not answered is tried again and again within its first minute, as far as radios pass it on."""

from protocol.decode import decode_main
from protocol.frames import Message
from protocol.numbers import Address, Kind, Precedence
from tests.support.mesh import Mesh
from tests.support.network import CARE, STAFF, small_network

MINUTE_S = 60


def tries(precedence: Precedence) -> list[int]:
    """Hop limits of what is sent within a minute to a neighbour who hears no message."""
    mesh = Mesh(small_network(), links=((CARE, STAFF),))
    mesh.start()
    mesh.run_for(120)

    def deaf(_from: int, to: int, payload: bytes) -> bytes | None:
        return None if to == STAFF and isinstance(decode_main(payload), Message) else payload

    mesh.medium = deaf
    node = mesh.nodes[CARE]
    node.orders.clear()
    mesh.compose(CARE, Address(Kind.STATION, STAFF), precedence=precedence)
    mesh.run_for(MINUTE_S)
    return [order.hop_limit for order in node.orders if isinstance(decode_main(order.payload), Message)]


def test_a_flash_is_tried_five_times_in_a_minute_and_as_far_as_radios_go() -> None:
    limits = tries(Precedence.FLASH)
    assert len(limits) >= 5
    assert set(limits) == {3}


def test_others_wait_longer_each_time_and_go_as_far_as_they_must() -> None:
    limits = tries(Precedence.IMMEDIATE)
    assert 1 <= len(limits) <= 3
    assert limits[0] == 0
