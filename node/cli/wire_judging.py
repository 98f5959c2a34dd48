"""What a frame is worth and what it says: whether a receiver takes it, whose signature it is, its text or form."""

from dataclasses import dataclass
from typing import Final

from node.cli.wire_meanings import Meanings
from node.words.catalogue import Words
from node.words.form_page import language_of
from protocol.codec import Codec, Codecs
from protocol.decode import decode
from protocol.forms.book import FormBook
from protocol.forms.packing import decode_form
from protocol.forms.rendering import rows, title
from protocol.frames import (
    Act,
    Beacon,
    Bundle,
    Digest,
    Fragment,
    Frame,
    Inventory,
    Message,
    MessageLike,
    Receipt,
    Request,
    Sheaf,
    StatementFrame,
)
from protocol.numbers import Address, Kind
from protocol.reasons import Dropped
from protocol.roster import Roster
from protocol.sealing import ED25519, Verified, verify_digest, verify_message

_DROPPED: Final = "dropped by every receiver: {reason}"
_SIGNED_BY: Final = "the signature is that of {who}; the days of certificates were not looked at"
_REFUSED: Final = "not believed: {reason}"
_NO_ROSTER: Final = "not checked: name the network's roster with  --roster FILE"
_NEEDS_MESSAGE: Final = "checked only by who has the message that it is about"
_NEEDS_LONG: Final = "checked only by who has the first packet of its message"
_MAC: Final = "checked only by the message's origin"
_HINT: Final = "a hint: nobody signs it, and it proves nothing"
_IN_ROSTER: Final = "believed: it has a chain to the network's root key"
_CLOSED: Final = "confidential: {count} bytes that only the recipient's stations read"
_UNREAD: Final = "not shown: {reason}"
TEXTS: Final = (
    *(
        _DROPPED,
        _SIGNED_BY,
        _REFUSED,
        _NO_ROSTER,
        _NEEDS_MESSAGE,
        _NEEDS_LONG,
        _MAC,
        _HINT,
        _IN_ROSTER,
        _CLOSED,
        _UNREAD,
    ),
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What there is to say of the whole frame."""

    dropped: Dropped | None
    """Why no receiver takes it."""
    worth: str
    """Whose word it is, in words; empty for a frame that is dropped."""
    is_verified: bool | None
    """None: not to be told here."""
    says: tuple[str, ...]
    """Text or form, line by line; not yet harmless."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges frames by what was loaded once."""

    words: Words
    meanings: Meanings
    codecs: Codecs
    book: FormBook
    roster: Roster | None

    def judged(self, raw: bytes) -> Judgement:
        """Decode, verify where a roster is at hand, and read."""
        frame = decode(raw)
        if isinstance(frame, Dropped):
            return Judgement(frame, self.words(_DROPPED).format(reason=frame), is_verified=None, says=())
        worth, is_verified = self._worth(frame)
        return Judgement(None, worth, is_verified, self._says(frame))

    def _worth(self, frame: Frame) -> tuple[str, bool | None]:
        match frame:
            case Act():
                return self.words(_NEEDS_MESSAGE), None
            case Fragment():
                return self.words(_NEEDS_LONG), None
            case Receipt():
                return self.words(_MAC), None
            case Bundle():
                return self._worth(frame.main)
            case Sheaf():
                worths = [self._worth(digest) for digest in frame.digests]
                return min(worths, key=lambda one: one[1] is not False)
            case Beacon() | Inventory() | Request():
                return self.words(_HINT), None
            case _ if self.roster is None:
                return self.words(_NO_ROSTER), None
            case StatementFrame(raw=raw):
                believed = self.roster.with_statement(raw)
                return self._told(believed, self.words(_IN_ROSTER))
            case Digest():
                station = Address(Kind.STATION, frame.station)
                return self._told(verify_digest(frame, self.roster, ED25519, None), self._signed_by(station))
            case _:
                author = Address(Kind.OPERATOR, frame.author) if frame.author else Address(Kind.STATION, frame.station)
                return self._told(verify_message(frame, self.roster, ED25519, None), self._signed_by(author))

    def _told(self, answer: Roster | Verified | Dropped, good: str) -> tuple[str, bool]:
        if isinstance(answer, Dropped):
            return self.words(_REFUSED).format(reason=answer), False
        return good, True

    def _signed_by(self, who: Address) -> str:
        return self.words(_SIGNED_BY).format(who=self.meanings.holder(who))

    def _says(self, frame: Frame) -> tuple[str, ...]:
        match frame:
            case Bundle():
                return self._says(frame.main)
            case MessageLike(confidential=True, body=coded) | Act(confidential=True, comment=coded):
                return (self.words(_CLOSED).format(count=len(coded)),)
            case Message(codec=Codec.FORM, body=coded):
                return self._form(coded)
            case Message(codec=codec, body=coded) | Act(codec=codec, comment=coded) if coded:
                text = self.codecs.decode(codec, coded)
                return (self._unread(text),) if isinstance(text, Dropped) else tuple(text.split("\n"))
            case _:
                return ()

    def _form(self, coded: bytes) -> tuple[str, ...]:
        form = decode_form(coded, self.book.schemas)
        if isinstance(form, Dropped):
            return (self._unread(form),)
        language = language_of(self.words)
        read = rows(form, self.book, self.meanings.names)
        fields = (f"{row.label.said(language)}: {row.said.said(language)}" for row in read)
        return (title(form, self.book).said(language), *fields)

    def _unread(self, why: Dropped) -> str:
        return self.words(_UNREAD).format(reason=why)
