"""`bavn roster`: make a network, certify who belongs to it, show what a roster says."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from node.cli.asking import add_passphrase_file, passphrase
from node.keyring.enrolment import ROSTER_NAME, Enrolment
from node.keyring.errors import KeyringError
from node.keyring.roster_file import RosterFile, read_roster_file
from protocol.bodies import CertificateBody
from protocol.statements import (
    AuthorityBody,
    FunctionBody,
    GroupBody,
    HandheldBody,
    OperatorBody,
    Right,
    Statement,
    StationBody,
    decode_statement,
)

SUMMARY: Final = "make a network and certify stations, people and functions"

_GUIDE: Final = """\
DIR holds the network and belongs into the safe:
  DIR/roster.bavn      who is who; public, every station has a copy
  DIR/keys/*.key       root and authority keys (each under its passphrase),
                       station keys (open: move each to its station), operator keys
A station needs roster.bavn, its own station-N.key and its operators' operator-N.key.

example:
  bavn roster create net --name "Assens beredskab"
  bavn roster add-authority net 1 ASK "Assens Kommune"
  bavn roster add-station net 1 PLH "Plejehjemmet Havblik" --authority 1
  bavn roster add-operator net 1 MLA "Mette Larsen" --authority 1 --home 1 --rights flash,orders
  bavn roster add-function net 1 KRISE "Kriseleder" --authority 1 --home 1
  bavn roster show net
  bavn roster hand-out net 1 /media/stick/plh
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    parser.epilog = _GUIDE
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    create = _step(steps, "create", "begin a network: draw its root key")
    create.add_argument("--name", required=True, help="the network's name, shown to people")
    add_passphrase_file(create, "--root-passphrase-file", "the new root")
    authority = _step(steps, "add-authority", "certify an authority by the root")
    _holder(authority, "three letters, such as ASK")
    add_passphrase_file(authority, "--root-passphrase-file", "the root's")
    add_passphrase_file(authority, "--authority-passphrase-file", "the new authority's")
    for name, text, code in (
        ("add-station", "certify a station by its authority", "three letters its messages are numbered by"),
        ("add-operator", "certify a person by an authority", "initials"),
        ("add-function", "certify a function by an authority", "up to five letters"),
    ):
        step = _step(steps, name, text)
        _holder(step, code)
        step.add_argument("--authority", type=int, required=True, metavar="N", help="the authority that certifies")
        add_passphrase_file(step, "--authority-passphrase-file", "the authority's")
        if name == "add-operator":
            step.add_argument("--home", type=int, required=True, metavar="STATION", help="where the person is reached")
            step.add_argument("--rights", default="", help=f"any of {', '.join(_right_names())}, separated by commas")
            add_passphrase_file(step, "--operator-passphrase-file", "the new operator's")
        if name == "add-function":
            step.add_argument(
                "--home", type=int, required=True, nargs="+", metavar="STATION", help="where it is reached"
            )
    export = _step(steps, "export", "write the public roster alone, to take to stations that have an older one")
    export.add_argument("file", type=Path, help="the file to write")
    hand_out = _step(steps, "hand-out", "copy what one station needs: roster, its key, its operators' keys")
    hand_out.add_argument("station", type=int, metavar="STATION", help="its number")
    hand_out.add_argument("target", type=Path, metavar="TARGET", help="a directory, such as one on a USB stick")
    show = steps.add_parser("show", help="list what a roster file says", description="List what a roster file says.")
    show.add_argument("file", type=Path, help="a roster file, or a network's directory")
    show.add_argument("--json", action="store_true", help="for programs")


def run(args: argparse.Namespace) -> int:
    """Carry out one step; 1 with a line that says what to do when it cannot be."""
    try:
        return _carry_out(args)
    except (KeyringError, OSError) as error:
        print(f"bavn roster: {error}", file=sys.stderr)
        return 1


def _carry_out(args: argparse.Namespace) -> int:
    if args.step == "show":
        file = args.file / ROSTER_NAME if args.file.is_dir() else args.file
        _show(read_roster_file(file), as_json=args.json)
        return 0
    enrolment = Enrolment(args.directory)
    match args.step:
        case "export":
            enrolment.roster_file().write(args.file)
            _told([args.file], enrolment, as_json=args.json)
        case "hand-out":
            _told(enrolment.hand_out(args.station, args.target), enrolment, as_json=args.json)
        case _:
            _enter(args, enrolment)
            _told([args.directory / ROSTER_NAME], enrolment, as_json=args.json)
    return 0


def _enter(args: argparse.Namespace, enrolment: Enrolment) -> None:
    """Add to a network, or begin it."""
    match args.step:
        case "create":
            root = passphrase(args.root_passphrase_file, "the new root", is_new=True)
            enrolment.create(args.name, root)
        case "add-authority":
            root = passphrase(args.root_passphrase_file, "the root's")
            own = passphrase(args.authority_passphrase_file, "the new authority's", is_new=True)
            enrolment.add_authority(args.number, args.code, args.name, own, root)
        case "add-station":
            enrolment.add_station(args.authority, args.number, args.code, args.name, _of_authority(args))
        case "add-operator":
            authority, rights = _of_authority(args), _rights(args.rights)
            own = passphrase(args.operator_passphrase_file, "the new operator's", is_new=True)
            enrolment.add_operator(args.authority, args.number, args.code, args.name, args.home, rights, own, authority)
        case "add-function":
            authority = _of_authority(args)
            enrolment.add_function(args.authority, args.number, args.code, args.name, args.home, authority)


def _told(written: Sequence[Path], enrolment: Enrolment, *, as_json: bool) -> None:
    certificates = len(enrolment.roster_file().roster.statements())
    if as_json:
        print(json.dumps({"files": [str(path) for path in written], "certificates": certificates}))
        return
    for path in written:
        print(f"{path}: {certificates} certificates" if path == written[0] else path)


def _show(file: RosterFile, *, as_json: bool) -> None:
    roster = file.roster
    statements = [s for s in map(decode_statement, roster.statements()) if isinstance(s, Statement)]
    rows = [_row(one, one.body) for one in statements if isinstance(one.body, CertificateBody)]
    if as_json:
        print(json.dumps({"name": file.name, "root": roster.root.hex(), "certificates": rows}, ensure_ascii=False))
        return
    print(f"{file.name}   root {' '.join(_fours(roster.root.hex()[:32]))}")
    for row in rows:
        print(f"{row['kind']:<10}{row['number']:>6}  {row['code']:<6}{row['name']:<32}{row['more']}")


def _row(statement: Statement, body: CertificateBody) -> dict[str, str | int]:
    match body:
        case AuthorityBody():
            more = ""
        case StationBody(incarnation=incarnation):
            more = "" if incarnation == 1 else f"incarnation {incarnation}"
        case OperatorBody(home_station=home, rights=rights):
            more = f"station {home} {','.join(right.name.lower() for right in Right if right in rights and right.name)}"
        case FunctionBody(home_stations=homes):
            more = "station " + ", ".join(map(str, homes))
        case GroupBody():
            more = ""
        case HandheldBody(home_station=home):
            more = f"station {home}"
    kind = statement.address.kind.name.lower()
    return {"kind": kind, "number": statement.number, "code": body.code, "name": body.name, "more": more}


def _step(
    steps: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str
) -> argparse.ArgumentParser:
    step = steps.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    step.add_argument("directory", type=Path, metavar="DIR", help="the network's directory")
    step.add_argument("--json", action="store_true", help="for programs")
    return step


def _holder(step: argparse.ArgumentParser, code: str) -> None:
    step.add_argument("number", type=int, metavar="NUMBER", help="a number never used before for this kind")
    step.add_argument("code", metavar="CODE", help=code)
    step.add_argument("name", metavar="NAME", help="as people read it, at most 40 bytes")


def _of_authority(args: argparse.Namespace) -> str:
    return passphrase(args.authority_passphrase_file, f"authority {args.authority}'s")


def _right_names() -> list[str]:
    return [right.name.lower() for right in Right if right.name]


def _rights(text: str) -> Right:
    rights = Right(0)
    for word in filter(None, (part.strip() for part in text.split(","))):
        if word.upper() not in Right.__members__:
            raise KeyringError(f"no such right: {word}; there are {', '.join(_right_names())}")
        rights |= Right[word.upper()]
    return rights


def _fours(text: str) -> list[str]:
    return [text[i : i + 4] for i in range(0, len(text), 4)]
