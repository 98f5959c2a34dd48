"""Receipts on frames that leave anyway: in a beacon for nothing, on another frame for a step of LoRa (SPEC section 12).

A beacon answers for one message. It may answer the same again while the signature waits, since beacons are lost like
other frames, but not in two beacons running: what else they say is to be heard too. A rider is said once.
"""

from dataclasses import replace
from typing import Final

from node.core.contacts import Contacts
from node.core.deliveries import reference_of
from node.core.offers import Ready
from node.core.receipts import Owed, Receipts
from node.core.records import ItemKind
from node.core.rights import may_speak_at
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.bundles import RIDERS_MAX, Bundle, Main, Rider, destination_of, issuer_of
from protocol.decode import decode
from protocol.frames import Answer, Beacon, HoldState
from protocol.numbers import FRAME_BYTES_MAX
from protocol.receipts import make_answer, make_rider

_RIDER_BYTES_MAX: Final = 7
"""One that names its origin; the bundle's own byte comes once."""
_RUNNING_MAX: Final = 3
"""Beacons running that answer for something new each."""
_REMEMBERED_MAX: Final = 512
"""Receipts of which it is known how often beacons said them; as many as wait at once."""


class Riding:
    """Finds a ride for what one station owes."""

    def __init__(self, here: Surroundings, contacts: Contacts, receipts: Receipts) -> None:
        self._here = here
        self._contacts = contacts
        self._receipts = receipts
        self._running = 0
        """Beacons that answered since one did not."""
        self._times: dict[tuple[int, HoldState], int] = {}

    def answer(self, turn: Turn) -> Answer | None:
        """What this station's next beacon says of what arrived, if anything: the most urgent, each in its turn."""
        for owed in sorted(self._receipts.waiting(), key=self._turn_of):
            key = self._here.signer.receipt_key(self._here.number, owed.row.to_station)
            place = (owed.row.item_id, owed.row.state)
            times = self._times.get(place, 0)
            has_had_turn = self._running >= (1 if times else _RUNNING_MAX)
            if key is None or has_had_turn or not owed.is_due(turn.at):
                continue
            if len(self._times) >= _REMEMBERED_MAX:
                self._times.clear()
            self._times[place] = times + 1
            self._running += 1
            if owed.row.digest_at is None:
                self._receipts.said(owed.row)
            state = self._receipts.state_now(owed.row, turn.at)
            return make_answer(self._here.number, reference_of(owed.item), state, key, owed.item.fingerprint)
        self._running = 0
        return None

    def accompany(self, ready: Ready, turn: Turn) -> Ready:
        """The same frame with receipts on it, if it is this station's own and they are of use where it goes."""
        main = decode(ready.payload)
        if not isinstance(main, Main) or isinstance(main, Beacon) or issuer_of(main) != self._here.number:
            return ready
        self._proves(ready)
        destination = destination_of(main)
        direct = self._here.direct if ready.station is not None else None
        room_bytes = FRAME_BYTES_MAX if direct is None else direct.payload_bytes_max
        riders: list[Rider] = []
        for owed in self._receipts.waiting():
            to_station = owed.row.to_station
            size = len(ready.payload) + 1 + (len(riders) + 1) * _RIDER_BYTES_MAX
            if len(riders) == RIDERS_MAX or size > room_bytes:
                break
            if to_station != destination and not self._hears(to_station, ready, turn.at):
                continue
            key = self._here.signer.receipt_key(self._here.number, to_station)
            if key is not None and owed.row.mac_at is not None:
                state = self._receipts.state_now(owed.row, turn.at)
                about = reference_of(owed.item)
                rider = make_rider(self._here.number, about, state, key, owed.item.fingerprint)
                said = {(one.station, one.sequence, one.state) for one in riders}
                if (rider.station, rider.sequence, rider.state) in said:
                    continue  # Two acts about one message: each says so in a frame of its own.
                self._receipts.said(owed.row)
                riders.append(rider)
        return replace(ready, payload=Bundle(tuple(riders), main).encode()) if riders else ready

    def _proves(self, ready: Ready) -> None:
        """An act signed here proves that its message is here: no receipt of that is owed any more."""
        act = self._here.store.item(ready.item_id) if ready.item_id is not None else None
        if act is None or act.kind is not ItemKind.ACT or not act.is_mine:
            return
        if may_speak_at(self._here.roster, act.author, self._here.number):
            message = self._here.store.message(act.key)
            if message is not None:
                self._receipts.proven(message)

    def _hears(self, station: int, ready: Ready, at: int) -> bool:
        if ready.station is not None:
            return station == ready.station
        contact = self._contacts.get(station)
        return contact is not None and station in self._contacts.in_reach(at) and (contact.hops or 0) <= ready.hop_limit

    def _turn_of(self, owed: Owed) -> tuple[int, int, int, int]:
        row = owed.row
        return (self._times.get((row.item_id, row.state), 0), owed.item.precedence, row.item_id, row.state)
