"""The courier: one more bearer, a person with a stick. Answers what people ask of it.

That a courier took an item along is noted for whoever asks, and moves no rung: nothing proves that the stick arrives.
"""

from node.core.answers import Answers
from node.core.contacts import Contacts
from node.core.deliveries import Deliveries
from node.core.effects import Done
from node.core.hearing import Hearing
from node.core.log_entries import LogKind
from node.core.notary import Notary
from node.core.packing import Packing
from node.core.pouch import CourierStep, GivenToCourier, PouchAsked, PouchGiven, PouchHandedIn, PouchPage, PouchTaken
from node.core.receipts import Receipts
from node.core.revoked_use import RevokedUse
from node.core.surroundings import Surroundings
from node.core.trust import Trust
from node.core.turn import Turn
from node.core.unpacking import Unpacking


class Courier:
    """What one station gives to couriers and takes from them."""

    def __init__(
        self,
        here: Surroundings,
        contacts: Contacts,
        notary: Notary,
        revoked_use: RevokedUse,
        hearing: Hearing,
        deliveries: Deliveries,
        receipts: Receipts,
        answers: Answers,
        trust: Trust,
    ) -> None:
        self._here = here
        self._packing = Packing(here, contacts, notary, receipts, revoked_use)
        self._unpacking = Unpacking(here, contacts, hearing, deliveries, receipts, answers, trust)

    def step(self, request: CourierStep, turn: Turn) -> PouchPage | PouchTaken | Done:
        """Do what is asked."""
        match request:
            case PouchAsked():
                return self._packing.page(request, turn)
            case PouchGiven():
                return self._given(request, turn)
            case PouchHandedIn():
                return self._unpacking.take(request, turn)

    def _given(self, given: PouchGiven, turn: Turn) -> Done:
        store, count = self._here.store, 0
        for item_id in given.items:
            if store.item(item_id) is not None:
                count += 1
                store.put_given(GivenToCourier(item_id, turn.at, turn.now.utc_ms))
                store.touch_item(item_id, store.take_change())
        self._here.logbook.enter(LogKind.COURIER_LEFT, turn, details={"pouch": given.name, "items": count})
        return Done()
