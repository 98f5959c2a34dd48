"""Texts to handhelds: numbered, cut, spaced for the radio, held until the handheld is heard, one of each at a time."""

from dataclasses import replace

import pytest

from node.core.events import BearerDown, BearerUp, Composed, FrameOutcome, Outcome
from node.core.handheld_records import TextState, Trouble
from node.core.handheld_sending import HOLD_MS, NUMBERS_MAX, TEXT_GAP_MS, WAITING_MAX
from node.core.handheld_texts import EXERCISE, TEXT_BYTES_MAX, texts_of
from node.core.records import Rung
from protocol.instants import Lifetime
from protocol.numbers import Precedence, Reference
from tests.node.core.field_unit import FieldUnits, field_network, handheld
from tests.support.mesh import Mesh
from tests.support.network import CARE, KHJ, STAFF


@pytest.fixture
def units() -> FieldUnits:
    mesh = Mesh(field_network(*range(1, 21)), links=((CARE, STAFF),))
    mesh.start()
    mesh.network.log_in(STAFF, KHJ)
    return FieldUnits(mesh, STAFF)


def test_a_message_is_texted_with_number_and_sender_by_its_home_station_alone(units: FieldUnits) -> None:
    order = units.mesh.compose(STAFF, handheld(1), "Kom hjem", author=KHJ)
    from_afar = units.mesh.compose(CARE, handheld(1), "Tag vand med")
    units.settle(60)
    assert units.screen(1) == ["#1 KHJ/KRS: Kom hjem", "#2 PLH: Tag vand med"]
    assert not any(sent.is_text for sent in units.mesh.nodes[CARE].orders)
    assert [text.state for text in units.texts(1)] == [TextState.ON_HANDHELD] * 2
    assert units.mesh.rung(STAFF, order, STAFF) is Rung.AT_STATION
    assert units.mesh.has(STAFF, from_afar)


def test_an_order_of_600_characters_comes_in_parts_in_order(units: FieldUnits) -> None:
    order = ("Kør til pumpestationen ved åen og hent ti slanger. " * 12)[:600].strip()
    units.mesh.compose(STAFF, handheld(1), order)
    units.settle(30)
    screen = units.screen(1)
    assert screen == list(texts_of(1, f"KRS: {order}", is_exercise=False))
    assert all(len(text.encode()) <= TEXT_BYTES_MAX for text in screen)
    assert units.texts(1)[0].state is TextState.ON_HANDHELD


def test_texts_are_spaced_for_the_radio_whoever_they_are_for(units: FieldUnits) -> None:
    for number in range(1, 7):
        units.mesh.compose(STAFF, handheld(number), "Meld status")
    units.settle(60)
    gaps = [after - before for before, after in zip(units.sent_at, units.sent_at[1:], strict=False)]
    assert len(gaps) == 5
    assert min(gaps) >= TEXT_GAP_MS


def test_what_is_for_a_handheld_that_is_off_goes_when_it_is_heard(units: FieldUnits) -> None:
    units.are_off.add(1)
    units.mesh.compose(STAFF, handheld(1), "Kom hjem")
    units.settle(10)
    (text,) = units.texts(1)
    assert (text.state, text.trouble) == (TextState.WAITING, Trouble.SILENT)
    sent = len(units.sent_at)
    units.settle(300)
    assert len(units.sent_at) == sent
    units.are_off.clear()
    units.is_heard(1)
    assert units.screen(1) == ["#1 KRS: Kom hjem"]


def test_a_handheld_that_says_nothing_is_tried_again_in_a_while(units: FieldUnits) -> None:
    units.are_off.add(1)
    units.mesh.compose(STAFF, handheld(1), "Kom hjem")
    units.settle(10)
    units.are_off.clear()
    units.mesh.run_for(HOLD_MS / 1000)
    units.settle(5)
    assert units.screen(1) == ["#1 KRS: Kom hjem"]


def test_a_handheld_that_was_heard_while_a_text_was_under_way_is_not_left_in_peace(units: FieldUnits) -> None:
    units.mesh.compose(STAFF, handheld(1), "Kom hjem")
    units.mesh.run_for(1)
    (order,) = [order for order in units.mesh.nodes[STAFF].orders if order.is_text]
    units._looked = len(units.mesh.nodes[STAFF].orders)
    units.is_heard(1)
    units.mesh.happen(STAFF, FrameOutcome(order.ticket, Outcome.SILENT))
    units.settle(15)
    assert units.screen(1) == ["#1 KRS: Kom hjem"]


def test_a_handheld_that_is_off_holds_up_no_other_and_the_urgent_is_tried_at_once(units: FieldUnits) -> None:
    units.are_off.add(1)
    units.mesh.compose(STAFF, handheld(1), "Kom hjem")
    units.mesh.compose(STAFF, handheld(2), "Kom hjem")
    units.settle(15)
    assert units.screen(2) == ["#1 KRS: Kom hjem"]
    units.are_off.clear()
    units.mesh.compose(STAFF, handheld(1), "Gå i dækning", Precedence.IMMEDIATE)
    units.settle(5)
    assert units.screen(1)[0] == "#2 KRS: Gå i dækning"


