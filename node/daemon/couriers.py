"""Couriers at the desk: what goes along and what comes, page by page, with the core deciding about both."""

import re
from typing import Final

from node.api.couriers import (
    HANDED_IN_MAX,
    NOTED_MAX,
    POUCH_STATIONS_MAX,
    DroppedFrames,
    GivePouch,
    HandInPouch,
    PackPouch,
    PouchOutcome,
    PouchPart,
)
from node.api.faults import FaultCode, refused
from node.api.methods import Nothing
from node.api.packing import unpack
from node.core.effects import Done
from node.core.pouch import (
    BEGINNING,
    NAME_LETTERS_MAX,
    STAGE_MAX,
    Place,
    PouchAsked,
    PouchGiven,
    PouchHandedIn,
    PouchPage,
    PouchTaken,
)
from node.daemon import whom
from node.daemon.outcome import carried_out
from node.daemon.premises import Premises
from node.store.database import NUMBER_MAX

_CURSOR: Final = re.compile(r"([0-9]):([0-9]{1,18})")


class CourierDesk:
    """Answers clients that see a courier off, or welcome one."""

    def __init__(self, premises: Premises) -> None:
        self._at = premises

    async def pack(self, ask: object) -> PouchPart:
        """The next frames of a pouch."""
        asked = unpack(PackPouch, ask)
        place = _place(asked.cursor)
        if len(asked.to) > POUCH_STATIONS_MAX:
            raise refused(FaultCode.BAD_REQUEST, f"to: at most {POUCH_STATIONS_MAX}")
        to = await self._at.worker.ask(lambda: self._stations(asked.to))
        answer = await self._at.worker.request(
            lambda request: PouchAsked(request, to, is_all=asked.everything, place=place)
        )
        page = carried_out(answer, PouchPage)
        cursor = "" if page.next is None else f"{page.next.stage}:{page.next.after}"
        return PouchPart(page.frames, page.items, page.made_utc_ms, cursor)

    async def give(self, ask: object) -> Nothing:
        """Note what a courier took along."""
        asked = unpack(GivePouch, ask)
        if len(asked.items) > NOTED_MAX or not all(0 < one <= NUMBER_MAX for one in asked.items):
            raise refused(FaultCode.BAD_REQUEST, f"items: at most {NOTED_MAX} rows of messages")
        if len(asked.name) > NAME_LETTERS_MAX:
            raise refused(FaultCode.BAD_REQUEST, f"name: at most {NAME_LETTERS_MAX} letters")
        carried_out(
            await self._at.worker.request(lambda request: PouchGiven(request, asked.items, asked.name)),
            Done,
        )
        return Nothing()

    async def hand_in(self, ask: object) -> PouchOutcome:
        """Take in some frames."""
        asked = unpack(HandInPouch, ask)
        if not 1 <= len(asked.frames) <= HANDED_IN_MAX:
            raise refused(FaultCode.BAD_REQUEST, f"frames: 1 to {HANDED_IN_MAX}")
        if asked.made_utc_ms is not None and not 0 <= asked.made_utc_ms <= NUMBER_MAX:
            raise refused(FaultCode.BAD_REQUEST, "made_utc_ms: 0 to 2^63 - 1")
        answer = await self._at.worker.request(
            lambda request: PouchHandedIn(request, asked.frames, asked.made_utc_ms),
        )
        taken = carried_out(answer, PouchTaken)
        dropped = tuple(DroppedFrames(str(reason), count) for reason, count in taken.dropped)
        return PouchOutcome(taken.new, taken.known, taken.waiting, dropped, way_timed=taken.is_way_timed)

    def _stations(self, named: tuple[str, ...]) -> tuple[int, ...]:
        stations: set[int] = set()
        for text in named:
            meant = self._at.here.destinations(whom.recipient(self._at.showing(), text))
            if not meant:
                raise refused(FaultCode.NO_HOME_STATION, text)
            stations.update(meant)
        return tuple(sorted(stations))


def _place(cursor: str) -> Place:
    if not cursor:
        return BEGINNING
    match = _CURSOR.fullmatch(cursor)
    if match is None or int(match[1]) > STAGE_MAX:
        raise refused(FaultCode.BAD_REQUEST, "cursor: as the last part said")
    return Place(int(match[1]), int(match[2]))
