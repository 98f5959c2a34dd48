"""The clock at the desk: shown with all that is known of it, and set by somebody on duty."""

from hardware.clock import UTC_MS_MIN, is_plausible
from node.api.clock import WITHIN_S_MAX, ClockPage, ClockSource, MeshTold, SetClock, Teller
from node.api.faults import FaultCode, refused
from node.api.ladder import ShownTime
from node.api.methods import Nothing
from node.api.packing import unpack
from node.core import effects
from node.core.clock_sources import MeshReading, Source
from node.core.events import ClockSet
from node.core.mesh_time import TELLERS_MIN
from node.daemon import whom
from node.daemon.outcome import carried_out
from node.daemon.premises import Premises
from node.store.database import NUMBER_MAX


class ClockDesk:
    """Shows the clock and takes an operator's word."""

    def __init__(self, premises: Premises) -> None:
        self._at = premises

    async def show(self, ask: object) -> ClockPage:
        """All that is known of the time."""
        unpack(Nothing, ask)
        return await self._at.worker.ask(self._page)

    async def set(self, ask: object) -> ClockPage:
        """Take somebody's word."""
        asked = unpack(SetClock, ask)
        if not is_plausible(asked.utc_ms) or asked.utc_ms > NUMBER_MAX:
            raise refused(FaultCode.BAD_REQUEST, f"utc_ms: {UTC_MS_MIN} (2026-01-01) to 2^63 - 1")
        if not 1 <= asked.within_s <= WITHIN_S_MAX:
            raise refused(FaultCode.BAD_REQUEST, f"within_s: 1 to {WITHIN_S_MAX}; look at a better watch")
        operator = await self._at.worker.ask(lambda: whom.author(self._at.here, asked.author))
        answer = await self._at.worker.request(
            lambda request: ClockSet(request, operator, asked.utc_ms, asked.within_s * 1000)
        )
        carried_out(answer, effects.Done)
        return await self._at.worker.ask(self._page)

    def _page(self) -> ClockPage:
        showing = self._at.showing()
        snapshot = self._at.station.snapshot(self._at.read_clock())
        clock, mesh = snapshot.clock, snapshot.clock.mesh
        within = {
            Source.OWN: clock.now.utc_uncertainty_ms,
            Source.OPERATOR: clock.now.utc_uncertainty_ms,
            Source.MESH: None if mesh is None else mesh.uncertainty_ms,
        }
        return ClockPage(
            now=showing.clock,
            source=ClockSource(clock.source.value),
            within_ms=within.get(clock.source),
            said_by=whom.initials(self._at.here, clock.operator) if clock.operator else "",
            mesh=None if mesh is None else _told(mesh),
            tellers=tuple(
                Teller(
                    station=showing.code(one.station),
                    ahead_s=None if one.ahead_ms is None else round(one.ahead_ms / 1000),
                    within_s=_whole_s(one.uncertainty_ms),
                )
                for one in clock.tellers
            ),
            tellers_wanted=TELLERS_MIN,
            ages_sure=not snapshot.reckoning.has_unsure_ages,
        )


def _told(mesh: MeshReading) -> MeshTold:
    return MeshTold(ShownTime(mesh.utc_ms, trusted=False), _whole_s(mesh.uncertainty_ms))


def _whole_s(ms: int) -> int:
    return -(-ms // 1000)
