"""Answer by: when it passes both ends tell their people, then the deputies are asked, then a courier is offered."""

from dataclasses import replace

import pytest

from node.core.alarm_records import AlarmKind
from node.core.answer_records import AnswerDue, Stage
from node.core.effects import Accepted, Refusal, Refused
from node.core.events import Composed, FrameHeard
from node.core.policy import ALARMS_OF_A_KIND_MAX, DEPUTY_WAIT_MS
from node.core.records import Item, ItemKind, Rung
from protocol.certificates import Right
from protocol.decode import decode
from protocol.frames import ActKind, Message, Notice
from protocol.instants import Lifetime, wire_time
from protocol.notices import AnswerOverdue, encode_notice
from protocol.numbers import Address, Kind, Precedence, Reference
from protocol.options import NO_OPTIONS, Options
from protocol.sealing import seal
from tests.support.mesh import UTC_MS, Mesh
from tests.support.network import (
    CARE,
    KHJ,
    MLA,
    RELAY,
    STAFF,
    function_statement,
    person_statement,
    signing_key,
    small_network,
)

LEADER, DEPUTY, SECOND, LONELY = 2, 3, 4, 5
BRS = 5
TO_LEADER = Address(Kind.FUNCTION, LEADER)
MORE = (
    function_statement(LEADER, "LED", "Leder", (RELAY,), deputy=DEPUTY),
    function_statement(DEPUTY, "STF", "Stedfortræder", (STAFF,), deputy=SECOND),
    function_statement(SECOND, "STF2", "Anden stedfortræder", (STAFF,), deputy=LEADER),
    function_statement(LONELY, "ENE", "Ene", (RELAY,)),
    person_statement(BRS, "BRS", "Birgit Sørensen", Right.ORDERS, RELAY),
)
STEP_S = DEPUTY_WAIT_MS[Precedence.IMMEDIATE] // 1000


@pytest.fixture
def town() -> Mesh:
    mesh = Mesh(small_network(*MORE), links=((CARE, RELAY), (RELAY, STAFF)))
    mesh.start()
    for station, operator in ((STAFF, KHJ), (CARE, MLA), (RELAY, BRS)):
        mesh.network.log_in(station, operator)
    mesh.run_for(120)
    return mesh


def order(minutes: int | None = 30, to: Address = TO_LEADER, **more: object) -> Composed:
    bare = Composed(1, MLA, to, "Send en bus.", Precedence.IMMEDIATE, answer_by_min=minutes, confidential=False)
    return replace(bare, **more)  # type: ignore[arg-type]


def send(town: Mesh, event: Composed, number: int = CARE) -> Item:
    town.happen(number, event)
    answer = town.nodes[number].replies[-1]
    assert isinstance(answer, Accepted), answer
    item = town.nodes[number].store.item(answer.item_id)
    assert item is not None
    return item


def due(town: Mesh, number: int, message: Item) -> AnswerDue | None:
    there = town.nodes[number].store.message(message.key)
    return None if there is None else town.nodes[number].store.answer_due(there.id)


def stage(town: Mesh, number: int, message: Item) -> Stage | None:
    row = due(town, number, message)
    return None if row is None else row.stage


def alarms(town: Mesh, number: int) -> set[tuple[AlarmKind, str]]:
    return {(alarm.kind, alarm.subject) for alarm in town.nodes[number].store.alarms()}


def notices(town: Mesh, number: int = CARE) -> list[Item]:
    items = town.nodes[number].store.items_changed_since(0, 1000, ItemKind.NOTICE)
    return [one for one in items if one.issuer == CARE and one.recipient.kind is Kind.FUNCTION]


# The wire


def test_a_message_without_it_is_as_long_as_ever_and_one_with_it_three_bytes_longer(town: Mesh) -> None:
    bare, asking = send(town, order(None)), send(town, order(30))
    assert len(asking.sealed) == len(bare.sealed) + 3
    frame, plain = decode(asking.sealed), decode(bare.sealed)
    assert isinstance(frame, Message)
    assert isinstance(plain, Message)
    assert (frame.options.answer_by_min, plain.options) == (30, NO_OPTIONS)


