"""What a clerk writes down once: everybody in a network, by codes; numbers, keys and signatures come by themselves."""

from dataclasses import dataclass, field
from typing import Final

from node.keyring.errors import KeyringError
from protocol.numbers import Kind
from protocol.statements import GroupKind, Right

NO_RIGHTS: Final = Right(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """One holder as planned; what a kind has no use for stays empty."""

    kind: Kind
    code: str
    name: str
    authority: str = ""
    """Code of the authority that certifies; empty for an authority."""
    homes: tuple[str, ...] = ()
    """Codes of stations, the preferred one first."""
    rights: Right = NO_RIGHTS
    deputy: str = ""
    """Code of the function that stands in."""
    group_kind: GroupKind = GroupKind.FUNCTIONS
    members: tuple[str, ...] = ()
    """Codes of stations or functions, as the group is made of."""
    node_number: int = 0
    radio_key: bytes = b""
    is_kiosk: bool = False
    """A station where nobody logs in."""
    needs_releaser: bool = False
    """A station that lets a FLASH go only when a second person released it."""
    last: int | None = None
    """Last day; None for the usual one."""

    @property
    def label(self) -> str:
        """As it is told to people."""
        return f"{self.kind.name.lower()} {self.code} {self.name}"

    @property
    def member_kind(self) -> Kind:
        """Of a group, what its members are."""
        return Kind.STATION if self.group_kind is GroupKind.STATIONS else Kind.FUNCTION


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole network."""

    network: str
    """Its name; one that exists keeps the name it has."""
    lines: tuple[PlanLine, ...]
    """Whoever is referred to may stand before or after."""
    emergency: bool = True
    """Every station gets a break-glass key."""
    exercise: bool = True
    """Every station and person gets an exercise key."""
    _by_code: dict[tuple[Kind, str], PlanLine] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """See that it does not contradict itself.

        Raises:
            KeyringError: a code stands twice, somebody is referred to who is not in it, or a station that needs a
                second person for FLASH has none.
        """
        by_code: dict[tuple[Kind, str], PlanLine] = {}
        for line in self.lines:
            if (line.kind, line.code) in by_code:
                raise KeyringError(f"{line.label}: the code {line.code} stands twice: use another code")
            by_code[line.kind, line.code] = line
        object.__setattr__(self, "_by_code", by_code)
        for line in self.lines:
            self._refuse_unknown(line)
            self._refuse_without_releaser(line)

    def of_kind(self, kind: Kind) -> tuple[PlanLine, ...]:
        """The lines of one kind, in their order."""
        return tuple(line for line in self.lines if line.kind is kind)

    def _refuse_unknown(self, line: PlanLine) -> None:
        wanted = [(Kind.STATION, code) for code in line.homes]
        wanted += [(line.member_kind, code) for code in line.members]
        wanted += [(Kind.FUNCTION, line.deputy)] if line.deputy else []
        wanted += [(Kind.AUTHORITY, line.authority)] if line.kind is not Kind.AUTHORITY else []
        for kind, code in wanted:
            if (kind, code) not in self._by_code:
                raise KeyringError(f"{line.label}: there is no {kind.name.lower()} {code} in the plan: enter it too")

    def _refuse_without_releaser(self, line: PlanLine) -> None:
        if not line.needs_releaser:
            return
        people = (one for one in self.of_kind(Kind.OPERATOR) if line.code in one.homes)
        if not any(Right.SECOND_RELEASER in one.rights for one in people):
            raise KeyringError(
                f"{line.label}: nobody at home there may release a FLASH, so that none would leave it:"
                " give somebody the right second_releaser"
            )
