"""Twenty recipients of one message: they answer for nothing and sign one after another, never all at once."""

from itertools import pairwise

import pytest

from hardware.airtime import PRESETS, broadcast_frame_airtime_ms
from node.core.records import Item, Rung
from protocol.decode import decode, decode_main
from protocol.frames import Beacon, Bundle, Digest, Message, Receipt, Request, RequestKind, Sheaf
from protocol.numbers import Precedence
from tests.support.group_network import TO_GROUP, add, group_statements, membership
from tests.support.mesh import Mesh
from tests.support.network import STATIONS, SmallNetwork, small_network
from tests.support.town import another_station

ORIGIN = 1
MEMBERS = tuple(range(2, 22))
ALL = (ORIGIN, *MEMBERS)


def long_fast_ms(payload_bytes: int) -> int:
    """One broadcast of firmware 2.7."""
    return broadcast_frame_airtime_ms(PRESETS["LONG_FAST"], payload_bytes)


@pytest.fixture
def town() -> SmallNetwork:
    """Twenty stations in a group, and the one that writes to it."""
    others = (another_station(number) for number in MEMBERS if number not in STATIONS)
    return small_network(*others, *group_statements(*MEMBERS))


@pytest.fixture
def mesh(town: SmallNetwork) -> Mesh:
    """All of them in one cell, an hour after their start: nothing happens but beacons."""
    links = tuple((a, b) for a in ALL for b in ALL if a < b)
    mesh = Mesh(town, links=links, airtime=long_fast_ms)
    mesh.start()
    mesh.run_for(2 * 3600)
    for node in mesh.nodes.values():
        node.sent.clear()
        node.sent_at.clear()
    return mesh


def proven(mesh: Mesh, message: Item) -> int:
    """How many members' signatures the origin has."""
    return sum(mesh.rung(ORIGIN, message, one) in (Rung.AT_STATION, Rung.UNATTENDED) for one in MEMBERS)


def sent(mesh: Mesh, cls: type) -> list[tuple[int, int]]:
    """When frames of a class were sent, and their bytes."""
    return sorted(
        (at, len(payload))
        for node in mesh.nodes.values()
        for at, payload in zip(node.sent_at, node.sent, strict=True)
        if isinstance(decode(payload), cls)
    )


def test_twenty_receipts_ride_for_nothing_and_twenty_signatures_never_meet(mesh: Mesh) -> None:
    message = mesh.compose(ORIGIN, TO_GROUP, precedence=Precedence.PRIORITY)
    mesh.run_until(lambda: proven(mesh, message) == len(MEMBERS), within_s=400)
    assert len(sent(mesh, Message)) == 1
    assert not sent(mesh, Receipt)
    added_ms = sum(long_fast_ms(size) - long_fast_ms(10) for _, size in sent(mesh, Beacon))
    assert added_ms == 0
    assert not sent(mesh, Bundle)
    digests = sent(mesh, Digest)
    assert len(digests) == len(MEMBERS)
    meeting = [after - before <= long_fast_ms(size) for (before, size), (after, _) in pairwise(digests)]
    assert sum(meeting) <= 2  # whose radio was still busy with a beacon when its turn came


def test_flash_is_signed_at_once_and_still_one_after_another(mesh: Mesh) -> None:
    message = mesh.compose(ORIGIN, TO_GROUP, precedence=Precedence.FLASH)
    mesh.run_until(lambda: proven(mesh, message) == len(MEMBERS), within_s=60)
    digests = sent(mesh, Digest)
    assert len(digests) == len(MEMBERS)
    assert all(after - before > long_fast_ms(size) for (before, size), (after, _) in pairwise(digests))


def test_a_member_that_missed_it_gets_it_and_the_others_do_not_sign_again(mesh: Mesh) -> None:
    missed: list[bytes] = []

    def miss(_from: int, to: int, payload: bytes) -> bytes | None:
        if to == MEMBERS[7] and isinstance(decode(payload), Message) and not missed:
            missed.append(payload)
            return None
        return payload

    mesh.medium = miss
    message = mesh.compose(ORIGIN, TO_GROUP, precedence=Precedence.PRIORITY)
    mesh.run_until(lambda: proven(mesh, message) == len(MEMBERS), within_s=3600)
    mesh.run_for(3600)
    assert missed
    assert len(sent(mesh, Message)) == 2
    assert len(sent(mesh, Digest)) == len(MEMBERS)


def small_town(network: SmallNetwork, links: tuple[tuple[int, int], ...]) -> Mesh:
    """Settled, on LONG_FAST."""
    mesh = Mesh(network, links=links, airtime=long_fast_ms)
    mesh.start()
    mesh.run_for(1800)
    for node in mesh.nodes.values():
        node.sent.clear()
        node.sent_at.clear()
    return mesh


def test_a_carrier_passes_on_the_signatures_of_several_together(town: SmallNetwork) -> None:
    far = MEMBERS[1:5]
    add(town, membership(2, *far))
    mesh = small_town(town, ((ORIGIN, 2), *((2, one) for one in far)))
    message = mesh.compose(ORIGIN, TO_GROUP, precedence=Precedence.IMMEDIATE)
    proven_by = {Rung.AT_STATION, Rung.UNATTENDED}
    mesh.run_until(lambda: all(mesh.rung(ORIGIN, message, one) in proven_by for one in far), within_s=900)
    passed_on = [frame for frame in map(decode, mesh.nodes[2].sent) if isinstance(frame, Sheaf)]
    assert {digest.station for sheaf in passed_on for digest in sheaf.digests} <= set(far)
    assert sum(len(sheaf.digests) for sheaf in passed_on) >= len(far) - 1


def test_one_question_asks_all_whose_signature_was_lost(town: SmallNetwork) -> None:
    few = MEMBERS[:4]
    add(town, membership(2, *few))
    cell = (ORIGIN, *few)
    mesh = small_town(town, tuple((a, b) for a in cell for b in cell if a < b))
    lost: list[int] = []

    def lose(_from: int, to: int, payload: bytes) -> bytes | None:
        frame = decode(payload)
        if to == ORIGIN and isinstance(frame, Digest) and frame.station in few[1:] and mesh.now_ms < 2_300_000:
            lost.append(frame.station)
            return None
        return payload

    mesh.medium = lose
    message = mesh.compose(ORIGIN, TO_GROUP, precedence=Precedence.PRIORITY)
    proven_by = {Rung.AT_STATION, Rung.UNATTENDED}
    mesh.run_until(lambda: all(mesh.rung(ORIGIN, message, one) in proven_by for one in few), within_s=3600)
    assert set(lost) == set(few[1:])
    sent_by_origin = [decode_main(payload) for payload in mesh.nodes[ORIGIN].sent]
    asked = [one for one in sent_by_origin if isinstance(one, Request) and one.kind is RequestKind.PROOFS]
    assert [bits for _, bits in asked[0].lacking] == [0b1110]
    assert {one.asked for one in asked if one.lacking} == {0}
