"""What a plain handheld texts becomes a message that its station witnesses; what is nobody's becomes none."""

from dataclasses import replace

import pytest

from node.core.continuity import Doubt
from node.core.effects import Refusal, Refused
from node.core.events import Composed, FrameOutcome, Outcome, TextHeard
from node.core.handheld_records import StrayReason, TextKey, TextState
from node.core.handheld_tray import ANSWERS_MAX, TAKEN_MAX
from node.core.handhelds import TEXTS_MAX
from protocol.decode import decode
from protocol.forms.packing import Form
from protocol.frames import ActKind, Message
from protocol.instants import day_of
from protocol.numbers import Address, Kind, Precedence
from tests.node.core.field_unit import (
    FIRST_NODE,
    FieldUnits,
    field_network,
    handheld,
    handheld_statement,
    radio_key,
    witnessed,
)
from tests.support.mesh import FORMS, UTC_MS, Mesh
from tests.support.network import CARE, CRISIS_STAFF, KHJ, STAFF


@pytest.fixture
def units() -> FieldUnits:
    mesh = Mesh(field_network(1, 2), links=((CARE, STAFF),))
    mesh.start()
    return FieldUnits(mesh, STAFF)


def open_number(units: FieldUnits, number: int, text: str = "Kom hjem") -> int:
    units.mesh.compose(STAFF, handheld(number), text)
    units.settle()
    units.screen(number)
    return units.texts(number)[-1].number


def test_a_free_text_becomes_a_message_of_the_station_and_is_echoed(units: FieldUnits) -> None:
    units.text(1, "Broen er spærret")
    (message,) = units.messages()
    assert (message.author, message.issuer, message.recipient) == (0, STAFF, Address(Kind.STATION, STAFF))
    assert message.is_for_me
    assert message.act_wanted
    said = witnessed(message)
    assert (said["says"], said["handheld"], said["key"]) == (0, handheld(1), TextKey.REGISTERED)
    assert (said["text"], said["hops"], said["snr_db"], said["rssi_dbm"]) == ("Broen er spærret", 1, 5, -99)
    (reply,) = units.screen(1)
    assert "Broen er spærret" in reply


def test_a_call_for_help_is_immediate(units: FieldUnits) -> None:
    units.text(1, "hjælpp mand faldet")
    (message,) = units.messages()
    assert message.precedence is Precedence.IMMEDIATE
    assert (witnessed(message)["says"], witnessed(message)["text"]) == (1, "mand faldet")


def test_status_and_position_are_fields(units: FieldUnits) -> None:
    units.text(1, "RØD")
    units.text(1, "POS 55.40370 10.38880 ved åen")
    status, position = map(witnessed, units.messages())
    assert (status["says"], status["light"]) == (2, 2)
    assert position["says"] == 6
    assert position["position"] is not None


def test_a_text_to_a_function_goes_there_and_typing_errors_are_forgiven(units: FieldUnits) -> None:
    units.text(1, "@krsie mangler diesel")
    (message,) = units.messages()
    assert message.recipient == Address(Kind.FUNCTION, CRISIS_STAFF)


def test_a_function_that_is_not_known_is_said_and_the_station_has_the_text(units: FieldUnits) -> None:
    units.text(1, "@zzz mangler diesel")
    (message,) = units.messages()
    assert message.recipient == Address(Kind.STATION, STAFF)
    assert "zzz is not known" in units.screen(1)[0]


def test_the_channels_key_alone_is_told(units: FieldUnits) -> None:
    units.text(1, "GUL", key=b"", is_for_us_alone=False)
    (message,) = units.messages()
    assert witnessed(message)["key"] == TextKey.CHANNEL


def test_kvit_with_its_number_goes_to_where_the_message_came_from_and_is_no_act(units: FieldUnits) -> None:
    order = units.mesh.compose(CARE, handheld(1), "Hent Jens")
    units.settle(60)
    (text,) = units.texts(1)
    assert units.screen(1) == [f"#{text.number} {units.mesh.roster(STAFF).code_of_station(CARE)}: Hent Jens"]
    units.text(1, f"KVIT {text.number}")
    units.settle(60)
    answer = next(item for item in units.messages(CARE) if item.issuer == STAFF)
    frame = decode(answer.sealed)
    assert isinstance(frame, Message)
    assert frame.options.reply_to is not None
    assert (frame.options.reply_to.station, frame.options.reply_to.sequence) == (CARE, order.key.sequence)
    assert witnessed(answer)["says"] == 3
    assert not units.mesh.nodes[CARE].store.acts_about(order.key)
    assert units.texts(1)[0].state is TextState.ACKNOWLEDGED


