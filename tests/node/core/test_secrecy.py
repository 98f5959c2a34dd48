"""Confidential between stations of the real core: who reads, who does not, and what is refused."""

from dataclasses import replace

import pytest

from node.core.effects import Refusal
from node.core.records import Item
from node.core.secrecy import Secrecy
from node.core.surroundings import Surroundings
from protocol.decode import decode
from protocol.frames import Message
from protocol.numbers import EVERYBODY, Address, Kind
from protocol.reasons import Dropped, Reason
from protocol.revocations import RevocationBody, RevocationReason, key_fingerprint
from protocol.roster import Roster
from protocol.sealing import seal
from protocol.statements import FunctionBody, Statement
from tests.support.mesh import Mesh
from tests.support.network import (
    CARE,
    CRISIS_STAFF,
    KHJ,
    MLA,
    MUNICIPALITY,
    RELAY,
    STAFF,
    SmallNetwork,
    signed,
    signing_key,
    small_network,
)

TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)
TEXT = "Stue 4 skal flyttes."


@pytest.fixture
def mesh() -> Mesh:
    network = small_network()
    network.log_in(CARE, MLA)
    network.log_in(STAFF, KHJ)
    return started(network)


def started(network: SmallNetwork) -> Mesh:
    mesh = Mesh(network, links=((CARE, RELAY), (RELAY, STAFF)))
    mesh.start()
    return mesh


def here(mesh: Mesh, number: int) -> Surroundings:
    station = mesh.nodes[number].station
    assert station is not None
    return station._here


def message_at(mesh: Mesh, number: int, item: Item) -> Message:
    held = mesh.nodes[number].store.message(item.key)
    assert held is not None
    frame = decode(held.sealed)
    assert isinstance(frame, Message)
    return frame


def read_at(mesh: Mesh, number: int, frame: Message, incarnation: int = 1) -> bytes | None:
    body = Secrecy(here(mesh, number)).decrypted(frame, incarnation)
    if isinstance(body, Dropped):
        assert body.reason is Reason.NOT_DECRYPTED
        return None
    return body


def arrived(mesh: Mesh, item: Item, station: int) -> bool:
    return mesh.nodes[station].store.message(item.key) is not None


@pytest.mark.parametrize(
    "to", [TO_STAFF, Address(Kind.STATION, STAFF), Address(Kind.OPERATOR, KHJ)], ids=["function", "station", "operator"]
)
def test_only_both_ends_read_what_is_confidential_by_default(mesh: Mesh, to: Address) -> None:
    item = mesh.compose(CARE, to, TEXT, author=MLA)
    mesh.run_until(lambda: arrived(mesh, item, STAFF), within_s=3600)
    read = {number: read_at(mesh, number, message_at(mesh, number, item)) for number in (CARE, RELAY, STAFF)}
    assert read == {CARE: TEXT.encode(), RELAY: None, STAFF: TEXT.encode()}
    assert not any(TEXT.encode() in payload for node in mesh.nodes.values() for payload in node.sent)


def test_a_station_that_writes_to_itself_reads_it(mesh: Mesh) -> None:
    item = mesh.compose(STAFF, TO_STAFF, TEXT, author=KHJ)
    assert read_at(mesh, STAFF, message_at(mesh, STAFF, item)) == TEXT.encode()


@pytest.mark.parametrize(
    ("to", "wanted", "decided"),
    [
        (TO_STAFF, None, True),
        (TO_STAFF, True, True),
        (TO_STAFF, False, False),
        (EVERYBODY, None, False),
        (EVERYBODY, True, Refusal.ALWAYS_OPEN),
        (Address(Kind.AUTHORITY, MUNICIPALITY), None, False),
        (Address(Kind.AUTHORITY, MUNICIPALITY), True, Refusal.ALWAYS_OPEN),
    ],
)
def test_what_is_confidential_is_decided_by_recipient_and_sender(
    mesh: Mesh, to: Address, wanted: bool | None, decided: bool | Refusal
) -> None:
    assert Secrecy(here(mesh, CARE)).decided(to, wanted=wanted) is decided


def network_with_crisis_staff_at(*homes: int) -> SmallNetwork:
    """The small network whose crisis staff was renewed with these home stations."""
    network = small_network()
    network.log_in(CARE, MLA)
    body = FunctionBody(home_stations=homes, deputy=0, code="KRISE", name="Kriseleder")
    birth = bytes([len(body.code), CRISIS_STAFF, 0, 1])
    renewed = Statement(body=body, number=CRISIS_STAFF, issuer=MUNICIPALITY, renewal=1, birth=birth)
    roster = network.roster.with_statement(signed(renewed, "authority 1"))
    assert isinstance(roster, Roster)
    network.roster = roster
    return network


