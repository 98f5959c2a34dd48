"""The station's clocks: its timeline, who vouches for UTC, and what is learnt when that changes (node/CLOCKS.md).

Boot time rules: station time never goes back and no step of UTC touches it. UTC comes from the machine's own clock when
something disciplines it, else from an operator's word; what the mesh tells is shown, compared with, and decides
nothing. Steps, and who vouches, are entered in the log; a step beyond `CLOCK_ALARM_MS` is for a person to look into.
"""

from dataclasses import replace
from typing import Final

from node.core.alarm_records import AlarmKind
from node.core.alarms import Alarms
from node.core.clock_sources import Source
from node.core.effects import Done, Level, Refusal, Refused, Stir
from node.core.events import ClockSet
from node.core.log_entries import LogKind
from node.core.mesh_time import MeshTime
from node.core.moment import Anchor, Moment, Timeline
from node.core.policy import ANCHOR_AGAIN_MS
from node.core.reckoning import Reckoning, Word, resting_on
from node.core.records import Item
from node.core.snapshot import ClockSnapshot, TellerSnapshot
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.frames import Digest
from protocol.numbers import Address, Kind

CLOCK_STEP_MS: Final = 5_000
"""Less is drift between two commits, beyond what both readings say of themselves: half a day of `DRIFT_PPM`."""
CLOCK_ALARM_MS: Final = 60_000
"""What the clocks of two stations may be apart when ages are set right by them (SPEC section 2.4)."""
WORD_UNCERTAINTY_MS_MAX: Final = 30_000
"""A word must be this sure when it is given, so that it lasts through a power cut of three days."""
VOUCHED_UNCERTAINTY_MS_MAX: Final = 60_000
"""A word less sure than this, since it was given too long ago, is let go: a signed time may be off by no more."""


