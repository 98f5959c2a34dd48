"""Cancel and correct: by whom, what becomes of the earlier message wherever it is, and nothing by anybody else."""

from dataclasses import replace

import pytest

from node.core.alarm_records import AlarmKind
from node.core.answer_records import CountermandKind, Stage, Standing
from node.core.effects import Accepted, Refusal, Refused
from node.core.events import Composed, FrameHeard
from node.core.records import Item, Rung
from protocol.certificates import OperatorBody, Right
from protocol.decode import decode
from protocol.frames import ActKind, Digest, Message, Receipt
from protocol.instants import Lifetime, wire_time
from protocol.numbers import Address, Kind, Precedence, Reference
from protocol.options import Options
from protocol.sealing import seal
from protocol.statements import Statement
from tests.support.mesh import UTC_MS, Mesh
from tests.support.network import (
    CARE,
    KHJ,
    MLA,
    RELAY,
    STAFF,
    authority_statement,
    function_statement,
    person_statement,
    signed,
    signing_key,
    small_network,
)

LEADER, DEPUTY = 2, 3
CLERK, STRANGER, FOREIGN = 5, 6, 2
TO_LEADER, TO_STAFF = Address(Kind.FUNCTION, LEADER), Address(Kind.STATION, STAFF)
_STRANGER = OperatorBody(
    public_key=signing_key(f"operator {STRANGER}").public_key().public_bytes_raw(),
    rights=Right.FLASH | Right.ORDERS,
    home_station=RELAY,
    code="FRM",
    name="Frode Madsen",
)
MORE = (
    function_statement(LEADER, "LED", "Leder", (STAFF,), deputy=DEPUTY),
    function_statement(DEPUTY, "STF", "Stedfortræder", (RELAY,)),
    person_statement(CLERK, "KTR", "Kontoret", Right(0), CARE),
    authority_statement(FOREIGN, "FRE", "Fremmed Kommune"),
    signed(
        Statement(body=_STRANGER, number=STRANGER, issuer=FOREIGN, renewal=0, birth=b"stra"), f"authority {FOREIGN}"
    ),
)


@pytest.fixture
def town() -> Mesh:
    """The care home writes, the fire station carries, the staff is to get it."""
    mesh = Mesh(small_network(*MORE), links=((CARE, RELAY), (RELAY, STAFF)))
    mesh.start()
    for station, operator in ((STAFF, KHJ), (CARE, MLA), (CARE, CLERK)):
        mesh.network.log_in(station, operator)
    mesh.run_for(120)
    return mesh


def written(author: int = MLA, to: Address = TO_STAFF, text: str = "Evakuér afdeling 2.", **more: object) -> Composed:
    bare = Composed(1, author, to, text, Precedence.IMMEDIATE, confidential=False)
    return replace(bare, **more)  # type: ignore[arg-type]


def ask(town: Mesh, event: Composed, number: int = CARE) -> object:
    town.happen(number, event)
    return town.nodes[number].replies[-1]


def send(town: Mesh, event: Composed, number: int = CARE) -> Item:
    answer = ask(town, event, number)
    assert isinstance(answer, Accepted), answer
    item = town.nodes[number].store.item(answer.item_id)
    assert item is not None
    return item


def about(item: Item) -> Reference:
    return Reference(item.key.station, item.key.incarnation, item.key.sequence)


def cancel(town: Mesh, first: Item, author: int = MLA, number: int = CARE) -> Item:
    return send(town, written(author, first.recipient, "Annulleret.", cancels=about(first)), number)


def standing(town: Mesh, number: int, first: Item) -> list[tuple[CountermandKind, Standing]]:
    return [(one.kind, one.standing) for one in town.nodes[number].store.countermands(first.key)]


CANCELLED = [(CountermandKind.CANCELS, Standing.STANDS)]
REFUSED = [(CountermandKind.CANCELS, Standing.REFUSED)]


def alarms(town: Mesh, number: int) -> set[tuple[AlarmKind, str, str]]:
    return {(alarm.kind, alarm.subject, alarm.detail) for alarm in town.nodes[number].store.alarms()}


# What becomes of the earlier message


