"""What a courier brings: each frame goes the way of one heard on the air, and is verified before anything else.

Three things differ. A copy of what is here says nothing of anybody on the air, so no receipt is sent for it again: the
next pouch tells. What is new was sent by nobody here, so its delivery begins at once. And frames without a signature
are not taken: they say who is in reach, and a stick is not.
"""

from collections import Counter
from enum import Enum, auto

from node.core.answers import Answers
from node.core.contacts import Contacts
from node.core.deliveries import Deliveries
from node.core.events import FrameHeard
from node.core.hearing import Hearing
from node.core.log_entries import LogKind
from node.core.pouch import PouchHandedIn, PouchTaken
from node.core.receipts import Receipts
from node.core.records import Item, ItemKey
from node.core.surroundings import Surroundings
from node.core.trust import Trust
from node.core.turn import Turn
from protocol.decode import decode, sealed_bytes, with_age
from protocol.frames import Act, Digest, Fragment, Long, Message, Notice, Sheaf, SignedOther
from protocol.numbers import Precedence, Reference
from protocol.reasons import Dropped, Reason
from protocol.statements import StatementFrame

_About = Message | Long | Notice | SignedOther | Fragment | Act
"""Frames that are a message, a piece of one, or about one."""
_Signed = _About | Digest | Sheaf | StatementFrame
_NOT_NEW = (Reason.DUPLICATE, Reason.OWN_FRAME)
_OF_DIGESTS = (Reason.MESSAGE_NOT_HELD,)
"""A digest tells of many messages; few of them are here."""


class _Fate(Enum):
    NEW = auto()
    KNOWN = auto()
    WAITS = auto()


class Unpacking:
    """Takes in what couriers bring to one station."""

    def __init__(
        self,
        here: Surroundings,
        contacts: Contacts,
        hearing: Hearing,
        deliveries: Deliveries,
        receipts: Receipts,
        answers: Answers,
        trust: Trust,
    ) -> None:
        self._here = here
        self._contacts = contacts
        self._hearing = hearing
        self._deliveries = deliveries
        self._receipts = receipts
        self._answers = answers
        self._trust = trust

    def take(self, handed: PouchHandedIn, turn: Turn) -> PouchTaken:
        """Take in some frames of a pouch, each for itself."""
        is_way_timed = handed.made_utc_ms is not None and turn.now.utc_ms is not None
        way_ms = 0
        if handed.made_utc_ms is not None and turn.now.utc_ms is not None:
            way_ms = max(0, turn.now.utc_ms - handed.made_utc_ms)
        believed = frozenset(self._here.roster.statements())
        fates: Counter[_Fate | Reason] = Counter()
        for payload in handed.frames:
            fates[_Fate.KNOWN if payload in believed else self._take_one(payload, way_ms // 1000, turn)] += 1
        if fates[_Fate.NEW]:
            way = way_ms // 1000 if is_way_timed else "unknown"
            details: dict[str, str | int] = {"frames": len(handed.frames), "new": fates[_Fate.NEW], "way_s": way}
            self._here.logbook.enter(LogKind.COURIER_CAME, turn, details=details)
        dropped = sorted((fate, count) for fate, count in fates.items() if isinstance(fate, Reason))
        return PouchTaken(
            fates[_Fate.NEW], fates[_Fate.KNOWN], fates[_Fate.WAITS], tuple(dropped), is_way_timed=is_way_timed
        )

    def _take_one(self, payload: bytes, way_s: int, turn: Turn) -> _Fate | Reason:
        frame = decode(payload)
        if not isinstance(frame, _Signed):
            why = frame.reason if isinstance(frame, Dropped) else Reason.TYPE_NOT_SUPPORTED
            self._here.drops[why] += 1
            return why
        if isinstance(frame, _About) and self._has(frame, payload):
            self._here.drops[Reason.DUPLICATE] += 1
            return _Fate.KNOWN
        if isinstance(frame, Message | Long | Notice | SignedOther):
            payload = with_age(payload, frame.age_s + way_s)
        return self._heard(frame, payload, turn)

    def _heard(self, frame: _Signed, payload: bytes, turn: Turn) -> _Fate | Reason:
        here = self._here
        drops, change, waiting, roster = here.drops.copy(), here.store.last_change(), self._trust.waiting(), here.roster
        before = {item.id for item in self._items(frame)}
        self._hearing.heard(FrameHeard(payload), turn)
        begun = [item for item in self._items(frame) if item.id not in before]
        for item in begun:
            self._begin(item, turn)
        if begun:
            return _Fate.NEW
        if self._trust.waiting() > waiting:
            return _Fate.WAITS
        harmless = _OF_DIGESTS if isinstance(frame, Digest | Sheaf) else _NOT_NEW
        why = next((reason for reason in here.drops - drops if reason not in harmless), None)
        if why is not None:
            return why
        if here.store.last_change() == change and here.roster is roster:
            is_piece = isinstance(frame, Fragment | Long) and here.drops == drops
            return _Fate.NEW if is_piece else _Fate.KNOWN
        if isinstance(frame, Digest | Sheaf) and self._contacts.in_reach(turn.at):
            # Who waits for this proof may be in reach of this station's radio, and not of the one that brought it.
            self._answers.add(payload, Precedence.PRIORITY, turn.at)
        return _Fate.NEW

    def _begin(self, item: Item, turn: Turn) -> None:
        """What is new is sent on at once; its origin far away is told by the next pouch, not by every neighbour."""
        self._deliveries.reconsider(item, turn.at)
        if not item.is_for_me and item.issuer not in self._contacts.in_reach(turn.at):
            self._receipts.overheard(item)

    def _has(self, frame: _About, payload: bytes) -> bool:
        """Whether the very same is stored: nothing needs to be verified again."""
        if isinstance(frame, Fragment):
            return False
        sealed = payload if isinstance(frame, Act) else sealed_bytes(frame)
        return any(item.sealed == sealed for item in self._items(frame))

    def _items(self, frame: _Signed) -> list[Item]:
        """What is stored under the number that a frame names."""
        if not isinstance(frame, _About):
            return []
        store, roster = self._here.store, self._here.roster
        about = frame.about if isinstance(frame, Act) else Reference(frame.station, frame.incarnation, frame.sequence)
        incarnation = roster.full_incarnation(about.station, about.incarnation)
        if incarnation is None:
            return []
        key = ItemKey(about.station, incarnation, about.sequence)
        if isinstance(frame, Act):
            return list(store.acts_about(key))
        message = store.message(key)
        return [] if message is None else [message]
