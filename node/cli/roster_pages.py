"""What `bavn roster` tells: a roster as a list, what one sitting did, slips for passphrases that were drawn."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from node.keyring.entries import newest_entries
from node.keyring.errors import KeyringError
from node.keyring.files import write_whole
from node.keyring.folder import NetworkFolder
from node.keyring.planning import Pending
from node.keyring.roster_file import RosterFile
from node.keyring.sitting import Stored
from node.keyring.terms import OPEN, day_text
from node.words import roster_phrases as say
from node.words.catalogue import Words, words
from node.words.page import COLUMNS, folded
from node.words.slip import slip_page
from node.words.statement_phrases import EXERCISE
from protocol.bodies import CertificateBody
from protocol.numbers import Address
from protocol.revocations import RevocationBody, key_fingerprint
from protocol.roster import Roster
from protocol.sections import SectionBody
from protocol.statements import (
    ALWAYS_UNTIL,
    AuthorityBody,
    FunctionBody,
    GroupBody,
    HandheldBody,
    MembershipBody,
    OperatorBody,
    Right,
    Statement,
    StationBody,
)

Row = dict[str, str | int | bool]
ENGLISH: Final = words("en")
"""For programs."""
ROOT_DIGITS: Final = 32
"""128 bits."""
LISTED_MAX: Final = 6
"""Files that are named one by one."""
EXPIRES_SOON_DAYS: Final = 90
"""A quarter of a year: time for a clerk to find an afternoon."""


def print_roster(words: Words, file: RosterFile, today: int, *, as_json: bool) -> None:
    """Everybody in a roster, with what is revoked, expired or about to."""
    rows = roster_rows(ENGLISH if as_json else words, file.roster, today)
    sections = section_rows(file.roster)
    if as_json:
        fields = {"name": file.name, "root": file.roster.root.hex(), "certificates": rows, "sections": sections}
        print(json.dumps(fields, ensure_ascii=False))
        return
    print(f"{file.name}   {words(say.ROOT)} {root_text(file.roster.root)}")
    for row in rows:
        for line in _lines(words, row):
            print(line)
    for section in sections:
        whole = "" if section["whole"] else f"   {words(say.NOT_WHOLE)}"
        print(f"{words(say.SECTION_STANDS).format(**section)}{whole}")


def roster_rows(words: Words, roster: Roster, today: int) -> list[Row]:
    """One row a certificate, by kind and number."""
    return [_row(words, roster, one, one.body, today) for one in newest_entries(roster) if is_certificate(one)]


def section_rows(roster: Roster) -> list[Row]:
    """How each authority's section stands."""
    rows: list[Row] = []
    for entry in newest_entries(roster):
        if isinstance(entry.body, AuthorityBody) and not entry.exercise:
            section = roster.section(entry.number)
            rows.append({"authority": entry.number, "version": section.version, "whole": section.is_whole})
    return rows


def print_stored(words: Words, folder: NetworkFolder, stored: Stored, slips: Sequence[Path], *, as_json: bool) -> None:
    """What one sitting did, and which files it touched."""
    certificates = len(newest_entries(folder.roster_file().roster))
    files = [folder.roster_path, *(folder.keys / name for name in stored.keys)]
    presigned = [folder.revocations / name for name in stored.presigned]
    if as_json:
        fields = {
            "files": [str(path) for path in files],
            "certificates": certificates,
            "said": [said(ENGLISH, statement) for statement in stored.statements],
            "revocations": [str(path) for path in presigned],
            "slips": [str(path) for path in slips],
        }
        print(json.dumps(fields, ensure_ascii=False))
        return
    for statement in stored.statements:
        print(said(words, statement))
    print(words(say.CERTIFICATES).format(file=files[0], count=certificates))
    for path in files[1:] if len(files) <= LISTED_MAX else ():
        print(path)
    if len(files) > LISTED_MAX:
        print(words(say.KEYS).format(place=folder.keys, count=len(files) - 1))
    if presigned:
        print(words(say.PRESIGNED).format(place=folder.revocations, count=len(presigned)))
    for path in slips if len(slips) <= LISTED_MAX else ():
        print(words(say.SLIP).format(file=path))
    if len(slips) > LISTED_MAX:
        print(words(say.SLIPS).format(place=folder.slips, count=len(slips)))


def said(words: Words, statement: Statement) -> str:
    """A statement in one line."""
    holder = holder_text(words, statement)
    match statement.body:
        case MembershipBody(version=version, members=members):
            named = " ".join(map(member_text, members))
            return words(say.MEMBERS).format(holder=holder, version=version, members=named)
        case SectionBody(version=version):
            return words(say.SECTION).format(holder=holder, version=version)
        case RevocationBody(key_fingerprint=key, reason=reason):
            return words(say.REVOKED).format(holder=holder, key=key.hex(), reason=words(say.REASONS[reason]))
        case body:
            is_new, is_open = statement.renewal == 0, statement.valid_until == ALWAYS_UNTIL
            texts = (say.CERTIFIED, say.CERTIFIED_FOR_GOOD) if is_new else (say.RENEWED, say.RENEWED_FOR_GOOD)
            until = day_text(statement.valid_until)
            return words(texts[is_open]).format(holder=holder, code=body.code, name=body.name, until=until)


