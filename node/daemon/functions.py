"""Functions at the desk: who holds what; taken and given up."""

from node.api.functions import FUNCTIONS_MAX, Functions, GiveUp, HeldFunction, Take
from node.api.methods import Nothing
from node.api.packing import unpack
from node.core.effects import Done
from node.core.shift_events import FunctionGivenUp, FunctionTaken
from node.daemon import whom
from node.daemon.outcome import carried_out
from node.daemon.premises import Premises
from node.daemon.showing import Showing
from node.keyring.entries import newest_entries
from protocol.certificates import FunctionBody


class FunctionDesk:
    """Answers what clients ask about functions."""

    def __init__(self, premises: Premises) -> None:
        self._at = premises

    async def all(self, ask: object) -> Functions:
        """Those of this station, and all of which something was said."""
        unpack(Nothing, ask)
        return await self._all()

    async def take(self, ask: object) -> Functions:
        """Take one."""
        asked = unpack(Take, ask)
        operator, function = await self._meant(asked.function, asked.author)
        answer = await self._at.worker.request(lambda request: FunctionTaken(request, operator, (function,)))
        carried_out(answer, Done, asked.function)
        return await self._all()

    async def give_up(self, ask: object) -> Functions:
        """Give one up."""
        asked = unpack(GiveUp, ask)
        operator, function = await self._meant(asked.function, asked.author)
        answer = await self._at.worker.request(lambda request: FunctionGivenUp(request, operator, (function,)))
        carried_out(answer, Done, asked.function)
        return await self._all()

    async def _meant(self, function: str, author: str) -> tuple[int, int]:
        here = self._at.here
        return await self._at.worker.ask(lambda: (whom.author(here, author), whom.function(here, function)))

    async def _all(self) -> Functions:
        return await self._at.worker.ask(lambda: Functions(held_functions(self._at.showing())))


def held_functions(showing: Showing) -> tuple[HeldFunction, ...]:
    """Those at home here first, then the others of which something was said, by number; on the store's thread."""
    here = showing.here
    told = {word.function for word in here.store.function_words()}
    bodies = {
        entry.number: entry.body
        for entry in newest_entries(here.roster)
        if isinstance(entry.body, FunctionBody) and not entry.exercise
        if here.number in entry.body.home_stations or entry.number in told
    }
    order = sorted(bodies, key=lambda number: (here.number not in bodies[number].home_stations, number))
    return tuple(
        HeldFunction(number, bodies[number].code, bodies[number].name, showing.holding(number))
        for number in order[:FUNCTIONS_MAX]
    )
