"""How patient, how chatty and how large a station is: every number the core's decisions turn on, with its reason.

A station's configuration may change what a `Policy` holds; the constants below it are limits of the house.
"""

from dataclasses import dataclass

from protocol.instants import Lifetime
from protocol.numbers import Precedence

RADIO_FRAMES_MAX = 3
"""Frames inside the radio at once, the last place for FLASH alone and the one before for IMMEDIATE and FLASH: few, so
that a FLASH overtakes all else here, and these inside the radio by its own priorities."""

RADIO_ANSWER_MS = 90_000
"""After this a frame inside the radio counts as forgotten: three tries of a full frame took about 40 s under load
(seen on firmware 2.7.26), and the radio may drop one without a word."""

CUSTODY_ITEMS_MAX = 512
"""Items of one origin held for others: a quota, so that no origin fills a relay (about 120 kB)."""

OPEN_DELIVERIES_MAX = 4096
"""Deliveries that wait at once, ours and others': about 1 MB, days of a full channel."""

CARRIED_DELIVERIES_MAX = 3072
"""Of these for others' items; the rest is kept for what is written here. What can wait leaves a third of it to FLASH
and IMMEDIATE."""

ARRIVALS_OF_ONE_MAX = 1024
"""Items for this station that one origin, or one author, may have accepted here in `ARRIVALS_WITHIN_MS`: more than a
network of 30 messages an hour writes in all. A stolen key writes 230 kB a day into the store and no more."""

ARRIVALS_WITHIN_MS = 86_400_000
"""A day."""

CUSTODY_BELIEVED_MS = 7_200_000
"""After a word of custody another custodian is looked for, unless proof has come or the word is given again: who throws
away what it took holds an item up for two hours, and who carries it for days costs one frame in that time."""

REQUEST_ANSWERS_MAX = 8
"""Frames sent in answer to one unauthenticated REQUEST."""

INVENTORY_GROUPS_MAX = 40
"""Origins named in one INVENTORY frame; with a gap each they fit, with more it names fewer."""

GAPS_PER_GROUP_MAX = 4
"""Missing sequences named per origin: the newest first, the rest follows in the next inventory."""

CONTACTS_MAX = 1024
"""Stations remembered as heard: the air's 10-bit number space."""

ATTEMPTS_SHIFT_MAX = 6
"""Back-off doubles this often at most: 64 times the first wait."""

QUARANTINE_FRAMES_MAX = 64
"""Frames that wait for a certificate: with 231 bytes each less than 16 kB, whatever anybody sends."""

QUARANTINE_OF_ONE_MAX = 4
"""Of one claimed author: who is unknown has said what he can say in four messages."""

QUARANTINE_MS = 86_400_000
"""A certificate that nobody in reach has after a day does not come by itself; the message's sender tries again."""

CERTIFICATE_AGAIN_MS = 600_000
"""Between two questions for the certificate of one holder (SPEC section 9)."""

INQUIRY_MIN_MS = 60_000
"""Between two REQUESTs for certificates, whoever they are about: a flood of invented authors costs 1 % of the air."""

INQUIRIES_MAX = 64
"""Holders that are asked for at once; who is not among them is asked for when he is heard again."""

STATEMENTS_OUT_MAX = 64
"""Statements that wait to be sent; what is beyond is asked for again."""

STATEMENT_AGAIN_MS = 30_000
"""Between two sendings of one statement in answer to questions: a forged question is no lever to send for ever."""

URGENT_TELLINGS_MAX = 24
"""Statements sent as urgent at once since something unsigned says they are lacking: `RECALL_TRIES` of all recalls."""

URGENT_TELLING_MS = 120_000
"""For each beyond these, else they wait with the bulk: 30 an hour are 1.3 % of LONG_FAST, of 4 % left to the urgent."""

ROSTER_AGAIN_MS = 120_000
"""Between two openings for the same pair of rosters, doubled each time: what could not be joined at once is either lost
on the air or cannot be joined at all."""

ROSTER_AGAIN_MAX_MS = 21_600_000
"""Six hours: rosters that contradict each other cost a list and a few statements in a quarter of a day."""

