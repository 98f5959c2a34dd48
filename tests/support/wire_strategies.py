"""Hypothesis strategies for every frame that may be on the air, within the bounds of the specification."""

from dataclasses import replace

from hypothesis import strategies as st

from protocol.acts import COMMENT_BYTES_MAX
from protocol.bodies import kind_of
from protocol.bundles import RIDERS_MAX, destination_of
from protocol.custody import DIGEST_ENTRIES_MAX, MARKED_ENTRIES_MAX
from protocol.frames import (
    Act,
    ActKind,
    Answer,
    Beacon,
    Bundle,
    Digest,
    DigestEntry,
    Fragment,
    Frame,
    Group,
    HeldState,
    HoldState,
    Inventory,
    LogMark,
    Long,
    Message,
    Notice,
    Receipt,
    Request,
    RequestKind,
    Rider,
    Sheaf,
    SignedOther,
    StatementFrame,
)
from protocol.instants import Lifetime, decode_age
from protocol.long_messages import FRAGMENT_DATA_MAX, FRAGMENTS_MAX, Plan
from protocol.numbers import (
    EVERYBODY,
    FRAME_BYTES_MAX,
    NUMBER_MAX,
    SHORT_NUMBER_MAX,
    STATION_NUMBER_MAX,
    Address,
    FrameType,
    Kind,
    Precedence,
    Reference,
)
from protocol.options import Options, Recipient, Releaser, Role, wide_numbers
from protocol.revocations import MARKS_MAX, SECOND_MARKS_MAX
from protocol.roster_parts import LISTED_MAX, RosterList, RosterSummary
from protocol.statements import (
    ALWAYS_FROM,
    ALWAYS_UNTIL,
    RENEWAL_MAX,
    AuthorityBody,
    FunctionBody,
    GroupBody,
    GroupKind,
    HandheldBody,
    MembershipBody,
    OperatorBody,
    RevocationBody,
    RevocationReason,
    Right,
    SecondHolder,
    SectionBody,
    Statement,
    StationBody,
)
from tests.support.identities import exchange_public

stations = st.integers(1, STATION_NUMBER_MAX)
numbers = st.one_of(st.integers(1, SHORT_NUMBER_MAX + 2), st.integers(1, NUMBER_MAX))
short_numbers = st.integers(1, SHORT_NUMBER_MAX)
two_bits = st.integers(0, 3)
sequences = st.integers(1, 16383)
times = st.integers(0, (1 << 20) - 1)
signatures = st.binary(min_size=64, max_size=64)
precedences = st.sampled_from(Precedence)
references = st.builds(Reference, stations, two_bits, sequences)
numbered_kinds = st.sampled_from([Kind.AUTHORITY, Kind.FUNCTION, Kind.OPERATOR, Kind.GROUP, Kind.HANDHELD])
holders = st.one_of(st.builds(Address, st.just(Kind.STATION), stations), st.builds(Address, numbered_kinds, numbers))
listed = st.one_of(
    st.builds(Address, st.just(Kind.STATION), stations), st.builds(Address, numbered_kinds, short_numbers)
)


@st.composite
def options(draw: st.DrawFn, author: int, recipient: Address, count: int) -> Options:
    """Options that fit a header with this author and recipient, `count` of whom are listed."""
    addresses = draw(st.lists(listed, min_size=count, max_size=count, unique=True))
    # At most five besides the recipients and two wide numbers, so that there are never more than eight.
    drill, reply_to, answer_by_min, logical, written_at = draw(
        st.tuples(
            st.none() | st.integers(1, (1 << 32) - 1),
            st.none() | references,
            st.none() | st.integers(0, 65535),
            st.none() | st.integers(0, 65535),
            st.none() | times,
        )
    )
    return Options(
        drill=drill,
        reply_to=reply_to,
        answer_by_min=answer_by_min,
        logical=logical,
        written_at=written_at,
        recipients=tuple(Recipient(address, draw(st.sampled_from(Role))) for address in addresses),
        wide=wide_numbers(author, recipient),
    )


