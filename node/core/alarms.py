"""What a person at this station must look into, kept until somebody silences it or it is over.

An alarm is named by its kind and its subject and stands once: seen again, it counts on. An operator silences it, who
then looks into it; it stays listed with his name, and calls again when it is still seen a day later. The machine that
raised it ends it when it is over.

Of one kind at most `ALARMS_OF_A_KIND_MAX` stand: beyond them a silenced one gives way, else all that are more are
counted under the empty subject, so that no flood of one kind hides another or fills the disk.
"""

from dataclasses import replace

from node.core.alarm_records import Alarm, AlarmKind
from node.core.effects import Level, Refusal, Refused, Silenced, Stir
from node.core.events import AlarmSilenced
from node.core.log_entries import LogKind
from node.core.policy import ALARM_AGAIN_MS, ALARM_SILENCED_MS, ALARM_TEXT_MAX, ALARMS_OF_A_KIND_MAX
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.numbers import Address, Kind


class Alarms:
    """Raises, silences and ends alarms; any machine may hold one of these."""

    def __init__(self, here: Surroundings) -> None:
        self._here = here

    def raise_(self, kind: AlarmKind, subject: str, turn: Turn, detail: str = "") -> bool:
        """Note that something is so; answers whether it is news.

        Args:
            kind: what.
            subject: about what: a code or a number, free of language.
            turn: when.
            detail: figures for the words.
        """
        subject, detail = subject[:ALARM_TEXT_MAX], detail[:ALARM_TEXT_MAX]
        of_kind = {alarm.subject: alarm for alarm in self._here.store.alarms() if alarm.kind is kind}
        known = of_kind.get(subject)
        if known is None and len(of_kind) >= ALARMS_OF_A_KIND_MAX:
            silenced = [alarm for alarm in of_kind.values() if alarm.silenced_by and alarm.subject]
            if silenced:
                self._here.store.delete_alarm(min(silenced, key=lambda alarm: (alarm.silenced_at, alarm.id)).id)
            else:
                known, subject = of_kind.get(""), ""
        return self._raise_new(kind, subject, detail, turn) if known is None else self._seen_again(known, detail, turn)

    def over(self, kind: AlarmKind, subject: str, turn: Turn) -> None:
        """It is not so any more."""
        for alarm in self._here.store.alarms():
            if alarm.kind is kind and alarm.subject == subject:
                self._here.store.delete_alarm(alarm.id)
                self._enter(LogKind.OVER, alarm, turn)
                turn.log(Level.INFO, f"alarm over: {kind} {subject}")
                turn.effects.append(Stir())

    def silence(self, event: AlarmSilenced, turn: Turn) -> Silenced | Refused:
        """An operator on duty takes note; silenced by another already, it stays his."""
        if event.operator not in self._here.signer.operators():
            return Refused(Refusal.NOT_ON_DUTY)
        alarm = next((one for one in self._here.store.alarms() if one.id == event.alarm_id), None)
        if alarm is None:
            return Refused(Refusal.ALARM_UNKNOWN, str(event.alarm_id))
        if not alarm.silenced_by:
            self._here.store.put_alarm(replace(alarm, silenced_by=event.operator, silenced_at=turn.at))
            self._enter(LogKind.SILENCED, alarm, turn, Address(Kind.OPERATOR, event.operator))
            turn.log(Level.INFO, f"alarm silenced by operator {event.operator}: {alarm.kind} {alarm.subject}")
            turn.effects.append(Stir())
        return Silenced()

    def _raise_new(self, kind: AlarmKind, subject: str, detail: str, turn: Turn) -> bool:
        at, utc_ms = turn.at, turn.now.utc_ms
        new = Alarm(0, kind, subject, detail, at, utc_ms, at, utc_ms, times=1)
        self._here.store.put_alarm(new)
        self._enter(LogKind.ALARM, new, turn)
        turn.log(Level.ERROR, f"alarm: {kind} {subject} {detail}".rstrip())
        turn.effects.append(Stir())
        return True

    def _seen_again(self, known: Alarm, detail: str, turn: Turn) -> bool:
        calls_again = bool(known.silenced_by) and turn.at - known.silenced_at >= ALARM_SILENCED_MS
        if turn.at - known.last_at < ALARM_AGAIN_MS and not calls_again:
            return False
        seen = replace(known, detail=detail, last_at=turn.at, last_utc_ms=turn.now.utc_ms, times=known.times + 1)
        if calls_again:
            seen = replace(seen, silenced_by=0, silenced_at=0)
            self._enter(LogKind.ALARM, seen, turn)
            turn.log(Level.ERROR, f"alarm again: {known.kind} {known.subject} {detail}".rstrip())
        self._here.store.put_alarm(seen)
        turn.effects.append(Stir())
        return calls_again

    def _enter(self, entry: LogKind, alarm: Alarm, turn: Turn, who: Address | None = None) -> None:
        named = {"alarm": alarm.kind.value, "subject": alarm.subject, "detail": alarm.detail}
        details = {name: text for name, text in named.items() if text}
        self._here.logbook.enter(entry, turn, who=who, details=details)
