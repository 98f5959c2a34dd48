"""The official client as a test sees it: a process that is told what to do, and what it heard so far."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.patience import DEADLINE_S

SCRIPT = Path(__file__).parents[1] / "support" / "official_client.py"


@dataclass(frozen=True)
class Packet:
    """A packet that the client's users were told of."""

    from_node: int
    to_node: int
    packet_id: int
    port: int
    payload: bytes
    request_id: int
    """Of the packet it answers, 0 for none."""
    error: str
    """Of a Routing packet; `NONE` is an ack. Empty for all others."""
    hops: int
    to_our_key: bool


class OfficialClient:
    """One running client."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._answers: asyncio.Queue[Any] = asyncio.Queue()
        self._changed = asyncio.Event()
        self.heard: list[Packet] = []
        self._reported: dict[int, int] = {}

    async def listen(self) -> None:
        """Take its lines until it ends."""
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            match json.loads(line):
                case {"heard": said}:
                    self.heard.append(
                        Packet(
                            from_node=said["from"],
                            to_node=said["to"],
                            packet_id=said["id"],
                            port=said["port"],
                            payload=bytes.fromhex(said["payload"]),
                            request_id=said["request_id"],
                            error=said["error"],
                            hops=said["hops"],
                            to_our_key=said["to_our_key"],
                        )
                    )
                    self._changed.set()
                case {"reported": [packet_id, result]}:
                    self._reported[packet_id] = result
                    self._changed.set()
                case {"answer": answer} | {"ready": answer}:
                    self._answers.put_nowait(answer)

    async def answer(self) -> Any:
        async with asyncio.timeout(DEADLINE_S):
            return await self._answers.get()

    async def ask(self, do: str, **options: object) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **options}).encode() + b"\n")
        return await self.answer()

    async def until_heard(self, is_it: Callable[[Packet], bool]) -> Packet:
        async with asyncio.timeout(DEADLINE_S):
            while True:
                found = next(filter(is_it, self.heard), None)
                if found is not None:
                    return found
                self._changed.clear()
                await self._changed.wait()

    async def until_report(self, packet_id: int) -> int:
        """Wait for the queue report about a packet, and give its result."""
        async with asyncio.timeout(DEADLINE_S):
            while packet_id not in self._reported:
                self._changed.clear()
                await self._changed.wait()
        return self._reported[packet_id]

    async def until_acked(self, packet_id: int, by: int) -> Packet:
        return await self.until_heard(
            lambda packet: packet.request_id == packet_id and packet.from_node == by and packet.error == "NONE"
        )


@asynccontextmanager
async def official(*addresses: str) -> AsyncIterator[list[OfficialClient]]:
    """Clients of these radios, ready; killed at the end."""
    pipe = subprocess.PIPE
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, SCRIPT, address, stdin=pipe, stdout=pipe)
        for address in addresses
    ]
    clients = [OfficialClient(process) for process in processes]
    listening = [asyncio.create_task(client.listen()) for client in clients]
    try:
        for client in clients:
            await client.answer()
        yield clients
    finally:
        for process in processes:
            if process.returncode is None:
                process.kill()
        for process in processes:
            await process.wait()
        await asyncio.gather(*listening)
