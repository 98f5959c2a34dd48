"""Who is who: the verified statements of one network, immutable (SPEC.md, section 10).

Every question has a cheap answer without a clock; whether a certificate covers a day is asked where it is used.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Generic, TypeVar

from protocol.bodies import CertificateBody
from protocol.certificates import AuthorityBody, FunctionBody, OperatorBody, StationBody
from protocol.chains import Held, Place, Settled, added, settle
from protocol.groups import GroupBody, MembershipBody
from protocol.handhelds import HandheldBody
from protocol.hints import DIGEST_BYTES
from protocol.numbers import EVERYBODY, SIGNATURE_BYTES, Address, Kind
from protocol.reasons import Dropped
from protocol.registers import Registers
from protocol.remembered import Remembered
from protocol.revocations import RevocationBody
from protocol.sections import SectionBody
from protocol.signatures import ED25519, Signatures
from protocol.statements import (
    ROOT,
    Statement,
    decode_statement,
    everybody_id,
    recipient_id,
    statement_to_sign,
)

BodyT = TypeVar("BodyT", AuthorityBody, StationBody, OperatorBody, FunctionBody, GroupBody, HandheldBody)
EVERYBODY_NAME: Final = "*"
"""The screen has its own word for it."""


@dataclass(frozen=True, slots=True)
class Certificate(Generic[BodyT]):
    """A verified statement and its body by its own type."""

    statement: Statement
    body: BodyT


AuthorityCertificate = Certificate[AuthorityBody]
StationCertificate = Certificate[StationBody]
OperatorCertificate = Certificate[OperatorBody]
FunctionCertificate = Certificate[FunctionBody]
GroupCertificate = Certificate[GroupBody]
HandheldCertificate = Certificate[HandheldBody]


class Roster(Registers):
    """All that is believed about the holders of numbers; make one with `build`."""

    __slots__ = ("_remembered", "_signatures", "root")

    root: bytes
    """The root's public key: which network this is."""

    def __init__(self, root: bytes, settled: Settled, signatures: Signatures) -> None:
        super().__init__(settled.held)
        self.root = root
        self._signatures = signatures
        self._remembered = Remembered()

    @classmethod
    def build(
        cls, root_public_key: bytes, statements: Iterable[bytes], signatures: Signatures = ED25519
    ) -> tuple["Roster", tuple[Dropped, ...]]:
        """Believe what has a chain to the root; the rest is told by reason, in no particular order."""
        offers: list[Held] = []
        unread: list[Dropped] = []
        for raw in statements:
            statement = decode_statement(raw)
            if isinstance(statement, Dropped):
                unread.append(statement)
            else:
                offers.append(Held(statement, raw))
        settled = settle(root_public_key, offers, signatures)
        return cls(root_public_key, settled, signatures), (*unread, *(dropped for _, dropped in settled.dropped))

    def with_statement(self, raw: bytes) -> "Roster | Dropped":
        """The roster with one more statement, the same roster if it is known, or why it is not believed.

        A renewal of an authority's key may let go what only an older key of that authority had signed.
        """
        statement = decode_statement(raw)
        if isinstance(statement, Dropped):
            return statement
        offer = Held(statement, raw)
        if any(held.raw == raw for held in self._held.get(offer.place, ())):
            return self
        settled = added(self.root, self._held, offer, self._signatures)
        if settled is None:
            settled = settle(self.root, [*self._all(), offer], self._signatures)
        refused = next((dropped for held, dropped in settled.dropped if held.raw == raw), None)
        return refused or Roster(self.root, settled, self._signatures)

    def is_overtaken(self, raw: bytes) -> bool:
        """Whether its issuer signed it with a key that ended since and has said it anew: it is old, not forged.

        Nothing of it is believed; only people are told otherwise than of a forgery.
        """
        statement = decode_statement(raw)
        if isinstance(statement, Dropped):
            return False
        said = self._held.get(Held(statement, raw).place, ())
        if not any(one.statement.issuer == statement.issuer and one.statement.order > statement.order for one in said):
            return False
        unsigned, signature = raw[:-SIGNATURE_BYTES], raw[-SIGNATURE_BYTES:]
        return any(
            self._signatures.verify(key, signature, statement_to_sign(unsigned, self.root, key))
            for key in self.keys(Kind.AUTHORITY, statement.issuer)
        )

    def statements(self) -> tuple[bytes, ...]:
        """What it was built from and believes, in one order for one content; `build` takes them again."""
        return tuple(held.raw for held in self._all())

    def newest(self) -> tuple[bytes, ...]:
        """The newest statement of every place: what a station without them needs to believe the same."""
        return tuple(renewals[0].raw for renewals in self._held.values())

    def newest_read(self) -> Iterator[tuple[bytes, Statement]]:
        """The same with what each says: reading one again takes a key exchange where it certifies a station."""
        for renewals in self._held.values():
            yield renewals[0].raw, renewals[0].statement

    def said_of(self, address: Address) -> tuple[bytes, ...]:
        """The newest of everything that is said of a holder, real and exercise, certificates first."""
        places = sorted((p for p in self._held if p.address == address), key=lambda p: (p.register, p))
        return tuple(self._held[place][0].raw for place in places)

    def digest(self) -> bytes:
        """The two bytes of a beacon: over the newest statement of every number (SPEC.md, section 9)."""
        digest = self._remembered.digest
        if digest is None:
            newest = sorted(sha256(raw).digest() for raw in self.newest())
            digest = sha256(b"bavn roster 0" + b"".join(newest)).digest()[:DIGEST_BYTES]
            self._remembered.digest = digest
        return digest

    def authority(self, number: int, *, exercise: bool = False) -> AuthorityCertificate | None:
        """The newest certificate."""
        return self._newest(Address(Kind.AUTHORITY, number), AuthorityBody, exercise=exercise)

    def station(self, number: int, *, exercise: bool = False) -> StationCertificate | None:
        """The newest certificate."""
        return self._newest(Address(Kind.STATION, number), StationBody, exercise=exercise)

    def operator(self, number: int, *, exercise: bool = False) -> OperatorCertificate | None:
        """The newest certificate."""
        return self._newest(Address(Kind.OPERATOR, number), OperatorBody, exercise=exercise)

    def function(self, number: int, *, exercise: bool = False) -> FunctionCertificate | None:
        """The newest certificate."""
        return self._newest(Address(Kind.FUNCTION, number), FunctionBody, exercise=exercise)

    def group(self, number: int, *, exercise: bool = False) -> GroupCertificate | None:
        """The newest certificate."""
        return self._newest(Address(Kind.GROUP, number), GroupBody, exercise=exercise)

    def handheld(self, number: int, *, exercise: bool = False) -> HandheldCertificate | None:
        """The newest certificate."""
        return self._newest(Address(Kind.HANDHELD, number), HandheldBody, exercise=exercise)

    def renewals(self, address: Address, *, exercise: bool = False) -> tuple[Statement, ...]:
        """Up to two statements about a number, newest first."""
        if exercise:
            return tuple(held.statement for held in self._held.get(Place(address, exercise), ()))
        known = self._remembered.renewals.get(address)
        if known is None:
            known = tuple(held.statement for held in self._held.get(Place(address), ()))
            if known:
                self._remembered.renewals[address] = known
        return known

    def keys(self, kind: Kind, number: int, *, exercise: bool = False) -> tuple[bytes, ...]:
        """Up to two public keys, newest first, none twice."""
        renewals = self.renewals(Address(kind, number), exercise=exercise)
        return tuple(dict.fromkeys(key for renewal in renewals if (key := renewal.public_key) is not None))

    def has_no_good_key(self, address: Address) -> bool:
        """Whether a holder is certified and every such key has ended."""
        is_ended = self._remembered.ended.get(address)
        if is_ended is None:
            keys = self.keys(address.kind, address.number)
            is_ended = bool(keys) and all(self.revocation_of(address, key) is not None for key in keys)
            if keys:
                self._remembered.ended[address] = is_ended
        return is_ended

    def is_key_valid(self, address: Address, key: bytes, on_day: int, *, exercise: bool = False) -> bool:
        """Whether a certificate of this key, and one of its issuer, cover the day."""
        return any(
            renewal.public_key == key and renewal.covers(on_day) and self._is_issuer_valid(renewal, on_day)
            for renewal in self.renewals(address, exercise=exercise)
        )

    def full_incarnation(self, station: int, low_bits: int) -> int | None:
        """The newest certified incarnation with these two lowest bits; an exercise has no count of its own."""
        known = self._remembered.incarnations.get(station)
        if known is None:
            address = Address(Kind.STATION, station)
            renewals = self.renewals(address) or self.renewals(address, exercise=True)
            known = tuple(renewal.body.incarnation for renewal in renewals if isinstance(renewal.body, StationBody))
            if known:
                self._remembered.incarnations[station] = known
        return max((incarnation for incarnation in known if incarnation & 3 == low_bits), default=None)

    def recipient_id(self, address: Address) -> bytes | None:
        """The 16 bytes that a signature names it by."""
        if address == EVERYBODY:
            return everybody_id(self.root)
        statement = self._statement(address)
        return None if statement is None else recipient_id(self.root, statement)

    def home_stations(self, address: Address) -> tuple[int, ...]:
        """Where it is reached, the preferred station first; empty when that is not known."""
        known = self._remembered.home_stations.get(address)
        if known is None:
            known = self._home_stations(address)
            if known:
                self._remembered.home_stations[address] = known
        return known

    def _home_stations(self, address: Address) -> tuple[int, ...]:
        if address == EVERYBODY:
            return self._stations_of(None)
        statement = self._statement(address)
        if statement is None:
            return ()
        match statement.body:
            case StationBody():
                return (statement.number,)
            case OperatorBody():
                return (statement.body.home_station,)
            case FunctionBody():
                return statement.body.home_stations
            case HandheldBody():
                return (statement.body.home_station,)
            case GroupBody():
                return tuple(sorted({home for one in self.members(address.number) for home in self.home_stations(one)}))
            case AuthorityBody():
                return self._stations_of(statement.number)
            case MembershipBody() | SectionBody() | RevocationBody():
                return ()

    def chain_of(self, address: Address) -> tuple[bytes, ...]:
        """The statements that somebody needs to believe in a holder, as they go on the air: issuer first."""
        statement = self._statement(address)
        if statement is None:
            return ()
        issuer = () if statement.issuer == ROOT else self._newest_raw(Address(Kind.AUTHORITY, statement.issuer))
        return (*issuer, *self._newest_raw(address))

    def name_of(self, address: Address) -> str:
        """The certified name; `EVERYBODY_NAME` for everybody, `?` and the number for somebody unknown."""
        if address == EVERYBODY:
            return EVERYBODY_NAME
        certificate = self.certificate(address)
        return f"?{address.number}" if certificate is None else certificate.name

    def code_of_station(self, number: int) -> str | None:
        """The code that its messages are numbered by."""
        certificate = self.certificate(Address(Kind.STATION, number))
        return None if certificate is None else certificate.code

    def certificate(self, address: Address) -> CertificateBody | None:
        """What the newest certificate says of a holder: in an exercise the same, unless only that is certified."""
        statement = self._statement(address)
        body = None if statement is None else statement.body
        return body if isinstance(body, CertificateBody) else None

    def find(self, text: str) -> tuple[Address, ...]:
        """Whom a person means: the exact code, else the number, else a beginning of code or name; capitals alike.

        Answers all that fit equally well, by kind and number; none for an empty text.
        """
        wanted = text.strip().casefold()
        if not wanted:
            return ()
        newest = {place.address: body for place, body in self._certificates()}
        exact = tuple(sorted(address for address, body in newest.items() if body.code.casefold() == wanted))
        by_number = tuple(sorted(address for address in newest if str(address.number) == wanted))
        beginning = tuple(sorted(address for address, body in newest.items() if _begins(body, wanted)))
        return exact or by_number or beginning

    def _is_issuer_valid(self, statement: Statement, on_day: int) -> bool:
        if statement.issuer == ROOT:
            return True
        issuer = Address(Kind.AUTHORITY, statement.issuer)
        certificates = self.renewals(issuer)
        if statement.exercise:
            certificates += self.renewals(issuer, exercise=True)
        return any(certificate.covers(on_day) for certificate in certificates)

    def _stations_of(self, authority: int | None) -> tuple[int, ...]:
        """Stations that an authority certified, or all of them, ascending."""
        newest = (held[0].statement for held in self._held.values())
        return tuple(
            sorted(
                {
                    statement.number
                    for statement in newest
                    if isinstance(statement.body, StationBody) and authority in (None, statement.issuer)
                }
            )
        )

    def _newest_raw(self, address: Address) -> tuple[bytes, ...]:
        held = self._held.get(Place(address)) or self._held.get(Place(address, exercise=True)) or ()
        return tuple(one.raw for one in held[:1])

    def _certificates(self) -> Iterator[tuple[Place, CertificateBody]]:
        for place, held in self._held.items():
            body = held[0].statement.body
            if isinstance(body, CertificateBody):
                yield place, body

    def _all(self) -> Iterator[Held]:
        for renewals in self._held.values():
            yield from renewals

    def _statement(self, address: Address) -> Statement | None:
        """The newest about a holder: what is said of one is the same in an exercise, unless only that is certified."""
        renewals = self.renewals(address) or self.renewals(address, exercise=True)
        return renewals[0] if renewals else None

    def _newest(self, address: Address, body_type: type[BodyT], *, exercise: bool) -> Certificate[BodyT] | None:
        renewals = self.renewals(address, exercise=exercise)
        if renewals and isinstance(renewals[0].body, body_type):
            return Certificate(renewals[0], renewals[0].body)
        return None


def _begins(body: CertificateBody, wanted: str) -> bool:
    return body.code.casefold().startswith(wanted) or body.name.casefold().startswith(wanted)
