"""The frames whose bytes are golden: at least one of each type, and the corners of each layout."""

from dataclasses import dataclass, replace
from typing import Final

from protocol.codec import encode_text
from protocol.confidential import Between, encrypt_for_stations, station_key
from protocol.confidential_acts import encrypt_comment
from protocol.custody import DIGEST_ENTRIES_MAX
from protocol.frames import (
    Act,
    ActKind,
    Beacon,
    Bundle,
    Digest,
    DigestEntry,
    Frame,
    Group,
    HeldState,
    HoldState,
    Inventory,
    LogMark,
    Message,
    Notice,
    Receipt,
    Request,
    RequestKind,
    Sheaf,
    SignedOther,
    StatementFrame,
)
from protocol.hints import log_hint
from protocol.instants import NO_TIME, Lifetime, wire_time
from protocol.long_messages import fragment_of, long_of, split
from protocol.numbers import (
    EVERYBODY,
    FRAME_BYTES_MAX,
    SIGNATURE_BYTES,
    Address,
    FrameType,
    Kind,
    Precedence,
    Reference,
)
from protocol.options import Options, Recipient, Role
from protocol.reasons import Dropped
from protocol.receipts import make_answer, make_receipt, make_rider, receipt_key
from protocol.roster import Roster
from protocol.roster_parts import RosterList, summary_of
from protocol.sealing import (
    act_to_sign,
    digest_to_sign,
    fingerprint,
    message_to_sign,
    seal,
    seal_act,
    seal_digest,
    seal_released,
)
from protocol.statements import decode_statement
from tests.support.identities import (
    AUTHORITY,
    KHJ,
    LEADER,
    MAP,
    ODK,
    ROOT_KEY,
    SVN,
    exchange_key,
    exchange_public,
    group,
    handheld,
    membership,
    operator,
    public,
    revocation,
    seconded,
    section,
    signed,
    signer,
    small_network,
)

DRILL: Final = 0xB4AF0001
RELEASED: Final = "second releaser"
WIDE: Final = Address(Kind.OPERATOR, 5000)
NOON: Final = wire_time(1_773_662_400_000)
"""2026-03-16T12:00:00Z."""


@dataclass(frozen=True, slots=True)
class Case:
    """One frame and what its signature or its code covers."""

    name: str
    frame: Frame
    to_sign: bytes = b""
    """For a receipt what its code is over; empty for what nobody authenticates."""
    coded: bytes = b""
    """Of the first frame of a long message: its whole coded text."""


def case_roster() -> Roster:
    """The small network and an operator whose number needs an escape."""
    roster = small_network().roster().with_statement(signed(operator(WIDE.number, "ØÅ", "Øjvind Ål", "ØÅ", ODK.number)))
    assert isinstance(roster, Roster)
    return roster


def text_message(text: str, **changes: object) -> Message:
    """Unsigned: KHJ at ODK to the leader."""
    codec, body = encode_text(text)
    message = Message(
        precedence=Precedence.PRIORITY,
        station=ODK.number,
        incarnation=1,
        sequence=41,
        author=KHJ.number,
        recipient=LEADER,
        time=NOON,
        lifetime=Lifetime.ONE_DAY,
        codec=codec,
        body=body,
    )
    return replace(message, **changes)


def message_cases(roster: Roster) -> list[Case]:
    """MESSAGE and the signed frames carried by its header."""
    reference = Reference(SVN.number, 1, 7)
    several = (Recipient(SVN), Recipient(LEADER), Recipient(MAP, Role.COPY))
    all_options = Options(
        drill=DRILL,
        reply_to=reference,
        answer_by_min=90,
        cancels=Reference(ODK.number, 0, 1),
        supersedes=Reference(ODK.number, 3, 16383),
        written_at=NOON - 450,
        logical=513,
        unknown=((12, b"later"),),
    )
    messages = {
        "text": (text_message("Plejehjemmet Havblik har nødstrøm til kl. 19. Send 200 l diesel."), "KHJ"),
        "empty body, oldest age": (text_message("", age_s=4_063_232), "KHJ"),
        "no clock, flash, ack wanted, confidential": (
            text_message(
                "",
                precedence=Precedence.FLASH,
                time=NO_TIME,
                lifetime=Lifetime.THIRTY_DAYS,
                ack_wanted=True,
                confidential=True,
                codec=7,
                body=bytes(range(24)),
                sequence=16383,
                age_s=8,
            ),
            "KHJ",
        ),
        "the station's own report to everybody": (
            text_message("Netspænding væk kl. 11.52", author=0, recipient=EVERYBODY, lifetime=Lifetime.HALF_HOUR),
            "ODK",
        ),
        "all options of a drill": (text_message("ØVELSE", options=all_options), "KHJ exercise"),
        "several recipients": (
            text_message("Mødes kl. 14", recipient=Address(Kind.SEVERAL, 3), options=Options(recipients=several)),
            "KHJ",
        ),
        RELEASED: (text_message("Evakuer"), "KHJ"),
        "wide author": (text_message("Her er jeg", author=WIDE.number), "ØÅ"),
        "fullest frame": (text_message("å" * 77 + "."), "KHJ"),
    }
    cases: list[Case] = []
    for name, (message, key) in messages.items():
        sealed = (
            seal_released(message, roster, signer(key), MAP.number, signer("MAP"))
            if name == RELEASED
            else seal(message, roster, signer(key))
        )
        cases.append(Case(name, sealed, string(message_to_sign(sealed, roster))))
    return [*cases, newer(roster, 0, FrameType.NOTICE), newer(roster, 1, FrameType.MESSAGE), newer(roster, 2, 7)]


