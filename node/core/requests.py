"""Questions of other stations: answered with bytes that are authentic already, a bounded number at a time."""

from node.core.answer_times import all_turns_ms, recipients, turn_ms
from node.core.answers import Answers
from node.core.deliveries import Deliveries
from node.core.fragments_out import FragmentSending
from node.core.inventories import Inventories
from node.core.mark_questions import MarkQuestions
from node.core.notary import Notary
from node.core.policy import REQUEST_ANSWERS_MAX
from node.core.receipts import Receipts
from node.core.records import Item, ItemKey
from node.core.surroundings import Surroundings
from node.core.trust import Trust
from node.core.turn import Turn
from protocol.frames import Request, RequestKind
from protocol.numbers import Precedence, Reference

_ASKED_AGAIN_MS = 5_000
"""Between two requests of one station that are answered."""


class Requests:
    """Takes in REQUEST frames."""

    def __init__(
        self,
        here: Surroundings,
        deliveries: Deliveries,
        receipts: Receipts,
        answers: Answers,
        inventories: Inventories,
        trust: Trust,
        notary: Notary,
        mark_questions: MarkQuestions,
        fragments: FragmentSending,
    ) -> None:
        self._fragments = fragments
        self._mark_questions = mark_questions
        self._here = here
        self._deliveries = deliveries
        self._receipts = receipts
        self._answers = answers
        self._inventories = inventories
        self._trust = trust
        self._notary = notary
        self._not_before: dict[int, int] = {}

    def heard(self, request: Request, turn: Turn) -> None:
        """Answer what is asked of us, or of anyone."""
        if request.kind is RequestKind.ROSTER:
            self._trust.roster_told(request, turn)
            return
        if request.asked not in (0, self._here.number) or turn.at < self._not_before.get(request.asker, turn.at):
            return
        self._not_before[request.asker] = turn.at + _ASKED_AGAIN_MS
        match request.kind:
            case RequestKind.PROOFS:
                self._prove_all(request, turn.at)
            case RequestKind.MESSAGES:
                for message in self._messages(request.references):
                    self._deliveries.reconsider(message, turn.at)
            case RequestKind.INVENTORY:
                self._inventories.schedule(turn.at)
            case RequestKind.CERTIFICATES:
                self._trust.asked(request, turn)
            case RequestKind.HIGH_WATER:
                self._mark_questions.asked(request.asker, turn.at)
            case RequestKind.LOG_MARK:
                self._show_mark(turn.at)
            case RequestKind.FRAGMENTS:
                self._fragments_asked(request, turn.at)

    def _fragments_asked(self, request: Request, at: int) -> None:
        for about, bitmap in request.bitmaps[:REQUEST_ANSWERS_MAX]:
            for message in self._messages((about,)):
                # Asked of anybody, its origin answers at once and the others only if it does not.
                is_other = request.asked == 0 and not message.is_mine
                listen_ms = self._here.policy.overhear_ms
                delay_ms = listen_ms + self._here.jitter.below(listen_ms) if is_other else 0
                self._fragments.asked(message, bitmap, at, delay_ms)

    def _show_mark(self, at: int) -> None:
        newest = self._notary.newest()
        if newest is not None:
            self._answers.add(newest, Precedence.ROUTINE, at)

    def _prove_all(self, request: Request, at: int) -> None:
        for message in self._messages(request.references):
            self._prove(message, request, at)
        for about, lacking in request.lacking[:REQUEST_ANSWERS_MAX]:
            for message in self._messages((about,)):
                self._prove_several(message, lacking, at)

    def _prove(self, message: Item, request: Request, at: int) -> None:
        delay_ms = self._here.jitter.below(self._here.policy.overhear_ms) if request.asked == 0 else 0
        if message.is_for_me:
            self._receipts.owe_proof(message, at)
        for proof in self._here.store.proofs(message.id):
            self._answers.add(proof.sealed, message.precedence, at + delay_ms)
        for act in self._here.store.acts_about(message.key):
            self._answers.add(act.sealed, message.precedence, at + delay_ms)
        if not message.is_mine and not message.is_for_me and not self._here.store.proofs(message.id):
            self._receipts.owe_custody(message, at, at + delay_ms)

    def _prove_several(self, message: Item, lacking: int, at: int) -> None:
        """Those who are meant sign again in their turns; who carries has the proofs of some, and speaks last."""
        here = self._here
        meant = {station for place, station in enumerate(recipients(here, message)) if lacking >> place & 1}
        if here.number in meant:
            self._receipts.owe_proof(message, at, turn_ms(here, message))
        elif not message.is_for_me:
            last_at = at + all_turns_ms(here, message) + here.jitter.below(here.policy.overhear_ms)
            for proof in here.store.proofs(message.id):
                if proof.station in meant:
                    self._answers.add(proof.sealed, message.precedence, last_at)

    def _messages(self, references: tuple[Reference, ...]) -> list[Item]:
        found = []
        for about in references[:REQUEST_ANSWERS_MAX]:
            incarnation = self._here.roster.full_incarnation(about.station, about.incarnation)
            if incarnation is not None:
                item = self._here.store.message(ItemKey(about.station, incarnation, about.sequence))
                if item is not None:
                    found.append(item)
        return found
