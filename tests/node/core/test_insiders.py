"""What a certified key can do where it is not meant to be used: an exercise's, or one of another authority."""

from dataclasses import replace

import pytest

from node.core.alarm_records import AlarmKind
from node.core.continuity import Doubt
from node.core.events import FrameHeard
from node.core.records import Item, Rung
from protocol.expanded import Expansion, expand_act, expand_message
from protocol.frames import Act, ActKind, Message, Notice
from protocol.instants import Lifetime, wire_time
from protocol.notices import EmergencyKey, FunctionDuty, HighWaterMark, NoticeBody, encode_notice
from protocol.numbers import EVERYBODY, Address, Kind, Precedence, Reference
from protocol.options import Options
from protocol.reasons import Reason
from protocol.sealing import seal
from protocol.statements import OperatorBody, Right, Statement
from tests.node.core.test_adversaries import exercising, frame_of
from tests.support.mesh import UTC_MS, Mesh
from tests.support.network import (
    CARE,
    CRISIS_STAFF,
    KHJ,
    MLA,
    RELAY,
    STAFF,
    authority_statement,
    operator_statement,
    person_statement,
    signed,
    signing_key,
    small_network,
    station_statement,
)

DRILL = 77
FIRE, STRANGER, BREAK_GLASS = 2, 40, 41
TO_STAFF = Address(Kind.FUNCTION, CRISIS_STAFF)


def stranger() -> bytes:
    """An operator of another authority."""
    body = OperatorBody(
        public_key=signing_key(f"operator {STRANGER}").public_key().public_bytes_raw(),
        rights=Right.FLASH,
        home_station=RELAY,
        code="FRE",
        name="Frede Fremmed",
    )
    return signed(Statement(body=body, number=STRANGER, issuer=FIRE, renewal=0, birth=b"fred"), f"authority {FIRE}")


@pytest.fixture
def mesh() -> Mesh:
    envelope = person_statement(BREAK_GLASS, "NØD", "Nødnøgle", Right.EMERGENCY, CARE)
    network = small_network(
        authority_statement(FIRE, "BRF", "Brand Fyn"),
        stranger(),
        envelope,
        *(exercising(station_statement(number), f"station {number}") for number in (CARE, STAFF)),
        *(exercising(operator_statement(number), f"operator {number}") for number in (KHJ, MLA)),
        exercising(envelope, f"operator {BREAK_GLASS}"),
    )
    mesh = Mesh(network, links=((CARE, STAFF), (CARE, RELAY)))
    mesh.start()
    mesh.run_for(60)
    mesh.medium = lambda _from, _to, _payload: None
    return mesh


def dropped(mesh: Mesh, number: int, reason: Reason) -> int:
    here = mesh.nodes[number].here
    assert here is not None
    return here.drops[reason]


def alarms(mesh: Mesh, number: int) -> list[AlarmKind]:
    return [alarm.kind for alarm in mesh.nodes[number].store.alarms()]


def act_about(mesh: Mesh, message: Item, author: int, key: str, *, drill: int = 0) -> bytes:
    """Somebody acknowledges at the staff's station, he says."""
    bare = Act(
        precedence=message.precedence,
        station=STAFF,
        incarnation=1,
        author=author,
        time=wire_time(UTC_MS),
        about=frame_of(message).reference,
        act=ActKind.ACKNOWLEDGED,
        drill=drill,
    )
    expansion = expand_act(bare, mesh.network.roster, message.fingerprint)
    assert isinstance(expansion, Expansion)
    readings = expansion.signers(mesh.network.roster, exercise=drill != 0)
    assert isinstance(readings, tuple)
    return replace(bare, signature=signing_key(key).sign(expansion.to_sign(readings[0]))).encode()


def exercise_notice(mesh: Mesh, says: NoticeBody, to: Address, author: int, *, drill: int) -> bytes:
    """By an operator or a station of the care home, in an exercise or in earnest."""
    bare = Notice(
        precedence=Precedence.PRIORITY,
        station=CARE,
        incarnation=1,
        sequence=900,
        author=author,
        recipient=to,
        time=wire_time(UTC_MS),
        lifetime=Lifetime.ONE_DAY,
        options=Options(drill=drill or None),
        body=encode_notice(says),
    )
    key = signing_key(("exercise " if drill else "") + (f"operator {author}" if author else f"station {CARE}"))
    return seal(bare, mesh.network.roster, key.sign).encode()


# Keys of an exercise


