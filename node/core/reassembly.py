"""Long messages on their way in: every fragment is verified before it is kept, and what is missing is asked for.

A message that is not whole is no message yet: it has no receipt, no custody and no place in the replay memory, so that
a lost first frame, a restart or a row that gave way repair themselves when its sender says the first frame again. What
is kept survives restarts and is bounded, per origin and in all. After a silence the missing fragments are asked for,
a few times with longer and longer waits; each new fragment, and the first frame when it comes again, starts afresh.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from node.core.agenda import NEVER
from node.core.contacts import Contacts
from node.core.long_texts import plan_in
from node.core.offers import Offer, Rank, Ready
from node.core.policy import (
    ARRIVING_MAX,
    ARRIVING_OF_ONE_MAX,
    FRAGMENT_ASKS_CARRIED_MAX,
    FRAGMENT_ASKS_MAX,
)
from node.core.records import Arriving, ItemKey
from node.core.snapshot import ArrivingSnapshot
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.decode import decode, with_age
from protocol.frames import Fragment, Long, Receipt, Request, RequestKind
from protocol.long_messages import Plan, fragment_hash, joined
from protocol.numbers import FRAME_BYTES_MAX, Kind, Reference
from protocol.reasons import Dropped, Reason

_AIRTIMES_BETWEEN = 10
"""From one fragment to the next: its slot in the sender's radio is taken for eight, and others send too."""
_CARRIER_PATIENCE = 4
"""Times longer than the recipient a station waits that would only carry the message."""
_BITMAPS_MAX = 28
"""In one REQUEST (SPEC section 9)."""


@dataclass(slots=True)
class _Asking:
    """When the missing fragments of one message are asked for next."""

    ask_at: int
    asked: int = 0
    """How often since there was progress."""
    not_before: int = 0
    """A first frame that is replayed is no lever to make us ask for ever."""


