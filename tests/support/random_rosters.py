"""Sets of statements by chance: renewals, wrong signers, wrong births, ended keys, two authorities over one number."""

from dataclasses import dataclass, field, replace
from random import Random

from protocol.numbers import Address, Kind
from protocol.statements import SecondHolder, SectionBody, Statement
from tests.support.identities import (
    authority,
    birth,
    function,
    group,
    handheld,
    membership,
    operator,
    revocation,
    seconded,
    signed,
    station,
)

AUTHORITIES = (1, 2, 3)
"""As many as it takes for two to end the key of a third."""
NUMBERS = (1, 2, 3)
KEYS_OF_ONE = 4


@dataclass
class _Draft:
    """The frames so far; of two with the same number and renewal only the first is made."""

    chance: Random
    frames: list[bytes] = field(default_factory=list)
    made: set[tuple[object, ...]] = field(default_factory=set)

    def add(self, name: tuple[object, ...], statement: Statement, by: str, second: str = "") -> None:
        if (*name, statement.exercise) in self.made:
            return
        self.made.add((*name, statement.exercise))
        if self.chance.random() < 0.06:
            statement = replace(statement, birth=b"else")
        if second:
            statement = seconded(statement, second)
        self.frames.append(signed(statement, by))

    def key_of(self, number: int) -> str:
        """Mostly one that the authority has or had, sometimes an exercise key or the root's."""
        if number == 0 or self.chance.random() < 0.04:
            return "root"
        kind = "exercise " if self.chance.random() < 0.15 else ""
        return f"{kind}authority {number}.{self.chance.choice((0, 0, 1, 2))}"

    def issuer_of(self, number: int) -> int:
        """Mostly the authority that has the number."""
        return 1 + number % 3 if self.chance.random() < 0.9 else self.chance.choice(AUTHORITIES)


def random_statements(chance: Random) -> list[bytes]:
    """Frames in any order; nearly all of them have the right layout and somebody's signature."""
    draft = _Draft(chance)
    for number in AUTHORITIES:
        _authority(draft, number)
    for _ in range(chance.randrange(14)):
        _certificate(draft, chance.choice(NUMBERS), chance.randrange(KEYS_OF_ONE))
    for _ in range(chance.randrange(7)):
        _versioned(draft, chance.choice(NUMBERS), chance.randrange(1, 5))
    for _ in range(chance.randrange(6)):
        _revocation(draft, chance.choice(NUMBERS))
    for _ in range(chance.randrange(4)):
        _end_of_authority(draft, chance.choice(AUTHORITIES))
    chance.shuffle(draft.frames)
    return draft.frames


def _authority(draft: _Draft, number: int) -> None:
    for kind, most in (("", 3), ("exercise ", 2)):
        for renewal in range(draft.chance.randrange(most + 1)):
            certificate = authority(f"{kind}authority {number}.{renewal}", number)
            draft.add(
                ("authority", number, renewal), replace(certificate, renewal=renewal, exercise=bool(kind)), "root"
            )


def _certificate(draft: _Draft, number: int, renewal: int) -> None:
    made = draft.chance.choice(
        (
            station(number, "ODK", "Odense", f"station {number}.{renewal}"),
            operator(number, "KHJ", "Karen", f"operator {number}.{renewal}", number),
            function(number, "KRL", "Kriseleder", (number,)),
            group(number, "VAND", "Vandværker"),
            handheld(number, "FEL1", "Felt 1", number),
        )
    )
    issuer = draft.issuer_of(number)
    renewed = replace(made, issuer=issuer, renewal=renewal, exercise=draft.chance.random() < 0.3)
    draft.add((made.address, renewal), renewed, draft.key_of(issuer))


def _versioned(draft: _Draft, number: int, version: int) -> None:
    issuer, exercise = draft.issuer_of(number), draft.chance.random() < 0.3
    if draft.chance.random() < 0.6:
        made = replace(membership(number, Address(Kind.STATION, 5), version=version), issuer=issuer)
    else:
        issuer = number if draft.chance.random() < 0.8 else issuer
        made = Statement(
            body=SectionBody(version=version, digest=bytes(32)), number=number, issuer=issuer, renewal=version,
            birth=birth(Kind.AUTHORITY, number),
        )  # fmt: skip
    draft.add((type(made.body), number, version), replace(made, exercise=exercise), draft.key_of(issuer))


def _revocation(draft: _Draft, number: int) -> None:
    kind, word = draft.chance.choice(((Kind.STATION, "station"), (Kind.OPERATOR, "operator")))
    key = f"{word} {number}.{draft.chance.randrange(KEYS_OF_ONE)}"
    issuer, renewal = draft.chance.choice((0, draft.issuer_of(number))), draft.chance.randrange(2)
    made = revocation(Address(kind, number), key, issuer=issuer, renewal=renewal)
    made = replace(made, exercise=draft.chance.random() < 0.3)
    draft.add((key, issuer, renewal), made, draft.key_of(issuer))


def _end_of_authority(draft: _Draft, number: int) -> None:
    issuer, second = draft.chance.choice((0, 0, *AUTHORITIES)), draft.chance.choice(AUTHORITIES)
    key = draft.key_of(draft.chance.choice((number, number, second)))
    made = revocation(Address(Kind.AUTHORITY, number), key, issuer=issuer)
    made = replace(made, body=replace(made.body, second=SecondHolder(second)), exercise=draft.chance.random() < 0.3)
    draft.add((number, key, issuer), made, draft.key_of(issuer), draft.key_of(second))
