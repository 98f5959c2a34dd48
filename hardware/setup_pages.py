"""What `bavn radio setup` and `check` print: lines of at most 80 columns, keys only as fingerprints."""

import base64
import json
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Final

from hardware.base_station import Finding, Grade
from hardware.radio_settings import RadioSettings
from hardware.setup_plan import Difference

COLUMNS: Final = 80

_INTERRUPTED: Final = "an earlier setup of this radio was interrupted; run it again to the end"


def differences_page(found: Sequence[Difference], *, was_interrupted: bool) -> Iterator[str]:
    """Show field by field what is not as wanted."""
    part_columns = max((len(each.part) for each in found), default=0)
    for each in found:
        text = f"{each.part:<{part_columns}}  {each.field}: {each.found} -> {each.wanted}"
        yield from _wrapped(text, part_columns + 4)
    if was_interrupted:
        yield from _wrapped(_INTERRUPTED, 0)


def contact_page(found: RadioSettings) -> Iterator[str]:
    """Show what the profile needs of this radio, so that others load its key."""
    yield "For the profile, so that the other radios load this one's key:"
    yield ""
    yield "[[contact]]"
    yield f"short_name = {_quoted(found.short_name)}"
    yield f"long_name = {_quoted(found.long_name)}"
    yield f'node = "!{found.node_number:08x}"'
    yield f'key = "{base64.b64encode(own_key(found)).decode()}"'


def own_key(found: RadioSettings) -> bytes:
    """Return the radio's public key; empty before its region was first set."""
    security = found.parts.get("security")
    key: bytes = getattr(security, "public_key", b"")
    return key


def check_page(
    address: str, found: Sequence[Difference], grave: Sequence[Finding], *, was_interrupted: bool
) -> Iterator[str]:
    """Say whether a radio is ready, with one remedy a line when it is not."""
    wrong = [finding for finding in grave if finding.grade is Grade.WRONG]
    is_ready = not (found or wrong or was_interrupted)
    yield f"{address}: {'ready' if is_ready else 'NOT READY'}"
    for each in found:
        yield from _wrapped(f"! {each.part} {each.field} is {each.found}; set it to {each.wanted}", 2)
    if was_interrupted:
        yield from _wrapped(f"! {_INTERRUPTED}", 2)
    for finding in grave:
        yield from _wrapped(f"{'!' if finding.grade is Grade.WRONG else '-'} {finding.problem}; {finding.remedy}", 2)
    if found or was_interrupted:
        yield "All at once: bavn radio setup ADDRESS --profile FILE"


def as_json(**said: object) -> str:
    """Write one object on one line."""
    return json.dumps(said)


def differences_json(found: Iterable[Difference]) -> list[dict[str, str]]:
    """Give differences to programs."""
    return [asdict(each) for each in found]


def _quoted(text: str) -> str:
    # JSON's strings are TOML's basic strings.
    return json.dumps(text, ensure_ascii=False)


def _wrapped(text: str, indent: int) -> list[str]:
    return textwrap.wrap(text, COLUMNS, subsequent_indent=" " * indent) or [""]
