"""What a certified operator signs who may not: it is taken in, and moves nobody out of the way."""

from dataclasses import replace

import pytest

from node.core.events import FrameHeard
from node.core.records import EVERYONE
from protocol.frames import Message, Notice
from protocol.instants import Lifetime, wire_time
from protocol.messages import MessageLike
from protocol.notices import FunctionDuty, encode_notice
from protocol.numbers import EVERYBODY, Address, Kind, Precedence
from protocol.options import Options
from protocol.sealing import seal
from tests.support.mesh import UTC_MS, Mesh
from tests.support.network import (
    CARE,
    CRISIS_STAFF,
    RELAY,
    STAFF,
    Right,
    person_statement,
    signing_key,
    small_network,
)

CLERK, CHIEF, BREAK_GLASS = 50, 51, 52


@pytest.fixture
def mesh() -> Mesh:
    network = small_network(
        person_statement(CLERK, "FUL", "Fuldmægtig", Right.ORDERS, CARE),
        person_statement(CHIEF, "CHF", "Chef", Right.FLASH, CARE),
        person_statement(BREAK_GLASS, "NØD", "Nødnøgle", Right.EMERGENCY, CARE),
    )
    mesh = Mesh(network, links=((CARE, RELAY), (RELAY, STAFF)))
    mesh.start()
    mesh.run_for(60)
    mesh.medium = lambda _from, _to, _payload: None
    return mesh


def flash_by(mesh: Mesh, author: int, *, notice: bool = False) -> MessageLike:
    bare = Notice(
        precedence=Precedence.FLASH,
        station=CARE,
        incarnation=1,
        sequence=900,
        author=author,
        recipient=EVERYBODY,
        time=wire_time(UTC_MS),
        lifetime=Lifetime.ONE_DAY,
        options=Options(),
        body=encode_notice(FunctionDuty(CRISIS_STAFF, author, is_taken=True)),
    )
    if not notice:
        fields = {name: getattr(bare, name) for name in MessageLike.__dataclass_fields__}
        bare = Message(**{**fields, "recipient": Address(Kind.STATION, STAFF), "codec": 0, "body": b"Kom straks."})
    return seal(replace(bare, signature=b""), mesh.network.roster, signing_key(f"operator {author}").sign)


@pytest.mark.parametrize("notice", [True, False])
@pytest.mark.parametrize(
    ("author", "precedence"),
    [(CLERK, Precedence.IMMEDIATE), (CHIEF, Precedence.FLASH), (BREAK_GLASS, Precedence.FLASH)],
)
def test_flash_without_the_right_is_carried_as_immediate(
    mesh: Mesh, author: int, precedence: Precedence, *, notice: bool
) -> None:
    mesh.happen(RELAY, FrameHeard(flash_by(mesh, author, notice=notice).encode()))
    ((item, delivery),) = mesh.nodes[RELAY].store.open_deliveries(9)
    assert delivery.station == (EVERYONE if notice else STAFF)
    assert item.precedence is precedence
