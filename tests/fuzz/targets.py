"""What arbitrary bytes must never do: each target reads them as one reader does and asserts what always holds.

A reader answers a value or `Dropped`, raises nothing, and what it took it writes again as it came. How much memory it
may take meanwhile stands beside it (`Target.peak_bytes_max`).
"""

import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from node.cli.wire_cutting import fields_of
from node.daemon.text_codecs import loaded
from node.forms.loading import shipped_forms
from node.store.pouch_file import NotAPouch, pouch_bytes, read_pouch
from node.words.catalogue import LANGUAGES
from protocol.acts import Act
from protocol.codec import TEXT_BYTES_MAX, Codecs
from protocol.confidential import decrypt_at_station, decrypt_in_group, group_version
from protocol.confidential_acts import decrypt_comment
from protocol.decode import decode, sealed_bytes
from protocol.forms.book import FormBook
from protocol.forms.packing import Form, decode_form, encode_form
from protocol.forms.rendering import line, rows
from protocol.long_messages import joined, long_of, plan_of, split
from protocol.messages import MessageLike
from protocol.notices import (
    AnswerOverdue,
    DrillNotice,
    DrillStep,
    EmergencyKey,
    FunctionDuty,
    GroupSecret,
    LastWord,
    LogHead,
    decode_notice,
    encode_notice,
)
from protocol.numbers import FrameType, Reference
from protocol.option_layout import decode_options, encode_options
from protocol.options import NO_OPTIONS
from protocol.reasons import Dropped
from protocol.roster import Roster
from protocol.statements import decode_statement
from tests.support.codec_cases import codec_vectors
from tests.support.confidential_cases import confidential_cases
from tests.support.form_cases import CASES, NAMES
from tests.support.wire_cases import all_cases, case_roster, text_message

FRAME_PEAK_BYTES_MAX = 64 * 1024
"""Header, options, statements, notices and forms: what a hostile frame may take while it is read."""
TEXT_PEAK_BYTES_MAX = 4 << 20
"""A text and the models that read it; the tables were loaded before."""

ROSTER_PEAK_BYTES_MAX = 1 << 20
"""The whole roster is settled anew: some hundred bytes for each statement in it."""
FIELDS_PEAK_BYTES_MAX = 256 * 1024
"""Up to 300 fields with their names; no station does this."""


@dataclass(frozen=True, slots=True)
class Target:
    """One reader of bytes from outside."""

    read: Callable[[bytes], None]
    """Asserts what always holds; the bytes may be any."""
    seeds: Callable[[], list[bytes]]
    """Good bytes, to begin with."""
    peak_bytes_max: int = FRAME_PEAK_BYTES_MAX


def read_frame(raw: bytes) -> None:
    frame = decode(raw)
    if isinstance(frame, Dropped):
        assert str(frame).isascii()
        return
    assert frame.encode() == raw
    if isinstance(frame, MessageLike):
        assert decode(sealed_bytes(frame)) is not None


def read_statement(raw: bytes) -> None:
    statement = decode_statement(raw)
    if not isinstance(statement, Dropped):
        assert statement.encode() == raw


def read_into_roster(raw: bytes) -> None:
    believed = roster().with_statement(raw)
    if isinstance(believed, Roster):
        assert believed is roster() or raw in believed.statements()


def read_notice(raw: bytes) -> None:
    body = decode_notice(raw)
    if not isinstance(body, Dropped):
        assert encode_notice(body) == raw


def read_options(raw: bytes) -> None:
    read = decode_options(raw)
    if not isinstance(read, Dropped):
        options, size = read
        assert encode_options(options) == raw[:size]


def read_form(raw: bytes) -> None:
    form = decode_form(raw, book().schemas)
    if isinstance(form, Dropped):
        return
    if isinstance(form, Form) and not form.is_newer:
        assert encode_form(form) == raw
    for language in LANGUAGES:
        assert isinstance(line(form, book(), NAMES, language), str)
    assert rows(form, book(), NAMES)


def read_text(raw: bytes) -> None:
    """The first byte is the codec's number."""
    text = codecs().decode(raw[0] & 7, raw[1:]) if raw else ""
    if not isinstance(text, Dropped):
        assert len(text.encode()) <= TEXT_BYTES_MAX


