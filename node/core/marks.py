"""May this station number what it says? Its own mark, the doubts about it, and what ends them.

A number must never be used twice, whatever was restored, copied or replaced. The store notes what the records on two
paths say (`node.store.going_on`); this machine adds what neighbours and the air say:

| what | then |
|---|---|
| the certificate has a higher incarnation, of which no record has a number | a new count from 1; no doubt |
| a neighbour signs a mark above ours | doubt: told_higher |
| a good signature of our key on a message we do not have, above our mark or under a number we used | doubt: own_frame |
| the same again after such a doubt was settled | doubt: cloned |
| in doubt, and `MARK_WITNESSES` different stations told our mark | settled: on above the highest, and a margin |
| in doubt, and somebody on duty vouches for it | the same; not when cloned |

While in doubt the station is receive-only: nothing leaves that carries its signature.

An image of a whole medium, put back, agrees with itself. So after each start whatever is numbered waits for the first
contact, and then for as long as an answer to the station's hello may take: a neighbour that has heard a higher number
says so. Alone, a station waits with its messages anyway; where nobody contradicts, it costs seconds once.
"""

from dataclasses import replace
from typing import Final

from node.core.alarm_records import AlarmKind
from node.core.alarms import Alarms
from node.core.continuity import Continuity, Doubt, Told
from node.core.effects import Level, MarkConfirmed, Refusal, Refused, Stir
from node.core.events import MarkVouchedFor
from node.core.log_entries import LogKind
from node.core.logbook import Details
from node.core.policy import MARK_MARGIN, MARK_WITNESSES, NUMBERS_LOW_AT
from node.core.records import Item, ItemKey, ItemKind
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.notices import HighWaterMark, NoticeBody
from protocol.numbers import SEQUENCE_MAX, Address, Kind
from protocol.roster import Roster

_NOTICE_BYTES: Final = 81
"""Of a notice with a mark."""
_BY_FRAMES: Final = (Doubt.TOLD_HIGHER, Doubt.OWN_FRAME)


