"""Stations heard: each sign of life of a certified one is noted, and a contact that begins sets things in motion."""

from node.core.beacons import Beacons
from node.core.contacts import Contact, Contacts
from node.core.events import FrameHeard
from node.core.inventories import Inventories
from node.core.mark_questions import MarkQuestions
from node.core.marks import Marks
from node.core.radios import Radios
from node.core.retries import Retries
from node.core.revoked_use import has_no_good_key
from node.core.surroundings import Surroundings
from node.core.trust import Trust
from node.core.turn import Turn
from protocol.frames import Beacon
from protocol.numbers import Address, Kind
from protocol.reasons import Reason


class SignsOfLife:
    """Notes who is heard."""

    def __init__(
        self,
        here: Surroundings,
        contacts: Contacts,
        radios: Radios,
        beacons: Beacons,
        retries: Retries,
        inventories: Inventories,
        trust: Trust,
        marks: Marks,
        mark_questions: MarkQuestions,
    ) -> None:
        self._marks = marks
        self._mark_questions = mark_questions
        self._here = here
        self._contacts = contacts
        self._radios = radios
        self._beacons = beacons
        self._retries = retries
        self._inventories = inventories
        self._trust = trust

    def beacon_heard(self, beacon: Beacon, event: FrameHeard, turn: Turn) -> None:
        """A station says that it is there, and how it stands."""
        if beacon.station == self._here.number and not self._beacons.is_ours(event.payload):
            self._marks.own_number_heard(beacon.last_sequence, turn)
        contact = self.heard(beacon.station, event, turn)
        if contact is None:
            return
        if beacon.answer is None and (beacon.hello or contact.last_sequence is None):
            self._mark_questions.came_back(beacon, turn.at)
        self._contacts.said(contact, is_manned=beacon.manned)
        contact.clock_trusted = beacon.clock_trusted
        if beacon.answer is not None:
            contact.answered_at = turn.at
        else:
            if contact.last_sequence is not None:
                self._retries.said_nothing(beacon.station, turn.at)
            contact.last_sequence = beacon.last_sequence
        self._trust.beacon_heard(beacon, turn)
        if beacon.hello:
            self._beacons.greeted(turn.at)

    def heard(self, station: int, event: FrameHeard, turn: Turn) -> Contact | None:
        """Note a sign of life; None unless it is of another station that is certified and whose key stands."""
        if station == self._here.number:
            self._here.drops[Reason.OWN_FRAME] += 1
            return None
        if self._here.roster.station(station) is None:
            self._trust.unknown_station(station, turn)
            return None
        if has_no_good_key(self._here, Address(Kind.STATION, station)):
            self._here.drops[Reason.REVOKED_KEY] += 1
            return None
        self._radios.heard(station, event.from_node)
        contact, is_new = self._contacts.heard(station, turn.at, event.hops)
        if is_new:
            is_neighbour = not event.hops  # An inventory goes no further than to those.
            if is_neighbour:
                self._contacts.expect(station, turn.at + self._here.policy.inventory_wait_ms)
            if self._marks.contact_made(turn.at):
                self._beacons.begin(turn.at)  # The hellos of the start were heard by nobody who is here.
            self._retries.contact_made(station, turn.at)
            if is_neighbour:
                self._inventories.schedule(turn.at)
            self._trust.contact_made(station, turn)
        return contact
