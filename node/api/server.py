"""The station's end of the API: a bounded number of clients, each a conversation of its own.

What is asked is answered by a `Backend`; here are only the door, the greeting, and the count of who is inside.
"""

import asyncio
import contextlib
import logging
import os
import socket
from collections import Counter
from pathlib import Path
from typing import Final

from node.api.conversation import Backend, Conversation
from node.api.faults import Fault, FaultCode
from node.api.listening import listen
from node.api.methods import REFUSAL, Greeting
from node.api.peers import is_allowed, peer_of
from node.api.stream import Notice, encode

CLIENTS_MAX: Final = 16
"""Operators, their commands and a watcher or two; each may cost a conversation's buffers."""

ACCEPT_PAUSE_S: Final = 1.0
"""After the system had no room for another connection: it passes when somebody leaves."""

log = logging.getLogger(__name__)


class Server:
    """Listens, lets clients in and out, and tells them of changes."""

    def __init__(self, path: Path, greeting: Greeting, backend: Backend) -> None:
        """Nothing is opened before `bind`."""
        self._path = path
        self._greeting = greeting
        self._backend = backend
        self._socket: socket.socket | None = None
        self._socket_group = -1
        self._inside: set[Conversation] = set()
        self._turned_away: Counter[FaultCode] = Counter()
        self._is_stirred = False

    @property
    def clients(self) -> int:
        """How many are inside."""
        return len(self._inside)

    def bind(self) -> None:
        """Take the socket.

        Raises:
            SocketUnusable: another daemon has it, or nobody may.
        """
        self._socket = listen(self._path)
        self._socket_group = self._path.stat().st_gid

    def close(self) -> None:
        """Let go of the socket and its file."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
            self._path.unlink(missing_ok=True)

    def announce(self, change: int) -> None:
        """Tell every subscriber that the change counter stands here."""
        for conversation in tuple(self._inside):
            conversation.announce(change)

    def stir(self) -> None:
        """Tell every subscriber that the status is another one: once, however often within one turn of the loop."""
        if not self._is_stirred:
            self._is_stirred = True
            asyncio.get_running_loop().call_soon(self._tell_stirred)

    def _tell_stirred(self) -> None:
        self._is_stirred = False
        for conversation in tuple(self._inside):
            conversation.stir()

    async def run(self) -> None:
        """Serve until cancelled; `bind` comes first."""
        assert self._socket is not None, "bind comes first"
        loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as group:
            while True:
                try:
                    connection, _ = await loop.sock_accept(self._socket)
                except OSError as error:
                    log.warning("no client can come in: %s", error.strerror)
                    await asyncio.sleep(ACCEPT_PAUSE_S)
                    continue
                fault = self._why_not(connection)
                if fault is not None:
                    self._turn_away(connection, fault)
                    continue
                reader, writer = await asyncio.open_unix_connection(sock=connection)
                conversation = Conversation(reader, writer, self._greeting, self._backend)
                self._inside.add(conversation)
                group.create_task(self._converse(conversation), name="api-client")

    async def _converse(self, conversation: Conversation) -> None:
        try:
            await conversation.run()
        finally:
            self._inside.discard(conversation)

    def _why_not(self, connection: socket.socket) -> Fault | None:
        if len(self._inside) >= CLIENTS_MAX:
            return Fault(FaultCode.BUSY, f"{CLIENTS_MAX}")
        if not is_allowed(peer_of(connection), os.geteuid(), self._socket_group):
            return Fault(FaultCode.NOT_ALLOWED, str(self._path))
        return None

    def _turn_away(self, connection: socket.socket, fault: Fault) -> None:
        """Say why, if the kernel takes it at once, and close."""
        self._turned_away[fault.code] += 1
        log.warning("client turned away: %s, %d so far", fault.code, self._turned_away[fault.code])
        with contextlib.suppress(OSError), connection:
            connection.send(encode(Notice(REFUSAL, fault)), socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)