def holder_text(words: Words, statement: Statement) -> str:
    """Of whom a statement is, by kind and number."""
    exercise = words(EXERCISE) if statement.exercise else ""
    return f"{words(statement.address.kind.name.lower())} {statement.number}{exercise}"


def pending_text(words: Words, pending: Pending) -> str:
    """What a plan asks for, in one line."""
    line = pending.line
    return words(say.PENDING[pending.what]).format(holder=f"{words(line.kind.name.lower())} {line.code} {line.name}")


def root_text(root: bytes) -> str:
    """The beginning of a root's public key in groups of four, to read aloud: which network it is."""
    digits = root.hex()[:ROOT_DIGITS]
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def member_text(member: Address) -> str:
    """A member as it is typed."""
    return f"{member.kind.name.lower()}:{member.number}"


def write_slip(words: Words, folder: NetworkFolder, network: str, statement: Statement, passphrase: str) -> Path:
    """A slip for a passphrase that was drawn, readable by its owner alone.

    Raises:
        KeyringError: there is nobody to name on it.
        OSError: the disk did not take it.
    """
    body = statement.body
    if not isinstance(body, CertificateBody):
        raise KeyringError("a slip is for a holder")
    is_emergency = isinstance(body, OperatorBody) and Right.EMERGENCY in body.rights
    named = f"{body.code}  {body.name}"
    page = slip_page(words, network, named, passphrase, is_emergency=is_emergency)
    path = folder.slips / f"{statement.address.kind.name.lower()}-{statement.number}.txt"
    write_whole(path, ("\n".join(page) + "\n").encode())
    return path


def is_certificate(statement: Statement) -> bool:
    """Whether it says who holds a number."""
    return isinstance(statement.body, CertificateBody)


def _row(words: Words, roster: Roster, statement: Statement, body: object, today: int) -> Row:
    assert isinstance(body, CertificateBody), "asked for certificates only"
    key = statement.public_key
    revoked = key is not None and roster.revocation_of(statement.address, key, exercise=statement.exercise) is not None
    left_days = statement.valid_until - today
    state = "revoked" if revoked else "expired" if left_days < 0 else "soon" if left_days < EXPIRES_SOON_DAYS else ""
    return {
        "kind": statement.address.kind.name.lower(),
        "number": statement.number,
        "exercise": statement.exercise,
        "code": body.code,
        "name": body.name,
        "more": _more(words, roster, statement, body),
        "key": "" if key is None else key_fingerprint(key).hex(),
        "from": day_text(statement.valid_from),
        "until": day_text(statement.valid_until),
        "state": state,
    }


def _more(words: Words, roster: Roster, statement: Statement, body: CertificateBody) -> str:
    parts = [words(say.FOR_EXERCISES)] if statement.exercise else []
    match body:
        case AuthorityBody():
            pass
        case StationBody(incarnation=incarnation, is_kiosk=kiosk, needs_releaser=releaser):
            parts += [] if incarnation == 1 else [words(say.INCARNATION).format(incarnation=incarnation)]
            parts += [words(text) for text, holds in ((say.KIOSK, kiosk), (say.NEEDS_RELEASER, releaser)) if holds]
        case OperatorBody(home_station=home, rights=rights):
            held = ",".join(right.name.lower() for right in Right if right in rights and right.name)
            parts += [f"{words(say.AT_STATION).format(stations=home)} {held}".rstrip()]
        case FunctionBody(home_stations=homes, deputy=deputy):
            parts += [words(say.AT_STATION).format(stations=", ".join(map(str, homes)))]
            parts += [words(say.DEPUTY).format(function=deputy)] if deputy else []
        case GroupBody():
            parts += [" ".join(map(member_text, roster.members(statement.number)))]
        case HandheldBody(home_station=home, node_number=node):
            parts += [words(say.AT_STATION).format(stations=home), words(say.NODE).format(node=f"!{node:08x}")]
    return " ".join(parts)


def _lines(words: Words, row: Row) -> list[str]:
    """A row within a terminal's columns; what does not fit beside the name stands below it."""
    label = f"{words(str(row['kind'])):<10}{row['number']:>6}  {row['code']:<6}"
    more, until = str(row["more"]), _until(words, row)
    whole = f"{label}{row['name']:<32}{more}{'   ' if more and until else ''}{until}".rstrip()
    if len(whole) <= COLUMNS:
        return [whole]
    head = f"{label}{row['name']}   {until}".rstrip()
    return [head, *(f"{'':>{len(label)}}{line}" for line in folded(more, COLUMNS - len(label)))]


def _until(words: Words, row: Row) -> str:
    match row["state"]:
        case "revoked":
            return words(say.IS_REVOKED)
        case "expired":
            return words(say.IS_EXPIRED).format(until=row["until"])
        case "soon":
            return words(say.EXPIRES_SOON).format(until=row["until"])
        case _:
            return "" if row["until"] == OPEN else words(say.UNTIL).format(until=row["until"])