rare_options = st.builds(
    Options,
    cancels=st.none() | references,
    supersedes=st.none() | references,
    releaser=st.none() | st.builds(Releaser, short_numbers, signatures),
    unknown=st.dictionaries(st.integers(10, 15), st.binary(max_size=12), max_size=4).map(
        lambda found: tuple(sorted(found.items()))
    ),
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """What a LONG says of its fragments; small, so that it fits beside any options."""
    fragments = draw(st.integers(1, 3))
    fragment_bytes = draw(st.integers(1, FRAGMENT_DATA_MAX))
    piece = draw(st.binary(max_size=8))
    rest_bytes = (fragments - 1) * fragment_bytes + draw(st.integers(1, fragment_bytes))
    hashes = tuple(draw(st.binary(min_size=6, max_size=6)) for _ in range(fragments))
    plan = Plan(len(piece) + rest_bytes, draw(st.binary(min_size=16, max_size=16)), hashes, piece)
    # Of fragments of so few bytes another number may be due: then the last one takes all.
    return plan if plan.fault() is None else Plan(len(piece) + 1, plan.whole_hash, hashes[:1], piece)


@st.composite
def messages(
    draw: st.DrawFn, cls: type[Message | Long | Notice | SignedOther] = Message
) -> Message | Long | Notice | SignedOther:
    """A MESSAGE, or another signed frame with its header."""
    version, frame_type = 0, int(FrameType.MESSAGE)
    if cls is SignedOther:
        carried = st.tuples(st.just(0), st.sampled_from([5, 6, 7]))
        newer = st.tuples(st.integers(1, 2), st.sampled_from([0, 3, 4, 5, 6, 7]))
        version, frame_type = draw(carried | newer)
    elif cls is Notice:
        frame_type = FrameType.NOTICE
    elif cls is Long:
        frame_type = FrameType.LONG
    author = draw(st.just(0) | numbers)
    count = draw(st.just(0) | st.integers(1, 12))
    recipient = Address(Kind.SEVERAL, count) if count else draw(st.just(EVERYBODY) | holders)
    is_rare = (
        cls is not Long and count == 0 and max(author, recipient.number) <= SHORT_NUMBER_MAX and draw(st.booleans())
    )
    return cls(
        version=version,
        type=frame_type,
        precedence=draw(precedences),
        station=draw(stations),
        incarnation=draw(two_bits),
        sequence=draw(sequences),
        author=author,
        recipient=recipient,
        time=draw(times),
        lifetime=draw(st.sampled_from(Lifetime)),
        ack_wanted=draw(st.booleans()),
        confidential=draw(st.booleans()),
        codec=draw(st.integers(0, 7)),
        options=draw(rare_options if is_rare else options(author, recipient, count)),
        body=draw(plans()).encode() if cls is Long else draw(st.binary(max_size=20)),
        signature=draw(signatures),
        age_s=decode_age(draw(st.integers(0, 255))),
    )


fragments = st.builds(
    Fragment,
    precedence=precedences,
    station=stations,
    incarnation=two_bits,
    sequence=sequences,
    index=st.integers(0, FRAGMENTS_MAX - 1),
    data=st.binary(min_size=1, max_size=FRAGMENT_DATA_MAX),
)


@st.composite
def acts(draw: st.DrawFn) -> Act:
    """An ACT by a person or at a kiosk."""
    act = draw(st.sampled_from(ActKind))
    drill, author = draw(st.just(0) | st.integers(1, (1 << 32) - 1)), draw(numbers)
    return Act(
        precedence=draw(precedences),
        station=draw(stations),
        incarnation=draw(two_bits),
        author=0 if act is ActKind.KIOSK else author,
        about=draw(references),
        act=act,
        time=draw(times),
        codec=draw(st.integers(0, 7)),
        comment=draw(st.binary(max_size=COMMENT_BYTES_MAX)),
        drill=drill,
        signature=draw(signatures),
    )


entries = st.builds(DigestEntry, references, st.sampled_from(HoldState), st.binary(min_size=2, max_size=2))
log_marks = st.builds(LogMark, entries=st.integers(1, (1 << 32) - 1), head=st.binary(min_size=16, max_size=16))


@st.composite
def digests(draw: st.DrawFn) -> Digest:
    log_mark = draw(st.none() | log_marks)
    least, most = (1, DIGEST_ENTRIES_MAX) if log_mark is None else (0, MARKED_ENTRIES_MAX)
    found = draw(st.lists(entries, min_size=least, max_size=most, unique=True))
    return Digest(
        precedence=draw(precedences),
        station=draw(stations),
        incarnation=draw(two_bits),
        time=draw(times),
        manned=draw(st.booleans()),
        entries=tuple(sorted(found, key=lambda entry: (entry.about, entry.state, entry.check))),
        log_mark=log_mark,
        signature=draw(signatures),
    )


receipts = st.builds(
    Receipt,
    precedence=precedences,
    station=stations,
    about=references,
    state=st.sampled_from(HoldState),
    mac=st.binary(min_size=4, max_size=4),
)
beacons = st.builds(
    Beacon,
    power=two_bits,
    station=stations,
    incarnation=two_bits,
    manned=st.booleans(),
    clock_trusted=st.booleans(),
    hello=st.booleans(),
    last_sequence=st.integers(0, 16383),
    roster_digest=st.binary(min_size=2, max_size=2),
    inventory_digest=st.binary(min_size=2, max_size=2),
    log_hint=st.integers(0, 1023),
)
answers = st.builds(
    Answer,
    st.sampled_from([HoldState.AT_STATION, HoldState.UNATTENDED, HoldState.CUSTODY, HoldState.ACT_AT_STATION]),
    st.integers(0, (1 << 22) - 1),
)
answering_beacons = st.builds(replace, beacons, answer=answers, last_sequence=st.just(0), log_hint=st.just(0))
groups = st.builds(
    Group,
    stations,
    two_bits,
    st.integers(0, 16383),
    st.booleans(),
    st.lists(st.tuples(sequences, st.sampled_from(HeldState)), max_size=15).map(tuple),
)
inventories = st.builds(
    Inventory,
    precedence=precedences,
    station=stations,
    incarnation=two_bits,
    more=st.booleans(),
    part=st.integers(0, 7),
    groups=st.lists(groups, max_size=6).map(tuple),
)


@st.composite
def roster_lists(draw: st.DrawFn) -> RosterList:
    """A list of a part of a roster."""
    depth = draw(st.integers(0, 8))
    prefix = draw(st.integers(0, (1 << depth) - 1)) << 8 - depth
    hashes = st.tuples(st.integers(0, 0xFF >> depth), st.binary(min_size=2, max_size=2))
    found = {bytes([prefix | first]) + rest for first, rest in draw(st.lists(hashes, max_size=LISTED_MAX))}
    return RosterList(depth, prefix, tuple(sorted(found)))


summaries = st.lists(st.binary(min_size=2, max_size=2), min_size=32, max_size=32).map(tuple).map(RosterSummary)


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """A REQUEST of any kind with its items."""
    kind = draw(st.sampled_from(RequestKind))
    fragments = st.tuples(references, st.integers(0, (1 << 32) - 1))
    several = st.lists(st.tuples(references, st.integers(0, (1 << 64) - 1)), max_size=18)
    lacking = tuple(draw(several)) if kind is RequestKind.PROOFS else ()
    has_references = kind in (RequestKind.MESSAGES, RequestKind.PROOFS) and not lacking
    return Request(
        precedence=draw(precedences),
        asker=draw(stations),
        asked=draw(st.just(0) | stations),
        kind=kind,
        references=tuple(draw(st.lists(references, min_size=1, max_size=32))) if has_references else (),
        addresses=tuple(draw(st.lists(holders, min_size=1, max_size=32))) if kind is RequestKind.CERTIFICATES else (),
        bitmaps=tuple(draw(st.lists(fragments, min_size=1, max_size=28))) if kind is RequestKind.FRAGMENTS else (),
        roster=draw(roster_lists() | summaries) if kind is RequestKind.ROSTER else None,
        lacking=lacking,
    )


@st.composite
def bundles(draw: st.DrawFn) -> Bundle:
    """One to four riders on any frame that may carry them and leaves them room."""
    mains = st.one_of(
        beacons, answering_beacons, requests(), digests(), acts(), messages(), messages(Notice), messages(SignedOther)
    )
    main = draw(mains.filter(lambda frame: len(frame.encode()) <= FRAME_BYTES_MAX - 1 - RIDERS_MAX * 7))
    riders = st.builds(
        Rider,
        st.just(destination_of(main)) | stations if destination_of(main) else stations,
        sequences,
        st.sampled_from(HoldState),
        st.binary(min_size=3, max_size=3),
    )
    listed = st.lists(
        riders, min_size=1, max_size=RIDERS_MAX, unique_by=lambda one: (one.station, one.sequence, one.state)
    )
    return Bundle(tuple(draw(listed)), main)


@st.composite
def sheaves(draw: st.DrawFn) -> Sheaf:
    """Two or three digests of one entry, or two with a log mark."""
    log_mark, most = draw(st.sampled_from([(st.none(), 3), (log_marks, 2)]))
    entry = st.tuples(entries)
    one = st.builds(
        Digest,
        precedence=precedences,
        station=stations,
        incarnation=two_bits,
        time=times,
        manned=st.booleans(),
        entries=entry,
        log_mark=log_mark,
        signature=signatures,
    )
    return Sheaf(tuple(draw(st.lists(one, min_size=2, max_size=most, unique_by=lambda digest: digest.encode()))))


codes = st.text("ABCXYZ0189ÆØÅ", min_size=1, max_size=5)
names = st.text(
    st.characters(blacklist_categories=("C", "Zl", "Zp", "Zs"), max_codepoint=0x1FFF), min_size=1, max_size=13
)
keys = st.binary(min_size=32, max_size=32)
members = st.one_of(
    st.builds(Address, st.just(Kind.STATION), stations),
    st.builds(Address, st.sampled_from([Kind.FUNCTION, Kind.OPERATOR, Kind.HANDHELD]), short_numbers),
)


@st.composite
def revocations(draw: st.DrawFn, second: SecondHolder | None = None) -> RevocationBody:
    """Of a station's or a person's key, or with a second holder of an authority's."""
    count_max = MARKS_MAX if second is None else SECOND_MARKS_MAX
    places = draw(st.lists(st.tuples(stations, two_bits), max_size=count_max, unique=True))
    return RevocationBody(
        subject=draw(st.sampled_from([Kind.STATION, Kind.OPERATOR])) if second is None else Kind.AUTHORITY,
        key_fingerprint=draw(st.binary(min_size=8, max_size=8)),
        reason=draw(st.sampled_from(RevocationReason)),
        issued=draw(st.integers(0, (1 << 32) - 1)),
        marks=tuple(Reference(station, bits, draw(sequences)) for station, bits in sorted(places)),
        second=second,
    )


bodies = st.one_of(
    st.builds(AuthorityBody, public_key=keys, code=codes, name=names),
    st.builds(
        StationBody,
        public_key=keys,
        exchange_key=st.just(exchange_public("any")),
        incarnation=st.integers(1, 65535),
        code=codes,
        name=names,
        is_kiosk=st.booleans(),
    ),
    st.builds(
        OperatorBody,
        public_key=keys,
        rights=st.integers(0, 127).map(Right),
        home_station=stations,
        code=codes,
        name=names,
    ),
    st.builds(
        FunctionBody,
        home_stations=st.lists(stations, min_size=1, max_size=4, unique=True).map(tuple),
        deputy=st.just(0) | numbers,
        code=codes,
        name=names,
    ),
    st.builds(GroupBody, kind=st.sampled_from(GroupKind), code=codes, name=names),
    st.builds(
        HandheldBody,
        node_number=st.integers(1, 0xFFFFFFFE),
        home_station=stations,
        radio_key=keys,
        code=codes,
        name=names,
    ),
    st.builds(
        MembershipBody,
        version=st.integers(1, 65535),
        members=st.lists(members, min_size=1, max_size=50, unique=True).map(lambda listed: tuple(sorted(listed))),
    ),
    st.builds(SectionBody, version=st.integers(1, (1 << 32) - 1), digest=keys),
    revocations(),
    st.builds(SecondHolder, short_numbers, signatures).flatmap(revocations),
)


@st.composite
def statements(draw: st.DrawFn) -> StatementFrame:
    """A certificate of any class."""
    body = draw(bodies)
    days = sorted(draw(st.tuples(st.integers(0, 65535), st.integers(0, 65535))))
    if isinstance(body, RevocationBody):
        days = [ALWAYS_FROM, ALWAYS_UNTIL]
    version = body.version if isinstance(body, MembershipBody | SectionBody) else None
    statement = Statement(
        body=body,
        number=draw(stations if kind_of(body) is Kind.STATION else numbers),
        issuer=draw(st.integers(0, 65535)),
        renewal=draw(st.integers(0, 255)) if version is None else version & RENEWAL_MAX,
        birth=draw(st.binary(min_size=4, max_size=4)),
        valid_from=days[0],
        valid_until=days[1],
        exercise=draw(st.booleans()),
        precedence=draw(precedences),
        signature=draw(signatures),
    )
    return StatementFrame(statement, statement.encode())


frames: st.SearchStrategy[Frame] = st.one_of(
    messages(),
    messages(Long),
    fragments,
    messages(Notice),
    messages(SignedOther),
    acts(),
    digests(),
    receipts,
    beacons,
    answering_beacons,
    inventories,
    requests(),
    statements(),
    bundles(),
    sheaves(),
)
