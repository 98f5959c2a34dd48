"""What people do with the log themselves: they write notes into it, and hand it out."""

from node.core.effects import CarriedOut, Done, Noted, Refusal, Refused
from node.core.events import LogHandedOut, NoteWritten
from node.core.log_entries import REAL, LogKind
from node.core.notary import Notary
from node.core.policy import NOTE_BYTES_MAX, NOTE_PARTY_BYTES_MAX
from node.core.surroundings import Surroundings
from node.core.turn import Turn
from protocol.numbers import Address, Kind


class Scribe:
    """Enters notes of this station's people, and that the log was handed out."""

    def __init__(self, here: Surroundings, notary: Notary) -> None:
        self._here = here
        self._notary = notary

    def write(self, request: NoteWritten | LogHandedOut, turn: Turn) -> CarriedOut | Refused:
        """Do what is asked, in one entry."""
        return self._note(request, turn) if isinstance(request, NoteWritten) else self._hand_out(turn)

    def _note(self, note: NoteWritten, turn: Turn) -> Noted | Refused:
        if note.author and note.author not in self._here.signer.operators():
            return Refused(Refusal.NOT_ON_DUTY)
        if not note.text.strip():
            return Refused(Refusal.TEXT_EMPTY)
        parties = (note.caller, note.called)
        for text, bytes_max in ((note.text, NOTE_BYTES_MAX), *((party, NOTE_PARTY_BYTES_MAX) for party in parties)):
            if len(text.encode()) > bytes_max:
                return Refused(Refusal.TEXT_TOO_LONG, f"{len(text.encode())}/{bytes_max}")
        named = {"text": note.text, "channel": note.channel, "from": note.caller, "to": note.called}
        details: dict[str, str | int] = {name: text for name, text in named.items() if text}
        if note.written_utc_ms is not None:
            details["written_ms"] = note.written_utc_ms
        who = Address(Kind.OPERATOR, note.author) if note.author else None
        entry = self._here.logbook.enter(LogKind.NOTE, turn, who=who, details=details)
        return Noted(entry.number)

    def _hand_out(self, turn: Turn) -> Done:
        """Enter it first, so that the signature covers the entry too."""
        entries = self._here.store.log_head(REAL).entries
        self._here.logbook.enter(LogKind.EXPORTED, turn, details={"entries": entries + 1})
        for chain in self._here.store.log_chains():
            self._notary.sign_head(chain, turn)
        return Done()