def test_what_has_not_left_is_sent_no_more_and_the_cancelling_goes_instead(town: Mesh) -> None:
    town.unlink(CARE, RELAY)
    first = send(town, written())
    town.run_for(600)
    later = cancel(town, first)
    assert town.rung(CARE, first, STAFF) is Rung.CANCELLED
    town.nodes[CARE].sent.clear()
    town.link(CARE, RELAY)
    town.run_until(lambda: town.rung(CARE, later, STAFF) is Rung.AT_STATION, 1800)
    town.run_for(1800)
    assert not town.has(STAFF, first)
    assert not town.has(RELAY, first)
    assert standing(town, STAFF, first) == [(CountermandKind.CANCELS, Standing.WAITS)]


def test_who_carries_it_drops_it_when_the_cancelling_comes(town: Mesh) -> None:
    town.unlink(RELAY, STAFF)
    first = send(town, written())
    town.run_until(lambda: town.has(RELAY, first), 600)
    later = cancel(town, first)
    town.run_until(lambda: town.has(RELAY, later), 600)
    assert town.rung(RELAY, first, STAFF) is Rung.CANCELLED
    assert not town.nodes[RELAY].store.owed(10) or town.rung(RELAY, later, STAFF) is not None
    town.link(RELAY, STAFF)
    town.run_until(lambda: town.rung(CARE, later, STAFF) is Rung.AT_STATION, 1800)
    town.run_for(1800)
    assert not town.has(STAFF, first), "nobody acts on an order that was cancelled on the way"


def test_who_dropped_it_claims_no_custody_when_it_is_heard_again(town: Mesh) -> None:
    town.unlink(RELAY, STAFF)
    first = send(town, written())
    later = cancel(town, first)
    town.run_until(lambda: town.has(RELAY, later), 600)
    town.run_for(300)
    town.nodes[RELAY].sent.clear()
    for _ in range(2):
        town.happen(RELAY, FrameHeard(first.sealed))
        town.run_for(60)
    told = [decode(payload) for payload in town.nodes[RELAY].sent]
    claims = [one for one in told if isinstance(one, Receipt) and one.about == about(first)]
    claims += [one for one in told if isinstance(one, Digest) and about(first) in {e.about for e in one.entries}]
    assert not claims


def test_what_has_arrived_stays_readable_and_is_marked_at_both_ends(town: Mesh) -> None:
    first = send(town, written())
    town.run_until(lambda: town.rung(CARE, first, STAFF) is Rung.AT_STATION, 900)
    later = cancel(town, first)
    town.run_until(lambda: town.rung(CARE, later, STAFF) is Rung.AT_STATION, 900)
    assert town.has(STAFF, first)
    assert [standing(town, number, first) for number in (CARE, RELAY, STAFF)] == [CANCELLED] * 3
    assert town.rung(CARE, first, STAFF) is Rung.AT_STATION, "it was there, and that stays true"


def test_a_message_that_comes_after_its_cancelling_is_cancelled_at_once(town: Mesh) -> None:
    town.unlink(RELAY, STAFF)
    first = send(town, written(answer_by_min=60))
    later = cancel(town, first)
    town.happen(STAFF, FrameHeard(later.sealed))
    town.happen(STAFF, FrameHeard(first.sealed))
    assert standing(town, STAFF, first) == CANCELLED
    there = town.nodes[STAFF].store.message(first.key)
    assert there is not None
    due = town.nodes[STAFF].store.answer_due(there.id)
    assert due is not None
    assert due.stage is Stage.ENDED


def test_a_correction_takes_the_place_and_can_be_corrected_again(town: Mesh) -> None:
    first = send(town, written())
    second = send(town, written(text="Evakuér afdeling 3.", supersedes=about(first)))
    third = send(town, written(text="Evakuér afdeling 4.", supersedes=about(second)))
    town.run_until(lambda: town.rung(CARE, third, STAFF) is Rung.AT_STATION, 900)
    corrected = [(CountermandKind.CORRECTS, Standing.STANDS)]
    assert standing(town, CARE, first) == standing(town, CARE, second) == corrected


def test_nobody_waits_for_an_answer_to_what_was_cancelled(town: Mesh) -> None:
    first = send(town, written(to=TO_LEADER, answer_by_min=10))
    town.run_until(lambda: town.rung(CARE, first, STAFF) is Rung.AT_STATION, 540)
    town.run_for(900)
    assert {kind for kind, _, _ in alarms(town, CARE)} == {AlarmKind.ANSWER_OVERDUE}
    later = cancel(town, first)
    town.run_until(lambda: town.rung(CARE, later, STAFF) is Rung.AT_STATION, 900)
    assert not alarms(town, CARE) | alarms(town, STAFF)
    due = town.nodes[CARE].store.answer_due(first.id)
    assert due is not None
    assert due.stage is Stage.ENDED


