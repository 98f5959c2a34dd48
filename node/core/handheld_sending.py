r"""Texts out to plain handhelds: one at a time for each, spaced for the radio, held while a handheld is not heard.

```
WAITING --every part acknowledged by its radio--> ON_HANDHELD --witnessed word--> ACKNOWLEDGED, DONE, DECLINED
   |  \--no answer: held until it is heard, tried again after HOLD_MS
   '----> EXPIRED, WITHDRAWN; never begun: OVERFLOW
```

That the handheld's radio has a text moves no rung of the message: its way ends at the home station.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from node.core.agenda import NEVER
from node.core.answer_records import CountermandKind, Standing
from node.core.events import Outcome
from node.core.handheld_records import HandheldText, TextState, Trouble
from node.core.handheld_texts import texts_of
from node.core.long_reading import readable_body
from node.core.numbering import human_number
from node.core.offers import Offer, Rank, Ready
from node.core.records import Item
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.codec import Codec
from protocol.frames import Long, Message
from protocol.numbers import Kind, Precedence
from protocol.reasons import Dropped

NUMBERS_MAX: Final = 99
"""Two digits to type."""
WAITING_MAX: Final = 32
"""For one handheld: more is read by nobody on such a screen, and is told to the staff instead."""
TEXT_GAP_MS: Final = 3_000
"""The firmware takes one text in 2 s from its client, whoever it is for (RADIO limits, hardware/RADIOS.md)."""
OUTCOME_MS: Final = 120_000
"""The link's word on a frame comes at the latest after 95 s on LONG_FAST (hardware/outcomes.py)."""
HOLD_MS: Final = 1_800_000
"""A handheld that is not heard is tried again so often: it may have come back without a word."""
KEY_MS: Final = 600_000
"""Somebody has to load its key into the radio."""
REFUSED_MS: Final = 10_000
REPLY_LIFE_MS: Final = 3_600_000
"""A reply later than that answers what nobody remembers."""

_FORM: Final = "A form is at the station: ask for it by voice."
_UNREADABLE: Final = "A message is at the station that cannot be texted: ask for it by voice."
_CANCELS: Final = "Cancels #{number}."
_REPLACES: Final = "Replaces #{number}."
TEXTS: Final = (_FORM, _UNREADABLE, _CANCELS, _REPLACES)


@dataclass(slots=True)
class TextPace:
    """When the radio takes the next text of this station, whoever it is for."""

    free_at: int = 0


