"""Break-glass: a station's emergency key works at once, and everybody learns that it was opened.

Nobody is asked before and nothing waits: who breaks the seal has no time. The alarm stands at this station in the same
commit; the notice that raises it at all others is signed with the opened key itself, so that no member can raise a
false one, and leaves by IMMEDIATE.
"""

from node.core.alarm_records import AlarmKind
from node.core.alarms import Alarms
from node.core.log_entries import LogKind
from node.core.notices import Notices
from node.core.numbering import human_number
from node.core.records import Item
from node.core.rights import rights_of
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.certificates import Right
from protocol.instants import Lifetime
from protocol.notices import EmergencyKey, NoticeBody
from protocol.numbers import EVERYBODY, Address, Kind, Precedence


class Emergency:
    """Tells of break-glass keys: ours to the others, theirs to us."""

    def __init__(self, here: Surroundings, alarms: Alarms, notices: Notices) -> None:
        self._here = here
        self._alarms = alarms
        self._notices = notices
        notices.hand_to(EmergencyKey, self.heard)

    def is_key_of(self, operator: int) -> bool:
        """Whether an operator is a break-glass key."""
        return Right.EMERGENCY in rights_of(self._here.roster, operator)

    def opened(self, operator: int, turn: Turn) -> None:
        """The key of this station's envelope is in use."""
        told = self._notices.compose(
            EmergencyKey(operator),
            EVERYBODY,
            Precedence.IMMEDIATE,
            turn,
            author=operator,
            lifetime=Lifetime.ONE_WEEK,
        )
        number = human_number(self._here.roster, told.key) if told is not None else self._code(self._here.number)
        self._tell(operator, self._here.number, number, turn)

    def heard(self, item: Item, body: NoticeBody, turn: Turn) -> None:
        """Another station tells of its own; only an emergency key can tell of itself."""
        if isinstance(body, EmergencyKey) and body.operator == item.author and self.is_key_of(item.author):
            self._tell(item.author, item.issuer, human_number(self._here.roster, item.key), turn)

    def _tell(self, operator: int, station: int, number: str, turn: Turn) -> None:
        details: dict[str, str | int] = {"station": station, "operator": operator, "number": number}
        who = Address(Kind.OPERATOR, operator)
        self._here.logbook.enter(LogKind.BREAK_GLASS, turn, who=who, details=details)
        certificate = self._here.roster.operator(operator)
        initials = certificate.body.code if certificate is not None else f"#{operator}"
        self._alarms.raise_(AlarmKind.EMERGENCY_KEY, number, turn, initials)

    def _code(self, station: int) -> str:
        return self._here.roster.code_of_station(station) or f"#{station}"