def test_a_part_without_a_word_of_the_radio_is_sent_again(units: FieldUnits) -> None:
    units.mesh.compose(STAFF, handheld(1), "Kom hjem")
    units.mesh.run_for(1)
    units._looked = len(units.mesh.nodes[STAFF].orders)
    units.mesh.happen(STAFF, BearerDown("unplugged"))
    units.mesh.happen(STAFF, BearerUp())
    units.settle(200)
    assert units.screen(1) == ["#1 KRS: Kom hjem"]


def test_a_missing_key_is_told_and_tried_again(units: FieldUnits) -> None:
    units.mesh.compose(STAFF, handheld(1), "Kom hjem")
    units.mesh.run_for(1)
    order = next(order for order in units.mesh.nodes[STAFF].orders if order.is_text)
    units._looked = len(units.mesh.nodes[STAFF].orders)
    units.mesh.happen(STAFF, FrameOutcome(order.ticket, Outcome.UNADDRESSABLE))
    assert units.texts(1)[0].trouble is Trouble.NO_KEY
    units.mesh.run_for(600)
    units.settle(5)
    assert units.screen(1) == ["#1 KRS: Kom hjem"]


def test_a_cancelled_message_that_has_not_left_does_not_go(units: FieldUnits) -> None:
    units.are_off.add(1)
    order = units.mesh.compose(STAFF, handheld(1), "Kom hjem", author=KHJ)
    units.settle(5)
    units.are_off.clear()
    about = Reference(STAFF, 1, order.key.sequence)
    cancel = Composed(9, KHJ, handheld(1), "Bliv ude", Precedence.ROUTINE, cancels=about)
    units.mesh.happen(STAFF, cancel)
    units.settle(5)
    assert units.screen(1) == ["#2 KHJ/KRS: Cancels #1. Bliv ude"]
    assert units.texts(1)[0].state is TextState.WITHDRAWN


def test_what_outlives_its_life_is_not_texted_any_more(units: FieldUnits) -> None:
    units.are_off.add(1)
    short = Composed(9, 0, handheld(1), "Kom hjem", Precedence.ROUTINE, lifetime=Lifetime(0))
    units.mesh.happen(STAFF, short)
    units.settle(5)
    assert units.texts(1)[0].state is TextState.WAITING
    units.mesh.run_for(1800)
    assert units.texts(1)[0].state is TextState.EXPIRED


def test_no_more_wait_than_a_screen_is_read_for(units: FieldUnits) -> None:
    units.are_off.add(1)
    for _ in range(WAITING_MAX + 3):
        units.mesh.compose(STAFF, handheld(1), "Kom hjem")
    states = [text.state for text in units.texts(1)]
    assert states.count(TextState.WAITING) == WAITING_MAX
    assert states.count(TextState.OVERFLOW) == 3


def test_numbers_begin_anew_and_never_name_two_that_are_open(units: FieldUnits) -> None:
    store = units.mesh.nodes[STAFF].store
    for _ in range(NUMBERS_MAX + 5):
        units.mesh.compose(STAFF, handheld(1), "Meld status")
        store.put_handheld_text(replace(units.texts(1)[-1], state=TextState.DONE, next_at=None))
    numbers = [text.number for text in units.texts(1) if text.number]
    assert len(set(numbers)) == len(numbers) <= NUMBERS_MAX
    assert numbers[-1] == 5


def test_a_roll_call_of_twenty_is_answered_by_all(units: FieldUnits) -> None:
    for number in range(1, 21):
        units.mesh.compose(STAFF, handheld(number), "Meld status")
    units.settle(120)
    for number in range(1, 21):
        units.text(number, "KVIT 1")
    assert all(units.texts(number)[0].state is TextState.ACKNOWLEDGED for number in range(1, 21))


def test_texts_of_an_exercise_alone_carry_its_words(units: FieldUnits) -> None:
    store = units.mesh.nodes[STAFF].store
    units.are_off.add(1)
    units.mesh.compose(STAFF, handheld(1), f"{EXERCISE} er forbi")
    units.settle(5)
    (real,) = units.texts(1)
    store.add_handheld_text(replace(real, number=2, drill=7, text="KRS: Kom hjem"))
    store.commit()
    units.mesh.cut_power(STAFF)
    units.mesh.start(STAFF)
    units.are_off.clear()
    units.is_heard(1)
    units.settle(10)
    assert units.screen(1) == [f"#1 KRS: {EXERCISE} er forbi", f"{EXERCISE} #2 KRS: Kom hjem"]