def test_all_home_stations_of_a_function_read_it() -> None:
    mesh = started(network_with_crisis_staff_at(STAFF, RELAY))
    item = mesh.compose(CARE, TO_STAFF, TEXT, author=MLA)
    mesh.run_until(lambda: arrived(mesh, item, STAFF), within_s=3600)
    for number in (CARE, RELAY, STAFF):
        assert read_at(mesh, number, message_at(mesh, number, item)) == TEXT.encode()


def test_a_station_not_certified_here_is_no_reason_to_send_it_open_unasked() -> None:
    mesh = started(network_with_crisis_staff_at(STAFF, 77))
    secrecy = Secrecy(here(mesh, CARE))
    assert secrecy.decided(TO_STAFF, wanted=None) is Refusal.NO_EXCHANGE_KEY
    assert secrecy.decided(TO_STAFF, wanted=True) is Refusal.NO_EXCHANGE_KEY
    assert secrecy.decided(TO_STAFF, wanted=False) is False


def revoked(network: SmallNetwork, number: int) -> SmallNetwork:
    """The network without a station's key."""
    key = signing_key(f"station {number}").public_key().public_bytes_raw()
    body = RevocationBody(
        subject=Kind.STATION, key_fingerprint=key_fingerprint(key), reason=RevocationReason.STOLEN, issued=1
    )
    (certificate,) = network.roster.renewals(Address(Kind.STATION, number))
    statement = Statement(body=body, number=number, issuer=MUNICIPALITY, renewal=0, birth=certificate.birth)
    roster = network.roster.with_statement(signed(statement, "authority 1"))
    assert isinstance(roster, Roster), roster
    network.roster = roster
    return network


@pytest.mark.parametrize("homes", [(RELAY, STAFF), (STAFF, RELAY)], ids=["first", "second"])
def test_a_home_station_whose_key_is_revoked_reads_nothing_more(homes: tuple[int, int]) -> None:
    network = network_with_crisis_staff_at(*homes)
    mesh = started(revoked(network, RELAY))
    item = mesh.compose(CARE, TO_STAFF, TEXT, author=MLA)
    frame = message_at(mesh, CARE, item)
    read = {number: read_at(mesh, number, frame) for number in (CARE, RELAY, STAFF)}
    assert read == {CARE: TEXT.encode(), RELAY: None, STAFF: TEXT.encode()}


def test_nothing_is_confidential_to_a_station_whose_key_is_revoked() -> None:
    mesh = started(revoked(small_network(), STAFF))
    secrecy = Secrecy(here(mesh, CARE))
    assert secrecy.decided(Address(Kind.STATION, STAFF), wanted=None) is Refusal.NO_EXCHANGE_KEY
    assert secrecy.decided(TO_STAFF, wanted=None) is Refusal.NO_EXCHANGE_KEY


def test_a_message_in_flight_is_read_after_its_function_moved(mesh: Mesh) -> None:
    item = mesh.compose(CARE, TO_STAFF, TEXT, author=MLA)
    mesh.run_until(lambda: arrived(mesh, item, STAFF), within_s=3600)
    frame = message_at(mesh, STAFF, item)
    here(mesh, STAFF).roster = network_with_crisis_staff_at(RELAY, STAFF).roster
    assert read_at(mesh, STAFF, frame) == TEXT.encode()


def test_re_signed_ciphertext_arrives_and_nobody_reads_it(mesh: Mesh) -> None:
    frame = message_at(mesh, CARE, mesh.compose(CARE, TO_STAFF, TEXT, author=MLA))
    stolen = replace(frame, station=RELAY, author=0, sequence=9)
    roster = mesh.network.roster
    resealed = seal(stolen, roster, signing_key(f"station {RELAY}").sign)
    for number in (CARE, RELAY, STAFF):
        assert read_at(mesh, number, resealed) is None


def test_another_incarnation_does_not_read_it(mesh: Mesh) -> None:
    frame = message_at(mesh, CARE, mesh.compose(CARE, TO_STAFF, TEXT, author=MLA))
    assert read_at(mesh, STAFF, frame, incarnation=5) is None
