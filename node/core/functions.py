"""Functions: who holds one now, known at every station, as the latest signed word of it says.

A function is taken and given up by an operator of the authority that certified it, by a notice to everybody. Of two
words about one function the later counts: of one station by its count of messages; of two stations by the time that
was signed, and where a clock was not trusted by the age with which they came. A time that lies ahead of a trusted clock
counts as now, so that nobody's clock holds a function for ever. The latest word is kept, a giving up too.

A message to a function goes to the home stations of its certificate and to the station where its holder took it. Each
station reckons so for itself: what its origin knew decides where a message must arrive, what a relay or the holder's
own station knows can only add to that.
"""

from collections.abc import Sequence

from node.core.effects import Done, Refusal, Refused, Stir
from node.core.log_entries import LogKind
from node.core.notices import Notices
from node.core.people_records import FunctionWord
from node.core.records import Item
from node.core.shift_events import FunctionGivenUp, FunctionStep, FunctionTaken
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.decode import decode
from protocol.frames import Notice
from protocol.instants import NO_TIME, Lifetime, instant_ms
from protocol.notices import FunctionDuty, NoticeBody
from protocol.numbers import EVERYBODY, SEQUENCE_MAX, SHORT_NUMBER_MAX, Address, Kind, Precedence


class Functions:
    """Takes, gives up, and hears of both."""

    def __init__(self, here: Surroundings, notices: Notices) -> None:
        self._here = here
        self._notices = notices
        notices.hand_to(FunctionDuty, self.heard)

    def step(self, step: FunctionStep, turn: Turn) -> Done | Refused:
        """What an operator on duty here does about functions; all of it or nothing."""
        match step:
            case FunctionTaken(operator=operator, functions=functions):
                refused = self.why_not_take(operator, functions)
                if refused is None:
                    self.take(operator, functions, turn)
            case FunctionGivenUp(operator=operator, functions=functions, is_unrelieved=is_unrelieved):
                refused = self._why_not_give_up(operator, functions)
                if refused is None:
                    self.give_up(operator, functions, turn, is_unrelieved=is_unrelieved)
        return refused or Done()

    def why_not_take(self, operator: int, functions: Sequence[int]) -> Refused | None:
        """What stands against an operator taking some functions here."""
        if operator not in self._here.signer.operators():
            return Refused(Refusal.NOT_ON_DUTY)
        for function in functions:
            if self._here.roster.function(function) is None:
                return Refused(Refusal.FUNCTION_UNKNOWN)
            if not self._is_of_one_authority(function, operator):
                return Refused(Refusal.OTHER_AUTHORITY)
        return self._no_numbers(len(functions))

    def take(self, operator: int, functions: Sequence[int], turn: Turn) -> None:
        """Nothing stands against it: the operator holds them here from now on."""
        for function in functions:
            holder = self._here.holder_of(function)
            if holder is None or (holder.operator, holder.station) != (operator, self._here.number):
                self._say(FunctionDuty(function, operator, is_taken=True), turn)

    def give_up(self, operator: int, functions: Sequence[int], turn: Turn, *, is_unrelieved: bool) -> None:
        """Nothing stands against it: nobody holds them from now on."""
        for function in functions:
            self._say(FunctionDuty(function, operator, is_taken=False, is_unrelieved=is_unrelieved), turn)

    def held_by(self, operator: int) -> tuple[int, ...]:
        """The functions that an operator holds, wherever that was told."""
        return tuple(
            word.function
            for word in self._here.store.function_words()
            if (holder := self._here.holder_of(word.function)) is not None and holder.operator == operator
        )

    def heard(self, item: Item, body: NoticeBody, turn: Turn) -> None:
        """Another station tells of a function; only whom it is about can say so, and only of its own authority's."""
        if isinstance(body, FunctionDuty) and body.operator == item.author:
            self._take_in(item, body, turn)

    def _why_not_give_up(self, operator: int, functions: Sequence[int]) -> Refused | None:
        if operator not in self._here.signer.operators():
            return Refused(Refusal.NOT_ON_DUTY)
        for function in functions:
            holder = self._here.holder_of(function)
            if holder is None or holder.operator != operator:
                return Refused(Refusal.NOT_THE_HOLDER)
        return self._no_numbers(len(functions))

    def _no_numbers(self, needed: int) -> Refused | None:
        here = self._here
        is_used_up = here.store.last_sequence(here.incarnation) + needed > SEQUENCE_MAX
        return Refused(Refusal.NUMBERS_USED_UP) if is_used_up else None

    def _say(self, body: FunctionDuty, turn: Turn) -> None:
        item = self._notices.compose(
            body, EVERYBODY, Precedence.PRIORITY, turn, author=body.operator, lifetime=Lifetime.ONE_WEEK
        )
        assert item is not None, "whoever asks has looked whether there are numbers left"
        self._take_in(item, body, turn)

    def _take_in(self, item: Item, body: FunctionDuty, turn: Turn) -> None:
        if not self._is_of_one_authority(body.function, body.operator):
            return
        word = self._word(item, body, turn)
        known = self._here.store.function_word(body.function)
        if known is not None and not _is_later(word, known):
            return
        self._here.store.put_function_word(word)
        self._here.logbook.enter(
            LogKind.DUTY_TAKEN if body.is_taken else LogKind.DUTY_GIVEN,
            turn,
            who=Address(Kind.OPERATOR, body.operator),
            details={"function": body.function, "station": item.issuer}
            | ({"relief": "absent"} if body.is_unrelieved else {}),
        )
        turn.effects.append(Stir())

    def _word(self, item: Item, body: FunctionDuty, turn: Turn) -> FunctionWord:
        frame = decode(item.sealed)
        assert isinstance(frame, Notice), "what is stored was decoded before"
        utc_ms = turn.now.utc_ms
        signed_ms = None if utc_ms is None or frame.time == NO_TIME else instant_ms(frame.time, utc_ms)
        return FunctionWord(
            function=body.function,
            operator=body.operator,
            station=item.issuer,
            is_taken=body.is_taken,
            is_unrelieved=body.is_unrelieved,
            incarnation=item.key.incarnation,
            sequence=item.key.sequence,
            said_at=item.born_at,
            said_utc_ms=None if signed_ms is None or utc_ms is None else min(signed_ms, utc_ms),
        )

    def _is_of_one_authority(self, function: int, operator: int) -> bool:
        function_certificate = self._here.roster.function(function)
        certificate = self._here.roster.operator(operator)
        if function_certificate is None or certificate is None or function > SHORT_NUMBER_MAX:
            return False
        return function_certificate.statement.issuer == certificate.statement.issuer


def _is_later(word: FunctionWord, known: FunctionWord) -> bool:
    if word.station == known.station:
        return (word.incarnation, word.sequence) > (known.incarnation, known.sequence)
    if word.said_utc_ms is not None and known.said_utc_ms is not None:
        return (word.said_utc_ms, word.station) > (known.said_utc_ms, known.station)
    return (word.said_at, word.station) > (known.said_at, known.station)