class HandheldTexts:
    """The queue of texts out."""

    def __init__(self, here: Surroundings, pace: TextPace) -> None:
        self._here = here
        self._pace = pace
        self._waiting: Sequence[HandheldText] | None = None
        self._heard: dict[int, int] = {}
        """When each registered handheld was heard last in this life."""

    def message_taken_in(self, item: Item, frame: Message | Long, turn: Turn) -> None:
        """A message was stored: one for a handheld of this station is texted."""
        if item.recipient.kind is not Kind.HANDHELD or not item.is_for_me:
            return
        handheld = item.recipient.number
        rows = self._here.store.handheld_texts(handheld)
        text = f"{self._sender(item)}: {self._withdrawn(item, rows, turn)}{self._said(item, frame)}"
        number = self._free_number(rows)
        is_full = not number or sum(row.state is TextState.WAITING for row in rows) >= WAITING_MAX
        row = _waiting(handheld, text, item.precedence, turn.at, item.expires_at, number, item.id, item.drill)
        self._add(replace(row, state=TextState.OVERFLOW, next_at=None) if is_full else row)

    def reply(self, handheld: int, text: str, turn: Turn, precedence: Precedence = Precedence.PRIORITY) -> None:
        """Tell a handheld something that needs no answer; the latest of too many is not told."""
        rows = self._here.store.handheld_texts(handheld)
        if sum(row.state is TextState.WAITING for row in rows) < WAITING_MAX:
            self._add(_waiting(handheld, text, precedence, turn.at, turn.at + REPLY_LIFE_MS))

    def heard(self, handheld: int, turn: Turn) -> None:
        """A handheld is on: what was held for it goes."""
        self._heard[handheld] = turn.at
        for row in self._rows():
            is_held = row.trouble is not Trouble.NONE and row.next_at is not None and row.next_at > turn.at
            if row.handheld == handheld and is_held:
                self._put(replace(row, next_at=turn.at))

    def open_of(self, handheld: int, *, closed: tuple[TextState, ...]) -> list[HandheldText]:
        """The numbered texts that have gone to a handheld at least once and are not closed by one of these states."""
        gone = (TextState.WAITING, TextState.ON_HANDHELD, TextState.ACKNOWLEDGED, TextState.DONE, TextState.DECLINED)
        return [
            row
            for row in self._here.store.handheld_texts(handheld)
            if row.number and row.state in gone and row.state not in closed and (row.attempts or row.parts_sent)
        ]

    def answered_by_person(self, row: HandheldText, state: TextState, turn: Turn) -> None:
        """Somebody at the handheld texted so; nothing more of the message needs to go."""
        self._put(replace(row, state=state, next_at=None, state_at=turn.at))

    def soonest(self) -> int:
        """At once while anything waits."""
        return 0 if self._rows() else NEVER

    def offers(self, turn: Turn) -> Iterator[Offer]:
        """The next text of each handheld, when the radio may take one."""
        if turn.at < self._pace.free_at:
            return
        for row in self._firsts():
            if row.next_at is not None and row.next_at <= turn.at:
                yield Offer(row.precedence, Rank.MESSAGE, row.next_at, partial(self._send, row.id))

    def outcome(self, text_id: int, outcome: Outcome, turn: Turn, retry_at: int | None) -> None:
        """The radio's word on a text."""
        row = self._here.store.handheld_text(text_id)
        if row is None or row.state is not TextState.WAITING:
            return
        match outcome:
            case Outcome.ACCEPTED | Outcome.RELAYED:
                return
            case Outcome.DELIVERED:
                self._arrived(row, turn)
            case Outcome.SILENT:
                sent_at = (row.next_at or turn.at) - OUTCOME_MS
                was_heard = self._heard.get(row.handheld, -1) >= sent_at
                wait_ms = REFUSED_MS if was_heard else HOLD_MS
                self._put(replace(row, trouble=Trouble.SILENT, next_at=turn.at + wait_ms))
            case Outcome.UNADDRESSABLE:
                self._put(replace(row, trouble=Trouble.NO_KEY, next_at=turn.at + KEY_MS))
            case Outcome.REFUSED:
                self._put(replace(row, next_at=retry_at if retry_at is not None else turn.at + REFUSED_MS))

    def tick(self, turn: Turn) -> None:
        """Let go what has outlived its life."""
        for row in self._rows():
            if row.expires_at <= turn.at:
                if row.number:
                    self._put(replace(row, state=TextState.EXPIRED, next_at=None, state_at=turn.at))
                else:
                    self._forget(row)

    def next_at(self, at: int) -> int | None:
        """When there is something to do again."""
        times = [max(row.next_at or 0, self._pace.free_at) for row in self._firsts()]
        times += [row.expires_at for row in self._rows()]
        return min((time for time in times if time > at), default=None)

    def rolled_back(self) -> None:
        """The store was rolled back."""
        self._waiting = None

    def _send(self, text_id: int, turn: Turn) -> Ready | None:
        row = self._here.store.handheld_text(text_id)
        certificate = None if row is None else self._here.roster.handheld(row.handheld)
        if row is None or certificate is None:  # A newer roster has none with that number any more.
            self._withdraw(row, turn)
            return None
        texts = texts_of(row.number, row.text, is_exercise=bool(row.drill))
        payload = texts[min(row.parts_sent, len(texts) - 1)].encode()
        self._pace.free_at = turn.at + TEXT_GAP_MS
        self._put(replace(row, attempts=row.attempts + 1, next_at=turn.at + OUTCOME_MS))
        return Ready(
            payload,
            self._here.policy.hop_limit,
            want_ack=True,
            node=certificate.body.node_number,
            text_id=row.id,
        )

    def _arrived(self, row: HandheldText, turn: Turn) -> None:
        sent, parts = row.parts_sent + 1, len(texts_of(row.number, row.text, is_exercise=bool(row.drill)))
        if sent < parts:
            self._put(replace(row, parts_sent=sent, attempts=0, trouble=Trouble.NONE, next_at=turn.at))
        elif not row.number:
            self._forget(row)
        else:
            done = replace(row, parts_sent=sent, trouble=Trouble.NONE, next_at=None)
            self._put(replace(done, state=TextState.ON_HANDHELD, state_at=turn.at))

    def _withdrawn(self, item: Item, rows: Sequence[HandheldText], turn: Turn) -> str:
        """What a cancelling or correcting message says of the one before; that is not begun any more."""
        countermand = self._here.store.countermand(item.id)
        before = None if countermand is None else self._here.store.message(countermand.about)
        if countermand is None or before is None or countermand.standing is not Standing.STANDS:
            return ""
        row = next((row for row in rows if row.item_id == before.id), None)
        if row is None:
            return ""
        if row.state is TextState.WAITING:
            self._withdraw(row, turn)
        phrase = _CANCELS if countermand.kind is CountermandKind.CANCELS else _REPLACES
        return f"{self._here.words(phrase).format(number=row.number)} "

    def _withdraw(self, row: HandheldText | None, turn: Turn) -> None:
        if row is not None:
            self._put(replace(row, state=TextState.WITHDRAWN, next_at=None, state_at=turn.at))

    def _said(self, item: Item, frame: Message | Long) -> str:
        body = readable_body(self._here, item.key, frame)
        if frame.codec == Codec.FORM:
            return f"{human_number(self._here.roster, item.key)} {self._here.words(_FORM)}"
        text = body if isinstance(body, Dropped) else self._here.codecs.decode(frame.codec, body)
        if isinstance(text, Dropped):
            return f"{human_number(self._here.roster, item.key)} {self._here.words(_UNREADABLE)}"
        return text

    def _sender(self, item: Item) -> str:
        """Initials and station of who wrote it."""
        station = self._here.roster.code_of_station(item.issuer) or str(item.issuer)
        author = self._here.roster.operator(item.author) if item.author else None
        return station if author is None else f"{author.body.code}/{station}"

    def _free_number(self, rows: Sequence[HandheldText]) -> int:
        """The next number after the last that no open text has; its former holder is forgotten. 0: there is none."""
        last = max((row for row in rows if row.number), key=lambda row: row.id, default=None)
        start = 0 if last is None else last.number
        for step in range(NUMBERS_MAX):
            number = (start + step) % NUMBERS_MAX + 1
            held = [row for row in rows if row.number == number]
            if not any(row.state in (TextState.WAITING, TextState.ON_HANDHELD) for row in held):
                for row in held:
                    self._forget(row)
                return number
        return 0

    def _firsts(self) -> list[HandheldText]:
        """Of each handheld the one whose turn it is: most urgent, then oldest."""
        firsts: dict[int, HandheldText] = {}
        for row in self._rows():
            firsts.setdefault(row.handheld, row)
        return list(firsts.values())

    def _rows(self) -> Sequence[HandheldText]:
        if self._waiting is None:
            self._waiting = self._here.store.handheld_texts_waiting()
        return self._waiting

    def _add(self, row: HandheldText) -> None:
        self._changed(self._here.store.add_handheld_text(row))

    def _put(self, row: HandheldText) -> None:
        self._here.store.put_handheld_text(row)
        self._changed(row)

    def _forget(self, row: HandheldText) -> None:
        self._here.store.delete_handheld_text(row.id)
        self._waiting = None

    def _changed(self, row: HandheldText) -> None:
        self._waiting = None
        if row.item_id:
            self._here.store.touch_item(row.item_id, self._here.store.take_change())


def _waiting(
    handheld: int,
    text: str,
    precedence: Precedence,
    at: int,
    expires_at: int,
    number: int = 0,
    item_id: int = 0,
    drill: int = 0,
) -> HandheldText:
    return HandheldText(
        *(0, handheld, number, item_id, text, drill, precedence, TextState.WAITING, 0, 0, Trouble.NONE),
        *(at, expires_at, at),
    )
