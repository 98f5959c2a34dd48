"""What one origin, and one author, can make this station hold.

| what                              | bound                            | of it for the urgent alone       |
|-----------------------------------|----------------------------------|----------------------------------|
| held for others, of an origin     | `CUSTODY_ITEMS_MAX`, open        | -                                |
| held for others, by an author     | the same                         | -                                |
| for this station, of an origin    | `ARRIVALS_OF_ONE_MAX` in a day   | a quarter                        |
| for this station, by an author    | the same                         | a quarter                        |
| open deliveries of others' items  | `CARRIED_DELIVERIES_MAX`         | a third; above it ours have room |

An author's number counts beside the origin's, since an operator alone signs and names any station as the origin. What
goes beyond is dropped as `quota`, an alarm names who it is, and where it was for this station the origin is told that
there is no room, so that it comes back late. Nobody else's share is touched by it.
"""

from typing import Final

from node.core.alarm_records import AlarmKind
from node.core.alarms import Alarms
from node.core.answers import Answers
from node.core.policy import ARRIVALS_OF_ONE_MAX, ARRIVALS_WITHIN_MS, CARRIED_DELIVERIES_MAX, CUSTODY_ITEMS_MAX
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.frames import HoldState, Receipt
from protocol.messages import MessageLike
from protocol.numbers import Address, Kind, Precedence
from protocol.reasons import Reason
from protocol.receipts import make_receipt

_BULK_ARRIVALS_MAX: Final = ARRIVALS_OF_ONE_MAX * 3 // 4
_BULK_CARRIED_MAX: Final = CARRIED_DELIVERIES_MAX * 2 // 3


class Quotas:
    """Counts in the store, so that a restart gives nobody anything."""

    def __init__(self, here: Surroundings, answers: Answers, alarms: Alarms) -> None:
        self._here = here
        self._answers = answers
        self._alarms = alarms

    def admits(
        self, origin: int, author: int, precedence: Precedence, turn: Turn, *, others: int, is_for_me: bool
    ) -> bool:
        """Whether one more item of that origin and author is taken in; a refusal is counted and told.

        Args:
            origin: its station.
            author: its operator, 0 for the station itself.
            precedence: as it has it here.
            turn: when.
            others: how many stations beside this one are to get it.
            is_for_me: whether this one is.
        """
        if not is_for_me and not self.may_carry(others, precedence):
            self._here.drops[Reason.QUOTA] += 1
            return False
        held = self._arrivals if is_for_me else self._custody
        is_urgent = precedence <= Precedence.IMMEDIATE
        most = CUSTODY_ITEMS_MAX
        if is_for_me:
            most = ARRIVALS_OF_ONE_MAX if is_urgent else _BULK_ARRIVALS_MAX
        for holder in (Address(Kind.STATION, origin), Address(Kind.OPERATOR, author)):
            if holder.number and held(holder, turn) >= most:
                self._here.drops[Reason.QUOTA] += 1
                certificate = self._here.roster.certificate(holder)
                code = f"#{holder.number}" if certificate is None else certificate.code
                self._alarms.raise_(AlarmKind.QUOTA_REACHED, code, turn, str(most))
                return False
        return True

    def may_carry(self, destinations: int, precedence: Precedence) -> bool:
        """Whether so many deliveries more of somebody else's item have room beside all others."""
        most = CARRIED_DELIVERIES_MAX if precedence <= Precedence.IMMEDIATE else _BULK_CARRIED_MAX
        return self._here.store.count_open() + destinations <= most

    def no_room(self, message: MessageLike, fingerprint: bytes, turn: Turn) -> None:
        """Tell the origin of a message for this station that it is not taken in now."""
        here = self._here
        key = here.signer.receipt_key(here.number, message.station)
        if key is not None:
            refused = Receipt(
                precedence=message.precedence,
                station=here.number,
                about=message.reference,
                state=HoldState.NO_ROOM,
                mac=b"",
            )
            self._answers.add(make_receipt(refused, key, fingerprint).encode(), Precedence.ROUTINE, turn.at)

    def _custody(self, holder: Address, _turn: Turn) -> int:
        store = self._here.store
        is_station = holder.kind is Kind.STATION
        return store.count_items_of(holder.number) if is_station else store.count_items_by(holder.number)

    def _arrivals(self, holder: Address, turn: Turn) -> int:
        store, since = self._here.store, turn.at - ARRIVALS_WITHIN_MS
        if holder.kind is Kind.STATION:
            return store.count_arrived_of(holder.number, since)
        return store.count_arrived_by(holder.number, since)