class Clocks:
    """Reads one station's clocks."""

    def __init__(self, here: Surroundings, alarms: Alarms) -> None:
        self._here = here
        self._alarms = alarms
        self._timeline: Timeline | None = None
        self._mesh = MeshTime(here)
        self._is_mesh_known = False

    def begin(self, own: Moment) -> Turn:
        """A turn begins at this reading of the machine's clocks; what changed since the last commit is settled."""
        now = self.vouched(own)
        self._timeline = self._running(now)
        turn = Turn(self._timeline.at(now), now)
        self._look(turn)
        return turn

    def vouched(self, own: Moment) -> Moment:
        """The reading with the UTC that somebody vouches for: the machine itself, else an operator."""
        word = self._here.store.reckoning().word
        if own.utc_ms is not None or word is None or word.moment.boot_id != own.boot_id:
            return own
        said = resting_on(word, own)
        return said if said.utc_uncertainty_ms <= VOUCHED_UNCERTAINTY_MS_MAX else own

    def source(self, own: Moment) -> Source:
        """Who that is."""
        if own.utc_ms is not None:
            return Source.OWN
        return Source.NOBODY if self.vouched(own).utc_ms is None else Source.OPERATOR

    def at(self, own: Moment) -> int:
        """Station time of a reading, between two turns."""
        now = self.vouched(own)
        return self._running(now).at(now)

    def boot_ms(self, at: int) -> int:
        """Boot time of a station time, for timers."""
        assert self._timeline is not None, "a turn has begun"
        return self._timeline.boot_ms(at)

    def started(self, turn: Turn) -> None:
        """The process came up."""
        self._mesh.begin(turn)
        self._is_mesh_known = False

    def told(self, message: Item, digest: Digest, turn: Turn) -> None:
        """Another station's verified digest speaks of a message: if it is ours, it tells what time it is."""
        self._mesh.receipted(message, digest, turn)
        mesh = self._mesh.reading(turn.now.boot_ms)
        if mesh is None:
            self._is_mesh_known = False
            return
        if turn.now.utc_ms is None:
            if not self._is_mesh_known:
                details: dict[str, str | int] = {"source": Source.MESH.value, "would_be_ms": mesh.utc_ms}
                self._here.logbook.enter(LogKind.CLOCK, turn, details={**details, "tellers": mesh.tellers})
                turn.effects.append(Stir())
            self._is_mesh_known = True
            return
        self._is_mesh_known = False
        if self.is_confirmed(turn.now):
            self._alarms.over(AlarmKind.CLOCK_DOUBTED, self._code(), turn)
            self._alarms.over(AlarmKind.CLOCK_AHEAD, self._code(), turn)
        else:
            ahead_ms = turn.now.utc_ms - mesh.utc_ms
            self._alarms.raise_(AlarmKind.CLOCK_DOUBTED, self._code(), turn, f"{ahead_ms // 1000:+d}")

    def is_confirmed(self, now: Moment) -> bool:
        """Whether the mesh tells the same time as a clock here; not while too few tell it."""
        mesh = self._mesh.reading(now.boot_ms)
        if mesh is None or now.utc_ms is None:
            return False
        return abs(now.utc_ms - mesh.utc_ms) < CLOCK_ALARM_MS + mesh.uncertainty_ms + now.utc_uncertainty_ms

    def snapshot(self, own: Moment) -> ClockSnapshot:
        """What is known of the time."""
        now, source = self.vouched(own), self.source(own)
        mesh, word = self._mesh.reading(own.boot_ms), self._here.store.reckoning().word
        shown_ms = now.utc_ms if now.utc_ms is not None else mesh.utc_ms if mesh is not None else None
        tellers = tuple(
            TellerSnapshot(
                station=one.station,
                ahead_ms=None if shown_ms is None else (one.low_ms + one.high_ms) // 2 + own.boot_ms - shown_ms,
                uncertainty_ms=-(-(one.high_ms - one.low_ms) // 2),
            )
            for one in self._mesh.tellings(own.boot_ms)
        )
        if source is Source.NOBODY and mesh is not None:
            source = Source.MESH
        operator = word.operator if word is not None and source is Source.OPERATOR else 0
        return ClockSnapshot(source, now, mesh, tellers, operator)

    def is_anchor_old(self, at: int) -> bool:
        """Whether the station's time is to be written, though nothing else is."""
        anchor = self._here.store.anchor()
        return anchor is not None and at - anchor.at >= ANCHOR_AGAIN_MS and not self._here.store.has_changes()

    def next_at(self, at: int) -> int | None:
        """When it is next."""
        anchor = self._here.store.anchor()
        return None if anchor is None else max(at, anchor.at + ANCHOR_AGAIN_MS)

    def said(self, event: ClockSet, turn: Turn) -> Done | Refused:
        """An operator says what time it is; the machine's own clock, where it is trusted, goes before any word."""
        here = self._here
        if event.operator not in here.signer.operators():
            return Refused(Refusal.NOT_ON_DUTY)
        if turn.now.utc_ms is not None and self._rests_on(turn.now) is Source.OWN:
            return Refused(Refusal.CLOCK_TRUSTED)
        kept = here.store.reckoning()
        said = replace(turn.now, utc_ms=event.utc_ms, utc_uncertainty_ms=event.uncertainty_ms)
        here.store.set_reckoning(replace(kept, word=Word(said, event.operator)))
        turn.now = said
        self._look(turn, Address(Kind.OPERATOR, event.operator))
        turn.effects.append(Stir())
        return Done()

    def _running(self, now: Moment) -> Timeline:
        """The timeline of this boot, continued from the last commit when it has just begun."""
        if self._timeline is not None and self._timeline.boot_id == now.boot_id:
            return self._timeline
        anchor, kept = self._here.store.anchor(), self._here.store.reckoning()
        if anchor is not None and anchor.moment.boot_id != now.boot_id and kept.gap_at is None:
            # The boot before had no clock, but one before it did, and nothing was missed in between.
            earliest = kept.earliest(anchor, anchor.at)
            if earliest is not None:
                anchor = Anchor(anchor.at, replace(earliest, boot_id=anchor.moment.boot_id))
        return Timeline.resumed(anchor, now)

    def _look(self, turn: Turn, who: Address | None = None) -> None:
        """Compare the reading with what the store says, so that a rollback or a power cut loses no step."""
        store, timeline = self._here.store, self._timeline
        anchor, before = store.anchor(), store.reckoning()
        if anchor is None or timeline is None or (who is None and _ran_evenly(before, anchor, turn)):
            return
        kept, is_new_boot = before, anchor.moment.boot_id != turn.now.boot_id
        if is_new_boot:
            kept = replace(kept, word=None)
            if not timeline.gap_known:
                kept = replace(kept, gap_at=_first(kept.gap_at, anchor.at), unsure_until=anchor.at, aged_until=None)
                turn.log(Level.WARNING, "time off is unknown: ages of what is held may be too young")
        if turn.now.utc_ms is None:
            if anchor.moment.utc_ms is not None:
                kept = replace(kept, known=anchor)
                if not is_new_boot:
                    self._enter(kept.earliest(None, turn.at), turn, who)
        else:
            kept = self._known_again(kept, anchor, turn, who)
        if kept is not before and kept != before:
            store.set_reckoning(kept)

    def _known_again(self, kept: Reckoning, anchor: Anchor, turn: Turn, who: Address | None) -> Reckoning:
        """UTC is known: what was missed is made up for, a step is told."""
        earliest = kept.earliest(anchor, turn.at)
        was_trusted = kept.known is None and anchor.moment.utc_ms is not None
        if earliest is None or kept.gap_at is not None:
            self._enter(None, turn, who, self._aged(kept, earliest, turn))
        else:
            # Nothing was missed, so the earliest is what it must be, but for the unsure part of a measured time off.
            assert turn.now.utc_ms is not None and earliest.utc_ms is not None, "both are known"
            step_ms = turn.now.utc_ms - earliest.utc_ms
            unsure_ms = turn.now.utc_uncertainty_ms + earliest.utc_uncertainty_ms
            if anchor.moment.boot_id != turn.now.boot_id:
                step_ms = min(0, step_ms)  # Forwards it was off.
            is_other_source = was_trusted and self._rests_on(anchor.moment) is not self._rests_on(turn.now)
            is_step = abs(step_ms) >= CLOCK_STEP_MS + unsure_ms
            if not was_trusted or who is not None or is_other_source or is_step:
                self._enter(earliest, turn, who)
            if abs(step_ms) >= CLOCK_ALARM_MS + unsure_ms:
                self._alarms.raise_(AlarmKind.CLOCK_STEP, self._code(), turn, f"{step_ms // 1000:+d}")
        aged_until = kept.gap_at if earliest is not None and kept.gap_at is not None else kept.aged_until
        if kept.known is None and kept.gap_at is None and aged_until == kept.aged_until:
            return kept
        return replace(kept, known=None, gap_at=None, aged_until=aged_until)

    def _aged(self, kept: Reckoning, earliest: Moment | None, turn: Turn) -> int:
        """Make older what was held through an unmeasured time off, by what of it is sure; never younger."""
        if earliest is None or earliest.utc_ms is None or turn.now.utc_ms is None or kept.gap_at is None:
            return 0
        unsure_ms = turn.now.utc_uncertainty_ms + earliest.utc_uncertainty_ms
        off_ms = max(0, turn.now.utc_ms - earliest.utc_ms - unsure_ms)
        if off_ms:
            self._here.store.age_held(kept.gap_at, off_ms)
            turn.is_held_aged = True
            turn.log(Level.INFO, f"time off is known by now: what was held is {off_ms // 1000} s older")
        return off_ms

    def _code(self) -> str:
        return self._here.roster.code_of_station(self._here.number) or f"#{self._here.number}"

    def _enter(self, would_be: Moment | None, turn: Turn, who: Address | None, off_ms: int = 0) -> None:
        would_be_ms = None if would_be is None else would_be.utc_ms
        details: dict[str, str | int] = {"would_be_ms": "" if would_be_ms is None else would_be_ms}
        if turn.now.utc_ms is not None:
            details["source"] = self._rests_on(turn.now).value
        if off_ms:
            details["off_ms"] = off_ms
        self._here.logbook.enter(LogKind.CLOCK, turn, who=who, details=details)

    def _rests_on(self, now: Moment) -> Source:
        word = self._here.store.reckoning().word
        is_word = word is not None and word.moment.boot_id == now.boot_id and resting_on(word, now) == now
        return Source.OPERATOR if is_word else Source.OWN


def _ran_evenly(kept: Reckoning, anchor: Anchor, turn: Turn) -> bool:
    """Whether nothing has happened to a trusted clock of its own since the last commit: then there is nothing to do."""
    then, now = anchor.moment, turn.now
    if kept.word is not None or kept.known is not None or kept.gap_at is not None or then.boot_id != now.boot_id:
        return False
    if then.utc_ms is None or now.utc_ms is None:
        return False
    return abs(now.utc_ms - then.utc_ms - (turn.at - anchor.at)) < CLOCK_STEP_MS


def _first(one: int | None, other: int) -> int:
    return other if one is None else one
