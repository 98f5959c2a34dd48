"""The machines of one station, made once and joined: who is given whom.

Each decides one thing and knows only those whose answers it needs. What is passed in an order is what it may ask.
"""

from collections.abc import Callable, Sequence

from node.core.agenda import Agenda, Machine
from node.core.ages import Ages
from node.core.air_ledger import AirLedger
from node.core.alarms import Alarms
from node.core.answers import Answers
from node.core.attempts import Attempts
from node.core.beacons import Beacons
from node.core.carrying_out import CarryingOut
from node.core.chronicle import Chronicle
from node.core.clocks import Clocks
from node.core.composer import Composer
from node.core.consequences import Consequences
from node.core.contacts import Contacts
from node.core.courier import Courier
from node.core.deliveries import Deliveries
from node.core.dispatching import Dispatching
from node.core.drafts import Drafts
from node.core.emergency import Emergency
from node.core.fragments_out import FragmentSending
from node.core.functions import Functions
from node.core.group_keying import GroupKeying
from node.core.handheld_sending import HandheldTexts, TextPace
from node.core.handheld_tray import HandheldTray
from node.core.handhelds import Handhelds
from node.core.handovers import HandOvers
from node.core.hearing import Hearing
from node.core.intake import Intake
from node.core.inventories import Inventories
from node.core.mark_questions import MarkQuestions
from node.core.marks import Marks
from node.core.notary import Notary
from node.core.notices import Notices
from node.core.proofs import Proofs
from node.core.radios import Radios
from node.core.reassembly import Reassembly
from node.core.receipts import Receipts
from node.core.releases import Releases
from node.core.requests import Requests
from node.core.retries import Retries
from node.core.revoked_use import RevokedUse
from node.core.riding import Riding
from node.core.routing import Routing
from node.core.scribe import Scribe
from node.core.sending import Sending
from node.core.shifts import Shifts
from node.core.signs_of_life import SignsOfLife
from node.core.snapshots import Snapshots
from node.core.surroundings import Surroundings
from node.core.transmitter import Transmitter
from node.core.trust import Trust
from node.core.ways import Ways
from node.core.withdrawals import Withdrawals
from node.core.witnesses import Witnesses
from protocol.notices import HighWaterMark


class Machines:
    """All of them.

    Args:
        here: what the station is given.
        make_agenda: decides which of its machines are asked what they have to send.
    """

    def __init__(self, here: Surroundings, make_agenda: Callable[[Sequence[Machine]], Agenda]) -> None:
        self.contacts = Contacts(0)
        self.ledger = AirLedger(here.store, here.policy)
        self.transmitter = Transmitter()
        self.alarms = Alarms(here)
        self.clocks = Clocks(here, self.alarms)
        self.chronicle = Chronicle(here)
        self.trust = Trust(here, self.contacts, self.alarms)
        self.revoked_use = RevokedUse(here, self.alarms)
        self.answers = Answers(here)
        self.marks = Marks(here, self.alarms)
        self.fragments = FragmentSending(here, self.contacts)
        self.reassembly = Reassembly(here, self.contacts)
        routing, attempts, radios = Routing(here, self.contacts), Attempts(here.policy), Radios()
        self.ways = Ways(here, self.contacts, routing, radios)
        self.deliveries = Deliveries(here, self.contacts, routing, attempts, radios)
        retries = Retries(here, self.contacts, self.deliveries, routing, attempts)
        self.dispatching = Dispatching(
            *(here, self.contacts, self.deliveries, routing, attempts, self.ways, self.marks, self.fragments)
        )
        self.withdrawals = Withdrawals(here, self.marks, self.deliveries, self.alarms)
        self.notary = Notary(here)
        self.witnesses = Witnesses(here, self.alarms)
        scribe = Scribe(here, self.notary)
        self.receipts = Receipts(here, self.notary)
        self.riding = Riding(here, self.contacts, self.receipts)
        self.proofs = Proofs(
            *(here, self.deliveries, self.receipts, self.answers, self.witnesses, self.revoked_use, self.clocks)
        )
        self.notices = Notices(here, self.deliveries)
        self.notices.hand_to(HighWaterMark, self.marks.told)
        self.mark_questions = MarkQuestions(here, self.contacts, self.notices)
        self.group_keying = GroupKeying(here, self.notices, self.alarms)
        pace = TextPace()
        self.texts, self.tray = HandheldTexts(here, pace), HandheldTray(here, pace)
        self.consequences = Consequences(*(here, self.deliveries, self.receipts, self.notices, self.alarms, self.texts))
        self.intake = Intake(
            *(here, self.deliveries, retries, self.receipts, self.answers, self.alarms, self.notices),
            *(self.trust, self.revoked_use, self.marks, self.reassembly, self.consequences),
            Ages(here, self.clocks, self.alarms),
        )
        functions = Functions(here, self.notices)
        self.handovers = HandOvers(here, functions)
        self.shifts = Shifts(here, Emergency(here, self.alarms, self.notices))
        drafts = Drafts(here)
        releases = Releases(here)
        composer = Composer(here, self.deliveries, drafts, releases, self.consequences)
        self.handhelds = Handhelds(here, self.texts, self.tray, composer)
        self.inventories = Inventories(here, self.contacts, retries)
        self.beacons = Beacons(here, self.contacts, self.notary, self.marks, self.riding)
        signs = SignsOfLife(
            *(here, self.contacts, radios, self.beacons, retries, self.inventories),
            *(self.trust, self.marks, self.mark_questions),
        )
        requests = Requests(
            *(here, self.deliveries, self.receipts, self.answers, self.inventories),
            *(self.trust, self.notary, self.mark_questions, self.fragments),
        )
        self.agenda = make_agenda(
            (
                *(self.receipts, self.dispatching, self.trust, self.answers, self.inventories, self.beacons),
                *(self.notary, self.witnesses, self.mark_questions, self.reassembly, self.fragments),
                *(self.texts, self.tray),
            )
        )
        self.sending = Sending(*(here, self.transmitter, self.ledger, self.revoked_use, self.riding, self.agenda))
        self.snapshots = Snapshots(
            *(here, self.contacts, self.transmitter, self.ledger, self.shifts, self.trust, self.revoked_use),
            *(self.reassembly, self.answers, self.mark_questions),
        )
        self.hearing = Hearing(
            *(here, self.answers, self.fragments, self.intake, self.inventories, self.proofs, self.reassembly),
            *(requests, signs, self.trust, self.witnesses),
        )
        courier = Courier(
            *(here, self.contacts, self.notary, self.revoked_use, self.hearing, self.deliveries, self.receipts),
            *(self.answers, self.trust),
        )
        self.carrying_out = CarryingOut(
            *(here, self.alarms, self.clocks, composer, courier, drafts, functions, self.group_keying),
            *(self.handovers, self.intake, self.marks, releases, scribe, self.shifts, self.trust),
        )
