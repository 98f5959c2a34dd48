"""The fields of a STATEMENT, by its class (protocol/SPEC.md, section 10)."""

from collections.abc import Callable, Mapping
from typing import Final

from node.cli.wire_fields import Cutter
from protocol import certificates, groups, handhelds, revocations, sections, statements
from protocol.layout import Layout
from protocol.numbers import SIGNATURE_BYTES
from protocol.signatures import PUBLIC_KEY_BYTES

_HEADER_NAMES: Final = (
    "version|type|precedence|class|exercise|reserved|issuer|number|renewal|valid from|valid until|birth"
)
_REFERENCE: Final = Layout(10, 2, 14, 6)


def cut_statement(cutter: Cutter) -> None:
    """Cut its header and what its class has after it."""
    statement_class = cutter.layout(statements.HEADER, _HEADER_NAMES).get("class", 0)
    if statement_class in _CLASSES:
        _CLASSES[statement_class](cutter)


def _cut_authority(cutter: Cutter) -> None:
    cutter.octets("public key", PUBLIC_KEY_BYTES)
    _cut_names(cutter)


def _cut_station(cutter: Cutter) -> None:
    cutter.octets("public key", PUBLIC_KEY_BYTES)
    cutter.octets("exchange key", PUBLIC_KEY_BYTES)
    cutter.layout(certificates.STATION_FIELDS, "whole incarnation|reserved|second releaser|kiosk")
    _cut_names(cutter)


def _cut_operator(cutter: Cutter) -> None:
    cutter.octets("public key", PUBLIC_KEY_BYTES)
    cutter.layout(certificates.OPERATOR_FIELDS, "reserved|rights|home station")
    _cut_names(cutter)


def _cut_function(cutter: Cutter) -> None:
    for _ in range(cutter.layout(Layout(8), "home stations").get("home stations", 0)):
        if not cutter.layout(Layout(16), "home station"):
            return
    cutter.layout(Layout(16), "deputy")
    _cut_names(cutter)


def _cut_group(cutter: Cutter) -> None:
    cutter.layout(Layout(8), "group kind")
    _cut_names(cutter)


def _cut_handheld(cutter: Cutter) -> None:
    cutter.layout(handhelds.HANDHELD_FIELDS, "node number|home station")
    cutter.octets("radio's key", handhelds.RADIO_KEY_BYTES)
    _cut_names(cutter)


def _cut_membership(cutter: Cutter) -> None:
    cutter.layout(Layout(16), "version of list")
    number = 0
    while cutter.left:
        number += 1
        cutter.layout(groups.MEMBER, "kind|number|reserved", f"member {number}")


def _cut_revocation(cutter: Cutter) -> None:
    marks = cutter.layout(revocations.FIELDS, "kind|key fingerprint|reason|issued|marks").get("marks", 0)
    for number in range(marks):
        if not cutter.layout(_REFERENCE, "origin|incarnation|sequence|reserved", f"mark {number + 1}"):
            return
    if cutter.left and cutter.layout(revocations.SECOND, "kind|number|reserved", "second holder"):
        cutter.octets("signature", SIGNATURE_BYTES, "second holder")


def _cut_section(cutter: Cutter) -> None:
    cutter.layout(Layout(32), "version of section")
    cutter.octets("section digest", sections.SECTION_DIGEST_BYTES)


def _cut_names(cutter: Cutter) -> None:
    length = cutter.layout(Layout(8), "code length").get("code length", 0)
    cutter.octets("code", length)
    cutter.rest("name")


_CLASSES: Final[Mapping[int, Callable[[Cutter], None]]] = {
    1: _cut_authority,
    2: _cut_station,
    3: _cut_operator,
    4: _cut_function,
    5: _cut_group,
    6: _cut_handheld,
    7: _cut_membership,
    8: _cut_revocation,
    9: _cut_section,
}
