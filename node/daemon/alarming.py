"""Alarms at the desk: shown with the status, silenced by who looks into them."""

from node.api import alarms
from node.api.alarms import Silence
from node.api.faults import FaultCode, refused
from node.api.methods import Nothing
from node.api.packing import unpack
from node.core import alarm_records, effects
from node.core.events import AlarmSilenced
from node.daemon import whom
from node.daemon.outcome import carried_out
from node.daemon.premises import Premises
from node.daemon.showing import Showing
from node.store.database import NUMBER_MAX


class Alarming:
    """Answers what clients ask about alarms."""

    def __init__(self, premises: Premises) -> None:
        self._at = premises

    async def silence(self, ask: object) -> Nothing:
        """Note who looks into one."""
        asked = unpack(Silence, ask)
        if not 0 < asked.alarm <= NUMBER_MAX:
            raise refused(FaultCode.ALARM_UNKNOWN, str(asked.alarm))
        operator = await self._at.worker.ask(lambda: whom.author(self._at.here, asked.author))
        answer = await self._at.worker.request(lambda request: AlarmSilenced(request, asked.alarm, operator))
        carried_out(answer, effects.Silenced)
        return Nothing()


def shown_alarms(showing: Showing) -> tuple[alarms.Alarm, ...]:
    """All that stand: what nobody looks into first, then the latest; on the store's thread."""
    standing = sorted(showing.here.store.alarms(), key=lambda one: (bool(one.silenced_by), -one.last_at, -one.id))
    return tuple(_shown(alarm, showing) for alarm in standing)


def _shown(alarm: alarm_records.Alarm, showing: Showing) -> alarms.Alarm:
    return alarms.Alarm(
        id=alarm.id,
        kind=alarms.AlarmKind(alarm.kind.value),
        subject=alarm.subject,
        detail=alarm.detail,
        raised=showing.noted(alarm.raised_at, alarm.raised_utc_ms),
        last=showing.noted(alarm.last_at, alarm.last_utc_ms),
        times=alarm.times,
        silenced_by=whom.initials(showing.here, alarm.silenced_by) if alarm.silenced_by else "",
    )
