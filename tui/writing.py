"""A message between the hand that writes it and the station: what to ask of the station next, one thing at a time.

written --pause--> keep asked --answered--> kept --written--> ...
wanted gone: keep what is not kept yet, then send under the draft's number
answer lost: the same again when the station is back; it makes one message of one draft, however often it hears
"""

from dataclasses import dataclass, replace

from node.api.drafts import Draft


@dataclass(frozen=True, slots=True)
class KeepDraft:
    """Ask the station to keep this."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class SendDraft:
    """Ask the station to send this."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class LookForDraft:
    """Ask whether the station keeps this under a number that it could not tell: the answer was lost."""

    draft: Draft


Order = KeepDraft | SendDraft | LookForDraft


class Writing:
    """One message that is being written.

    Args:
        draft: as it was opened; with an id the station keeps it already.
    """

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._kept = draft if draft.id else None
        self._asked: Order | None = None
        self._strayed: Draft | None = None
        self._is_keepable = True
        self.is_to_go = False
        """Whether it is to be sent as soon as that can be asked."""

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing yet: whom it is for and how urgent it is, is no text."""
        return not self.draft.text.strip()

    @property
    def is_kept(self) -> bool:
        """Whether the station has every word; nothing is lost with an empty one that it never had."""
        return self.draft == self._kept or (self._kept is None and self.is_empty)

    @property
    def is_asked(self) -> bool:
        """Whether an answer is awaited."""
        return self._asked is not None

    @property
    def is_keepable(self) -> bool:
        """Whether the station took the last one it was asked to keep."""
        return self._is_keepable

    @property
    def is_strayed(self) -> bool:
        """Whether the station may keep it under a number that is not known here."""
        return self._strayed is not None

    def wrote(self, draft: Draft) -> None:
        """The screen shows other words; the number stays."""
        self.draft = replace(draft, id=self.draft.id)
        self._is_keepable = True

    def next_order(self) -> Order | None:
        """What to ask now; None while an answer is awaited, or when there is nothing to ask."""
        if self._asked is None:
            if self._strayed is not None:
                self._asked = LookForDraft(self._strayed)
            elif not self.is_kept and self._is_keepable:
                self._asked = KeepDraft(self.draft)
            elif self.is_to_go:
                self._asked = SendDraft(self.draft)
            else:
                return None
            return self._asked
        return None

    def kept(self, number: int) -> None:
        """The station keeps what it was asked to, under this number."""
        assert isinstance(self._asked, KeepDraft), "only what was asked is answered"
        self._kept = replace(self._asked.draft, id=number)
        self.draft = replace(self.draft, id=number)
        self._asked = None

    def looked(self, number: int | None) -> None:
        """The number under which the station keeps the stray, or None when it does not."""
        assert isinstance(self._asked, LookForDraft), "only what was asked is answered"
        stray, self._asked, self._strayed = self._asked.draft, None, None
        if number is not None:
            self._kept = replace(stray, id=number)
            self.draft = replace(self.draft, id=number)

    def not_kept(self) -> None:
        """The station does not keep it, and says why: it is asked again only after something was changed."""
        self._asked = None
        self._is_keepable = False

    def forgotten(self) -> None:
        """The station knows no such draft any more: what is on the screen is a new one."""
        self._asked = None
        self._kept = None
        self.draft = replace(self.draft, id=0)

    def not_sent(self) -> None:
        """The station does not send it, and says why."""
        self._asked = None
        self.is_to_go = False

    def lost(self) -> bool:
        """The answer is lost; whether the same is asked again when the station is back.

        A message without a draft is not: it may be on its way, and a second one would say the same twice.
        """
        asked, self._asked = self._asked, None
        if isinstance(asked, KeepDraft) and not asked.draft.id:
            self._strayed = asked.draft
        if isinstance(asked, SendDraft) and not self.draft.id:
            self.is_to_go = False
            return False
        return True
