"""Drafts at a real station: kept through a kill, sent once however often asked, refused with words."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.api import drafts as api
from node.api.drafts import DRAFT_BYTES_MAX, DRAFT_FIELD_BYTES_MAX, DRAFTS_MAX, Discard, Draft, Drafts, KeptDraft
from node.api.faults import Fault, FaultCode, Refused
from node.api.ladder import ShownTime
from node.api.messages import Box, Precedence
from node.api.methods import (
    API_VERSION,
    DISCARD,
    DRAFTS,
    HELLO,
    KEEP,
    LIST,
    LOGIN,
    SEND,
    Hello,
    ListBox,
    Listed,
    Login,
    Method,
    Nothing,
    Queued,
    Send,
)
from node.api.stream import ANSWER_BYTES_MAX, Answer, Request, encode
from node.client.blocking import Client
from node.core import policy
from tests.support.daemons import daemon
from tests.support.dense_texts import dense_text
from tests.support.network import KHJ, STAFF
from tests.support.station_files import PASSPHRASE, StationFiles, station_files

WRITTEN = Draft(
    to="PLH",
    text="Send 200 l diesel\nog vand.",
    precedence=Precedence.PRIORITY,
    ack_wanted=False,
    reply_to="PLH-00007",
    author="KHJ",
    answer_by_min=30,
    corrects="KRS-00041",
)


@pytest.fixture
def files(tmp_path: Path) -> StationFiles:
    return station_files(tmp_path / "staff", STAFF)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A station's socket; what tests keep there they discard."""
    files = station_files(tmp_path_factory.mktemp("staff") / "s", STAFF)
    with daemon(files):
        yield files.socket


@pytest.fixture
def client(path: Path) -> Iterator[Client]:
    with Client(path) as client:
        yield client
        for kept in client.call(DRAFTS, Nothing()).drafts:
            client.call(DISCARD, Discard(kept.draft.id))


def sending(draft: int, text: str = "Send 200 l diesel.") -> Send:
    """By the station itself, so that nobody must be on duty."""
    return Send("PLH", text, author="-", draft=draft)


def outbox(client: Client) -> Listed:
    return client.call(LIST, ListBox(Box.OUTBOX))


def fault_of(client: Client, method: "Method[Draft, KeptDraft] | Method[Discard, Nothing]", ask: object) -> Fault:
    with pytest.raises(Refused) as no:
        client.call(method, ask)  # type: ignore[arg-type]  # a test's own pairs
    return no.value.fault


def test_a_draft_is_there_after_a_kill(files: StationFiles) -> None:
    with daemon(files) as running:
        with Client(files.socket) as client:
            kept = client.call(KEEP, WRITTEN)
        assert running.stop(signal.SIGKILL) == -signal.SIGKILL
    with daemon(files), Client(files.socket) as client:
        assert client.call(DRAFTS, Nothing()) == Drafts((kept,))
        assert client.call(KEEP, Draft(text="another")).draft.id > kept.draft.id


def test_a_message_whose_answer_was_lost_in_a_kill_is_not_sent_again(files: StationFiles) -> None:
    with daemon(files) as running:
        with Client(files.socket) as client:
            draft = client.call(KEEP, WRITTEN).draft.id
        with socket.socket(socket.AF_UNIX) as deaf:
            deaf.connect(str(files.socket))
            deaf.sendall(encode(Request(1, HELLO.name, Hello(API_VERSION, "deaf"))))
            deaf.sendall(encode(Request(2, SEND.name, sending(draft))))
            running.stop(signal.SIGKILL)
    with daemon(files), Client(files.socket) as client:
        queued = client.call(SEND, sending(draft))
        assert [message.id for message in outbox(client).messages] == [queued.id]
        assert client.call(DRAFTS, Nothing()) == Drafts(())


def test_a_message_is_sent_once_though_after_a_kill_nobody_is_on_duty(tmp_path: Path) -> None:
    files = station_files(tmp_path / "staff", STAFF, (KHJ,))
    with daemon(files) as running:
        with Client(files.socket) as client:
            client.call(LOGIN, Login("KHJ", PASSPHRASE))
            draft = client.call(KEEP, WRITTEN).draft.id
            send = Send("PLH", "Send 200 l diesel.", draft=draft)
            first = client.call(SEND, send)
            assert client.call(SEND, send) == first
        running.stop(signal.SIGKILL)
    with daemon(files), Client(files.socket) as client:
        assert client.call(SEND, send) == first
        assert outbox(client).count == 1


def test_a_draft_comes_back_as_written_and_says_when(client: Client) -> None:
    first, second = client.call(KEEP, WRITTEN), client.call(KEEP, Draft())
    assert client.call(DRAFTS, Nothing()).drafts == (second, first)
    again = client.call(KEEP, Draft(first.draft.id, text="anders"))
    assert client.call(DRAFTS, Nothing()).drafts == (again, second)
    assert again.draft == Draft(first.draft.id, text="anders")
    assert again.kept == ShownTime(again.kept.utc_ms, trusted=True)
    assert again.kept.utc_ms >= first.kept.utc_ms > 1_700_000_000_000


