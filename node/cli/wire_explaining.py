"""`bavn wire explain`: a frame field by field, whose word it is and what it says."""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from typing import Final

from node.cli.exits import DONE, REFUSED
from node.cli.wire_cutting import fields_of
from node.cli.wire_fields import Field
from node.cli.wire_input import InputUnusable, read_bytes
from node.cli.wire_judging import Judge, Judgement
from node.cli.wire_meanings import Meanings
from node.daemon.form_names import StationNames
from node.daemon.text_codecs import loaded
from node.forms.loading import shipped_forms
from node.keyring.errors import KeyringError
from node.keyring.roster_file import RosterFile, read_roster_file
from node.words.catalogue import Words, chosen_language, words
from node.words.harmless import harmless
from protocol.forms.tables import SchemaMistake
from protocol.mixing.tables import TablesDamaged
from protocol.roster import Roster

_HEADING: Final = "byte.bit|bits|field|value|"
_SIZE: Final = "{count} bytes"
TEXTS: Final = (_HEADING, _SIZE)
_IN_HEX: Final = frozenset(
    ("MAC", "head", "fingerprint", "key fingerprint", "birth", "roster digest", "inventory digest", "holders", "bitmap")
)
_VALUE_LETTERS: Final = 18
"""Of a field's bytes as hex, in its row; whole with --json."""
_FIELDS_SHOWN_MAX: Final = 400
"""A frame of 231 bytes has at most some 300; what is more is no frame."""


def run(args: argparse.Namespace) -> int:
    """Explain what was typed; 1 when no receiver would take it."""
    translated = words(chosen_language(args.lang))
    try:
        raw = read_bytes(args.frame)
        named = read_roster_file(args.roster) if args.roster is not None else None
        judge = judge_of(translated, named)
    except (InputUnusable, KeyringError, TablesDamaged, SchemaMistake, OSError) as error:
        print(f"bavn wire explain: {error}", file=sys.stderr)
        return REFUSED
    fields, judgement = fields_of(raw)[:_FIELDS_SHOWN_MAX], judge.judged(raw)
    if args.json:
        print(json.dumps(table(judge.meanings, raw, fields, judgement), ensure_ascii=False))
    else:
        print("\n".join(page(translated, judge.meanings, raw, fields, judgement)))
    return REFUSED if judgement.dropped is not None or judgement.is_verified is False else DONE


def judge_of(translated: Words, named: RosterFile | None) -> Judge:
    """Load all that a frame may need to be read; without a roster nobody is known.

    Raises:
        TablesDamaged, SchemaMistake, OSError: the installation is broken.
    """
    known = named if named is not None else RosterFile("", Roster.build(bytes(32), ())[0])
    meanings = Meanings(translated, StationNames(known, time.time_ns() // 1_000_000))
    return Judge(translated, meanings, loaded(), shipped_forms(), None if named is None else named.roster)


def page(translated: Words, meanings: Meanings, raw: bytes, fields: list[Field], judgement: Judgement) -> Iterator[str]:
    """For people."""
    yield translated(_SIZE).format(count=len(raw))
    yield _row(*translated(_HEADING).split("|"))
    part = ""
    for one, said in _with_meanings(meanings, fields):
        if one.part != part:
            part = one.part
            yield f"  {part}".rstrip()
        yield _row(f"{one.at // 8}.{one.at % 8}", str(one.bits), one.name, _short(_whole(one)), said)
    yield ""
    yield judgement.worth
    yield from (f"| {harmless(line)}" for line in judgement.says)


def table(meanings: Meanings, raw: bytes, fields: list[Field], judgement: Judgement) -> dict[str, object]:
    """For programs."""
    told = [{**asdict(one), "value": _whole(one), "meaning": said} for one, said in _with_meanings(meanings, fields)]
    dropped = judgement.dropped
    return {
        "bytes": len(raw),
        "fields": told,
        "dropped": None if dropped is None else {"reason": dropped.reason.value, "detail": dropped.detail},
        "worth": judgement.worth,
        "verified": judgement.is_verified,
        "says": list(judgement.says),
    }


def _with_meanings(meanings: Meanings, fields: list[Field]) -> Iterator[tuple[Field, str]]:
    """Each field with what it means after those of the same part."""
    before: dict[str, int] = {}
    part = ""
    for one in fields:
        if one.part != part:
            part, before = one.part, {}
        yield one, meanings.of(one, before)
        if isinstance(one.value, int):
            before[one.name] = one.value


def _row(at: str, bits: str, name: str, value: str, said: str) -> str:
    return f"{at:>8} {bits:>5}  {name:<18} {value:<{_VALUE_LETTERS}} {said}".rstrip()


def _whole(one: Field) -> int | str:
    """A number as such, a hash or a key in hex."""
    if isinstance(one.value, bytes):
        return one.value.hex()
    return f"{one.value:0{one.bits // 4}x}" if one.name in _IN_HEX else one.value


def _short(value: int | str) -> str:
    """In a row; what is cut is marked so."""
    text = str(value)
    return text if len(text) <= _VALUE_LETTERS else f"{text[: _VALUE_LETTERS - 3]}..."
