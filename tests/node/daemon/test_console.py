"""What a console sees of a real station: pages of a box, news of changes and of the status, each within its bounds."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from node.api.faults import Fault, FaultCode, Refused
from node.api.messages import Box
from node.api.methods import LIST, LIST_MAX, LOGIN, LOGOUT, SEND, STATUS, ListBox, Login, Logout, Nothing, Send
from node.api.status import Status
from node.client.blocking import Client
from node.client.concurrent import ConcurrentClient, News, connected
from tests.support.airs import simulated_air
from tests.support.daemons import Daemon, daemon
from tests.support.network import KHJ, STAFF
from tests.support.patience import DEADLINE_S
from tests.support.station_files import PASSPHRASE, station_files


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """The crisis staff's station; its radio is away."""
    with daemon(station_files(tmp_path_factory.mktemp("staff") / "s", STAFF, (KHJ,))) as running:
        yield running


@pytest.fixture
def client(staff: Daemon) -> Iterator[Client]:
    with Client(staff.files.socket) as client:
        yield client


def watched(path: Path, story: Callable[[ConcurrentClient], Awaitable[None]]) -> None:
    async def watch() -> None:
        async with asyncio.timeout(DEADLINE_S), connected(path) as client:
            await story(client)

    asyncio.run(watch())


@pytest.mark.parametrize("name", ["since", "skip"])
@pytest.mark.parametrize("number", [-1, -(1 << 63), 1 << 63, (1 << 64) - 1])
def test_a_number_that_no_store_counts_to_is_refused_and_does_no_harm(client: Client, name: str, number: int) -> None:
    with pytest.raises(Refused) as no:
        client.call(LIST, ListBox(Box.INBOX, **{name: number}))
    assert no.value.fault == Fault(FaultCode.BAD_REQUEST, f"{name}: 0 to 2^63 - 1")
    largest = client.call(LIST, ListBox(Box.INBOX, **{name: (1 << 63) - 1}))
    assert largest.messages == ()


def test_a_page_knows_how_much_there_is_in_all(client: Client) -> None:
    before = client.call(LIST, ListBox(Box.OUTBOX))
    sent = [client.call(SEND, Send("PLH", f"besked {number}", author="-")).id for number in range(5)]
    first = client.call(LIST, ListBox(Box.OUTBOX, limit=2))
    rest = client.call(LIST, ListBox(Box.OUTBOX, limit=LIST_MAX, skip=2))
    assert first.count == rest.count == before.count + 5
    assert [message.id for message in (*first.messages, *rest.messages)][:5] == sent[::-1]
    changed = client.call(LIST, ListBox(Box.OUTBOX, since=before.change, limit=1))
    assert (changed.count, len(changed.messages)) == (5, 1)


async def seen(watcher: ConcurrentClient, news: AsyncIterator[News], wanted: Callable[[Status], bool]) -> None:
    """Look at the status once, and again only when it is said to be another one, until it is as wanted."""
    told = asyncio.ensure_future(anext(news))
    # Subscribed before the first look, so that nothing happens unheard between the two.
    await asyncio.sleep(0)
    while not wanted(await watcher.call(STATUS, Nothing())):
        while not (await told).stirred:
            told = asyncio.ensure_future(anext(news))
        told = asyncio.ensure_future(anext(news))
    told.cancel()


def test_a_watcher_hears_of_messages_and_of_duty_apart(staff: Daemon, client: Client) -> None:
    async def radio_missed(watcher: ConcurrentClient) -> None:
        """From then on it is away for the same reason, which is no news."""
        await seen(watcher, watcher.news(since=0), lambda status: status.radio.reason != "not reached yet")

    async def story(watcher: ConcurrentClient) -> None:
        change = client.call(LIST, ListBox(Box.OUTBOX)).change
        news = watcher.news(since=change - 1)
        assert await anext(news) == News(change, stirred=False)
        client.call(LOGIN, Login("KHJ", PASSPHRASE))
        assert await anext(news) == News(change, stirred=True)
        assert [one.initials for one in (await watcher.call(STATUS, Nothing())).duty] == ["KHJ"]
        client.call(SEND, Send("PLH", "besked"))
        assert await anext(news) == News(change + 1, stirred=False)
        client.call(LOGOUT, Logout())
        assert await anext(news) == News(change + 1, stirred=True)
        assert (await watcher.call(STATUS, Nothing())).duty == ()

    client.call(SEND, Send("PLH", "besked", author="-"))
    watched(staff.files.socket, radio_missed)
    watched(staff.files.socket, story)


def test_a_watcher_hears_that_the_radio_came_and_went(tmp_path: Path) -> None:
    with simulated_air(tmp_path, ("staff",), ()) as air:
        files = station_files(tmp_path / "s", STAFF, radio=air.addresses["staff"])

        async def radio_found(watcher: ConcurrentClient) -> None:
            await seen(watcher, watcher.news(since=0), lambda status: status.radio.is_up)
            radio = (await watcher.call(STATUS, Nothing())).radio
            assert radio.silent_s is not None
            assert (radio.restarts, radio.reconnections, radio.drops) == (0, 0, ())

        async def radio_lost(watcher: ConcurrentClient) -> None:
            told = asyncio.ensure_future(anext(watcher.news(since=0)))
            assert (await watcher.call(STATUS, Nothing())).radio.is_up
            await asyncio.to_thread(air.power, "staff", "off")
            assert await told == News(0, stirred=True)
            radio = (await watcher.call(STATUS, Nothing())).radio
            assert not radio.is_up
            assert radio.silent_s is not None
            assert (radio.queue_free, radio.sent_bp) == (None, None), "what it said before no longer holds"

        with daemon(files):
            watched(files.socket, radio_found)
            watched(files.socket, radio_lost)
