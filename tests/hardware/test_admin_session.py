"""Administering a radio that is slow, silent, talkative, gone for a while, or none at all, on a clock that jumps."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware import admin_messages
from hardware.admin_messages import Acknowledged, Answered, Other, understand
from hardware.admin_session import (
    ANSWER_S_MAX,
    ANSWER_STEP_S,
    RESTART_BEGINS_S_MAX,
    RESTART_ENDS_S_MAX,
    AdminRefused,
    AdminSession,
    NoAnswer,
)
from hardware.meshtastic_protobufs import admin_pb2, mesh_pb2, portnums_pb2
from hardware.simulated.speech import admin_ack, admin_answer, queue_report
from hardware.stream import FrameReader, frame
from hardware.way import ConnectionEnded, Unreachable
from tests.hardware.admin_bench import Radio, admin_kind
from tests.hardware.fast_loop import run_fast

OWNER = admin_messages.set_owner("New", "NW")


class Meddler:
    """A way to a simulated radio whose answers to admin messages are swallowed and replaced by the test's own."""

    name = "a meddler"

    def __init__(self, radio: Radio, meddle: Callable[["Meddler", int], None]) -> None:
        self._radio = radio
        self._meddle = meddle
        self._frames = FrameReader()
        self.said: asyncio.Queue[bytes] = asyncio.Queue()
        self.number = radio.identity.node_number

    async def open(self) -> "Meddler":
        self._inner = await self._radio.way.open()
        self._pump = asyncio.create_task(self._forward())
        return self

    async def _forward(self) -> None:
        while True:
            self.said.put_nowait(await self._inner.read())

    async def read(self) -> bytes:
        chunk = await self.said.get()
        if not chunk:
            raise ConnectionEnded("gone; check the cable")
        return chunk

    def write(self, chunk: bytes) -> None:
        for message in self._frames.feed(chunk, 0.0):
            if admin_kind(message):
                self._meddle(self, mesh_pb2.ToRadio.FromString(message).packet.id)
            else:
                self._inner.write(frame(message))

    def say(self, message: bytes, after_s: float = 0.0) -> None:
        asyncio.get_running_loop().call_later(after_s, self.said.put_nowait, frame(message))

    def close(self) -> None:
        self._pump.cancel()
        self._inner.close()


def meddled(meddle: Callable[[Meddler, int], None], tell: Callable[[AdminSession], Awaitable[object]]) -> float:
    """Connect, tell the radio something, and return how long that took."""
    took_s = 0.0

    async def story() -> None:
        nonlocal took_s
        session = AdminSession(Meddler(Radio(), meddle), random.Random(1))  # type: ignore[arg-type]
        await session.connect()
        began_s = asyncio.get_running_loop().time()
        try:
            await tell(session)
        finally:
            took_s = asyncio.get_running_loop().time() - began_s
            session.close()

    run_fast(story())
    return took_s


def test_an_answer_may_be_slow() -> None:
    def slow(radio: Meddler, packet_id: int) -> None:
        radio.say(admin_ack(radio.number, packet_id, 0, 9), after_s=ANSWER_STEP_S - 1)

    assert meddled(slow, lambda session: session.tell(OWNER)) == pytest.approx(ANSWER_STEP_S - 1)


def test_the_deadline_moves_with_progress() -> None:
    def slow(radio: Meddler, packet_id: int) -> None:
        for at_s in (8, 16):
            radio.say(queue_report(0, 0, 16), after_s=at_s)
        radio.say(admin_ack(radio.number, packet_id, 0, 9), after_s=24)

    assert meddled(slow, lambda session: session.tell(OWNER)) == pytest.approx(24)


@pytest.mark.parametrize(
    ("every_s", "ends_s"), [(1000.0, ANSWER_STEP_S), (1.0, ANSWER_S_MAX)], ids=["silent", "talkative"]
)
def test_a_radio_that_does_not_answer_is_given_up(every_s: float, ends_s: float) -> None:
    def evade(radio: Meddler, packet_id: int) -> None:
        for turn in range(1, 200):
            radio.say(queue_report(packet_id + turn, 0, 16), after_s=turn * every_s)

    async def tell(session: AdminSession) -> None:
        with pytest.raises(NoAnswer, match="does not answer set_owner; unplug it"):
            await session.tell(OWNER)

    assert meddled(evade, tell) == pytest.approx(ends_s)