LONG_TEXT: Final = " ".join(
    f"{number}. Plejehjemmet Havblik: nødstrøm til kl. {7 + number}, send {100 * number} l diesel."
    for number in range(1, 13)
)


def long_cases(roster: Roster) -> list[Case]:
    """LONG and its FRAGMENTs: a short one, a longer one of a drill, the fullest, and one that is encrypted."""
    codec, coded = encode_text(LONG_TEXT)
    full = bytes(range(256)) * 16
    recipient = roster.recipient_id(SVN)
    assert recipient is not None
    between = Between(root=roster.root, origin=public("ODK"), recipient=recipient, incarnation=1, drill=0)
    bare = long_of(text_message("", codec=codec, recipient=SVN))
    secret = encrypt_for_stations(
        replace(bare, body=coded), [station_key(exchange_key("ODK"), exchange_public("SVN"), between)], 1
    )
    longs = {
        "two packets": (replace(bare, body=coded[:200]), "KHJ"),
        "a drill's": (replace(bare, body=coded, options=Options(drill=DRILL)), "KHJ exercise"),
        "the fullest": (replace(bare, body=full), "KHJ"),
        "confidential": (secret, "KHJ"),
    }
    cases: list[Case] = []
    for name, (whole, key) in longs.items():
        room_bytes = FRAME_BYTES_MAX - SIGNATURE_BYTES - len(replace(whole, body=b"").unsigned_bytes())
        station = "ODK exercise" if "exercise" in key else "ODK"
        first, datas = split(whole, room_bytes, public(station), 1)
        sealed = seal(first, roster, signer(key))
        cases.append(Case(f"long, {name}", sealed, string(message_to_sign(sealed, roster)), whole.body))
        cases += [
            Case(f"fragment {index} of {name}", fragment_of(sealed, index, data)) for index, data in enumerate(datas)
        ]
    return cases


def newer(roster: Roster, version: int, frame_type: int) -> Case:
    """A signed frame that this version carries unread."""
    other = (Notice if (version, frame_type) == (0, FrameType.NOTICE) else SignedOther)(
        version=version,
        type=frame_type,
        precedence=Precedence.ROUTINE,
        station=ODK.number,
        incarnation=1,
        sequence=42,
        author=KHJ.number,
        recipient=SVN,
        time=NOON,
        lifetime=Lifetime.ONE_WEEK,
        body=b"\x09 of a newer Bavn",
    )
    to_sign = string(message_to_sign(other, roster))
    return Case(f"version {version}, type {int(frame_type)}", replace(other, signature=signer("KHJ")(to_sign)), to_sign)


def string(to_sign: bytes | Dropped) -> bytes:
    """What must have been a string."""
    assert isinstance(to_sign, bytes), to_sign
    return to_sign


def confidential_comment_key(roster: Roster) -> bytes:
    """Of a comment at SVN about a message of ODK."""
    recipient = roster.recipient_id(ODK)
    assert recipient is not None
    between = Between(root=roster.root, origin=public("SVN"), recipient=recipient, incarnation=1, drill=0)
    return station_key(exchange_key("SVN"), exchange_public("ODK"), between)


