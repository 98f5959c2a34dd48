"""Forms between stations of the real core: sent, refused for want of a right, counted when they break their schema."""

from dataclasses import replace

import pytest

from node.core.effects import Accepted, Refusal, Refused
from node.core.events import Composed, FrameHeard
from node.core.records import Item, ItemKey, Rung
from node.core.secrecy import Secrecy
from node.core.surroundings import Surroundings
from node.forms.loading import shipped_forms
from protocol.codec import Codec
from protocol.decode import decode
from protocol.forms.packing import Form, decode_form
from protocol.frames import Message
from protocol.numbers import Address, Kind, Precedence
from protocol.reasons import Reason
from protocol.sealing import seal
from protocol.statements import Right
from tests.support.form_cases import case
from tests.support.mesh import Mesh
from tests.support.network import (
    CARE,
    CRISIS_STAFF,
    KHJ,
    MLA,
    RELAY,
    STAFF,
    person_statement,
    signing_key,
    small_network,
)

SCHEMAS = shipped_forms().schemas
TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)
STATUS = case("", "status", "light=red", "power_h=3").form(SCHEMAS)
ORDER = case("", "order", "do=Luk vej 9").form(SCHEMAS)
PUBLIC = case("", "public", "cleared_by=KHJ", "valid_until=2026-03-16T18:00", "text=Kog vandet.").form(SCHEMAS)


@pytest.fixture
def mesh() -> Mesh:
    network = small_network()
    network.log_in(CARE, MLA)
    network.log_in(STAFF, KHJ)
    mesh = Mesh(network, links=((CARE, RELAY), (RELAY, STAFF)))
    mesh.start()
    return mesh


def here(mesh: Mesh, number: int) -> Surroundings:
    found = mesh.nodes[number].here
    assert found is not None
    return found


def composed(mesh: Mesh, form: Form, author: int = MLA, *, confidential: bool = False) -> Refused | Item:
    """What the care home's station answers, or the message as it has it then."""
    written = Composed(1, author, TO_STAFF, "", Precedence.ROUTINE, form=form, confidential=confidential)
    mesh.happen(CARE, written)
    answer = mesh.nodes[CARE].replies[-1]
    if isinstance(answer, Refused):
        return answer
    assert isinstance(answer, Accepted)
    item = mesh.nodes[CARE].store.item(answer.item_id)
    assert item is not None
    return item


def sent(mesh: Mesh, form: Form, *, confidential: bool = False) -> Item:
    item = composed(mesh, form, confidential=confidential)
    assert isinstance(item, Item), item
    return item


def message_of(item: Item) -> Message:
    frame = decode(item.sealed)
    assert isinstance(frame, Message)
    return frame


def test_a_form_arrives_as_it_was_written(mesh: Mesh) -> None:
    item = sent(mesh, STATUS)
    mesh.run_until(lambda: mesh.rung(CARE, item, STAFF) is Rung.AT_STATION, within_s=3600)
    there = mesh.nodes[STAFF].store.message(item.key)
    assert there is not None
    frame = message_of(there)
    assert frame.codec == Codec.FORM
    assert decode_form(frame.body, SCHEMAS) == STATUS
    assert here(mesh, STAFF).drops[Reason.FORM_MALFORMED] == 0


def test_a_confidential_form_is_read_by_its_recipient_alone(mesh: Mesh) -> None:
    item = sent(mesh, STATUS, confidential=True)
    mesh.run_until(lambda: mesh.rung(CARE, item, STAFF) is Rung.AT_STATION, within_s=3600)
    there = mesh.nodes[STAFF].store.message(item.key)
    assert there is not None
    body = Secrecy(here(mesh, STAFF)).decrypted(message_of(there), there.key.incarnation)
    assert isinstance(body, bytes)
    assert decode_form(body, SCHEMAS) == STATUS
    assert here(mesh, STAFF).drops[Reason.NOT_DECRYPTED] == 0


@pytest.mark.parametrize("form", [ORDER, PUBLIC], ids=["order", "public"])
def test_who_lacks_the_right_does_not_send_it(form: Form) -> None:
    network = small_network(person_statement(7, "AND", "Anders And", Right.FLASH, CARE))
    network.log_in(CARE, 7)
    mesh = Mesh(network, links=((CARE, STAFF),))
    mesh.start()
    assert composed(mesh, form, 7) == Refused(Refusal.FORM_NOT_ALLOWED, form.schema.name)
    assert composed(mesh, form, 0) == Refused(Refusal.FORM_NOT_ALLOWED, form.schema.name)
    assert mesh.nodes[CARE].store.count_open() == 0
    assert isinstance(composed(mesh, STATUS, 7), Item)
    assert isinstance(composed(mesh, STATUS, 0), Item)


def test_who_may_give_orders_gives_one(mesh: Mesh) -> None:
    assert isinstance(composed(mesh, ORDER), Item)
    assert composed(mesh, PUBLIC) == Refused(Refusal.FORM_NOT_ALLOWED, "public")


def test_a_form_that_has_no_room_beside_its_options_is_too_long(mesh: Mesh) -> None:
    full = case("", "sitrep", "light=red", "summary=" + "a" * 120, "done=" + "b" * 22).form(SCHEMAS)
    answer = composed(mesh, full, confidential=True)
    assert isinstance(answer, Refused)
    assert answer.refusal is Refusal.TEXT_TOO_LONG


BROKEN = b"\x00\x41\xc0\x00\x00"
"""A status whose light is none that there is."""


@pytest.mark.parametrize("confidential", [False, True])
def test_a_broken_form_is_kept_and_receipted_and_counted_once(mesh: Mesh, confidential: bool) -> None:
    relay, staff = here(mesh, RELAY), here(mesh, STAFF)
    message = forged(mesh, BROKEN, confidential=confidential)
    for _ in range(2):
        mesh.happen(STAFF, FrameHeard(message.encode(), hops=0))
        mesh.happen(RELAY, FrameHeard(message.encode(), hops=0))
    assert staff.drops[Reason.FORM_MALFORMED] == 1
    assert relay.drops[Reason.FORM_MALFORMED] == 0
    key = ItemKey(CARE, 1, message.sequence)
    assert mesh.nodes[STAFF].store.message(key) is not None
    assert mesh.nodes[RELAY].store.message(key) is not None


def test_a_form_of_a_schema_not_known_is_no_fault(mesh: Mesh) -> None:
    message = forged(mesh, b"\xe1\x05\x01")
    mesh.happen(STAFF, FrameHeard(message.encode(), hops=0))
    assert here(mesh, STAFF).drops.total() == 0


def forged(mesh: Mesh, body: bytes, *, confidential: bool = False) -> Message:
    """A message signed by MLA as a faulty station might make it: the body is not checked."""
    item = sent(mesh, STATUS)
    bare = replace(message_of(item), sequence=900, body=body, confidential=confidential, signature=b"")
    if confidential:
        bare = Secrecy(here(mesh, CARE)).encrypted(bare)
    return seal(bare, mesh.network.roster, signing_key(f"operator {MLA}").sign)
