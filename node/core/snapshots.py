"""Takes the core's part of a status: what the machines can say of the station at one moment."""

from collections import Counter

from node.core.air_ledger import AirLedger
from node.core.answers import Answers
from node.core.contacts import Contacts
from node.core.mark_questions import MarkQuestions
from node.core.policy import OPEN_DELIVERIES_MAX
from node.core.reassembly import Reassembly
from node.core.records import ItemKind, Rung
from node.core.revoked_use import RevokedUse
from node.core.shifts import Shifts
from node.core.snapshot import ClockSnapshot, ContactSnapshot, StationSnapshot
from node.core.surroundings import Surroundings
from node.core.transmitter import Transmitter
from node.core.trust import Trust


class Snapshots:
    """Reads and changes nothing."""

    def __init__(
        self,
        here: Surroundings,
        contacts: Contacts,
        transmitter: Transmitter,
        ledger: AirLedger,
        shifts: Shifts,
        trust: Trust,
        revoked_use: RevokedUse,
        reassembly: Reassembly,
        answers: Answers,
        mark_questions: MarkQuestions,
    ) -> None:
        self._reassembly = reassembly
        self._answers = answers
        self._mark_questions = mark_questions
        self._here = here
        self._contacts = contacts
        self._transmitter = transmitter
        self._ledger = ledger
        self._shifts = shifts
        self._trust = trust
        self._revoked_use = revoked_use

    def take(self, at: int, clock: ClockSnapshot) -> StationSnapshot:
        """As of that station time."""
        in_reach = self._contacts.in_reach(at)
        open_deliveries = self._here.store.open_deliveries(OPEN_DELIVERIES_MAX)
        alone = {
            item.id
            for item, delivery in open_deliveries
            if item.is_mine and item.kind is ItemKind.MESSAGE and delivery.rung < Rung.REPORTED
        }
        return StationSnapshot(
            number=self._here.number,
            incarnation=self._here.incarnation,
            at=at,
            reckoning=self._here.store.reckoning(),
            clock=clock,
            is_radio_up=self._transmitter.is_up,
            contacts=tuple(
                ContactSnapshot(
                    station=number,
                    silent_ms=at - contact.last_at,
                    hops=contact.hops,
                    is_in_reach=number in in_reach,
                    is_manned=contact.is_manned,
                    clock_trusted=contact.clock_trusted,
                )
                for number, contact in self._contacts.all()
            ),
            queue=dict(Counter(item.precedence for item, _ in open_deliveries if item.kind is not ItemKind.NOTICE)),
            only_here=sum(not self._here.store.custodians(item_id) for item_id in alone),
            frames_in_radio=self._transmitter.inside(at),
            airtime_hour_bp=self._ledger.used_bp(at),
            channel_use_bp=self._ledger.channel_use_bp,
            drops=dict(self._here.drops),
            locks_in_ms=self._shifts.locks_in_ms(at),
            is_manned=self._here.is_manned(at),
            quarantined=self._trust.waiting(),
            revoked_uses=self._revoked_use.snapshot(),
            arriving=self._reassembly.snapshot(),
            queues=(self._answers.queue(), self._mark_questions.queue(), *self._trust.queues()),
        )