class Marks:
    """Keeps this station from using a number twice."""

    def __init__(self, here: Surroundings, alarms: Alarms) -> None:
        self._here = here
        self._alarms = alarms
        self._shown: Doubt | None = None
        """The doubt that people have been told of."""
        self._certified: tuple[Roster, int] | None = None
        """A roster, and the incarnation that it certifies for this station; 0 for none."""
        self.began_with = 0
        """The mark as of this start: what is above it was numbered in this life."""
        self._clear_at: int | None = None
        """When what was numbered in this life may leave; None until the first contact."""
        self._is_low_told = False
        self.collided_up_to = 0
        """What was numbered in this life up to here may have been used before; 0 when nothing was."""

    def begin(self, turn: Turn) -> None:
        """The station came up: begin a count, or go on with the one there is."""
        here, before = self._here, self._here.store.continuity()
        if before.incarnation < here.incarnation:
            is_new = before.incarnation > 0
            doubt = before.doubt
            if is_new:
                doubt = None if here.store.last_sequence(here.incarnation) == 0 else before.doubt or Doubt.RESTORED
            self._settle_down(Continuity(here.incarnation, doubt, turn.at, turn.now.utc_ms))
            here.store.skip_to(here.incarnation, 0)
            here.logbook.enter(LogKind.INCARNATED, turn, details={"incarnation": here.incarnation})
        self.began_with = here.store.last_sequence(here.incarnation)
        self.look(turn)
        if here.doubt is None:
            self._alarms.over(AlarmKind.RECEIVE_ONLY, self._code(), turn)

    def look(self, turn: Turn) -> None:
        """Once in each turn: let everybody see whether the station is in doubt, and call a person when that changes."""
        doubt = self._doubt()
        if doubt is not self._shown:
            self._here.doubt = self._shown = doubt
            turn.effects.append(Stir())
            self._here.logbook.enter(LogKind.RECEIVING_ONLY, turn, details={"state": str(doubt or "over")})
            self._alarms.over(AlarmKind.RECEIVE_ONLY, self._code(), turn)
            if doubt is not None:
                self._alarms.raise_(AlarmKind.RECEIVE_ONLY, self._code(), turn, str(doubt))
        self._look_at_numbers(turn)

    def rolled_back(self) -> None:
        """The commit failed: the store says again what stands."""
        self._here.doubt, self._shown = self._doubt(), None
        self._is_low_told = False
        self.collided_up_to = 0

    def contact_made(self, at: int) -> bool:
        """Somebody is in reach; whether for the first time since the start, so that an answer to a hello may come."""
        if self._clear_at is not None:
            return False
        policy = self._here.policy
        self._clear_at = at + 2 * policy.overhear_ms + 8 * self._here.airtime(_NOTICE_BYTES)
        return True

    def may_leave(self, item: Item, at: int) -> bool:
        """Whether an item may go on the air: never our own in doubt, nor before those in reach could contradict."""
        if not item.is_mine:
            return True
        if self._here.doubt is not None:
            return False
        return not self._is_of_this_life(item) or (self._clear_at is not None and at >= self._clear_at)

    def next_at(self, at: int) -> int | None:
        """When what waits for contradiction may leave."""
        return self._clear_at if self._clear_at is not None and self._clear_at > at else None

    def announced(self, at: int) -> int:
        """The last sequence as a beacon says it: of what was on the air, so that neighbours can contradict."""
        if self._clear_at is None or at < self._clear_at:
            return self.began_with
        return self._here.store.last_sequence(self._here.incarnation)

    def told(self, item: Item, says: NoticeBody, turn: Turn) -> None:
        """A station signed what it knows of our mark."""
        assert isinstance(says, HighWaterMark), "only these are handed here"
        here, mark = self._here, says.mark
        if mark.station != here.number or mark.incarnation != here.incarnation_bits or item.author or not mark.sequence:
            return
        standing = here.store.continuity()
        if here.doubt is None:
            if mark.sequence <= self.announced(turn.at):
                return
            self._doubt_now(standing, Doubt.TOLD_HIGHER, f"{self._code(item.issuer)} {mark.sequence}", turn)
        if here.doubt in (Doubt.CLONED, Doubt.OLD_CERTIFICATE, Doubt.SUPERSEDED):
            return
        here.store.put_told(Told(item.issuer, mark.sequence, turn.at))
        told = here.store.told()
        if len(told) >= MARK_WITNESSES:
            self._settle(max(one.sequence for one in told), turn)

    def own_message_heard(self, key: ItemKey, turn: Turn) -> None:
        """A message was verified that our key signed and that is not the one we have under its number, if any."""
        here = self._here
        if key.incarnation != here.incarnation:
            return  # Of our own past: it is settled, and no number of now.
        is_used_twice = here.store.message(key) is not None
        standing = here.store.continuity()
        if not is_used_twice and key.sequence <= self.announced(turn.at):
            return  # Lost with an earlier store, and known to be used.
        if here.doubt in (None, *_BY_FRAMES):
            doubt = Doubt.CLONED if standing.settled else Doubt.OWN_FRAME
            if here.doubt is not doubt:
                self._doubt_now(standing, doubt, str(key.sequence), turn)
        if self._here.store.continuity().doubt is not None:
            # What our own key signed was used, whoever brings it; numbers never go below it again.
            last = here.store.last_sequence(here.incarnation)
            self.collided_up_to = max(self.collided_up_to, min(key.sequence, last))
            here.store.skip_to(here.incarnation, key.sequence)

    def own_number_heard(self, last_sequence: int, turn: Turn) -> None:
        """Our number over what we did not send: a beacon, which nobody signs, or the word of somebody who is not ours.

        Only a person can say what it means.
        """
        self._alarms.raise_(AlarmKind.OWN_NUMBER_HEARD, self._code(), turn, str(last_sequence))

    def vouched_for(self, event: MarkVouchedFor, turn: Turn) -> MarkConfirmed | Refused:
        """Somebody on duty says that this is the only machine with this key, and how far it had counted."""
        if event.operator not in self._here.signer.operators():
            return Refused(Refusal.NOT_ON_DUTY)
        if self._here.doubt is None:
            return Refused(Refusal.NOT_IN_DOUBT)
        if self._here.doubt in (Doubt.CLONED, Doubt.OLD_CERTIFICATE, Doubt.SUPERSEDED):
            return Refused(Refusal.NEEDS_INCARNATION, str(self._here.doubt))
        who = Address(Kind.OPERATOR, event.operator)
        details: Details = {"state": "vouched", "above": event.above}
        self._here.logbook.enter(LogKind.RECEIVING_ONLY, turn, who=who, details=details)
        highest = max((one.sequence for one in self._here.store.told()), default=0)
        self._settle(max(highest, event.above), turn)
        return MarkConfirmed(self._here.store.last_sequence(self._here.incarnation) + 1)

    def _settle(self, highest: int, turn: Turn) -> None:
        """The mark is known: count on above it."""
        here, standing = self._here, self._here.store.continuity()
        last = here.store.last_sequence(here.incarnation)
        self.collided_up_to = max(self.collided_up_to, min(highest, last))
        above = max(highest, last) + MARK_MARGIN
        here.store.skip_to(here.incarnation, min(above, SEQUENCE_MAX))
        settled = standing.settled + (standing.doubt in _BY_FRAMES)
        self._settle_down(replace(standing, doubt=None, since_at=turn.at, settled=settled))
        turn.log(Level.WARNING, f"own mark settled: the next number is above {min(above, SEQUENCE_MAX)}")
        self.look(turn)

    def _settle_down(self, continuity: Continuity) -> None:
        self._here.store.set_continuity(continuity)
        self._here.store.forget_told()
        self._here.doubt = self._doubt()

    def _doubt_now(self, standing: Continuity, doubt: Doubt, detail: str, turn: Turn) -> None:
        here = self._here
        here.store.set_continuity(replace(standing, doubt=doubt, since_at=turn.at, since_utc_ms=turn.now.utc_ms))
        here.store.forget_told()
        turn.log(Level.ERROR, f"receive-only: {doubt} {detail}")
        self.look(turn)

    def _doubt(self) -> Doubt | None:
        here, standing = self._here, self._here.store.continuity()
        if self._certified is None or self._certified[0] is not here.roster:
            in_force = here.roster.station(here.number)
            self._certified = (here.roster, 0 if in_force is None else in_force.body.incarnation)
        if self._certified[1] > here.incarnation:
            return Doubt.SUPERSEDED
        return Doubt.OLD_CERTIFICATE if standing.incarnation > here.incarnation else standing.doubt

    def _is_of_this_life(self, item: Item) -> bool:
        return item.kind is not ItemKind.ACT and (
            item.key.incarnation == self._here.incarnation and item.key.sequence > self.began_with
        )

    def _look_at_numbers(self, turn: Turn) -> None:
        last = self._here.store.last_sequence(self._here.incarnation)
        if last >= NUMBERS_LOW_AT and not self._is_low_told:
            self._is_low_told = True
            self._alarms.raise_(AlarmKind.NUMBERS_LOW, self._code(), turn, f"{last}/{SEQUENCE_MAX}")

    def _code(self, station: int = 0) -> str:
        number = station or self._here.number
        return self._here.roster.code_of_station(number) or f"#{number}"
