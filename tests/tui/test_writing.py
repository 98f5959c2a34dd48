"""A message between hand and station: nothing written is lost, nothing is sent twice, one thing is asked at a time."""

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from node.api.drafts import Draft
from tui.writing import KeepDraft, LookForDraft, Order, SendDraft, Writing


def wrote(writing: Writing, text: str) -> None:
    writing.wrote(replace(writing.draft, text=text))


def test_an_empty_message_is_not_kept() -> None:
    writing = Writing(Draft())
    assert writing.is_kept
    writing.wrote(replace(writing.draft, to="station:1"))
    assert writing.next_order() is None


def test_what_is_written_while_a_draft_is_kept_is_kept_next() -> None:
    writing = Writing(Draft())
    wrote(writing, "a")
    assert writing.next_order() == KeepDraft(Draft(text="a"))
    wrote(writing, "ab")
    assert writing.next_order() is None
    writing.kept(7)
    assert not writing.is_kept
    assert writing.next_order() == KeepDraft(Draft(id=7, text="ab"))
    writing.kept(7)
    assert writing.is_kept
    assert writing.next_order() is None


def test_the_last_words_are_kept_before_they_are_sent() -> None:
    writing = Writing(Draft(id=7, text="a"))
    wrote(writing, "ab")
    writing.is_to_go = True
    assert isinstance(writing.next_order(), KeepDraft)
    writing.kept(7)
    assert writing.next_order() == SendDraft(Draft(id=7, text="ab"))


def test_a_lost_answer_is_asked_for_again_under_the_same_number() -> None:
    writing = Writing(Draft(id=7, text="a"))
    writing.is_to_go = True
    first = writing.next_order()
    assert writing.lost()
    assert writing.next_order() == first == SendDraft(Draft(id=7, text="a"))


def test_a_message_that_no_draft_stands_for_is_not_asked_to_go_again() -> None:
    writing = Writing(Draft())
    wrote(writing, "a")
    writing.is_to_go = True
    assert isinstance(writing.next_order(), KeepDraft)
    writing.not_kept()
    assert writing.next_order() == SendDraft(Draft(text="a"))
    assert not writing.lost()
    assert writing.next_order() is None


def test_a_refused_message_stays_on_the_screen_and_waits_for_its_writer() -> None:
    writing = Writing(Draft(id=7, text="a"))
    writing.is_to_go = True
    writing.next_order()
    writing.not_sent()
    assert writing.next_order() is None
    assert writing.draft.text == "a"


def test_a_draft_that_the_station_forgot_is_a_new_one() -> None:
    writing = Writing(Draft(id=7, text="a"))
    wrote(writing, "ab")
    writing.next_order()
    writing.forgotten()
    assert writing.next_order() == KeepDraft(Draft(id=0, text="ab"))


class AnyCourse(RuleBasedStateMachine):
    """A hand, and a station that keeps and sends; any answer may be lost after it did what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.writing = Writing(Draft())
        self.kept: dict[int, str] = {}
        self.before: dict[int, str] = {}
        self.sent: dict[int, str] = {}
        self.order: Order | None = None
        self.written = 0

    @precondition(lambda self: not self.writing.is_to_go)
    @rule()
    def write(self) -> None:
        self.written += 1
        wrote(self.writing, f"text {self.written}")

    @precondition(lambda self: not self.writing.is_empty)
    @rule()
    def want_it_gone(self) -> None:
        self.writing.is_to_go = True

    @precondition(lambda self: self.order is None)
    @rule()
    def ask(self) -> None:
        self.order = self.writing.next_order()
        self.before = dict(self.kept)
        match self.order:
            case KeepDraft(draft):
                self.kept[draft.id or len(self.kept) + 1] = draft.text
                assert len(self.kept) == 1, "one message has one draft, however many answers were lost"
            case LookForDraft():
                pass
            case SendDraft(draft):
                assert draft.text == f"text {self.written}", "only the newest words go"
                if draft.id:
                    # Until it is answered the text stays: what is asked again is the same message.
                    assert self.sent.setdefault(draft.id, draft.text) == draft.text

    @precondition(lambda self: isinstance(self.order, KeepDraft))
    @rule()
    def answer_keeping(self) -> None:
        assert isinstance(self.order, KeepDraft)
        self.writing.kept(self.order.draft.id or len(self.kept))
        self.order = None

    @precondition(lambda self: isinstance(self.order, KeepDraft))
    @rule()
    def refuse_keeping(self) -> None:
        self.kept = self.before
        self.writing.not_kept()
        self.order = None

    @precondition(lambda self: isinstance(self.order, LookForDraft))
    @rule()
    def answer_looking(self) -> None:
        assert isinstance(self.order, LookForDraft)
        same = [number for number, text in self.kept.items() if text == self.order.draft.text]
        self.writing.looked(same[0] if same else None)
        self.order = None

    @precondition(lambda self: isinstance(self.order, SendDraft))
    @rule()
    def refuse_sending(self) -> None:
        assert isinstance(self.order, SendDraft)
        self.sent.pop(self.order.draft.id, None)
        self.writing.not_sent()
        self.order = None

    @precondition(lambda self: self.order is not None)
    @rule(was_done=st.booleans())
    def lose_the_answer(self, was_done: bool) -> None:
        if not was_done:
            self.kept = self.before
        self.writing.lost()
        self.order = None

    @invariant()
    def what_is_called_kept_is_kept(self) -> None:
        if self.writing.is_kept and not self.writing.is_empty:
            assert self.writing.draft.text in self.kept.values()


TestAnyCourse = AnyCourse.TestCase
