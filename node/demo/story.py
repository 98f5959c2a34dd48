"""The story: the relay loses power, a message waits, a FLASH overtakes it, power returns, both arrive and are answered.

Each scene waits for what it claims to show and fails with the rung that was not reached; nothing is told before it is.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from hardware.airtime import PRESETS, broadcast_frame_airtime_ms, packet_airtime_ms
from node.api.ladder import Step, has_reached
from node.api.messages import Precedence, ShownMessage
from node.api.methods import ACK, LOGIN, SEND, SHOW, STATUS, Login, Nothing, Perform, Send, Show
from node.api.status import Status
from node.client.blocking import Client
from node.demo.stage import PASSPHRASE, PRESET, STATIONS, Stage
from node.demo.timeline import Timeline
from node.words.catalogue import Words
from node.words.phrases import precedence_text, step_text
from protocol.decode import decode
from protocol.frames import Act, Digest, Message, Receipt

SCENE_S: Final = 40.0
"""For each scene; the longest takes about twelve seconds on an idle machine."""
FLASH_TEXT: Final = "Røg i køkkenet. 42 beboere evakueres nu."
PRICED_PRESETS: Final = ("MEDIUM_FAST", "LONG_FAST")
TEXT_DATA_BYTES: Final = 4
"""What the firmware puts around a text: two bytes of port and length, two of bitfield."""
HEADER_BYTES: Final = 16
"""Of every Meshtastic packet (RadioInterface.h)."""


class NotReached(Exception):
    """A scene did not show what it must; the text says what."""


@dataclass(slots=True)
class Story:
    """One run of the demo."""

    stage: Stage
    timeline: Timeline
    words: Words
    _told: dict[tuple[str, str], Step] = field(default_factory=dict)

    def play(self, text: str) -> None:
        """Play it from beginning to end.

        Raises:
            NotReached: a rung was not reached in time.
            Refused: the text is not taken, for instance since it is too long.
        """
        self._set_up()
        with self.stage.client("PLH") as home, self.stage.client("KRS") as staff:
            self._log_in(home, "MLA", "PLH")
            self._log_in(staff, "KHJ", "KRS")
            self._until(home, "PLH hears BRS", lambda status: any(c.in_reach for c in status.contacts))
            self._black_out(home)
            home.subscribe(0)
            routine = self._write(home, text, Precedence.ROUTINE)
            flash = self._write(home, FLASH_TEXT, Precedence.FLASH)
            self.timeline.tell("back", "BRS", str(self.stage.start_station("BRS")))
            self._follow(home, (flash, routine), Step.AT_STATION)
            self._show_overtaking(flash, routine)
            staff.call(ACK, Perform(routine.number))
            self._follow(home, (routine,), Step.ACKNOWLEDGED)
            self._tamper(staff, routine)
        self.timeline.tell("done", detail=f"{self.timeline.elapsed_s:.0f} s")
        self._reckon(routine)

    def _set_up(self) -> None:
        self.stage.enrol()
        self.stage.start_air()
        self.timeline.tell("stage", " - ".join(f"{code} {name}" for code, (_, name) in STATIONS.items()), PRESET)
        for code in STATIONS:
            self.timeline.tell("up", code, str(self.stage.start_station(code)))

    def _log_in(self, client: Client, initials: str, station: str) -> None:
        client.call(LOGIN, Login(initials, PASSPHRASE))
        self.timeline.tell("duty", initials, station)

    def _black_out(self, home: Client) -> None:
        self.timeline.tell("killed", "BRS", str(self.stage.cut_power("BRS")))
        self._until(home, "PLH notices the silence", lambda status: not any(c.in_reach for c in status.contacts))
        self.timeline.tell("silence", "PLH")

    def _write(self, home: Client, text: str, precedence: Precedence) -> ShownMessage:
        queued = home.call(SEND, Send(to="KRISE", text=text, precedence=precedence))
        self.timeline.tell("written", "MLA", f"{precedence_text(self.words, precedence)} {queued.number}: {text}")
        message = home.call(SHOW, Show(queued.number))
        self._tell_rungs(message)
        if any(ladder.step is not Step.QUEUED for ladder in message.ladders):
            raise NotReached(f"{queued.number} does not wait in the queue")
        return message

    def _follow(self, home: Client, messages: tuple[ShownMessage, ...], step: Step) -> None:
        """Tell each rung of the messages as the sender sees it, until all have reached a step."""
        deadline_s = time.monotonic() + SCENE_S
        while True:
            shown = [home.call(SHOW, Show(message.number)) for message in messages]
            for message in shown:
                self._tell_rungs(message)
            if all(has_reached(ladder.step, step) for message in shown for ladder in message.ladders):
                return
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                raise NotReached(f"{step.value} for {', '.join(message.number for message in messages)}")
            home.next_change(left_s)

    def _tell_rungs(self, message: ShownMessage) -> None:
        for ladder in message.ladders:
            place = (message.number, ladder.station)
            if self._told.get(place) is not ladder.step:
                self._told[place] = ladder.step
                self.timeline.tell("rung", message.number, step_text(self.words, ladder), ladder.step.value)

    def _show_overtaking(self, flash: ShownMessage, routine: ShownMessage) -> None:
        """The air itself says which left first."""
        with self.stage.air() as air:
            sent = [decode(bytes.fromhex(one.payload)) for one in air.log() if one.device == "PLH"]
        sequences = [frame.sequence for frame in sent if isinstance(frame, Message)]
        if sequences.index(_sequence(flash)) > sequences.index(_sequence(routine)):
            raise NotReached(f"{flash.number} did not overtake {routine.number}")
        self.timeline.tell("overtaken", flash.number, routine.number)

    def _tamper(self, staff: Client, routine: ShownMessage) -> None:
        """Send the message again with one bit of its text changed, under a number not used yet."""
        before = _count(staff, "bad_signature")
        with self.stage.air() as air:
            frames = [bytes.fromhex(one.payload) for one in air.log()]
            genuine = next(raw for raw in frames if _is_message(raw, _sequence(routine)))
            forged = bytearray(genuine)
            forged[14] ^= 0x01
            self.timeline.tell("forged", "KRS")
            air.inject("BRS", bytes(forged))
        self._until(staff, "KRS refuses the forgery", lambda _: _count(staff, "bad_signature") > before)
        self.timeline.tell("refused", "KRS", "bad_signature")

    def _reckon(self, routine: ShownMessage) -> None:
        """The price of the message against a plain Meshtastic text, both for one transmission and one hop."""
        with self.stage.air() as air:
            frames = [decode(bytes.fromhex(one.payload)) for one in air.log()]
        proof = [len(frame.encode()) for frame in frames if isinstance(frame, Digest | Receipt)]
        act_bytes = next(len(frame.encode()) for frame in frames if isinstance(frame, Act))
        text_bytes = len(routine.text.encode())
        for name in PRICED_PRESETS:
            preset = PRESETS[name]
            plain_ms = packet_airtime_ms(preset, HEADER_BYTES + TEXT_DATA_BYTES + text_bytes)
            sealed_ms = broadcast_frame_airtime_ms(preset, routine.sealed_bytes)
            act_ms = broadcast_frame_airtime_ms(preset, act_bytes)
            detail = (
                f"{name}: {text_bytes} B text = Bavn {routine.sealed_bytes} B {sealed_ms} ms signed, receipts "
                f"{min(proof)}-{max(proof)} B, acknowledgement {act_bytes} B {act_ms} ms; plain Meshtastic "
                f"{text_bytes + TEXT_DATA_BYTES} B {plain_ms} ms, unsigned, not stored"
            )
            self.timeline.tell("cost", detail=detail)

    def _until(self, client: Client, what: str, holds: Callable[[Status], bool]) -> None:
        deadline_s = time.monotonic() + SCENE_S
        while not holds(client.call(STATUS, Nothing())):
            if time.monotonic() > deadline_s:
                raise NotReached(what)
            time.sleep(0.2)  # counters are announced by nothing, contacts to consoles only


def _count(client: Client, reason: str) -> int:
    return sum(drop.count for drop in client.call(STATUS, Nothing()).drops if drop.reason == reason)


def _sequence(message: ShownMessage) -> int:
    return int(message.number.rpartition("-")[2])


def _is_message(raw: bytes, sequence: int) -> bool:
    frame = decode(raw)
    return isinstance(frame, Message) and frame.sequence == sequence