ROSTER_STATEMENTS_MAX = 8
"""Sent in answer to one list, about 10 s of LONG_FAST; the rest after the asker's next beacon."""

ROSTER_PARTS_MAX = 3
"""Lists sent in answer to one summary."""

ROSTER_LISTS_MAX = 16
"""Lists that wait to be sent."""

REVOKED_USES_MAX = 64
"""Pairs of station and author of which it is counted what they sent with a revoked key: each needs the key itself."""

RECALLS_MAX = 8
"""Revocations pushed to neighbours, the latest; older ones come with the rest of the roster."""

RECALL_TRIES = 3
"""Sent so often for one neighbour in a contact; a frame is lost once in ten on a fair link."""

STATEMENT_NEWS_MS = 604_800_000
"""For a week a certificate counts as news that others may not have, and goes ahead of what its holder says."""

CONTRADICTIONS_MAX = 64
"""Statements kept that contradict what is in force: each is signed by an authority's key, so few show all there is."""

SPREAD_TRIES = 2
"""Sendings of what is for everyone without receipts; after that, whoever's inventory shows a gap gets it."""

ARRIVING_MAX = 16
"""Long messages of which something is missing, at once: with all their fragments less than 70 kB."""

ARRIVING_OF_ONE_MAX = 4
"""Of one origin: whoever announces many and sends none takes a quarter of the room."""

FRAGMENT_ASKS_MAX = 8
"""Questions for what is missing of one message without anything new coming of it; then its sender's turn is awaited."""

FRAGMENT_ASKS_CARRIED_MAX = 2
"""The same of a message that this station would only carry."""

DRAFTS_MAX = 64
"""Kept at once: a shift's worth of unfinished business. The API says the same to its clients, in node.api.drafts."""

DRAFT_BYTES_MAX = 11_264
"""Of a draft's text, UTF-8: far more than any text may have, so that what was pasted is shortened by its writer and
not lost; all drafts together still fit one answer. The API says the same to its clients."""

NOTE_BYTES_MAX = 2048
"""Of a note in the log: a page of a hand-written log sheet. The API says the same to its clients, in node.api.log."""

NOTE_PARTY_BYTES_MAX = 256
"""Of who called, and who was called."""

SENT_DRAFTS_MAX = 256
"""Drafts of which it is known what they became: twice the answers that all clients together can be waiting for."""

ALARMS_OF_A_KIND_MAX = 16
"""Alarms of one kind that stand at once, one more for all others: what a person looks through, and what a store holds
whatever anybody sends."""

ALARM_TEXT_MAX = 120
"""Letters of an alarm's subject and detail: codes and figures, a line and a half of the smallest screen."""

ALARM_AGAIN_MS = 60_000
"""Between two times that an alarm is seen which are written down: a flood costs the medium one write a minute."""

ALARM_SILENCED_MS = 86_400_000
"""An alarm that is still seen so long after it was silenced calls again: the shift that silenced it has gone home."""

MARK_WITNESSES = 2
"""Different stations that must have told a doubtful station its own mark before it counts on."""

MARK_MARGIN = 256
"""Numbers skipped above the highest mark told: messages that none of the witnesses heard, a busy station's of a week,
and still 60 restored stores in one incarnation."""

MARK_ASKED_MS = 300_000
"""Between two questions for one's own mark, and between the first two answers to one station; then doubled."""

MARK_AGAIN_MAX_MS = 21_600_000
"""Six hours: longest between two answers that tell a station the same mark."""

MARK_TELLING_MS = 300_000
"""For each mark told, `MARK_ANSWERS_MAX` at once: forged questions use up at most 288 of 16383 numbers a day."""

MARK_ANSWERS_MAX = 16
"""Stations that wait at once to be told their mark: more at a time come of nothing but forged questions."""

NUMBERS_LOW_AT = 14_745
"""90 % of an incarnation's 16383 numbers: a busy station has weeks to be certified anew."""

