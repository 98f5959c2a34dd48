"""What both clients agree on with a station: how it greets, and what is said when it does not."""

from pathlib import Path
from typing import TypeVar

from node.api.faults import Fault, FaultCode, Refused
from node.api.methods import API_VERSION, GREETING, REFUSAL, Greeting
from node.api.packing import Malformed, unpack
from node.api.stream import Answer, Frame, FrameReader, Notice

ShapeT = TypeVar("ShapeT")


class NoStation(Exception):
    """Nobody answers at the socket; the text says what to do."""


def absent(path: Path, error: OSError) -> NoStation:
    """Nobody listens."""
    return NoStation(f"no station at {path} ({error.strerror or error}): start one with  bavn run")


def gone(path: Path) -> NoStation:
    """It hung up."""
    return NoStation(f"the station at {path} went away: see its log, then start it with  bavn run")


def foreign(path: Path, error: Malformed) -> NoStation:
    """What it says has no form that we know."""
    return NoStation(f"what answers at {path} is no station of this version ({error}): see api.socket")


def frames_in(frames: FrameReader, received: bytes, path: Path) -> list[Frame]:
    """The frames that what was received completes.

    Raises:
        NoStation: nothing was received, or it is no frame.
    """
    if not received:
        raise gone(path)
    try:
        return list(frames.feed(received))
    except Malformed as error:
        raise foreign(path, error) from error


def read(shape: type[ShapeT], packed: object, path: Path) -> ShapeT:
    """One dataclass of the API.

    Raises:
        NoStation: it has another form.
    """
    try:
        return unpack(shape, packed)
    except Malformed as error:
        raise foreign(path, error) from error


def answered(frame: Answer, shape: type[ShapeT], path: Path) -> ShapeT:
    """The answer to a request.

    Raises:
        Refused: the station did not do it.
        NoStation: it has another form.
    """
    if frame.fault is not None:
        raise Refused(frame.fault)
    return read(shape, frame.answer, path)


def greeted(frame: Frame, path: Path) -> Greeting:
    """The station's first words.

    Raises:
        Refused: it does not let us in, or speaks another version.
        NoStation: it is no station.
    """
    if isinstance(frame, Notice) and frame.name == REFUSAL:
        raise Refused(read(Fault, frame.body, path))
    if not isinstance(frame, Notice) or frame.name != GREETING:
        raise NoStation(f"what answers at {path} is no station: see api.socket in the configuration")
    greeting = read(Greeting, frame.body, path)
    if greeting.api != API_VERSION:
        raise Refused(Fault(FaultCode.VERSION, f"{greeting.api}/{API_VERSION}"))
    return greeting
