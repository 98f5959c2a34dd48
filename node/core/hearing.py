"""What the radio hears, handed to the machines that take it in; nothing of it is verified yet."""

from collections.abc import Iterable
from dataclasses import replace

from node.core.answers import Answers
from node.core.events import FrameHeard
from node.core.fragments_out import FragmentSending
from node.core.intake import Intake
from node.core.inventories import Inventories
from node.core.proofs import Proofs
from node.core.reassembly import Reassembly
from node.core.requests import Requests
from node.core.signs_of_life import SignsOfLife
from node.core.surroundings import Surroundings
from node.core.trust import Trust
from node.core.turn import Turn
from node.core.witnesses import Witnesses
from protocol.bundles import issuer_of
from protocol.decode import decode
from protocol.frames import (
    Act,
    Beacon,
    Bundle,
    Digest,
    Fragment,
    Frame,
    Inventory,
    Long,
    Message,
    Notice,
    Receipt,
    Request,
    Sheaf,
    SignedOther,
)
from protocol.reasons import Dropped
from protocol.statements import StatementFrame


class Hearing:
    """Knows which machine takes in which frame."""

    def __init__(
        self,
        here: Surroundings,
        answers: Answers,
        fragments: FragmentSending,
        intake: Intake,
        inventories: Inventories,
        proofs: Proofs,
        reassembly: Reassembly,
        requests: Requests,
        signs: SignsOfLife,
        trust: Trust,
        witnesses: Witnesses,
    ) -> None:
        self._here = here
        self._answers = answers
        self._fragments = fragments
        self._intake = intake
        self._inventories = inventories
        self._proofs = proofs
        self._reassembly = reassembly
        self._requests = requests
        self._signs = signs
        self._trust = trust
        self._witnesses = witnesses

    def heard(self, event: FrameHeard, turn: Turn) -> None:
        """A payload came in; what is dropped is counted by reason."""
        frame = decode(event.payload)
        if isinstance(frame, Bundle):
            if self._signs.heard(issuer_of(frame.main), event, turn) is not None:
                self._proofs.riders_heard(frame, turn)
            frame = frame.main
            event = replace(event, payload=frame.encode())
        self._take_in(frame, event, turn)

    def _take_in(self, frame: Frame | Dropped, event: FrameHeard, turn: Turn) -> None:
        match frame:
            case Dropped(reason):
                self._here.drops[reason] += 1
            case Message() | Long() | Notice() | SignedOther() | Fragment():
                self._message_heard(frame, turn)
            case Act():
                self._answers.heard(event.payload)
                self._intake.act_heard(frame, turn)
            case Digest() | Sheaf():
                self._digests_heard((frame,) if isinstance(frame, Digest) else frame.digests, turn)
            case Receipt():
                self._signs.heard(frame.station, event, turn)
                self._proofs.receipt_heard(frame, turn)
                self._reassembly.receipt_overheard(frame)
            case Beacon():
                self._signs.beacon_heard(frame, event, turn)
                self._proofs.answer_heard(frame, turn)
                self._witnesses.beacon_heard(frame, turn)
            case Inventory():
                if self._signs.heard(frame.station, event, turn) is not None:
                    self._inventories.heard(frame, turn.at)
            case Request():
                if self._signs.heard(frame.asker, event, turn) is not None:
                    self._requests.heard(frame, turn)
            case StatementFrame():
                self._statement_heard(event.payload, turn)

    def _message_heard(self, frame: Message | Long | Notice | SignedOther | Fragment, turn: Turn) -> None:
        if isinstance(frame, Fragment):
            self._fragments.heard(frame)
            self._intake.fragment_heard(frame, turn)
        else:
            self._intake.message_heard(frame, turn)

    def _digests_heard(self, digests: Iterable[Digest], turn: Turn) -> None:
        for digest in digests:
            self._proofs.digest_heard(digest, digest.encode(), turn)

    def _statement_heard(self, raw: bytes, turn: Turn) -> None:
        for frame in self._trust.statement_heard(raw, turn):
            self._intake.heard_at_last(frame, turn)