def test_bare_kvit_counts_only_with_one_open(units: FieldUnits) -> None:
    units.text(1, "KVIT")
    assert units.screen(1) == ["No message waits for your answer."]
    first, second = open_number(units, 1), open_number(units, 1, "Tag vand med")
    units.text(1, "kvit")
    (reply,) = units.screen(1)
    assert f"#{first}, #{second}" in reply
    units.text(1, f"KVIT {first}")
    units.text(1, "KVIT ")
    assert [text.state for text in units.texts(1) if text.number] == [TextState.ACKNOWLEDGED] * 2


def test_done_and_no_follow_kvit(units: FieldUnits) -> None:
    first, second = open_number(units, 1), open_number(units, 1, "Tag vand med")
    units.text(1, f"udfort {first}")
    units.text(1, f"NEJ {second} vejen er spærret")
    assert [text.state for text in units.texts(1) if text.number] == [TextState.DONE, TextState.DECLINED]
    said = witnessed(units.messages()[-1])
    assert (said["says"], said["text"]) == (5, "vejen er spærret")


def test_a_number_that_is_not_known_is_said_and_changes_nothing(units: FieldUnits) -> None:
    number, before = open_number(units, 1), len(units.messages())
    units.text(1, "KVIT 77")
    assert units.screen(1) == [f"There is no message #77. Open: #{number}"]
    units.text(2, f"KVIT {number}")
    assert len(units.messages()) == before
    assert units.texts(1)[0].state is TextState.ON_HANDHELD


def test_one_text_heard_twice_or_sent_twice_is_one_message(units: FieldUnits) -> None:
    units.text(1, "Broen er spærret", packet_id=7)
    units.text(1, "Broen er spærret", packet_id=7)
    assert len(units.screen(1)) == 1
    units.text(1, "Broen er spærret")
    assert len(units.screen(1)) == 1
    assert len(units.messages()) == 1
    units.settle(200)
    units.text(1, "Broen er spærret")
    assert len(units.messages()) == 2


def test_of_two_stations_that_hear_one_text_its_home_alone_makes_a_message(units: FieldUnits) -> None:
    elsewhere = FieldUnits(units.mesh, CARE)
    for there in (units, elsewhere):
        there.text(1, "GUL", packet_id=9, is_for_us_alone=False)
    units.settle(60)
    assert len(units.messages()) == 1
    assert elsewhere.strays() == []
    elsewhere.text(1, "Er I der?")
    assert [stray.reason for stray in elsewhere.strays()] == [StrayReason.OTHER_HOME]


def test_another_key_under_a_registered_number_becomes_no_message(units: FieldUnits) -> None:
    units.text(1, "HJÆLP", key=radio_key(2))
    assert units.messages() == []
    (stray,) = units.strays()
    assert (stray.reason, stray.text) == (StrayReason.OTHER_KEY, "HJÆLP")


def test_a_stranger_is_answered_once_and_lies_in_the_tray(units: FieldUnits) -> None:
    units.text(9, "Hvem er I?")
    units.text(9, "Hallo?")
    assert [stray.text for stray in units.strays()] == ["Hallo?", "Hvem er I?"]
    (answer,) = units.screen(9)
    assert "not registered" in answer
    assert units.messages() == []


def test_an_answer_to_a_stranger_that_the_radio_refuses_goes_once_more(units: FieldUnits) -> None:
    node = units.mesh.nodes[STAFF]
    units.mesh.happen(STAFF, TextHeard(b"Hallo?", FIRST_NODE + 9, 1, is_for_us_alone=True))
    for _ in range(3):
        units.mesh.run_for(5)
        order = [order for order in node.orders if order.is_text][-1]
        units.mesh.happen(STAFF, FrameOutcome(order.ticket, Outcome.REFUSED))
    answers = [order for order in node.orders if order.is_text]
    assert [order.to_node for order in answers] == [FIRST_NODE + 9] * 2


