"""What `bavn roster` tells: a roster as a list, what one sitting did, slips for passphrases that were drawn."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from node.keyring.entries import newest_entries
from node.keyring.errors import KeyringError
from node.keyring.files import write_whole
from node.keyring.folder import NetworkFolder
from node.keyring.roster_file import RosterFile
from node.keyring.sitting import Stored
from node.keyring.terms import day_text
from node.words.catalogue import chosen_language, words
from node.words.slip import slip_page
from protocol.bodies import CertificateBody
from protocol.numbers import Address
from protocol.revocations import RevocationBody, key_fingerprint
from protocol.roster import Roster
from protocol.sections import SectionBody
from protocol.statements import (
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
ROOT_DIGITS: Final = 32
"""128 bits."""
LISTED_MAX: Final = 6
"""Files that are named one by one."""
EXPIRES_SOON_DAYS: Final = 90
"""A quarter of a year: time for a clerk to find an afternoon."""


def print_roster(file: RosterFile, today: int, *, as_json: bool) -> None:
    """Everybody in a roster, with what is revoked, expired or about to."""
    rows = roster_rows(file.roster, today)
    sections = section_rows(file.roster)
    if as_json:
        fields = {"name": file.name, "root": file.roster.root.hex(), "certificates": rows, "sections": sections}
        print(json.dumps(fields, ensure_ascii=False))
        return
    print(f"{file.name}   root {root_text(file.roster.root)}")
    for row in rows:
        label = f"{row['kind']:<10}{row['number']:>6}  {row['code']:<6}{row['name']:<32}"
        print(f"{label}{row['more']}{_until(row)}".rstrip())
    for section in sections:
        whole = "" if section["whole"] else "   NOT WHOLE: import the authority's newest roster"
        print(f"section   {section['authority']:>6}  version {section['version']}{whole}")


def roster_rows(roster: Roster, today: int) -> list[Row]:
    """One row a certificate, by kind and number."""
    return [_row(roster, one, one.body, today) for one in newest_entries(roster) if is_certificate(one)]


def section_rows(roster: Roster) -> list[Row]:
    """How each authority's section stands."""
    rows: list[Row] = []
    for entry in newest_entries(roster):
        if isinstance(entry.body, AuthorityBody) and not entry.exercise:
            section = roster.section(entry.number)
            rows.append({"authority": entry.number, "version": section.version, "whole": section.is_whole})
    return rows


def print_stored(folder: NetworkFolder, stored: Stored, slips: Sequence[Path], *, as_json: bool) -> None:
    """What one sitting did, and which files it touched."""
    certificates = len(newest_entries(folder.roster_file().roster))
    files = [folder.roster_path, *(folder.keys / name for name in stored.keys)]
    presigned = [folder.revocations / name for name in stored.presigned]
    if as_json:
        fields = {
            "files": [str(path) for path in files],
            "certificates": certificates,
            "said": [said(statement) for statement in stored.statements],
            "revocations": [str(path) for path in presigned],
            "slips": [str(path) for path in slips],
        }
        print(json.dumps(fields, ensure_ascii=False))
        return
    for statement in stored.statements:
        print(said(statement))
    print(f"{files[0]}: {certificates} certificates")
    for path in files[1:] if len(files) <= LISTED_MAX else ():
        print(path)
    if len(files) > LISTED_MAX:
        print(f"{folder.keys}: {len(files) - 1} keys")
    if presigned:
        print(f"{folder.revocations}: {len(presigned)} signed in advance, for the safe alone")
    for path in slips if len(slips) <= LISTED_MAX else ():
        print(f"{path}: print it, hand it over, delete the file")
    if len(slips) > LISTED_MAX:
        print(f"{folder.slips}: {len(slips)} slips: print them, hand them over, delete the folder")


def said(statement: Statement) -> str:
    """A statement in one line."""
    exercise = ", exercise" if statement.exercise else ""
    holder = f"{statement.address.kind.name.lower()} {statement.number}{exercise}"
    match statement.body:
        case MembershipBody(version=version, members=members):
            return f"members of {holder}, version {version}: {' '.join(map(member_text, members))}"
        case SectionBody(version=version):
            return f"section of {holder}: version {version}"
        case RevocationBody(key_fingerprint=key, reason=reason):
            return f"revoked    {holder}: key {key.hex()}, {reason.name.lower()}"
        case _:
            verb = "certified" if statement.renewal == 0 else "renewed"
            body = statement.body
            return f"{verb:<10} {holder}: {body.code} {body.name}, until {day_text(statement.valid_until)}"


def root_text(root: bytes) -> str:
    """The beginning of a root's public key in groups of four, to read aloud: which network it is."""
    digits = root.hex()[:ROOT_DIGITS]
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def member_text(member: Address) -> str:
    """A member as it is typed."""
    return f"{member.kind.name.lower()}:{member.number}"


def write_slip(folder: NetworkFolder, network: str, statement: Statement, passphrase: str) -> Path:
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
    page = slip_page(words(chosen_language(None)), network, named, passphrase, is_emergency=is_emergency)
    path = folder.slips / f"{statement.address.kind.name.lower()}-{statement.number}.txt"
    write_whole(path, ("\n".join(page) + "\n").encode())
    return path


def is_certificate(statement: Statement) -> bool:
    """Whether it says who holds a number."""
    return isinstance(statement.body, CertificateBody)


def _row(roster: Roster, statement: Statement, body: object, today: int) -> Row:
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
        "more": _more(roster, statement, body),
        "key": "" if key is None else key_fingerprint(key).hex(),
        "from": day_text(statement.valid_from),
        "until": day_text(statement.valid_until),
        "state": state,
    }


def _more(roster: Roster, statement: Statement, body: CertificateBody) -> str:
    parts = ["exercise"] if statement.exercise else []
    match body:
        case AuthorityBody():
            pass
        case StationBody(incarnation=incarnation, is_kiosk=kiosk, needs_releaser=releaser):
            parts += [] if incarnation == 1 else [f"incarnation {incarnation}"]
            parts += [word for word, holds in (("kiosk", kiosk), ("FLASH needs a releaser", releaser)) if holds]
        case OperatorBody(home_station=home, rights=rights):
            held = ",".join(right.name.lower() for right in Right if right in rights and right.name)
            parts += [f"station {home} {held}".rstrip()]
        case FunctionBody(home_stations=homes, deputy=deputy):
            parts += ["station " + ", ".join(map(str, homes)), *([f"deputy {deputy}"] if deputy else [])]
        case GroupBody():
            parts += [" ".join(map(member_text, roster.members(statement.number)))]
        case HandheldBody(home_station=home, node_number=node):
            parts += [f"station {home} node !{node:08x}"]
    return " ".join(parts)


def _until(row: Row) -> str:
    match row["state"]:
        case "revoked":
            return "   REVOKED"
        case "expired":
            return f"   EXPIRED {row['until']}"
        case "soon":
            return f"   until {row['until']}: renew it"
        case _:
            return "" if row["until"] == "open" else f"   until {row['until']}"
