"""What a statement may be about, by its class: what encoder, decoder and roster share (SPEC.md, section 10)."""

from enum import IntEnum
from typing import assert_never

from protocol.certificates import (
    AuthorityBody,
    FunctionBody,
    OperatorBody,
    StationBody,
    decode_authority,
    decode_function,
    decode_operator,
    decode_station,
)
from protocol.groups import GroupBody, MembershipBody, decode_group, decode_membership
from protocol.handhelds import HandheldBody, decode_handheld
from protocol.numbers import Kind
from protocol.reasons import Dropped
from protocol.revocations import RevocationBody, decode_revocation
from protocol.sections import SectionBody, decode_section

CertificateBody = AuthorityBody | StationBody | OperatorBody | FunctionBody | GroupBody | HandheldBody
"""Says who the holder of a number is: has a code and a name."""

Body = CertificateBody | MembershipBody | RevocationBody | SectionBody


class StatementClass(IntEnum):
    """The classes that this version reads."""

    AUTHORITY = 1
    STATION = 2
    OPERATOR = 3
    FUNCTION = 4
    GROUP = 5
    HANDHELD = 6
    MEMBERSHIP = 7
    REVOCATION = 8
    SECTION = 9


def class_of(body: Body) -> StatementClass:
    """The class on the air."""
    match body:
        case AuthorityBody():
            return StatementClass.AUTHORITY
        case StationBody():
            return StatementClass.STATION
        case OperatorBody():
            return StatementClass.OPERATOR
        case FunctionBody():
            return StatementClass.FUNCTION
        case GroupBody():
            return StatementClass.GROUP
        case HandheldBody():
            return StatementClass.HANDHELD
        case MembershipBody():
            return StatementClass.MEMBERSHIP
        case RevocationBody():
            return StatementClass.REVOCATION
        case SectionBody():
            return StatementClass.SECTION
        case _:
            assert_never(body)


def kind_of(body: Body) -> Kind:
    """Whose space the statement's number belongs to."""
    match body:
        case AuthorityBody() | SectionBody():
            return Kind.AUTHORITY
        case StationBody():
            return Kind.STATION
        case OperatorBody():
            return Kind.OPERATOR
        case FunctionBody():
            return Kind.FUNCTION
        case GroupBody() | MembershipBody():
            return Kind.GROUP
        case HandheldBody():
            return Kind.HANDHELD
        case RevocationBody():
            return body.subject
        case _:
            assert_never(body)


def decode_body(statement_class: StatementClass, raw: bytes) -> Body | Dropped:
    """Read what stands between a statement's header and its signature."""
    body = _decode_fields(statement_class, raw)
    return body if isinstance(body, Dropped) else body.fault() or body


def _decode_fields(statement_class: StatementClass, raw: bytes) -> Body | Dropped:
    match statement_class:
        case StatementClass.AUTHORITY:
            return decode_authority(raw)
        case StatementClass.STATION:
            return decode_station(raw)
        case StatementClass.OPERATOR:
            return decode_operator(raw)
        case StatementClass.FUNCTION:
            return decode_function(raw)
        case StatementClass.GROUP:
            return decode_group(raw)
        case StatementClass.HANDHELD:
            return decode_handheld(raw)
        case StatementClass.MEMBERSHIP:
            return decode_membership(raw)
        case StatementClass.REVOCATION:
            return decode_revocation(raw)
        case StatementClass.SECTION:
            return decode_section(raw)
