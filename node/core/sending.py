"""Fills the radio's free slots: of all that the machines offer the most urgent goes, as far as the airtime permits."""

from node.core.agenda import Agenda
from node.core.air_ledger import AirLedger
from node.core.offers import Ready
from node.core.revoked_use import RevokedUse
from node.core.riding import Riding
from node.core.surroundings import Surroundings
from node.core.transmitter import Transmitter
from node.core.turn import Turn
from protocol.numbers import Precedence


class Sending:
    """Hands frames to the radio."""

    def __init__(
        self,
        here: Surroundings,
        transmitter: Transmitter,
        ledger: AirLedger,
        revoked_use: RevokedUse,
        riding: Riding,
        agenda: Agenda,
    ) -> None:
        self._here = here
        self._transmitter = transmitter
        self._ledger = ledger
        self._revoked_use = revoked_use
        self._riding = riding
        self._agenda = agenda
        self.is_held_back = False
        """The airtime's budget keeps something from going that would have room."""

    def fill(self, turn: Turn) -> None:
        """Send while there is room and something may go; nothing from a station whose key has ended."""
        self.is_held_back = False
        if self._revoked_use.is_of_this_station(turn):
            return
        while self._transmitter.has_room(Precedence.FLASH, turn.at):
            offers = [o for o in self._agenda.offers(turn) if self._transmitter.has_room(o.precedence, turn.at)]
            permitted = [offer for offer in offers if self._ledger.permits(offer.precedence, turn.at)]
            self.is_held_back = len(permitted) < len(offers)
            if not permitted:
                return
            chosen = min(permitted, key=lambda offer: offer.urgency)
            ready = chosen.make(turn)
            if ready is not None:
                if ready.text_id is None:
                    ready = self._riding.accompany(ready, turn)
                airtime_ms = self._airtime_ms(ready)
                self._ledger.spend(airtime_ms, turn.at)
                self._transmitter.send(turn, ready, chosen.precedence, airtime_ms)

    def _airtime_ms(self, ready: Ready) -> int:
        direct = self._here.direct if ready.node is not None else None
        return self._here.airtime(len(ready.payload)) if direct is None else direct.frame_ms(len(ready.payload))