def test_a_deputy_who_was_asked_hears_of_the_cancelling_too(town: Mesh) -> None:
    first = send(town, written(to=TO_LEADER, answer_by_min=10))
    town.run_until(lambda: town.rung(CARE, first, RELAY) is Rung.UNATTENDED, 3600)
    later = cancel(town, first)
    town.run_until(lambda: town.rung(CARE, later, RELAY) is Rung.UNATTENDED, 900)
    assert standing(town, RELAY, first) == CANCELLED
    assert not alarms(town, RELAY)


def test_it_lives_as_long_as_what_it_cancels(town: Mesh) -> None:
    first = send(town, replace(written(), precedence=Precedence.ROUTINE))
    assert cancel(town, first).expires_at >= first.expires_at


# What crosses on the way


def test_an_acknowledgement_that_crosses_is_kept_and_both_tell_the_order(town: Mesh) -> None:
    first = send(town, written())
    town.run_until(lambda: town.rung(CARE, first, STAFF) is Rung.AT_STATION, 900)
    town.unlink(RELAY, STAFF)
    town.act(STAFF, first, KHJ, ActKind.ACCEPTED)
    town.run_for(60)
    later = cancel(town, first)
    town.link(RELAY, STAFF)
    town.run_until(lambda: town.rung(CARE, later, STAFF) is Rung.AT_STATION, 1800)
    town.run_until(lambda: len(town.nodes[CARE].store.acts_about(first.key)) == 1, 1800)
    here, there = town.nodes[CARE].store, town.nodes[STAFF].store
    (came,), (made,) = here.acts_about(first.key), there.acts_about(first.key)
    assert came.id > later.id, "here the cancelling was first"
    cancelling = there.message(later.key)
    assert cancelling is not None
    assert made.id < cancelling.id, "there it was acknowledged first"
    assert standing(town, CARE, first) == standing(town, STAFF, first) == CANCELLED


def test_what_was_cancelled_can_still_be_answered(town: Mesh) -> None:
    first = send(town, written())
    town.run_until(lambda: town.rung(CARE, first, STAFF) is Rung.AT_STATION, 900)
    later = cancel(town, first)
    town.run_until(lambda: town.has(STAFF, later), 900)
    town.act(STAFF, first, KHJ, ActKind.DONE)
    town.run_until(lambda: len(town.nodes[CARE].store.acts_about(first.key)) == 1, 900)


# Power cuts


def test_a_power_cut_right_after_the_commit_cancels_for_good(town: Mesh) -> None:
    town.unlink(CARE, RELAY)
    first = send(town, written())
    town.nodes[CARE].effects_lost = True
    town.happen(CARE, written(text="Annulleret.", cancels=about(first)))
    town.run_for(60)
    town.start(CARE)
    town.link(CARE, RELAY)
    town.run_for(3600)
    assert standing(town, CARE, first) == CANCELLED
    assert not town.has(STAFF, first)
    assert len(standing(town, STAFF, first)) == 1


# Who may


def test_another_operator_with_the_right_may_and_one_without_may_not(town: Mesh) -> None:
    mine, clerks = send(town, written(MLA)), send(town, written(CLERK))
    assert ask(town, written(CLERK, cancels=about(mine))) == Refused(Refusal.MAY_NOT_COUNTERMAND)
    assert isinstance(ask(town, written(MLA, cancels=about(clerks))), Accepted)


def test_the_station_takes_back_only_what_it_said_itself(town: Mesh) -> None:
    persons, stations = send(town, written(MLA)), send(town, written(0))
    assert ask(town, written(0, cancels=about(persons))) == Refused(Refusal.MAY_NOT_COUNTERMAND)
    assert isinstance(ask(town, written(0, cancels=about(stations))), Accepted)


def test_at_another_station_of_the_authority_it_may_be_cancelled(town: Mesh) -> None:
    first = send(town, written())
    town.run_until(lambda: town.has(STAFF, first), 900)
    later = cancel(town, first, KHJ, STAFF)
    assert later.is_for_me
    assert standing(town, STAFF, first) == CANCELLED