class Reassembly:
    """The long messages that are arriving at one station."""

    def __init__(self, here: Surroundings, contacts: Contacts) -> None:
        self._here = here
        self._contacts = contacts
        self._rows: dict[ItemKey, Arriving] | None = None
        self._asking: dict[ItemKey, _Asking] = {}

    # What comes in

    def arriving(self, key: ItemKey) -> Arriving | None:
        """The message of that number, while something of it is missing."""
        return self._all().get(key)

    def begin(self, row: Arriving, turn: Turn) -> None:
        """A first frame was verified: keep it and its fragments from now on, if there is room for it."""
        if not self._has_room(row):
            self._here.drops[Reason.QUOTA] += 1
            return
        self._here.store.put_arriving(row)
        self._all()[row.key] = row
        self._asking[row.key] = _Asking(turn.at + self._silence_ms(row))

    def came_again(self, row: Arriving, at: int) -> None:
        """Its sender says the first frame once more: it waits to be asked."""
        before = self._asking.get(row.key)
        not_before = 0 if before is None else before.not_before
        self._asking[row.key] = _Asking(max(at + self._soon_ms(row), not_before), not_before=not_before)

    def fragment_heard(self, fragment: Fragment, turn: Turn) -> Long | None:
        """Keep a fragment that is its author's; the first frame, as old as it is now, when nothing is missing more."""
        here = self._here
        incarnation = here.roster.full_incarnation(fragment.station, fragment.incarnation)
        key = ItemKey(fragment.station, incarnation or 0, fragment.sequence)
        row = self.arriving(key)
        if row is None:
            here.drops[self._why_needless(key)] += 1
            return None
        plan, kept = plan_in(row.sealed), here.store.fragments(key)
        if not self._is_genuine(fragment, plan, row):
            here.drops[Reason.BAD_FRAGMENT] += 1
            return None
        if fragment.index in kept:
            here.drops[Reason.DUPLICATE] += 1
            return None
        here.store.put_fragment(key, fragment.index, fragment.data)
        self._progressed(replace(row, heard_at=turn.at), fragment.index)
        if len(kept) + 1 < plan.fragments:
            return None
        if isinstance(joined(plan, tuple(here.store.fragments(key).values())), Dropped):
            # Every fragment has its six bytes and the whole has not: somebody made them fit. All are asked for anew.
            here.drops[Reason.BAD_FRAGMENT] += 1
            here.store.delete_fragments(key)
            return None
        first = decode(with_age(row.sealed, max(0, turn.at - row.born_at) // 1000))
        assert isinstance(first, Long), "only first frames are kept"
        return first

    def taken_in(self, key: ItemKey) -> None:
        """The message is whole and stored."""
        self._here.store.delete_arriving(key)
        self._all().pop(key, None)
        self._asking.pop(key, None)

    def forget(self, key: ItemKey) -> None:
        """Give it up, with all that is kept of it."""
        self.taken_in(key)
        self._here.store.delete_fragments(key)

    def expire(self, turn: Turn) -> None:
        """Give up what has outlived its lifetime."""
        for row in [row for row in self._all().values() if row.expires_at <= turn.at]:
            self._here.drops[Reason.EXPIRED] += 1
            self.forget(row.key)

    def receipt_overheard(self, receipt: Receipt) -> None:
        """Some recipient has it: a station that would only carry it asks for no more."""
        incarnation = self._here.roster.full_incarnation(receipt.about.station, receipt.about.incarnation)
        row = self.arriving(ItemKey(receipt.about.station, incarnation or 0, receipt.about.sequence))
        asking = None if row is None or row.is_for_me else self._asking.get(row.key)
        if asking is not None:
            asking.asked = FRAGMENT_ASKS_CARRIED_MAX

    # What goes out

    def begin_asking(self, at: int) -> None:
        """The station or its radio has just come up: what came meanwhile is missing."""
        for row in self._all().values():
            self._asking[row.key] = _Asking(at + self._silence_ms(row))

    def soonest(self) -> int:
        """At once while anything is arriving."""
        return 0 if self._all() else NEVER

    def offers(self, turn: Turn) -> Iterator[Offer]:
        """The questions that are due, gathered by whom they go to; none while nobody would hear them."""
        in_reach = self._contacts.in_reach(turn.at)
        due: dict[int, list[Arriving]] = {}
        for row in self._all().values() if in_reach else ():
            asking = self._asking.setdefault(row.key, _Asking(turn.at + self._silence_ms(row)))
            if asking.ask_at <= turn.at and asking.asked < _asks_max(row):
                # Each second question goes to anybody: whoever sent it may be gone, and others may have it.
                is_to_origin = row.key.station in in_reach and asking.asked % 2 == 0
                due.setdefault(row.key.station if is_to_origin else 0, []).append(row)
        for asked, rows in sorted(due.items()):
            urgency = min(row.precedence for row in rows)
            due_at = min(self._asking[row.key].ask_at for row in rows)
            yield Offer(urgency, Rank.REQUEST, due_at, partial(self._ask, asked, rows[:_BITMAPS_MAX]))

    def next_at(self, at: int) -> int | None:
        """When the next question falls due, or the next message expires."""
        if not self._all():
            return None
        times = [row.expires_at for row in self._all().values()]
        times += [
            asking.ask_at
            for key, asking in self._asking.items()
            if asking.ask_at > at and asking.asked < _asks_max(self._all()[key])
        ]
        return min(times, default=None)

    def rolled_back(self) -> None:
        """The store was: read it anew."""
        self._rows = None
        for key in [key for key in self._asking if key not in self._all()]:
            del self._asking[key]

    # What is said of it

    def snapshot(self) -> tuple[ArrivingSnapshot, ...]:
        """What is arriving for this station, most urgent first."""
        rows = sorted(
            (row for row in self._all().values() if row.is_for_me), key=lambda row: (row.precedence, row.born_at)
        )
        return tuple(self._shown(row) for row in rows)

    def _shown(self, row: Arriving) -> ArrivingSnapshot:
        first = _first_of(row)
        return ArrivingSnapshot(
            key=row.key,
            author=first.author,
            to=first.recipient,
            precedence=row.precedence,
            packets_here=1 + len(self._here.store.fragments(row.key)),
            packets=plan_in(row.sealed).packets,
        )

    def _ask(self, asked: int, rows: Sequence[Arriving], turn: Turn) -> Ready:
        bitmaps = []
        for row in rows:
            asking = self._asking[row.key]
            asking.ask_at = turn.at + min(self._silence_ms(row) << asking.asked, self._here.policy.retry_max_ms)
            asking.asked += 1
            asking.not_before = turn.at + self._silence_ms(row)
            about = Reference(row.key.station, row.key.incarnation & 0b11, row.key.sequence)
            bitmaps.append((about, sum(1 << index for index in self._missing(row))))
        request = Request(
            precedence=min(row.precedence for row in rows),
            asker=self._here.number,
            asked=asked,
            kind=RequestKind.FRAGMENTS,
            bitmaps=tuple(bitmaps),
        )
        return Ready(request.encode(), self._here.policy.hop_limit)

    def _has_room(self, new: Arriving) -> bool:
        """Whether a new one may stay; what it takes the place of is given up."""
        rows = [row for row in self._all().values() if row.key != new.key]
        of_one = [row for row in rows if row.key.station == new.key.station]
        crowded = of_one if len(of_one) >= ARRIVING_OF_ONE_MAX else rows if len(rows) >= ARRIVING_MAX else []
        if not crowded:
            return True
        weakest = max(crowded, key=lambda row: (row.precedence, -row.heard_at))
        if weakest.precedence < new.precedence:
            return False
        self._here.drops[Reason.QUOTA] += 1
        self.forget(weakest.key)
        return True

    def _is_genuine(self, fragment: Fragment, plan: Plan, row: Arriving) -> bool:
        if fragment.index >= plan.fragments or len(fragment.data) != plan.bytes_of(fragment.index):
            return False
        first = _first_of(row)
        keys = self._here.roster.keys(Kind.STATION, row.key.station, exercise=first.drill != 0)
        named = plan.hashes[fragment.index]
        place = (row.key.incarnation, row.key.sequence, fragment.index)
        return any(fragment_hash(key, *place, fragment.data) == named for key in keys)

    def _why_needless(self, key: ItemKey) -> Reason:
        item = self._here.store.message(key)
        if item is None:
            return Reason.MESSAGE_NOT_HELD
        return Reason.OWN_FRAME if item.is_mine else Reason.DUPLICATE

    def _progressed(self, row: Arriving, index: int) -> None:
        self._here.store.put_arriving(row)
        self._all()[row.key] = row
        # They come in order: when none that is missing lies behind this one, nothing more is under way.
        is_more_coming = any(missing > index for missing in self._missing(row))
        wait_ms = self._silence_ms(row) if is_more_coming else self._soon_ms(row)
        self._asking[row.key] = _Asking(row.heard_at + wait_ms)

    def _missing(self, row: Arriving) -> list[int]:
        kept = self._here.store.fragments(row.key)
        return [index for index in range(plan_in(row.sealed).fragments) if index not in kept]

    def _silence_ms(self, row: Arriving) -> int:
        silence_ms = self._here.policy.overhear_ms + _AIRTIMES_BETWEEN * self._here.airtime(FRAME_BYTES_MAX)
        silence_ms += self._here.jitter.below(silence_ms // 4)
        return silence_ms if row.is_for_me else _CARRIER_PATIENCE * silence_ms

    def _soon_ms(self, row: Arriving) -> int:
        soon_ms = self._here.policy.overhear_ms // 2
        soon_ms += self._here.jitter.below(soon_ms)
        return soon_ms if row.is_for_me else _CARRIER_PATIENCE * soon_ms

    def _all(self) -> dict[ItemKey, Arriving]:
        if self._rows is None:
            self._rows = {row.key: row for row in self._here.store.all_arriving()}
        return self._rows


def _first_of(row: Arriving) -> Long:
    first = decode(row.sealed)
    assert isinstance(first, Long), "only first frames are kept"
    return first


def _asks_max(row: Arriving) -> int:
    return FRAGMENT_ASKS_MAX if row.is_for_me else FRAGMENT_ASKS_CARRIED_MAX
