"""The scenes that both plays are made of: stations come up, the relay dies and returns, a forged frame is refused.

Each waits for what it claims to show and fails with the rung that was not reached; nothing is told before it is.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NoReturn

from node.api.ladder import Step, has_reached
from node.api.messages import Box, Precedence, ShownMessage
from node.api.methods import LIST, LOGIN, SEND, SHOW, STATUS, ListBox, Login, Nothing, Send, Show
from node.api.status import Status
from node.client.blocking import Client, NoStation
from node.demo.ladders import Ladders
from node.demo.stage import PASSPHRASE, PEOPLE, PRESET, STATIONS, Stage
from node.demo.timeline import Timeline
from node.words.catalogue import Words
from protocol.decode import decode_main
from protocol.frames import Frame, Long, Message
from protocol.numbers import SIGNATURE_BYTES
from protocol.reasons import Dropped

SCENE_S: Final = 120.0
"""For each scene; the longest takes about twelve seconds on an idle machine, and many have much else to do."""
LOOK_S: Final = 0.2
"""Between two looks at a status: counters are announced by nothing, contacts to consoles only."""
ATTENTION_S: Final = 5.0
"""To a station that tells of nothing, before it is looked at all the same."""
STAFF: Final = "KRISE"
"""To whom the story's messages go: the crisis staff's function."""
FORGED_BYTE: Final = -SIGNATURE_BYTES - 1
"""The last of what is signed, a letter of the text: the frame stays whole and says something else."""

EXAMPLE: Final = "The Havblik care home has emergency power until 19:00. Send 200 l of diesel."
FLASH_TEXT: Final = "Smoke in the kitchen. 42 residents are being evacuated now."
TEXTS: Final = (EXAMPLE, FLASH_TEXT)


class NotReached(Exception):
    """A scene did not show what it must; the text says what."""


@dataclass(frozen=True, slots=True)
class Scenes:
    """What happens on one stage."""

    stage: Stage
    timeline: Timeline
    ladders: Ladders
    words: Words

    def set_up(self) -> None:
        """The network is enrolled, every station comes up."""
        self.stage.enrol()
        self.stage.start_air()
        self.timeline.tell("stage", " - ".join(f"{code} {name}" for code, (_, name) in STATIONS.items()), PRESET)
        for code in STATIONS:
            self.timeline.tell("up", code, str(self.stage.start_station(code)))

    def log_in(self, client: Client, initials: str) -> None:
        """Somebody comes on duty at the station where they belong."""
        _, _, station = PEOPLE[initials]
        client.call(LOGIN, Login(initials, PASSPHRASE))
        self.timeline.tell("duty", initials, station)

    def black_out(self, home: Client) -> None:
        """The relay loses its power; the care home notices."""
        self.timeline.tell("killed", "BRS", str(self.stage.cut_power("BRS")))
        self.until(home, "PLH notices the silence", lambda status: not any(one.in_reach for one in status.contacts))
        self.timeline.tell("silence", "PLH")

    def power_returns(self) -> None:
        """The relay has power again."""
        self.timeline.tell("back", "BRS", str(self.stage.start_station("BRS")))

    def write(self, client: Client, send: Send) -> ShownMessage:
        """Somebody writes."""
        message = client.call(SHOW, Show(client.call(SEND, send).number))
        self.ladders.tell(message)
        return message

    def write_in_the_dark(self, home: Client, text: str, precedence: Precedence) -> ShownMessage:
        """The care home writes while nobody hears it: the message must wait."""
        message = self.write(home, Send(STAFF, text, precedence, author="MLA"))
        if any(ladder.step is not Step.QUEUED for ladder in message.ladders):
            raise NotReached(f"{message.number} does not wait in the queue")
        return message

    def follow(self, client: Client, messages: tuple[ShownMessage, ...], step: Step) -> None:
        """Tell each rung of the messages as the sender sees it, until all have reached a step."""
        deadline_s = time.monotonic() + SCENE_S
        while True:
            shown = [client.call(SHOW, Show(message.number)) for message in messages]
            for message in shown:
                self.ladders.tell(message)
            if all(has_reached(ladder.step, step) for message in shown for ladder in message.ladders):
                return
            self._listen(client, deadline_s, f"{step.value} for {_numbers(messages)}")

    def arrive(self, staff: Client, *messages: ShownMessage) -> None:
        """Tell of each message as it comes into the inbox of the crisis staff."""
        deadline_s = time.monotonic() + SCENE_S
        missing = list(messages)
        while True:
            there = {one.number for one in staff.call(LIST, ListBox(Box.INBOX)).messages}
            for message in [one for one in missing if one.number in there]:
                self.timeline.tell("arrived", "KRS", message.number)
                missing.remove(message)
            if not missing:
                return
            self._listen(staff, deadline_s, f"{_numbers(missing)} at KRS")

    def show_overtaking(self, flash: ShownMessage, routine: ShownMessage) -> None:
        """The air itself says which left first."""
        with self.stage.air() as air:
            sent = [decode_main(bytes.fromhex(one.payload)) for one in air.log() if one.device == "PLH"]
        leaving = [one for frame in sent for one in (flash, routine) if _is_of(frame, one)]
        if leaving[:1] != [flash]:
            raise NotReached(f"{flash.number} did not overtake {routine.number}")
        self.timeline.tell("overtaken", flash.number, routine.number)

    def frame_of(self, message: ShownMessage) -> bytes:
        """A message as it went through the air; to be asked for before the air has forgotten it."""
        with self.stage.air() as air:
            frames = [decode_main(bytes.fromhex(one.payload)) for one in air.log()]
        for frame in frames:
            if not isinstance(frame, Dropped) and _is_of(frame, message):
                return frame.encode()
        raise NotReached(f"{message.number} in the log of the air")

    def tamper(self, staff: Client, genuine: bytes) -> None:
        """Send a frame again with one bit changed, under a number not used yet."""
        before = _count(staff, "bad_signature")
        forged = bytearray(genuine)
        forged[FORGED_BYTE] ^= 0x01
        self.timeline.tell("forged", "KRS")
        with self.stage.air() as air:
            air.inject("BRS", bytes(forged))
        self.until(staff, "KRS refuses the forgery", lambda _: _count(staff, "bad_signature") > before)
        self.timeline.tell("refused", "KRS", "bad_signature")

    def attend(self, station: str, look: Callable[[Client], None]) -> NoReturn:
        """Look at a station at once and whenever it tells of a change, whatever its power does.

        Raises:
            CurtainFell: the play ends here.
            Refused: the station does not do what is asked of it.
        """
        while True:
            try:
                with self.stage.client(station) as client:
                    client.subscribe(0)
                    while True:
                        look(client)
                        self.stage.listen(client, ATTENTION_S)
            except NoStation:
                self.stage.pause(LOOK_S)

    def until(self, client: Client, what: str, holds: Callable[[Status], bool]) -> None:
        """Wait for a station's status to be so."""
        deadline_s = time.monotonic() + SCENE_S
        while not holds(client.call(STATUS, Nothing())):
            if time.monotonic() > deadline_s:
                raise NotReached(what)
            self.stage.pause(LOOK_S)

    def _listen(self, client: Client, deadline_s: float, what: str) -> None:
        left_s = deadline_s - time.monotonic()
        if left_s <= 0:
            raise NotReached(what)
        self.stage.listen(client, left_s)


def _count(client: Client, reason: str) -> int:
    return sum(drop.count for drop in client.call(STATUS, Nothing()).drops if drop.reason == reason)


def _numbers(messages: tuple[ShownMessage, ...] | list[ShownMessage]) -> str:
    return ", ".join(message.number for message in messages)


def _is_of(frame: Frame | Dropped, message: ShownMessage) -> bool:
    """Whether a frame is this message: its station and its place in that station's numbers."""
    number, _ = STATIONS[message.station]
    sequence = int(message.number.rpartition("-")[2])
    return isinstance(frame, Message | Long) and (frame.station, frame.sequence) == (number, sequence)
