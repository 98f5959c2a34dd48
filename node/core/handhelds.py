"""Plain handhelds: who texts, what it is taken for, and what the sender is told.

A handheld is known by the number and the key in its certificate, and texts with its home station alone. Its text
becomes a message that the station witnesses. What is no known handheld's, or under another key, becomes none: it lies
in a tray of its own, and its sender is told once how to reach people.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from node.core.composer import Composer
from node.core.deliveries import reference_of
from node.core.effects import Refused
from node.core.events import NodeHeard, TextHeard
from node.core.forms import WITNESS
from node.core.handheld_records import HandheldSeen, HandheldText, StrayReason, TextKey, TextState
from node.core.handheld_sending import HandheldTexts
from node.core.handheld_tray import HandheldTray
from node.core.handheld_witness import Witnessed, Witnessing
from node.core.handheld_words import Command, Light, Said, folded, is_nearly, read_text, understood
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.numbers import Address, Kind, Precedence
from protocol.reasons import Reason
from protocol.statements import HandheldBody, Statement

PACKETS_REMEMBERED: Final = 8
SAME_TEXT_MS: Final = 120_000
"""Who saw no reply sends the same again: within this it is the same message."""
TEXTS_MAX: Final = 12
"""Of one handheld in `TEXTS_MS`: more than a person types; the rest is a fault or a flood."""
TEXTS_MS: Final = 600_000
_OPEN_TOLD_MAX: Final = 6
_ECHO_CHARACTERS_MAX: Final = 100

_TAKEN: Final = "{station} has {number}: {echo}"
_REFUSED: Final = "NOT taken: {station} takes no messages now. Try by voice."
_UNKNOWN_NUMBER: Final = "There is no message #{number}. Open: {open}"
_WHICH: Final = "Which one? Open: {open}. Send the word and the number."
_NONE_OPEN: Final = "No message waits for your answer."
_UNKNOWN_TO: Final = "{to} is not known; it went to the station. "
_USAGE: Final = "HELP text, STATUS GREEN/YELLOW/RED, ACK n, DONE n, NO n reason, POS lat lon, @CODE text, or free text"
_NOTHING: Final = "none"
_SAID: Final = {
    Said.TEXT: "",
    Said.HELP: "HELP",
    Said.STATUS: "STATUS",
    Said.ACKNOWLEDGED: "ACK",
    Said.DONE: "DONE",
    Said.DECLINED: "NO",
    Said.POSITION: "POS",
}
_LIGHTS: Final = {Light.GREEN: "GREEN", Light.YELLOW: "YELLOW", Light.RED: "RED"}
_STATES: Final = {
    Said.ACKNOWLEDGED: TextState.ACKNOWLEDGED,
    Said.DONE: TextState.DONE,
    Said.DECLINED: TextState.DECLINED,
}
_CLOSED: Final = {
    Said.ACKNOWLEDGED: (TextState.ACKNOWLEDGED, TextState.DONE, TextState.DECLINED),
    Said.DONE: (TextState.DONE, TextState.DECLINED),
    Said.DECLINED: (TextState.DONE, TextState.DECLINED),
}
"""What a word alone is not about any more."""
TEXTS: Final = (
    *(_TAKEN, _REFUSED, _UNKNOWN_NUMBER, _WHICH, _NONE_OPEN, _UNKNOWN_TO, _USAGE, _NOTHING),
    *(said for said in _SAID.values() if said),
    *_LIGHTS.values(),
)


class Handhelds:
    """Takes in what handhelds text."""

    def __init__(self, here: Surroundings, texts: HandheldTexts, tray: HandheldTray, composer: Composer) -> None:
        self._here = here
        self._texts = texts
        self._tray = tray
        self._witnessing = Witnessing(here, composer)
        self._by_node: dict[int, Statement] = {}
        self._roster_read: object = None
        self._taken: dict[int, tuple[int, int]] = {}
        """Of each handheld since when, and how many texts were taken."""

    def heard(self, event: TextHeard | NodeHeard, turn: Turn) -> None:
        """A handheld, or a stranger's radio, said something."""
        if isinstance(event, TextHeard):
            self._text_heard(event, turn)
        else:
            self._node_heard(event, turn)

    def _node_heard(self, event: NodeHeard, turn: Turn) -> None:
        statement = self._registered(event.from_node)
        if statement is not None:
            self._texts.heard(statement.number, turn)

    def _text_heard(self, event: TextHeard, turn: Turn) -> None:
        if WITNESS not in self._here.forms.schemas:
            return
        statement, text = self._registered(event.from_node), read_text(event.text)
        stray = self._stray(statement, event, turn)
        if statement is None or stray is not None:
            is_ours = event.is_for_us_alone or stray is not StrayReason.OTHER_HOME
            if stray is not None and is_ours:
                self._tray.take(event, stray, text, turn)
            return
        handheld = statement.number
        seen = self._here.store.handheld_seen(handheld)
        if seen is not None and event.packet_id in seen.packets:
            self._here.drops[Reason.DUPLICATE] += 1
            return
        key = TextKey.REGISTERED if event.sender_key else TextKey.CHANNEL
        packets = (*(seen.packets if seen is not None else ()), event.packet_id)[-PACKETS_REMEMBERED:]
        heard = HandheldSeen(
            *(handheld, turn.at, turn.now.utc_ms, event.hops, event.snr_db, event.rssi_dbm, key, packets, text, "")
        )
        self._texts.heard(handheld, turn)
        is_same = seen is not None and seen.reply and seen.text == text and turn.at - seen.heard_at < SAME_TEXT_MS
        if seen is not None and is_same:
            reply = seen.reply
        elif self._is_flood(handheld, turn.at):
            self._here.drops[Reason.QUOTA] += 1
            self._here.store.put_handheld_seen(heard)
            return
        else:
            reply = self._acted(handheld, key, understood(text), event, turn)
        self._here.store.put_handheld_seen(replace(heard, reply=reply))
        self._texts.reply(handheld, reply, turn)

    def _acted(self, handheld: int, key: TextKey, command: Command, event: TextHeard, turn: Turn) -> str:
        """Do what a text says; what its sender is told."""
        match command.said:
            case Said.USAGE:
                return self._here.words(_USAGE)
            case Said.ACKNOWLEDGED | Said.DONE | Said.DECLINED:
                return self._answered(handheld, key, command, event, turn)
            case _:
                return self._reported(handheld, key, command, event, turn)

    def _answered(self, handheld: int, key: TextKey, command: Command, event: TextHeard, turn: Turn) -> str:
        words = self._here.words
        if command.number is None:
            rows = self._texts.open_of(handheld, closed=_CLOSED[command.said])
            if len(rows) != 1:
                return words(_WHICH).format(open=self._listed(rows)) if rows else words(_NONE_OPEN)
        else:
            rows = [row for row in self._texts.open_of(handheld, closed=()) if row.number == command.number]
        message = self._here.store.item(rows[0].item_id) if rows else None
        if message is None:
            rows = self._texts.open_of(handheld, closed=_CLOSED[command.said])
            return words(_UNKNOWN_NUMBER).format(number=command.number, open=self._listed(rows))
        row = rows[0]
        witnessed = Witnessed(
            *(handheld, key, command.said, command.text, Address(Kind.STATION, message.issuer)),
            precedence=max(message.precedence, Precedence.IMMEDIATE),
            ack_wanted=command.said is Said.DECLINED,
            reply_to=reference_of(message),
        )
        number = self._witnessing.witness(witnessed, event, turn)
        if isinstance(number, Refused):
            return self._refused()
        self._texts.answered_by_person(row, _STATES[command.said], turn)
        echo = f"{words(_SAID[command.said])} #{row.number} {command.text}"
        return self._taken_reply(number, echo)

    def _reported(self, handheld: int, key: TextKey, command: Command, event: TextHeard, turn: Turn) -> str:
        to = self._function(command.to) if command.to else None
        urgent = command.said is Said.HELP
        witnessed = Witnessed(
            *(handheld, key, command.said, command.text, to or Address(Kind.STATION, self._here.number)),
            precedence=Precedence.IMMEDIATE if urgent else Precedence.ROUTINE,
            ack_wanted=command.said in (Said.HELP, Said.TEXT),
            light=command.light,
            position_e5=command.position_e5,
        )
        number = self._witnessing.witness(witnessed, event, turn)
        if isinstance(number, Refused):
            return self._refused()
        words = self._here.words
        said = words(_SAID[command.said]) if _SAID[command.said] else ""
        light = words(_LIGHTS[command.light]) if command.light is not None else ""
        whom = f"@{command.to}" if to is not None else ""
        place = " ".join(f"{degrees / 100_000:.5f}" for degrees in command.position_e5 or ())
        echo = " ".join(part for part in (said, light, whom, place, command.text) if part)
        unknown = words(_UNKNOWN_TO).format(to=command.to) if command.to and to is None else ""
        return unknown + self._taken_reply(number, echo)

    def _taken_reply(self, number: str, echo: str) -> str:
        said = echo.strip() if len(echo) <= _ECHO_CHARACTERS_MAX else echo[:_ECHO_CHARACTERS_MAX] + "..."
        return self._here.words(_TAKEN).format(station=self._code(), number=number, echo=said)

    def _refused(self) -> str:
        return self._here.words(_REFUSED).format(station=self._code())

    def _code(self) -> str:
        return self._here.roster.code_of_station(self._here.number) or str(self._here.number)

    def _listed(self, rows: list[HandheldText]) -> str:
        numbers = [f"#{row.number}" for row in rows[-_OPEN_TOLD_MAX:]]
        return ", ".join(numbers) or self._here.words(_NOTHING)

    def _function(self, typed: str) -> Address | None:
        """The one function that is called so, or nearly so."""
        wanted = folded(typed)
        called: dict[str, set[int]] = {}
        for _, statement in self._here.roster.newest_read():
            address = statement.address
            certificate = self._here.roster.function(address.number) if address.kind is Kind.FUNCTION else None
            if certificate is not None:
                for name in (certificate.body.code, certificate.body.name):
                    called.setdefault(folded(name), set()).add(address.number)
        found = called.get(wanted) or set().union(
            *(numbers for name, numbers in called.items() if is_nearly(wanted, name))
        )
        return Address(Kind.FUNCTION, min(found)) if len(found) == 1 else None

    def _is_flood(self, handheld: int, at: int) -> bool:
        since, count = self._taken.get(handheld, (at, 0))
        if at - since >= TEXTS_MS:
            since, count = at, 0
        self._taken[handheld] = (since, count + 1)
        return count >= TEXTS_MAX

    def _stray(self, statement: Statement | None, event: TextHeard, turn: Turn) -> StrayReason | None:
        """Why a text becomes no message."""
        if statement is None or not isinstance(statement.body, HandheldBody):
            return StrayReason.UNREGISTERED
        if statement.body.home_station != self._here.number:
            return StrayReason.OTHER_HOME
        if event.sender_key and event.sender_key != statement.body.radio_key:
            return StrayReason.OTHER_KEY
        if turn.on_day is not None and not statement.covers(turn.on_day):
            return StrayReason.NOT_VALID
        return None

    def _registered(self, node: int) -> Statement | None:
        """The certificate of the handheld with that number: one at home here before one elsewhere."""
        if self._roster_read is not self._here.roster:
            self._roster_read, self._by_node = self._here.roster, {}
            held = [one for _, one in self._here.roster.newest_read() if isinstance(one.body, HandheldBody)]
            for statement in sorted(held, key=self._is_elsewhere(), reverse=True):
                if isinstance(statement.body, HandheldBody) and not statement.exercise:
                    self._by_node[statement.body.node_number] = statement
        return self._by_node.get(node)

    def _is_elsewhere(self) -> Callable[[Statement], tuple[bool, int]]:
        def rank(statement: Statement) -> tuple[bool, int]:
            body = statement.body
            return (isinstance(body, HandheldBody) and body.home_station != self._here.number, statement.number)

        return rank