def proof_cases(roster: Roster) -> list[Case]:
    """ACT, DIGEST and RECEIPT about the first message."""
    about = message_cases(roster)[0]
    assert isinstance(about.frame, Message)
    mark, reference = fingerprint(about.to_sign), about.frame.reference
    plain = Act(
        precedence=Precedence.PRIORITY,
        station=SVN.number,
        incarnation=1,
        author=MAP.number,
        about=reference,
        act=ActKind.ACKNOWLEDGED,
        time=NOON + 12,
    )
    acts = {
        "acknowledged": (plain, "MAP"),
        "declined, with a comment": (
            replace(plain, act=ActKind.DECLINED, comment="Ingen tankbil før kl. 16".encode()),
            "MAP",
        ),
        "typed at a kiosk": (replace(plain, act=ActKind.KIOSK, author=0, comment=b"BL"), "SVN"),
        "done, in a drill": (
            replace(plain, station=ODK.number, author=KHJ.number, act=ActKind.DONE, drill=DRILL),
            "KHJ exercise",
        ),
        "accepted, wide author": (
            replace(plain, station=ODK.number, author=WIDE.number, act=ActKind.ACCEPTED),
            "ØÅ",
        ),
        "accepted, with a confidential comment": (
            encrypt_comment(
                replace(plain, act=ActKind.ACCEPTED, comment=b"kommer"), confidential_comment_key(roster), 2, mark, 1
            ),
            "MAP",
        ),
        "an act of a newer version": (replace(plain, act=ActKind.NEWER_7, codec=2), "MAP"),
    }
    cases: list[Case] = []
    for name, (act, key) in acts.items():
        sealed_act = seal_act(act, roster, mark, signer(key))
        cases.append(Case(name, sealed_act, string(act_to_sign(sealed_act, roster, mark))))
    one = (DigestEntry(reference, HoldState.AT_STATION, mark[:2]),)
    many = tuple(
        DigestEntry(Reference(ODK.number, 1, sequence), HoldState(sequence % 5), sequence.to_bytes(2, "big"))
        for sequence in range(1, DIGEST_ENTRIES_MAX + 1)
    )
    acts_arrived = tuple(DigestEntry(reference, HoldState.ACT_AT_STATION, bytes([7, number])) for number in (1, 2))
    for name, entries, manned in (
        ("digest of one", one, True),
        ("fullest digest", many, False),
        ("digest of a message and two acts about it", one + acts_arrived, True),
    ):
        digest = Digest(
            precedence=Precedence.PRIORITY,
            station=SVN.number,
            incarnation=1,
            time=NOON + 2,
            manned=manned,
            entries=entries,
        )
        sealed_digest = seal_digest(digest, roster, signer("SVN"))
        cases.append(Case(name, sealed_digest, string(digest_to_sign(sealed_digest, roster))))
        log_mark = LogMark(4711, bytes(range(0xA0, 0xB0)))
        if len(entries) <= 1:
            for what, listed in ((f"{name}, with a log mark", entries), ("digest of a log mark alone", ())):
                sealed_digest = seal_digest(replace(digest, entries=listed, log_mark=log_mark), roster, signer("SVN"))
                cases.append(Case(what, sealed_digest, string(digest_to_sign(sealed_digest, roster))))
    key_bytes = receipt_key(exchange_key("SVN"), exchange_public("ODK"), ROOT_KEY, public("SVN"), public("ODK"))
    fields = Receipt(
        precedence=Precedence.PRIORITY, station=SVN.number, about=reference, state=HoldState.UNATTENDED, mac=b""
    )
    receipt = make_receipt(fields, key_bytes, mark)
    return [*cases, Case("receipt", receipt, b"bavn receipt 0" + receipt.authenticated_bytes() + mark)]


def riding_cases(roster: Roster) -> list[Case]:
    """Receipts of SVN for messages of ODK on frames that go anyway, and in a beacon."""
    about = message_cases(roster)[0]
    assert isinstance(about.frame, Message)
    mark, reference = fingerprint(about.to_sign), about.frame.reference
    key = receipt_key(exchange_key("SVN"), exchange_public("ODK"), ROOT_KEY, public("SVN"), public("ODK"))

    def over(state: HoldState) -> bytes:
        bare = Receipt(precedence=Precedence.FLASH, station=SVN.number, about=reference, state=state, mac=b"")
        return b"bavn receipt 0" + bare.authenticated_bytes() + mark

    act = next(case.frame for case in proof_cases(roster) if isinstance(case.frame, Act))
    digest = next(case.frame for case in proof_cases(roster) if isinstance(case.frame, Digest))
    assert isinstance(act, Act)
    assert isinstance(digest, Digest)
    at_station = make_rider(SVN.number, reference, HoldState.AT_STATION, key, mark)
    elsewhere = make_rider(SVN.number, reference, HoldState.ACT_AT_STATION, key, mark)
    beacon = Beacon(
        power=0,
        station=SVN.number,
        incarnation=1,
        manned=True,
        clock_trusted=True,
        hello=False,
        last_sequence=0,
        roster_digest=b"\x12\x34",
        inventory_digest=b"\xab\xcd",
        answer=make_answer(SVN.number, reference, HoldState.UNATTENDED, key, mark),
    )
    custody = make_rider(SVN.number, replace(reference, sequence=40), HoldState.CUSTODY, key, mark)
    others = (replace(digest, manned=False), replace(digest, signature=bytes(64)))
    return [
        Case("three digests passed on together", Sheaf((digest, *others))),
        Case("rider on an act for its origin", Bundle((at_station,), act), over(HoldState.AT_STATION)),
        Case("rider that names its origin, on a digest", Bundle((at_station,), digest), over(HoldState.AT_STATION)),
        Case(
            "rider about an act, whose state has no short form",
            Bundle((elsewhere,), act),
            over(HoldState.ACT_AT_STATION),
        ),
        Case("two riders, the code of the first", Bundle((at_station, custody), act), over(HoldState.AT_STATION)),
        Case("answer in a beacon", beacon, over(HoldState.UNATTENDED)),
    ]


