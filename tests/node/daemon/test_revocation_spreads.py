"""Five daemons with simulated radios: a revocation released at one ends the key at all, and at who was away."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from node.api.methods import LOGIN, STATUS, SUBSCRIBE, Login, Nothing, Subscribe
from node.api.statements import StatementChange
from node.client.blocking import Client
from node.client.statements import hand_in
from protocol.statements import Right
from tests.support.airs import QUICK, Air, simulated_air
from tests.support.daemons import daemon
from tests.support.network import CARE, KHJ, RELAY, STAFF, operator_statement, person_statement
from tests.support.patience import DEADLINE_S
from tests.support.station_files import PASSPHRASE, station_files
from tests.support.town import HOSPITAL, WATERWORKS, another_station, revocation

NAMES = ("care", "relay", "staff", "waterworks", "hospital")
NUMBERS = (CARE, RELAY, STAFF, WATERWORKS, HOSPITAL)
LINE = (("care", "relay"), ("relay", "staff"), ("staff", "waterworks"), ("waterworks", "hospital"))
SAFE = 30
CERTIFIED = (
    another_station(WATERWORKS),
    another_station(HOSPITAL),
    person_statement(SAFE, "SIK", "Sikker Signe", Right.REVOCATIONS, CARE),
)

AGREED_S = 60.0
"""What is promised of the next contact; it takes two or three seconds here, so a loaded machine has room."""


def station(folder: Path, air: Air, name: str, number: int, stack: ExitStack) -> Client:
    """A running station with KHJ on duty, as whoever took the key file and knows the passphrase may be anywhere."""
    files = station_files(
        folder / name, number, (KHJ, SAFE), radio=air.addresses[name], more=QUICK, certified=CERTIFIED
    )
    stack.enter_context(daemon(files))
    client = stack.enter_context(Client(files.socket, timeout_s=DEADLINE_S))
    client.call(LOGIN, Login("KHJ", PASSPHRASE))
    client.call(SUBSCRIBE, Subscribe())
    return client


def signs(client: Client) -> bool:
    """Whether KHJ's key is open there."""
    return any(person.initials == "KHJ" for person in client.call(STATUS, Nothing()).duty)


def wait_until_none_signs(clients: Sequence[Client]) -> float:
    """How long it takes until the key is of no use at any of them; a failure when it takes longer than promised."""
    begun_s = time.monotonic()
    while time.monotonic() - begun_s < AGREED_S:
        signing = [client for client in clients if signs(client)]
        if not signing:
            return time.monotonic() - begun_s
        signing[0].next_change(0.1)
    raise AssertionError("the key can still be used")


def hears(client: Client, station: str) -> bool:
    contacts = client.call(STATUS, Nothing()).contacts
    return any(contact.station == station and contact.in_reach for contact in contacts)


def wait_for_contact(client: Client, station: str) -> None:
    begun_s = time.monotonic()
    while not hears(client, station):
        assert time.monotonic() - begun_s < DEADLINE_S, "no contact"
        client.next_change(0.1)


def test_revocation_at_one_of_five_daemons_ends_the_key_at_all_and_at_who_comes_back(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with simulated_air(tmp_path, NAMES, LINE) as air, ExitStack() as stack:
        clients = [station(tmp_path, air, name, number, stack) for name, number in zip(NAMES, NUMBERS, strict=True)]
        at_care, at_waterworks, at_hospital = clients[0], clients[3], clients[4]
        for client, neighbour in zip(clients, ("BRS", "KRS", "VVK", "SYG", "VVK"), strict=True):
            wait_for_contact(client, neighbour)
        air.power("hospital", "off")
        at_care.call(LOGIN, Login("SIK", PASSPHRASE))
        (ended,) = hand_in(at_care, (revocation(operator_statement(KHJ)),), author="SIK")
        assert ended.change is StatementChange.REVOKED
        in_reach_s = wait_until_none_signs(clients[:4])
        assert signs(at_hospital)
        air.power("hospital", "on")
        wait_for_contact(at_waterworks, "SYG")
        away_s = wait_until_none_signs([at_hospital])
        (known,) = hand_in(at_hospital, (revocation(operator_statement(KHJ)),), dry_run=True)
        assert known.change is StatementChange.KNOWN
        record_property("over_three_links_s", in_reach_s)
        record_property("after_the_next_contact_s", away_s)