def test_what_cannot_be_cancelled_is_refused_with_its_reason(town: Mesh) -> None:
    first = send(town, written())
    unknown = Reference(CARE, 1, 999)
    assert ask(town, written(cancels=unknown)) == Refused(Refusal.MESSAGE_UNKNOWN)
    assert ask(town, written(to=TO_LEADER, cancels=about(first))) == Refused(Refusal.OTHER_RECIPIENT)
    later = cancel(town, first)
    assert ask(town, written(cancels=about(first))) == Refused(Refusal.ALREADY_COUNTERMANDED, "PLH-00001")
    assert ask(town, written(cancels=about(later))) == Refused(Refusal.MAY_NOT_COUNTERMAND)
    assert ask(town, written(supersedes=about(later))) == Refused(Refusal.MAY_NOT_COUNTERMAND)


# What others send


def forged(town: Mesh, first: Item, author: int = KHJ, to: Address | None = None, **more: object) -> bytes:
    """What another station sends, well signed, whatever its author may."""
    bare = Message(
        precedence=Precedence.IMMEDIATE,
        station=RELAY,
        incarnation=1,
        sequence=900,
        author=author,
        recipient=to or first.recipient,
        time=wire_time(UTC_MS),
        lifetime=decode_lifetime(first),
        options=replace(Options(cancels=about(first)), **more),  # type: ignore[arg-type]
        body=b"Annulleret.",
    )
    key = signing_key(f"operator {author}" if author else f"station {RELAY}")
    return seal(bare, town.network.roster, key.sign).encode()


def decode_lifetime(first: Item) -> Lifetime:
    frame = decode(first.sealed)
    assert isinstance(frame, Message)
    return frame.lifetime


@pytest.mark.parametrize("author", [STRANGER, CLERK, 0], ids=["another authority", "no right", "another station"])
def test_who_may_not_changes_nothing_and_is_told_of(town: Mesh, author: int) -> None:
    first = send(town, written())
    town.run_until(lambda: town.rung(CARE, first, STAFF) is Rung.AT_STATION, 900)
    town.happen(STAFF, FrameHeard(forged(town, first, author)))
    assert standing(town, STAFF, first) == REFUSED
    assert (AlarmKind.COUNTERMAND_REFUSED, "PLH-00001", "BRS-00900") in alarms(town, STAFF)
    town.act(STAFF, first, KHJ)


def test_what_goes_to_somebody_else_cancels_nothing(town: Mesh) -> None:
    first = send(town, written())
    town.run_until(lambda: town.rung(CARE, first, STAFF) is Rung.AT_STATION, 900)
    town.happen(STAFF, FrameHeard(forged(town, first, to=TO_LEADER)))
    assert standing(town, STAFF, first) == REFUSED


def test_a_forged_signature_is_dropped_before_anything_is_believed(town: Mesh) -> None:
    first = send(town, written())
    town.run_until(lambda: town.rung(CARE, first, STAFF) is Rung.AT_STATION, 900)
    broken = forged(town, first)
    town.happen(STAFF, FrameHeard(broken[:-1] + bytes([broken[-1] ^ 1])))
    assert not standing(town, STAFF, first)


def test_of_two_that_cross_the_first_here_counts_and_both_are_shown(town: Mesh) -> None:
    first = send(town, written())
    town.run_until(lambda: town.rung(CARE, first, STAFF) is Rung.AT_STATION, 900)
    send(town, written(text="Evakuér 3.", supersedes=about(first)))
    town.happen(CARE, FrameHeard(forged(town, first)))
    assert standing(town, CARE, first) == [
        (CountermandKind.CORRECTS, Standing.STANDS),
        (CountermandKind.CANCELS, Standing.LATE),
    ]


def test_with_both_references_only_the_cancelling_counts(town: Mesh) -> None:
    first, other = send(town, written()), send(town, written(text="Andet."))
    town.run_until(lambda: town.rung(CARE, other, STAFF) is Rung.AT_STATION, 900)
    town.happen(STAFF, FrameHeard(forged(town, first, supersedes=about(other))))
    assert standing(town, STAFF, first) == CANCELLED
    assert not standing(town, STAFF, other)