ANCHOR_AGAIN_MS = 600_000
"""Between two writes of the station's time while nothing else is written: what of it a power cut takes away at most
when no clock tells how long the station was off. A page every ten minutes wears no medium."""

AIRTIME_WINDOW_MIN = 60
"""The duty cycle is a sliding hour of one-minute bins, as the firmware counts it (airtime.cpp:113)."""

COPIES_BY_PRECEDENCE = {
    Precedence.FLASH: 4,
    Precedence.IMMEDIATE: 3,
    Precedence.PRIORITY: 2,
    Precedence.ROUTINE: 1,
}
"""Custodians a holder looks for while the recipient is out of reach."""

LIFETIME_BY_PRECEDENCE = {
    Precedence.FLASH: Lifetime.ONE_DAY,
    Precedence.IMMEDIATE: Lifetime.ONE_DAY,
    Precedence.PRIORITY: Lifetime.THREE_DAYS,
    Precedence.ROUTINE: Lifetime.THREE_DAYS,
}
"""Unless the sender says otherwise: longer than the three-day power cut that municipal plans expect."""

AWAITING_MAX = 32
"""Messages that wait for a second person: they are read out one by one."""

DEPUTY_WAIT_MS = {
    Precedence.FLASH: 120_000,
    Precedence.IMMEDIATE: 300_000,
    Precedence.PRIORITY: 900_000,
    Precedence.ROUTINE: 1_800_000,
}
"""After an answer is overdue until the deputy is asked, then the next, then a courier offered: both ends were told, and
somebody may be at it; as long as receipts of that precedence take over a few hops, and a person's way to the desk."""

ANSWERS_LOOKED_AT_MAX = 32
"""Overdue answers acted on in one turn, so that a start after days off is no single long commit."""

INITIALS_MAX = 10
"""Letters and digits that somebody types at a kiosk: twice what a certificate's code may have."""

LOCK_WARNING_MS = 120_000
"""How long before keys lock by themselves that is told: time to look up and press a key."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the configuration may set; times in ms."""

    hop_limit: int = 3
    """Radio hops for messages, acts and receipts: Meshtastic's default."""
    beacon_min_ms: int = 60_000
    """Shortest beacon interval; the real one grows with the stations heard."""
    beacon_share_bp: int = 150
    """Of the channel for beacons and inventories, in hundredths of a percent (SPEC section 9)."""
    beacon_hop_limit: int = 1
    """So that stations with only plain radios between them know of each other."""
    contact_beacons: int = 3
    """A station is in contact until this many of its beacons are missing."""
    receipt_wait_ms: tuple[int, int, int, int] = (0, 30_000, 300_000, 300_000)
    """How long a digest waits for company, by precedence (SPEC section 7)."""
    answer_wait_ms: int = 8_000
    """Added to eight times a frame's airtime before it is sent again: receipt, two hops and contention."""
    overhear_ms: int = 4_000
    """What a custodian listens for the recipient's receipt before it passes a message on; plus six airtimes."""
    proof_wait_ms: int = 60_000
    """After a reported arrival or custody: how long beyond the digest's wait until proof is asked for."""
    retry_max_ms: int = 1_800_000
    """Longest wait between two tries while the recipient is in contact."""
    inventory_wait_ms: int = 5_000
    """How long a station that has just come back is given to say what it has, before it is sent anything but FLASH."""
    inventory_min_ms: int = 60_000
    """Between two inventories of this station."""
    bulk_share_bp: int = 500
    """Airtime of PRIORITY and ROUTINE in a rolling hour, in hundredths of a percent of it."""
    urgent_share_bp: int = 900
    """Airtime of everything: FLASH and IMMEDIATE may use it up to here; the law's limit is 1000 (10 %)."""
    channel_busy_bp: int = 2_500
    """Above this channel use, PRIORITY and ROUTINE wait (the firmware's own politeness limit, 25 %)."""
    lock_idle_ms: int = 1_800_000
    """Without anybody's act for so long, open keys are locked; 0 = never."""
    absent_ms: int = 3_600_000
    """So long after the lock, or a kiosk's last act, somebody is still taken to be at the station."""
