"""Hand-over of a shift: by both, or by one whose relief did not come.

By both: the outgoing operator offers, the incoming accepts, each with an open key at this station; then the incoming
holds what the outgoing held, and the log has both. An offer is kept in memory: after a restart it is made again.
By one: the outgoing gives up all functions as not relieved, so that everybody sees that nobody holds them.
"""

from node.core.effects import Done, Refusal, Refused, Stir
from node.core.functions import Functions
from node.core.log_entries import LogKind
from node.core.shift_events import HandOverAccepted, HandOverAlone, HandOverOffered, HandOverStep
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.numbers import Address, Kind


class HandOvers:
    """The hand-overs at one station."""

    def __init__(self, here: Surroundings, functions: Functions) -> None:
        self._here = here
        self._functions = functions
        self._offers: dict[int, int] = {}
        """Outgoing by incoming operator: at most one for each who is on duty."""

    def offers(self) -> tuple[tuple[int, int], ...]:
        """Outgoing and incoming of what is offered and not accepted."""
        return tuple((outgoing, incoming) for incoming, outgoing in sorted(self._offers.items()))

    def step(self, step: HandOverStep, turn: Turn) -> Done | Refused:
        """What operators on duty here do about it."""
        on_duty = self._here.signer.operators()
        match step:
            case HandOverOffered(outgoing=outgoing, incoming=incoming):
                if outgoing not in on_duty or incoming not in on_duty or outgoing == incoming:
                    return Refused(Refusal.NOT_ON_DUTY)
                self._offers = {to: by for to, by in self._offers.items() if by != outgoing} | {incoming: outgoing}
                turn.effects.append(Stir())
                return Done()
            case HandOverAccepted(incoming=incoming):
                return self._accept(incoming, turn)
            case HandOverAlone(outgoing=outgoing):
                return self._alone(outgoing, turn)

    def _accept(self, incoming: int, turn: Turn) -> Done | Refused:
        outgoing = self._offers.get(incoming)
        if outgoing is None:
            return Refused(Refusal.NOTHING_OFFERED)
        if outgoing not in self._here.signer.operators():
            return Refused(Refusal.NOT_ON_DUTY)
        held = self._functions.held_by(outgoing)
        refused = self._functions.why_not_take(incoming, held)
        if refused is not None:
            return refused
        del self._offers[incoming]
        self._functions.take(incoming, held, turn)
        self._enter(outgoing, held, turn, by="both", to=self._initials(incoming))
        return Done()

    def _alone(self, outgoing: int, turn: Turn) -> Done | Refused:
        if outgoing not in self._here.signer.operators():
            return Refused(Refusal.NOT_ON_DUTY)
        held = self._functions.held_by(outgoing)
        self._functions.give_up(outgoing, held, turn, is_unrelieved=True)
        self._enter(outgoing, held, turn, by="one", relief="absent")
        return Done()

    def _enter(self, outgoing: int, held: tuple[int, ...], turn: Turn, **more: str) -> None:
        details: dict[str, str | int] = {
            "from": self._initials(outgoing),
            "functions": " ".join(map(str, held)),
            **more,
        }
        details = {name: said for name, said in details.items() if said}
        self._here.logbook.enter(LogKind.HANDED_OVER, turn, who=Address(Kind.OPERATOR, outgoing), details=details)
        turn.effects.append(Stir())

    def _initials(self, operator: int) -> str:
        certificate = self._here.roster.operator(operator)
        return f"#{operator}" if certificate is None else certificate.body.code
