"""A client that waits for its answers: for commands, where starting fast matters more than doing two things at once."""

import socket
import time
from pathlib import Path
from types import TracebackType
from typing import Final, TypeVar

from node.api.faults import Fault, Refused
from node.api.methods import API_VERSION, CHANGED, HELLO, REFUSAL, SUBSCRIBE, Changed, Hello, Method, Subscribe
from node.api.stream import ANSWER_BYTES_MAX, READ_BYTES, Answer, Frame, FrameReader, Notice, Request, encode
from node.client.handshake import NoStation, absent, answered, frames_in, gone, greeted, read

__all__ = ["ANSWER_S", "Client", "NoStation"]

AskT = TypeVar("AskT")
AnswerT = TypeVar("AnswerT")

ANSWER_S: Final = 30.0
"""A login on a Pi Zero takes some seconds; everything else answers in milliseconds."""


class Client:
    """One connection to a station; use it as a context.

    Args:
        path: the station's socket.
        program: named in the station's log.
        timeout_s: for each answer.

    Raises:
        NoStation: nobody listens there, or what listens is no station.
        Refused: the station does not let us in, or speaks another version.
        TimeoutError: it does not answer.
    """

    def __init__(self, path: Path, program: str = "bavn", timeout_s: float = ANSWER_S) -> None:
        self._path = path
        self._timeout_s = timeout_s
        self._frames = FrameReader(ANSWER_BYTES_MAX)
        self._waiting: list[Frame] = []
        self._last_id = 0
        self._change: int | None = None
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            self._connect()
            self.greeting = greeted(self._next(self._deadline_s()), path)
            self.call(HELLO, Hello(API_VERSION, program))
        except BaseException:
            self._socket.close()
            raise

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Leave; the station goes on."""
        self._socket.close()

    def call(self, method: Method[AskT, AnswerT], ask: AskT) -> AnswerT:
        """Ask, and wait for the answer.

        Raises:
            Refused: the station does not do it.
            NoStation: it went away.
            TimeoutError: it does not answer in time.
        """
        self._last_id += 1
        request = encode(Request(self._last_id, method.name, ask))
        deadline_s = self._deadline_s()
        try:
            self._socket.settimeout(self._timeout_s)
            self._socket.sendall(request)
        except TimeoutError:
            raise
        except OSError as error:
            raise gone(self._path) from error
        while True:
            frame = self._next(deadline_s)
            if isinstance(frame, Answer) and frame.id == self._last_id:
                return answered(frame, method.answer, self._path)

    def subscribe(self, since: int) -> int:
        """Ask to be told of changes after a point; where the counter stands now."""
        return self.call(SUBSCRIBE, Subscribe(since)).change

    def next_change(self, within_s: float) -> int | None:
        """Wait for the change counter to move; None when it did not in time.

        Raises:
            NoStation: the station went away.
        """
        deadline_s = time.monotonic() + within_s
        while self._change is None:
            try:
                self._next(deadline_s)
            except TimeoutError:
                return None
        newest, self._change = self._change, None
        return newest

    def _connect(self) -> None:
        try:
            self._socket.settimeout(self._timeout_s)
            self._socket.connect(str(self._path))
        except OSError as error:
            raise absent(self._path, error) from error

    def _next(self, deadline_s: float) -> Frame:
        """The next frame; of notices of changes the newest is kept as well.

        Raises:
            TimeoutError: none came in time.
            NoStation: the station went away.
            Refused: it said why it will not talk to us any more.
        """
        while not self._waiting:
            self._waiting += self._received(deadline_s)
        frame = self._waiting.pop(0)
        if isinstance(frame, Notice) and frame.name == CHANGED:
            self._change = read(Changed, frame.body, self._path).change
        if isinstance(frame, Notice) and frame.name == REFUSAL:
            raise Refused(read(Fault, frame.body, self._path))
        return frame

    def _received(self, deadline_s: float) -> list[Frame]:
        left_s = deadline_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError(f"the station at {self._path} did not answer in time: see its log")
        try:
            self._socket.settimeout(left_s)
            received = self._socket.recv(READ_BYTES)
        except TimeoutError:
            raise TimeoutError(f"the station at {self._path} did not answer in time: see its log") from None
        except OSError as error:
            raise gone(self._path) from error
        return frames_in(self._frames, received, self._path)

    def _deadline_s(self) -> float:
        return time.monotonic() + self._timeout_s
