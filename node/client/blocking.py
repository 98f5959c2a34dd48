"""A client that waits for its answers: for commands, where starting fast matters more than doing two things at once."""

import socket
import time
from pathlib import Path
from types import TracebackType
from typing import Final, TypeVar

from node.api.faults import Fault, FaultCode, Refused
from node.api.methods import (
    API_VERSION,
    CHANGED,
    GREETING,
    HELLO,
    REFUSAL,
    SUBSCRIBE,
    Changed,
    Greeting,
    Hello,
    Method,
    Subscribe,
)
from node.api.packing import Malformed, unpack
from node.api.stream import ANSWER_BYTES_MAX, READ_BYTES, Answer, FrameReader, Notice, Request, encode

AskT = TypeVar("AskT")
AnswerT = TypeVar("AnswerT")

ANSWER_S: Final = 30.0
"""A login on a Pi Zero takes some seconds; everything else answers in milliseconds."""


class NoStation(Exception):
    """Nobody answers at the socket; the text says what to do."""


class Client:
    """One connection to a station; use it as a context.

    Args:
        path: the station's socket.
        program: named in the station's log.
        timeout_s: for each answer.

    Raises:
        NoStation: nobody listens there, or what listens is no station.
        Refused: the station does not let us in, or speaks another version.
    """

    def __init__(self, path: Path, program: str = "bavn", timeout_s: float = ANSWER_S) -> None:
        self._path = path
        self._timeout_s = timeout_s
        self._frames = FrameReader(ANSWER_BYTES_MAX)
        self._waiting: list[Request | Answer | Notice] = []
        self._last_id = 0
        self._changes: list[int] = []
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            self._socket.settimeout(timeout_s)
            self._socket.connect(str(path))
            self.greeting = self._greeted()
            self.call(HELLO, Hello(API_VERSION, program))
        except OSError as error:
            self._socket.close()
            raise NoStation(f"no station at {path} ({error.strerror or error}): start one with  bavn run") from error
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
            NoStation: it went away, or does not answer in time.
        """
        self._last_id += 1
        try:
            self._socket.sendall(encode(Request(self._last_id, method.name, ask)))
        except OSError as error:
            raise NoStation(f"the station at {self._path} went away: {error.strerror}") from error
        deadline_s = time.monotonic() + self._timeout_s
        while True:
            frame = self._next(deadline_s)
            if isinstance(frame, Answer) and frame.id == self._last_id:
                if frame.fault is not None:
                    raise Refused(frame.fault)
                return self._read(method.answer, frame.answer)

    def subscribe(self, since: int) -> int:
        """Ask to be told of changes after a point; where the counter stands now."""
        return self.call(SUBSCRIBE, Subscribe(since)).change

    def next_change(self, within_s: float) -> int | None:
        """Wait for the change counter to move; None when it did not in time."""
        deadline_s = time.monotonic() + within_s
        while not self._changes:
            try:
                self._next(deadline_s)
            except TimeoutError:
                return None
        newest = max(self._changes)
        self._changes.clear()
        return newest

    def _greeted(self) -> Greeting:
        frame = self._next(time.monotonic() + self._timeout_s)
        if not isinstance(frame, Notice) or frame.name != GREETING:
            raise NoStation(f"what answers at {self._path} is no station: see api.socket in the configuration")
        greeting = self._read(Greeting, frame.body)
        if greeting.api != API_VERSION:
            raise Refused(Fault(FaultCode.VERSION, f"{greeting.api}/{API_VERSION}"))
        return greeting

    def _next(self, deadline_s: float) -> Request | Answer | Notice:
        """The next frame; notices of changes are kept aside as well.

        Raises:
            TimeoutError: none came in time.
            NoStation: the station went away.
            Refused: it said why it will not talk to us.
        """
        while not self._waiting:
            left_s = deadline_s - time.monotonic()
            if left_s <= 0:
                raise TimeoutError(f"no answer within {self._timeout_s:g} s")
            self._socket.settimeout(left_s)
            received = self._socket.recv(READ_BYTES)
            if not received:
                raise NoStation(f"the station at {self._path} went away: see its log, then start it with  bavn run")
            try:
                self._waiting += self._frames.feed(received)
            except Malformed as error:
                raise NoStation(f"what answers at {self._path} is no station ({error})") from error
        frame = self._waiting.pop(0)
        if isinstance(frame, Notice) and frame.name == CHANGED:
            self._changes.append(self._read(Changed, frame.body).change)
        if isinstance(frame, Notice) and frame.name == REFUSAL:
            raise Refused(self._read(Fault, frame.body))
        return frame

    def _read(self, shape: type[AnswerT], packed: object) -> AnswerT:
        try:
            return unpack(shape, packed)
        except Malformed as error:
            raise NoStation(f"the station at {self._path} answered in another form ({error})") from error