def test_who_asks_for_an_answer_wants_an_act(town: Mesh) -> None:
    assert send(town, order(30, ack_wanted=False)).act_wanted


@pytest.mark.parametrize(
    ("minutes", "lifetime"), [(0, None), (-5, None), (24 * 60 + 1, None), (31, Lifetime.HALF_HOUR)]
)
def test_a_time_that_the_message_does_not_live_to_is_refused(
    town: Mesh, minutes: int, lifetime: Lifetime | None
) -> None:
    town.happen(CARE, order(minutes, lifetime=lifetime))
    answer = town.nodes[CARE].replies[-1]
    assert isinstance(answer, Refused)
    assert answer.refusal is Refusal.ANSWER_BY_TOO_LATE


# When it passes


def test_both_ends_tell_their_people_and_only_then(town: Mesh) -> None:
    sent = send(town, order(30))
    town.run_for(29 * 60)
    assert [stage(town, number, sent) for number in (CARE, RELAY, STAFF)] == [Stage.WAITING, Stage.WAITING, None]
    assert not alarms(town, CARE) | alarms(town, RELAY)
    town.run_for(61)
    overdue = (AlarmKind.ANSWER_OVERDUE, "PLH-00001")
    assert overdue in alarms(town, CARE)
    assert overdue in alarms(town, RELAY)
    assert [stage(town, number, sent) for number in (CARE, RELAY)] == [Stage.OVERDUE] * 2


@pytest.mark.parametrize("act", [ActKind.ACKNOWLEDGED, ActKind.DECLINED])
def test_an_act_in_time_answers_it_at_both_ends(town: Mesh, act: ActKind) -> None:
    sent = send(town, order(30))
    town.run_for(600)
    town.act(RELAY, sent, BRS, act)
    town.run_for(3600)
    assert [stage(town, number, sent) for number in (CARE, RELAY)] == [Stage.ANSWERED] * 2
    assert not alarms(town, CARE) | alarms(town, RELAY)
    assert not notices(town)


def test_a_reply_is_an_answer_too(town: Mesh) -> None:
    sent = send(town, order(30))
    town.run_for(600)
    about = Reference(CARE, 1, sent.key.sequence)
    send(town, Composed(1, BRS, Address(Kind.STATION, CARE), "Den kører.", Precedence.ROUTINE, reply_to=about), RELAY)
    town.run_for(3600)
    assert [stage(town, number, sent) for number in (CARE, RELAY)] == [Stage.ANSWERED] * 2