def test_a_flood_of_strangers_fills_neither_the_tray_nor_the_air(units: FieldUnits) -> None:
    for number in range(50, 50 + TAKEN_MAX + 20):
        units.mesh.happen(STAFF, TextHeard(b"x", FIRST_NODE + number, 1, is_for_us_alone=True))
    units.settle(60)
    assert len(units.strays()) == TAKEN_MAX
    assert len(units.screens) == ANSWERS_MAX


def test_a_flood_of_one_handheld_ends(units: FieldUnits) -> None:
    for number in range(TEXTS_MAX + 20):
        flood = TextHeard(b"nummer %d" % number, FIRST_NODE + 1, 100 + number, is_for_us_alone=True)
        units.mesh.happen(STAFF, flood)
    assert len(units.messages()) == TEXTS_MAX
    units.settle(700)
    units.text(1, "her igen")
    assert len(units.messages()) == TEXTS_MAX + 1


def test_a_certificate_that_has_ended_is_no_registration() -> None:
    mesh = Mesh(field_network(more=(handheld_statement(3, valid_until=day_of(UTC_MS) - 1),)), links=((CARE, STAFF),))
    mesh.start()
    units = FieldUnits(mesh, STAFF)
    units.text(3, "GUL")
    assert units.messages() == []
    assert [stray.reason for stray in units.strays()] == [StrayReason.NOT_VALID]


@pytest.mark.parametrize("raw", ["🚒🔥 помощь нужна", "שלום", b"\xff\xfe\x00ab", "   ", "\u202etxt", "x" * 237])
def test_whatever_is_typed_is_answered(units: FieldUnits, raw: str | bytes) -> None:
    units.text(1, raw)
    assert units.screen(1)


def test_a_text_that_no_form_holds_becomes_several_with_their_parts(units: FieldUnits) -> None:
    text = "помощь нужна " * 9
    units.text(1, text.strip())
    parts = [witnessed(item) for item in units.messages()]
    assert [part["part"] for part in parts] == list(range(1, len(parts) + 1))
    assert len(parts) > 1
    assert " ".join(str(part["text"]) for part in parts) == text.strip()


def test_a_station_in_doubt_says_that_it_takes_nothing(units: FieldUnits) -> None:
    here = units.mesh.nodes[STAFF].here
    assert here is not None
    here.doubt = next(iter(Doubt))
    units.text(1, "HJÆLP")
    assert "NOT taken" in units.screen(1)[0]
    assert units.messages() == []


def test_who_texted_is_told_what_people_did(units: FieldUnits) -> None:
    units.mesh.network.log_in(STAFF, KHJ)
    units.text(1, "HJÆLP")
    units.screen(1)
    (message,) = units.messages()
    units.mesh.act(STAFF, message, KHJ, ActKind.ACKNOWLEDGED)
    units.settle()
    (told,) = units.screen(1)
    assert "is acknowledged by KHJ/" in told


def test_nobody_writes_a_witness_form_but_a_station_that_heard(units: FieldUnits) -> None:
    units.mesh.network.log_in(STAFF, KHJ)
    units.text(1, "GUL")
    heard = decode(units.messages()[0].sealed)
    assert isinstance(heard, Message)
    schema = FORMS.schemas[14]
    values = (0, handheld(1), 0, None, 0, 0, None, None, None, None)
    form = Form(schema, values, 1)
    for author in (0, KHJ):
        forged = Composed(1, author, Address(Kind.STATION, CARE), "", Precedence.ROUTINE, form=form)
        units.mesh.happen(STAFF, forged)
        assert units.mesh.nodes[STAFF].replies[-1] == Refused(Refusal.FORM_NOT_ALLOWED, "witness")


def test_what_was_taken_outlives_a_power_cut(units: FieldUnits) -> None:
    number = open_number(units, 1)
    units.mesh.cut_power(STAFF)
    units.mesh.start(STAFF)
    units.text(1, f"KVIT {number}")
    assert units.texts(1)[0].state is TextState.ACKNOWLEDGED
    assert replace(units.texts(1)[0], id=0).number == number
