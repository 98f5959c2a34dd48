"""Groups at the desk: shown with their keys, which an operator makes and hands out."""

import os

from node.api.groups import AskGroup, GiveKey, GivenKey, KeyHolding, KeyState, ShownGroup
from node.api.packing import unpack
from node.core import effects
from node.core.events import GroupKeyAsked
from node.core.group_keying import HANDOUT_BYTES, holders_by_proof
from node.core.group_keys import GroupKey, by_age, exposed_by
from node.core.secrecy import Secrecy
from node.daemon import whom
from node.daemon.outcome import carried_out
from node.daemon.premises import Premises
from node.daemon.showing import Showing
from protocol.notices import SECRET_BYTES
from protocol.numbers import Address, Kind


class Grouping:
    """Answers what clients ask about groups."""

    def __init__(self, premises: Premises) -> None:
        self._at = premises

    async def show(self, ask: object) -> ShownGroup:
        """One group."""
        asked = unpack(AskGroup, ask)
        return await self._at.worker.ask(lambda: self._shown(asked.group))

    async def give(self, ask: object) -> GivenKey:
        """Make a key, or hand one out."""
        asked = unpack(GiveKey, ask)

        def named() -> tuple[int, int]:
            group = whom.group(self._at.showing(), asked.group)
            return group.number, whom.author(self._at.here, asked.author)

        group, author = await self._at.worker.ask(named)
        secret = os.urandom(SECRET_BYTES) if asked.new else b""
        answer = await self._at.worker.request(lambda request: GroupKeyAsked(request, author, group, secret))
        given = carried_out(answer, effects.GroupKeyGiven, asked.group)

        def told() -> GivenKey:
            code = self._at.showing().code
            return GivenKey(given.version, tuple(map(code, given.handed)), tuple(map(code, given.left_out)))

        return await self._at.worker.ask(told)

    def _shown(self, text: str) -> ShownGroup:
        showing, here = self._at.showing(), self._at.here
        address = whom.group(showing, text)
        keys = by_age(here.store.group_keys(address.number))
        key = keys[0] if keys else None
        exposed = () if key is None else exposed_by(key, here.roster)
        return ShownGroup(
            group=showing.recipient(address),
            members=tuple(map(showing.recipient, here.roster.members(address.number))),
            version=None if key is None else key.version,
            made=None if key is None else showing.noted(key.learned_at, key.learned_utc_ms),
            maker="" if key is None else showing.code(key.maker),
            exposed_by=tuple(map(showing.recipient, exposed)),
            holdings=_holdings(showing, address, key),
            airtime_ms=here.airtime(HANDOUT_BYTES),
            hour_used_bp=self._at.station.snapshot(showing.now).airtime_hour_bp,
        )


def _holdings(showing: Showing, group: Address, key: GroupKey | None) -> tuple[KeyHolding, ...]:
    here, secrecy = showing.here, Secrecy(showing.here)
    has = frozenset[int]() if key is None else holders_by_proof(here, key)
    handouts = () if key is None else here.store.handouts(group.number, key.version)
    handed = {handout.station for handout in handouts}

    def state(station: int) -> KeyState:
        if station in has:
            return KeyState.HAS
        if secrecy.hindrance(Address(Kind.STATION, station)) is not None:
            return KeyState.BARRED
        if station in handed:
            return KeyState.WAITS
        is_known_here = key is None or handed or key.maker == here.number
        return KeyState.LACKS if is_known_here else KeyState.UNKNOWN

    return tuple(
        KeyHolding(showing.code(station), here.roster.name_of(Address(Kind.STATION, station)), state(station))
        for station in here.roster.home_stations(group)
    )