def read_plan(raw: bytes) -> None:
    """The body of a LONG; what joins has the length that was signed.

    That other data do not join is no rule for here: a fuzzer that sees what is compared writes the right hash itself.
    """
    plan = plan_of(raw)
    if not isinstance(plan, Dropped):
        assert plan.encode() == raw
        missing = [bytes(plan.bytes_of(index)) for index in range(plan.fragments)]
        whole = joined(plan, missing)
        assert isinstance(whole, Dropped) or len(whole) == plan.total_bytes


def read_confidential(raw: bytes) -> None:
    """Nobody who has no key makes what opens."""
    frame = decode(raw)
    if isinstance(frame, Act):
        assert isinstance(decrypt_comment(frame, KEY, bytes(32), 1), Dropped)
    if isinstance(frame, MessageLike):
        group_version(frame)
        assert isinstance(decrypt_in_group(frame, KEY, 1), Dropped)
        for place in range(4):
            assert isinstance(decrypt_at_station(frame, KEY, place, 4, 1), Dropped)


def read_fields(raw: bytes) -> None:
    """Every bit is told once, also of what is dropped."""
    assert sum(one.bits for one in fields_of(raw)) == len(raw) * 8


KEY = bytes(range(32))


def read_courier(raw: bytes) -> None:
    """A pouch, damaged or not."""
    try:
        pouch = read_pouch(raw)
    except NotAPouch:
        return
    if pouch.is_whole:
        assert pouch_bytes(pouch.frames, pouch.made_utc_ms) == raw


@cache
def roster() -> Roster:
    return case_roster()


@cache
def book() -> FormBook:
    return shipped_forms()


@cache
def codecs() -> Codecs:
    return loaded()


def checked(target: Target, raw: bytes) -> None:
    """Read with the memory watched.

    Raises:
        AssertionError: something that always holds did not, or it took more than the target may.
    """
    was_tracing = tracemalloc.is_tracing()
    if not was_tracing:
        tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        target.read(raw)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        if not was_tracing:
            tracemalloc.stop()
    assert peak - before <= target.peak_bytes_max, f"{peak - before} bytes to read {len(raw)}"


def frames() -> list[bytes]:
    """Every golden frame."""
    return [case.frame.encode() for cases in all_cases().values() for case in cases]


def statements() -> list[bytes]:
    return [raw for raw in frames() if raw[0] >> 2 == FrameType.STATEMENT]


def bodies_of_notices() -> list[bytes]:
    secret, overdue = GroupSecret(7, 3, bytes(4), bytes(32)), AnswerOverdue(Reference(1, 0, 41))
    bodies = (FunctionDuty(3, 11, is_taken=True), DrillNotice(1, DrillStep.START, 900, b"EVD"), LastWord(4, 9), secret)
    return [encode_notice(body) for body in (*bodies, LogHead(9, bytes(32)), EmergencyKey(11), overdue)]


def plans() -> list[bytes]:
    whole = replace(long_of(text_message("")), body=bytes(range(256)) * 3)
    return [split(whole, room, bytes(32), 1)[0].body for room in (155, 100)]


def options() -> list[bytes]:
    """Of every golden message that has some."""
    messages = [one for one in map(decode, frames()) if isinstance(one, MessageLike)]
    return [encode_options(one.options) for one in messages if one.options != NO_OPTIONS]


def forms() -> list[bytes]:
    return [encode_form(case.form(book().schemas)) for case in CASES]


def coded_texts() -> list[bytes]:
    return [bytes([int(str(one["codec"]))]) + bytes.fromhex(str(one["body"])) for one in codec_vectors()]


def confidential() -> list[bytes]:
    return [case.frame.encode() for case in confidential_cases()] + [raw for raw in frames() if raw[0] >> 2 == 1]


def pouches() -> list[bytes]:
    return [pouch_bytes(frames()[:count], made) for count, made in ((0, None), (3, 1_790_000_000_000))]


TARGETS: Final[Mapping[str, Target]] = {
    "frame": Target(read_frame, frames),
    "statement": Target(read_statement, statements),
    "roster": Target(read_into_roster, statements, ROSTER_PEAK_BYTES_MAX),
    "long": Target(read_plan, plans),
    "notice": Target(read_notice, bodies_of_notices),
    "options": Target(read_options, options),
    "form": Target(read_form, forms),
    "text": Target(read_text, coded_texts, TEXT_PEAK_BYTES_MAX),
    "confidential": Target(read_confidential, confidential),
    "pouch": Target(read_courier, pouches),
    "fields": Target(read_fields, frames, FIELDS_PEAK_BYTES_MAX),
}