def test_answers_to_others_are_not_ours() -> None:
    def mislead(radio: Meddler, packet_id: int) -> None:
        answer = admin_pb2.AdminMessage(get_canned_message_module_messages_response="theirs")
        radio.say(admin_answer(radio.number, packet_id + 1, answer.SerializeToString(), 8))
        radio.say(admin_ack(radio.number, packet_id + 1, 33, 8))
        foreign = mesh_pb2.FromRadio.FromString(admin_ack(radio.number, packet_id, 33, 8))
        setattr(foreign.packet, "from", 77)
        radio.say(foreign.SerializeToString())
        answer.get_canned_message_module_messages_response = "ours"
        radio.say(admin_answer(radio.number, packet_id, answer.SerializeToString(), 9))

    async def tell(session: AdminSession) -> None:
        said = await session.ask(admin_messages.get_canned_messages())
        assert said is not None
        assert said.get_canned_message_module_messages_response == "ours"

    meddled(mislead, tell)


@pytest.mark.parametrize(("error", "name"), [(33, "NOT_AUTHORIZED"), (9999, "9999")])
def test_a_refusal_is_named_with_what_to_look_at(error: int, name: str) -> None:
    def refuse(radio: Meddler, packet_id: int) -> None:
        routing = mesh_pb2.Routing.FromString(b"\x18" + varint(error))
        data = mesh_pb2.Data(
            portnum=portnums_pb2.PortNum.ROUTING_APP, payload=routing.SerializeToString(), request_id=packet_id
        )
        packet = mesh_pb2.MeshPacket(to=radio.number, decoded=data)
        setattr(packet, "from", radio.number)
        radio.say(mesh_pb2.FromRadio(packet=packet).SerializeToString())

    async def tell(session: AdminSession) -> None:
        with pytest.raises(AdminRefused, match=rf"refuses set_owner \({name}\); look at it"):
            await session.tell(OWNER)

    meddled(refuse, tell)


def varint(number: int) -> bytes:
    return bytes([number & 0x7F | 0x80, number >> 7 & 0x7F]) if number > 127 else bytes([number])


def test_a_restart_on_a_connection_that_stays_is_seen() -> None:
    """A bridge chip keeps the port open while the board behind it starts anew."""

    def restart(radio: Meddler, packet_id: int) -> None:
        radio.say(admin_ack(radio.number, packet_id, 0, 9))
        radio.say(mesh_pb2.FromRadio(rebooted=True).SerializeToString(), after_s=7.0)

    async def tell(session: AdminSession) -> None:
        await session.tell(admin_messages.commit())
        await session.wait_for_restart()

    assert meddled(restart, tell) == pytest.approx(7.0)


def test_a_restart_that_does_not_come_is_not_waited_for_long() -> None:
    async def tell(session: AdminSession) -> None:
        await session.wait_for_restart()

    took_s = meddled(lambda radio, packet_id: None, tell)
    assert took_s == pytest.approx(RESTART_BEGINS_S_MAX, abs=2.5)


@pytest.mark.parametrize(("away_s", "comes_back"), [(60.0, True), (120.0, False)])
def test_a_radio_may_take_its_time_to_come_back(away_s: float, comes_back: bool) -> None:
    async def story() -> None:
        radio, session = Radio(), None
        session = radio.session()
        await session.connect()
        radio.device.switch_off()
        asyncio.get_running_loop().call_later(away_s, radio.device.switch_on)
        if comes_back:
            assert (await session.connect_again()).node_number == radio.identity.node_number
        else:
            with pytest.raises(Unreachable, match="no power; check it"):
                await session.connect_again()
            assert asyncio.get_running_loop().time() <= RESTART_ENDS_S_MAX + 1
        session.close()

    run_fast(story())


@given(st.binary(max_size=512))
def test_any_bytes_of_a_radio_are_read_or_passed_over(message: bytes) -> None:
    assert isinstance(understand(message), Acknowledged | Answered | Other | admin_messages.Restarted | None)


def test_before_a_connection_there_is_nothing_to_tell() -> None:
    async def story() -> None:
        with pytest.raises(ConnectionEnded, match="repeat the command"):
            await Radio().session().tell(OWNER)

    run_fast(story())