def hint_cases() -> list[Case]:
    """BEACON, INVENTORY and REQUEST."""
    reference = Reference(ODK.number, 1, 41)
    beacon = Beacon(
        power=2,
        station=1022,
        incarnation=3,
        manned=True,
        clock_trusted=False,
        hello=True,
        last_sequence=16383,
        roster_digest=b"\x12\x34",
        inventory_digest=b"\xab\xcd",
        log_hint=log_hint(bytes(range(0xA0, 0xB0))),
    )
    groups = (
        Group(ODK.number, 1, 41, complete=False, entries=((40, HeldState.WANTED), (41, HeldState.SETTLED))),
        Group(SVN.number, 2, 0, complete=True),
    )
    inventory = Inventory(
        precedence=Precedence.ROUTINE, station=SVN.number, incarnation=1, more=True, part=7, groups=groups
    )

    listed = RosterList(5, 0b10101_000, (b"\xa8\x00\x01", b"\xaf\xff\xff"))

    def request(kind: RequestKind, **items: object) -> Request:
        base = Request(precedence=Precedence.FLASH, asker=SVN.number, asked=ODK.number, kind=RequestKind.INVENTORY)
        return replace(base, kind=kind, **items)

    return [
        Case("beacon", beacon),
        Case("inventory", inventory),
        Case("empty inventory", replace(inventory, more=False, part=0, groups=())),
        Case("request for messages", request(RequestKind.MESSAGES, references=(reference,))),
        Case("request for certificates", request(RequestKind.CERTIFICATES, addresses=(SVN, WIDE))),
        Case("request for fragments", request(RequestKind.FRAGMENTS, bitmaps=((reference, 5),))),
        Case("request for proofs", request(RequestKind.PROOFS, references=(reference, Reference(9, 0, 1)))),
        Case("request for two of several proofs", request(RequestKind.PROOFS, asked=0, lacking=((reference, 0b101),))),
        Case("request for an inventory", request(RequestKind.INVENTORY)),
        Case("request for a log mark", request(RequestKind.LOG_MARK)),
        Case("request for what differs from a part of the roster", request(RequestKind.ROSTER, roster=listed)),
        Case("request for the parts in which the roster differs", request(RequestKind.ROSTER, roster=summary_of(()))),
        Case("request for one's own high-water mark, to anyone", request(RequestKind.HIGH_WATER, asked=0)),
    ]


def statement_cases(roster: Roster) -> list[Case]:
    """Every statement of the network, and one of each class that it has not."""
    cases: list[Case] = []
    more = (
        signed(group(7, "VAND", "Vandværkerne")),
        signed(membership(7, ODK, SVN)),
        signed(handheld(31, "FEL1", "Felt 1", ODK.number)),
        signed(section(300, roster)),
        signed(revocation(KHJ, "KHJ", Reference(5, 1, 41), Reference(9, 1, 7))),
        signed(seconded(revocation(AUTHORITY, "authority", issuer=0), "authority"), "root"),
    )
    for raw in (*roster.statements(), *more):
        statement = decode_statement(raw)
        assert not isinstance(statement, Dropped), statement
        context = "exercise" if statement.exercise else "real"
        name = f"{statement.statement_class.name.lower()} {statement.number}, {context}"
        cases.append(Case(name, StatementFrame(statement, raw)))
    return cases


def all_cases() -> dict[str, list[Case]]:
    """Every golden frame, by the file it stands in."""
    roster = case_roster()
    return {
        "messages": message_cases(roster),
        "long": long_cases(roster),
        "proofs": proof_cases(roster),
        "riding": riding_cases(roster),
        "hints": hint_cases(),
        "statements": statement_cases(roster),
    }
