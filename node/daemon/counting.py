"""The own count at the desk: shown with the status, vouched for as the last resort."""

from node.api.counting import Counting, Doubt, ToldMark, Vouch, Vouched
from node.api.faults import FaultCode, refused
from node.api.packing import unpack
from node.core import effects
from node.core.events import MarkVouchedFor
from node.core.numbering import human_number
from node.core.policy import MARK_WITNESSES
from node.core.records import ItemKey
from node.daemon import whom
from node.daemon.outcome import carried_out
from node.daemon.premises import Premises
from node.daemon.showing import Showing
from protocol.numbers import SEQUENCE_MAX


class Vouching:
    """Takes an operator's word for the station's count."""

    def __init__(self, premises: Premises) -> None:
        self._at = premises

    async def vouch(self, ask: object) -> Vouched:
        """Count on above what was said."""
        asked = unpack(Vouch, ask)
        if not 0 <= asked.above <= SEQUENCE_MAX:
            raise refused(FaultCode.BAD_REQUEST, f"above: 0 to {SEQUENCE_MAX}")
        operator = await self._at.worker.ask(lambda: whom.author(self._at.here, asked.author))
        answer = await self._at.worker.request(lambda request: MarkVouchedFor(request, operator, asked.above))
        confirmed = carried_out(answer, effects.MarkConfirmed)
        here = self._at.here
        return Vouched(human_number(here.roster, ItemKey(here.number, here.incarnation, confirmed.next_sequence)))


def counting(showing: Showing) -> Counting:
    """How it stands; on the store's thread."""
    here = showing.here

    def number(sequence: int) -> str:
        return human_number(here.roster, ItemKey(here.number, here.incarnation, sequence))

    return Counting(
        doubt=None if here.doubt is None else Doubt(here.doubt.value),
        told=tuple(ToldMark(showing.code(one.station), number(one.sequence)) for one in here.store.told()),
        told_wanted=MARK_WITNESSES,
        used=here.store.last_sequence(here.incarnation),
        most=SEQUENCE_MAX,
    )