def test_an_exercise_key_acknowledges_nothing_real(mesh: Mesh) -> None:
    item = mesh.compose(CARE, TO_STAFF)
    forged = act_about(mesh, item, KHJ, f"exercise operator {KHJ}", drill=DRILL)
    mesh.happen(CARE, FrameHeard(forged))
    assert not mesh.nodes[CARE].store.acts_about(item.key)
    assert mesh.rung(CARE, item, STAFF) is not Rung.AT_STATION
    assert dropped(mesh, CARE, Reason.WRONG_CONTEXT) == 1
    mesh.happen(CARE, FrameHeard(act_about(mesh, item, KHJ, f"operator {KHJ}")))
    assert mesh.nodes[CARE].store.acts_about(item.key)


@pytest.mark.parametrize("drill", [DRILL, 0])
def test_a_notice_of_an_exercise_moves_nothing_real(mesh: Mesh, drill: int) -> None:
    takes = FunctionDuty(CRISIS_STAFF, MLA, is_taken=True)
    mesh.happen(STAFF, FrameHeard(exercise_notice(mesh, takes, EVERYBODY, MLA, drill=drill)))
    assert bool(mesh.nodes[STAFF].store.function_words()) is (drill == 0)
    assert dropped(mesh, STAFF, Reason.WRONG_CONTEXT) == (drill != 0)


@pytest.mark.parametrize("drill", [DRILL, 0])
def test_an_exercise_opens_no_envelope(mesh: Mesh, drill: int) -> None:
    opened = exercise_notice(mesh, EmergencyKey(BREAK_GLASS), EVERYBODY, BREAK_GLASS, drill=drill)
    mesh.happen(STAFF, FrameHeard(opened))
    assert (AlarmKind.EMERGENCY_KEY in alarms(mesh, STAFF)) is (drill == 0)


@pytest.mark.parametrize("drill", [DRILL, 0])
def test_an_exercise_key_puts_no_station_in_doubt(mesh: Mesh, drill: int) -> None:
    tells = HighWaterMark(Reference(STAFF, 1, 57))
    mesh.happen(STAFF, FrameHeard(exercise_notice(mesh, tells, Address(Kind.STATION, STAFF), 0, drill=drill)))
    here = mesh.nodes[STAFF].here
    assert here is not None
    assert (here.doubt is Doubt.TOLD_HIGHER) is (drill == 0)


# Keys of another authority


def test_somebody_of_another_authority_frees_no_custody_by_an_act(mesh: Mesh) -> None:
    item = mesh.compose(CARE, TO_STAFF)
    mesh.happen(CARE, FrameHeard(act_about(mesh, item, STRANGER, f"operator {STRANGER}")))
    assert [act.author for act in mesh.nodes[CARE].store.acts_about(item.key)] == [STRANGER]
    assert mesh.rung(CARE, item, STAFF) in (Rung.QUEUED, Rung.SENT)
    mesh.happen(CARE, FrameHeard(act_about(mesh, item, KHJ, f"operator {KHJ}")))
    assert mesh.rung(CARE, item, STAFF) is Rung.AT_STATION


def under_our_number(mesh: Mesh, author: int, key: str, *, drill: int = 0) -> bytes:
    """A message said to come from the staff's station, which knows nothing of it."""
    bare = replace(
        frame_of(mesh.compose(CARE, TO_STAFF)),
        station=STAFF,
        sequence=16_000,
        author=author,
        recipient=EVERYBODY,
        confidential=False,
        options=Options(drill=drill or None),
        body=b"Alt er i orden",
        codec=0,
        signature=b"",
    )
    assert isinstance(expand_message(bare, mesh.network.roster), Expansion)
    message: Message = seal(bare, mesh.network.roster, signing_key(key).sign)
    return message.encode()


@pytest.mark.parametrize(
    ("author", "key", "drill", "silences"),
    [
        (STRANGER, f"operator {STRANGER}", 0, False),
        (KHJ, f"exercise operator {KHJ}", DRILL, False),
        (KHJ, f"operator {KHJ}", 0, True),
        (0, f"station {STAFF}", 0, True),
    ],
    ids=["another authority's", "an exercise's", "its own operator's", "its own"],
)
def test_a_key_that_is_not_for_this_station_silences_nobody_and_uses_no_number_up(
    mesh: Mesh, author: int, key: str, drill: int, silences: bool
) -> None:
    before = mesh.nodes[STAFF].store.last_sequence(1)
    mesh.happen(STAFF, FrameHeard(under_our_number(mesh, author, key, drill=drill)))
    here = mesh.nodes[STAFF].here
    assert here is not None
    assert (here.doubt is Doubt.OWN_FRAME) is silences
    assert (mesh.nodes[STAFF].store.last_sequence(1) > before) is silences
    assert (AlarmKind.OWN_NUMBER_HEARD in alarms(mesh, STAFF)) is not silences