def test_a_draft_of_the_greatest_length_fits_and_a_longer_one_is_told_so(client: Client) -> None:
    longest = "æ" * (DRAFT_BYTES_MAX // 2)
    kept = client.call(KEEP, Draft(text=longest))
    assert kept.draft.text == longest
    fault = fault_of(client, KEEP, Draft(kept.draft.id, text=longest + "x"))
    assert fault == Fault(FaultCode.DRAFT_TOO_LONG, f"{DRAFT_BYTES_MAX + 1}/{DRAFT_BYTES_MAX}")
    assert client.call(DRAFTS, Nothing()) == Drafts((kept,))


def test_no_more_drafts_than_there_may_be_and_all_of_them_in_one_answer(client: Client) -> None:
    field = "ø" * (DRAFT_FIELD_BYTES_MAX // 2)
    largest = Draft(0, field, "\n" * DRAFT_BYTES_MAX, Precedence.IMMEDIATE, True, field, field)
    kept = [client.call(KEEP, largest) for _ in range(DRAFTS_MAX)]
    fault = fault_of(client, KEEP, Draft(text="one more"))
    assert fault == Fault(FaultCode.DRAFTS_FULL, f"{DRAFTS_MAX}")
    assert client.call(DRAFTS, Nothing()).drafts == tuple(reversed(kept))
    assert len(encode(Answer(1, None, Drafts(tuple(kept))))) < ANSWER_BYTES_MAX * 3 // 4
    changed = client.call(KEEP, Draft(kept[0].draft.id, text="a known one is still kept"))
    client.call(DISCARD, Discard(changed.draft.id))
    assert client.call(KEEP, Draft(text="one more")).draft.id > kept[-1].draft.id


@pytest.mark.parametrize("name", ["to", "reply_to", "author"])
def test_every_other_field_has_its_bound(client: Client, name: str) -> None:
    wide = {name: "x" * (DRAFT_FIELD_BYTES_MAX + 1)}
    fault = fault_of(client, KEEP, Draft(**wide))  # type: ignore[arg-type]  # each is a text
    assert fault == Fault(FaultCode.BAD_REQUEST, f"{name}: at most {DRAFT_FIELD_BYTES_MAX} bytes")


@pytest.mark.parametrize("draft", [-1, 1 << 62, 1 << 63, (1 << 64) - 1, 999_999])
def test_a_draft_that_never_was_is_unknown(client: Client, draft: int) -> None:
    unknown = Fault(FaultCode.DRAFT_UNKNOWN)
    assert fault_of(client, KEEP, Draft(draft, text="x")) == unknown
    assert fault_of(client, DISCARD, Discard(draft)) == unknown
    with pytest.raises(Refused) as no:
        client.call(SEND, sending(draft))
    assert no.value.fault == unknown


def test_a_draft_that_was_discarded_is_unknown_and_its_number_never_comes_again(client: Client) -> None:
    draft = client.call(KEEP, WRITTEN).draft.id
    client.call(DISCARD, Discard(draft))
    unknown = Fault(FaultCode.DRAFT_UNKNOWN)
    assert fault_of(client, DISCARD, Discard(draft)) == unknown
    assert fault_of(client, KEEP, Draft(draft)) == unknown
    with pytest.raises(Refused) as no:
        client.call(SEND, sending(draft))
    assert no.value.fault == unknown
    assert client.call(KEEP, WRITTEN).draft.id > draft


def test_a_draft_that_was_sent_says_as_what(client: Client) -> None:
    before = outbox(client).count
    draft = client.call(KEEP, WRITTEN).draft.id
    queued = client.call(SEND, sending(draft))
    assert isinstance(queued, Queued)
    gone = Fault(FaultCode.DRAFT_UNKNOWN, queued.number)
    assert fault_of(client, KEEP, Draft(draft, text="too late")) == gone
    assert fault_of(client, DISCARD, Discard(draft)) == gone
    assert client.call(SEND, sending(draft, "another text does not matter")) == queued
    assert outbox(client).count == before + 1


@pytest.mark.parametrize(
    ("send", "code"),
    [
        (Send("PLH", dense_text(4097), author="-"), FaultCode.TEXT_TOO_LONG),
        (Send("PLH", dense_text(9_000), author="-"), FaultCode.TEXT_TOO_LONG),
        (Send("PLH", "  ", author="-"), FaultCode.TEXT_EMPTY),
        (Send("nobody", "x", author="-"), FaultCode.UNKNOWN_RECIPIENT),
        (Send("PLH", "x"), FaultCode.NOT_ON_DUTY),
        (Send("PLH", "x", author="-", reply_to="PLH-00099"), FaultCode.MESSAGE_UNKNOWN),
    ],
)
def test_a_refused_send_leaves_the_draft_as_it_was(client: Client, send: Send, code: FaultCode) -> None:
    kept = client.call(KEEP, WRITTEN)
    with pytest.raises(Refused) as no:
        client.call(SEND, Send(send.to, send.text, reply_to=send.reply_to, author=send.author, draft=kept.draft.id))
    assert no.value.fault.code is code
    assert client.call(DRAFTS, Nothing()) == Drafts((kept,))


def test_the_api_and_the_core_have_the_same_limits() -> None:
    assert (api.DRAFTS_MAX, api.DRAFT_BYTES_MAX) == (policy.DRAFTS_MAX, policy.DRAFT_BYTES_MAX)


def test_without_a_trusted_clock_a_draft_says_so(files: StationFiles) -> None:
    files.config.write_text(files.config.read_text().replace('trust = "trusted"', 'trust = "untrusted"'))
    with daemon(files), Client(files.socket) as client:
        kept = client.call(KEEP, WRITTEN)
        (listed,) = client.call(DRAFTS, Nothing()).drafts
        assert listed.draft == kept.draft
        assert not kept.kept.trusted
        assert not listed.kept.trusted
        assert abs(listed.kept.utc_ms - kept.kept.utc_ms) < 60_000
