"""The console's connection to its station: lost and found again by itself, one look at a time.

    connecting -> looked -> (news, a minute passes, another window) looked again -> gone -> connecting

A notice is a hint: it makes the console look again, and what it then sees is the truth. Notices that come while it
looks are answered by one more look, not by one each.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from node.api.faults import Refused
from node.api.messages import Box
from node.api.methods import LIST, LIST_USUAL, STATUS, ListBox, Method, Nothing
from node.client.concurrent import ConcurrentClient, connected
from node.client.handshake import NoStation
from tui.picture import Absence, Look, Picture, Window

AskT = TypeVar("AskT")
AnswerT = TypeVar("AnswerT")

WINDOW_ROWS: Final = LIST_USUAL
"""Messages listed at a time: four screens of them; more cost time at every look."""
MINUTE_S: Final = 60.0
"""The clock and the ages on the screen are of this coarseness, so it looks as often even without news."""
RETRY_S_MIN: Final = 0.2
RETRY_S_MAX: Final = 2.0
"""A daemon starts in about a second; knocking at a local socket costs nothing worth saving more on."""


class NotAsked(NoStation):
    """The station is away, so nothing was asked of it: nothing was done."""


class Session:
    """One console's station.

    Args:
        path: the station's socket.
        told: takes each new picture, on the event loop.
        explained: makes a sentence of a refusal.
    """

    def __init__(self, path: Path, told: Callable[[Picture], None], explained: Callable[[Refused], str]) -> None:
        self._path = path
        self._told = told
        self._explained = explained
        self._client: ConcurrentClient | None = None
        self._stir = asyncio.Event()
        self.picture = Picture(absence=Absence(time.time(), is_sought=True))
        self.window = Window()

    async def run(self) -> None:
        """Keep a picture of the station until cancelled."""
        pause_s = RETRY_S_MIN
        while True:
            try:
                async with connected(self._path, "bavn tui") as client:
                    pause_s = RETRY_S_MIN
                    await self._follow(client)
            except Refused as error:
                self._lost(self._explained(error))
            except (NoStation, TimeoutError):
                self._lost("")
            finally:
                self._client = None
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, RETRY_S_MAX)

    def show(self, window: Window) -> None:
        """List another part of a box from now on."""
        self.window = window
        self.look_again()

    def look_again(self) -> None:
        """Something may have changed."""
        self._stir.set()

    async def call(self, method: Method[AskT, AnswerT], ask: AskT) -> AnswerT:
        """Ask the station.

        Raises:
            Refused: it does not do it.
            NotAsked: it is away.
            NoStation: it went away before it answered: whether it was done is not known.
            TimeoutError: it does not answer.
        """
        if self._client is None:
            raise NotAsked
        return await self._client.call(method, ask)

    async def _follow(self, client: ConcurrentClient) -> None:
        """Look whenever there is reason to, until the station goes away."""
        look = await self._looked(client)
        self._client = client
        self._tell(Picture(look))
        listening = asyncio.create_task(self._listen(client, look.listed.change), name="console-news")
        listening.add_done_callback(lambda _: self._stir.set())
        try:
            while True:
                await self._reason_to_look()
                if listening.done():
                    listening.result()
                self._tell(Picture(await self._looked(client)))
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _listen(self, client: ConcurrentClient, since: int) -> None:
        async for _ in client.news(since):
            self._stir.set()

    async def _reason_to_look(self) -> None:
        """Wait for news, another window, the end of the listening, or the next full minute."""
        try:
            async with asyncio.timeout(MINUTE_S - time.time() % MINUTE_S):
                await self._stir.wait()
        except TimeoutError:
            return
        self._stir.clear()

    async def _looked(self, client: ConcurrentClient) -> Look:
        window = self.window
        shown = client.call(LIST, ListBox(window.box, limit=WINDOW_ROWS, skip=window.skip))
        if window == Window():
            status, listed = await asyncio.gather(client.call(STATUS, Nothing()), shown)
            return Look(status, listed, window, listed)
        top = client.call(LIST, ListBox(Box.INBOX, limit=WINDOW_ROWS))
        status, listed, inbox = await asyncio.gather(client.call(STATUS, Nothing()), shown, top)
        return Look(status, inbox, window, listed)

    def _lost(self, refusal: str) -> None:
        since_s = self.picture.absence.since_s if self.picture.absence is not None else time.time()
        self._tell(replace(self.picture, absence=Absence(since_s, is_sought=False, refusal=refusal)))

    def _tell(self, picture: Picture) -> None:
        if picture != self.picture:
            self.picture = picture
            self._told(picture)