def test_a_late_answer_ends_the_alarms_and_the_asking(town: Mesh) -> None:
    sent = send(town, order(30))
    town.run_for(30 * 60 + STEP_S // 2)
    town.act(RELAY, sent, BRS)
    town.run_for(2 * 3600)
    assert [stage(town, number, sent) for number in (CARE, RELAY)] == [Stage.ANSWERED] * 2
    assert not alarms(town, CARE) | alarms(town, RELAY)
    assert not notices(town), "nobody needed to ask the deputy"


def test_an_act_of_somebody_it_was_not_sent_to_answers_nothing(town: Mesh) -> None:
    sent = send(town, order(30))
    town.run_for(300)
    carried = town.nodes[STAFF].store.message(sent.key)
    assert carried is None or not carried.is_for_me
    town.run_for(3600)
    assert stage(town, CARE, sent) is not Stage.ANSWERED


def test_a_message_that_comes_too_late_is_overdue_where_it_arrives(town: Mesh) -> None:
    town.unlink(CARE, RELAY)
    sent = send(town, order(30))
    town.run_for(40 * 60)
    town.link(CARE, RELAY)
    town.run_until(lambda: town.has(RELAY, sent), 1800)
    town.run_for(1)
    assert stage(town, RELAY, sent) is Stage.OVERDUE


# Deputies


def test_the_deputy_gets_the_message_as_it_was_sealed_and_is_told_why(town: Mesh) -> None:
    sent = send(town, order(30))
    town.run_for(30 * 60 + STEP_S + 300)
    there = town.nodes[STAFF].store.message(sent.key)
    assert there is not None
    assert there.sealed == sent.sealed, "nobody signs in its author's name"
    assert there.is_for_me
    assert (AlarmKind.DEPUTY_ASKED, "PLH-00001") in alarms(town, STAFF)
    assert town.rung(CARE, sent, STAFF) is Rung.AT_STATION
    assert [one.function for one in town.nodes[STAFF].store.escalations(sent.key)] == [DEPUTY]


def test_the_deputys_answer_is_an_answer(town: Mesh) -> None:
    sent = send(town, order(30))
    town.run_for(30 * 60 + STEP_S + 200)
    town.act(STAFF, sent, KHJ, ActKind.ACCEPTED)
    town.run_for(300)
    assert stage(town, CARE, sent) is Stage.ANSWERED
    assert (AlarmKind.DEPUTY_ASKED, "PLH-00001") not in alarms(town, STAFF)
    town.run_for(3 * 3600)
    assert len(notices(town)) == 1


def test_two_deputies_are_asked_once_each_and_then_a_courier_is_offered(town: Mesh) -> None:
    sent = send(town, order(30))
    seen = []
    for _ in range(4):
        town.run_for(30 * 60 if not seen else STEP_S)
        town.run_for(2)
        seen.append(stage(town, CARE, sent))
    assert seen == [Stage.OVERDUE, Stage.DEPUTY_ASKED, Stage.SECOND_DEPUTY_ASKED, Stage.COURIER_OFFERED]
    town.run_for(8 * 3600)
    assert [one.recipient.number for one in notices(town)] == [DEPUTY, SECOND]
    assert stage(town, CARE, sent) is Stage.COURIER_OFFERED
    assert stage(town, RELAY, sent) is Stage.OVERDUE, "the other end does nothing by itself"


def test_without_a_deputy_a_courier_is_offered_next(town: Mesh) -> None:
    sent = send(town, order(30, Address(Kind.FUNCTION, LONELY)))
    town.run_for(30 * 60 + STEP_S + 2)
    assert stage(town, CARE, sent) is Stage.COURIER_OFFERED
    assert not notices(town)


def test_a_confidential_message_stays_with_who_has_a_key_and_the_notice_tells_of_it(town: Mesh) -> None:
    sent = send(town, order(30, confidential=True))
    town.run_for(30 * 60 + STEP_S + 600)
    there = town.nodes[STAFF].store.message(sent.key)
    assert there is None or not there.is_for_me
    assert town.rung(CARE, sent, STAFF) is None
    assert (AlarmKind.DEPUTY_ASKED, "PLH-00001") in alarms(town, STAFF)


def test_what_outlives_its_life_unanswered_is_asked_about_no_more(town: Mesh) -> None:
    sent = send(town, order(30, lifetime=Lifetime.HALF_HOUR))
    town.run_for(2 * 3600)
    assert stage(town, CARE, sent) is Stage.ENDED
    assert not notices(town)
    assert (AlarmKind.ANSWER_OVERDUE, "PLH-00001") in alarms(town, CARE), "somebody has still to look"


def overdue_notice(town: Mesh, about: Reference, to: int = DEPUTY, station: int = CARE, author: int = 0) -> bytes:
    key = f"operator {author}" if author else f"station {station}"
    bare = Notice(
        precedence=Precedence.PRIORITY,
        station=station,
        incarnation=1,
        sequence=900,
        author=author,
        recipient=Address(Kind.FUNCTION, to),
        time=wire_time(UTC_MS),
        lifetime=Lifetime.ONE_DAY,
        options=Options(),
        body=encode_notice(AnswerOverdue(about)),
    )
    return seal(bare, town.network.roster, signing_key(key).sign).encode()


@pytest.mark.parametrize(
    ("to", "station", "author"),
    [(LONELY, CARE, 0), (DEPUTY, RELAY, 0), (DEPUTY, CARE, MLA)],
    ids=["no deputy of it", "of another station", "by a person"],
)
def test_a_notice_that_may_not_say_so_hands_nothing_over(town: Mesh, to: int, station: int, author: int) -> None:
    sent = send(town, order(600))
    town.run_for(300)
    about = Reference(CARE, 1, sent.key.sequence)
    town.happen(RELAY, FrameHeard(overdue_notice(town, about, to, station, author)))
    assert not town.nodes[RELAY].store.escalations(sent.key)


def test_the_notice_may_come_before_the_message(town: Mesh) -> None:
    town.unlink(CARE, RELAY)
    sent = send(town, order(600))
    town.happen(STAFF, FrameHeard(overdue_notice(town, Reference(CARE, 1, sent.key.sequence))))
    town.happen(STAFF, FrameHeard(sent.sealed))
    there = town.nodes[STAFF].store.message(sent.key)
    assert there is not None
    assert there.is_for_me
    assert stage(town, STAFF, sent) is None, "the deputy is told once, by the notice"


# Restarts, power cuts and clocks


def test_a_restart_finds_the_time_as_it_was(town: Mesh) -> None:
    sent = send(town, order(30))
    town.run_for(600)
    town.cut_power(CARE)
    town.run_for(600)
    town.start(CARE)
    town.run_for(590)
    assert stage(town, CARE, sent) is Stage.WAITING
    town.run_for(20)
    assert stage(town, CARE, sent) is Stage.OVERDUE


def test_a_power_cut_after_the_commit_asks_the_deputy_once(town: Mesh) -> None:
    sent = send(town, order(30))
    town.run_for(30 * 60 + STEP_S - 60)
    town.unlink(CARE, RELAY)
    while stage(town, CARE, sent) is Stage.OVERDUE:
        town.nodes[CARE].effects_lost = True  # the commit that asks is the last thing before the dark
        town.run_for(1)
        if town.nodes[CARE].station is None:
            town.start(CARE)
    town.link(CARE, RELAY)
    town.run_for(STEP_S // 2)
    assert stage(town, CARE, sent) is Stage.DEPUTY_ASKED
    assert len(notices(town)) == 1


def test_a_commit_that_failed_asks_nobody(town: Mesh) -> None:
    sent = send(town, order(30))
    town.run_for(30 * 60 + 2)
    node = town.nodes[CARE]
    assert node.station is not None
    later = town.moment(node)
    effects = node.station.handle(FrameHeard(b""), replace(later, boot_ms=later.boot_ms + STEP_S * 1000))
    assert stage(town, CARE, sent) is Stage.DEPUTY_ASKED
    node.store.rollback()
    node.station.withdraw(effects)
    assert stage(town, CARE, sent) is Stage.OVERDUE
    assert not notices(town)
    town.run_for(STEP_S)
    assert stage(town, CARE, sent) is Stage.DEPUTY_ASKED
    assert len(notices(town)) == 1


def test_time_off_that_nobody_measured_raises_nothing_too_early(town: Mesh) -> None:
    for node in town.nodes.values():
        node.utc_offset_ms = None
    for number in town.nodes:
        town.cut_power(number)
        town.start(number)
    town.run_for(120)
    sent = send(town, order(30))
    town.run_for(20 * 60)
    town.cut_power(CARE)
    town.run_for(3 * 3600)
    town.start(CARE)
    town.run_for(9 * 60)
    assert stage(town, CARE, sent) is Stage.WAITING, "as far as it counted, 29 minutes have passed"
    town.run_for(2 * 60)
    assert stage(town, CARE, sent) is Stage.OVERDUE


def test_a_clock_that_is_trusted_again_makes_up_for_time_nobody_measured(town: Mesh) -> None:
    sent = send(town, order(30))
    town.run_for(60)
    town.cut_power(CARE)
    town.run_for(3600)
    town.nodes[CARE].utc_offset_ms = None
    town.start(CARE)
    assert stage(town, CARE, sent) is Stage.WAITING
    town.nodes[CARE].utc_offset_ms = 0
    town.run_for(120)
    assert stage(town, CARE, sent) is Stage.OVERDUE


def test_many_that_are_overdue_at_once_raise_a_bounded_number_of_alarms(town: Mesh) -> None:
    for _ in range(ALARMS_OF_A_KIND_MAX + 20):
        send(town, order(1, Address(Kind.FUNCTION, LONELY)))
    town.run_for(180)
    overdue = [alarm for alarm in town.nodes[CARE].store.alarms() if alarm.kind is AlarmKind.ANSWER_OVERDUE]
    assert len(overdue) == ALARMS_OF_A_KIND_MAX + 1
