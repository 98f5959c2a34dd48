"""`bavn roster import`, `recognise`, `foreign`: what others bring is shown before it is believed."""

import argparse
import json
import re
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Final

from node.cli.common import add_station_options
from node.cli.exits import DONE, REFUSED
from node.cli.roster_arguments import Steps, add_output, words_of
from node.cli.roster_at_station import hand_to_station
from node.cli.roster_pages import ENGLISH, ROOT_DIGITS, root_text, said
from node.keyring.errors import KeyringError, RosterFileError
from node.keyring.folder import ROSTER_NAME
from node.keyring.roster_file import Offer, RosterFile, read_offer, read_roster_file
from node.keyring.sole_use import SoleUse
from node.keyring.taking import Comparison, Finding, Verdict, compare, shared_numbers
from node.words import roster_phrases as say
from node.words.catalogue import Words
from node.words.harmless import harmless
from protocol.roster import Roster

FOREIGN_NAME: Final = "foreign"
OWN_NAME: Final = re.compile(r"[A-Za-z0-9ÆØÅæøå][A-Za-z0-9ÆØÅæøå -]{0,38}")
"""What a recognised network is called here; it becomes a file's name."""
SHOWN_MAX: Final = 40
"""Numbers used in both networks that are listed one by one."""


def configure(steps: Steps) -> None:
    """Describe the arguments."""
    text = "take in what somebody brings: a roster, or a revocation; shows what changes and asks"
    take = steps.add_parser("import", help=text, description=text[0].upper() + text[1:] + ".")
    take.add_argument("file", type=Path, metavar="FILE", help="what they bring")
    where = take.add_mutually_exclusive_group(required=True)
    where.add_argument("--into", type=Path, metavar="ROSTER", help="our roster file, or our directory")
    where.add_argument("--station", action="store_true", help="the station that runs here; it need not be restarted")
    add_station_options(take)
    take.add_argument(
        "--as", dest="author", metavar="INITIALS", default="", help="at a station, who on duty ends the keys in it"
    )
    take.add_argument("--yes", action="store_true", help="do not ask")
    take.add_argument("--root", metavar="DIGITS", help="of a first roster: the root as it was read aloud to you")
    take.set_defaults(carry_out=_import)
    text = "recognise another network's root by its fingerprint, read aloud; keeps its roster beside ours"
    recognise = steps.add_parser("recognise", help=text, description=text[0].upper() + text[1:] + ".")
    _offered(recognise)
    recognise.add_argument("--as", dest="called", required=True, metavar="NAME", help="what it is called here")
    recognise.add_argument("--fingerprint", metavar="DIGITS", help="the root as it was read aloud to you")
    recognise.set_defaults(carry_out=_recognise)
    text = "list the networks that were recognised"
    foreign = steps.add_parser("foreign", help=text, description=text[0].upper() + text[1:] + ".")
    foreign.add_argument("file", type=Path, metavar="ROSTER", help="our roster file, or a network's directory")
    add_output(foreign)
    foreign.set_defaults(carry_out=_foreign)


def _import(args: argparse.Namespace) -> int:
    offer = read_offer(args.file)
    if args.station:
        return hand_to_station(args, offer)
    ours = _roster_path(args.into)
    with SoleUse(ours.parent) if ours.exists() else nullcontext():
        return _taken_in(args, offer, ours)


def _taken_in(args: argparse.Namespace, offer: Offer, ours: Path) -> int:
    here = read_roster_file(ours) if ours.exists() else _begun(args, offer, ours)
    if offer.root and offer.root != here.roster.root:
        raise RosterFileError(
            f"{args.file} is of another network, {offer.name!r}, root {root_text(offer.root)}: nothing was changed;"
            f" to keep it beside yours:  bavn roster recognise {args.file} --into {ours} --as NAME"
        )
    comparison = compare(here, offer.statements)
    is_wanted = comparison.is_change and _is_agreed(args, comparison)
    if is_wanted:
        comparison.result.write(ours)
    _tell_outcome(args, comparison, ours, is_applied=is_wanted)
    return DONE if is_wanted or not _has_trouble(comparison) else REFUSED


def _begun(args: argparse.Namespace, offer: Offer, ours: Path) -> RosterFile:
    """An empty roster of the offered network, once its root was confirmed."""
    if not offer.root:
        raise RosterFileError(f"{ours} is missing: import a whole roster first")
    _confirm_root(words_of(args), args.root, offer, "--root")
    return RosterFile(offer.name, Roster.build(offer.root, ())[0])


def _confirm_root(words: Words, typed: str | None, offer: Offer, option: str) -> None:
    """Have a person compare the root with what was read aloud; the file's own word is none.

    Raises:
        KeyringError: nothing was typed, or it is another root.
    """
    if typed is None:
        if not sys.stdin.isatty():
            raise KeyringError(
                f"have the root's {ROOT_DIGITS} digits read aloud by whoever enrolled it: {option} DIGITS"
            )
        typed = input(words(say.READ_ALOUD).format(name=harmless(offer.name), count=ROOT_DIGITS))
    digits = "".join(typed.split()).lower()
    if digits != offer.root.hex()[:ROOT_DIGITS]:
        raise KeyringError("that is not the root of this file: read it aloud again, or the file is not theirs")


def _is_agreed(args: argparse.Namespace, comparison: Comparison) -> bool:
    if args.yes:
        return True
    if args.json or not sys.stdin.isatty():
        return False
    words = words_of(args)
    _print_findings(words, comparison)
    return input(words(say.APPLY)).strip().lower() in say.YES


def _has_trouble(comparison: Comparison) -> bool:
    return (
        comparison.is_change
        or bool(comparison.unread)
        or any(one.verdict in (Verdict.CONFLICT, Verdict.REFUSED) for one in comparison.findings)
    )


def _tell_outcome(args: argparse.Namespace, comparison: Comparison, ours: Path, *, is_applied: bool) -> None:
    if args.json:
        fields = {
            "file": str(ours),
            "applied": is_applied,
            **{verdict.value: [_fields(one) for one in comparison.of(verdict)] for verdict in Verdict},
            "let_go": [said(ENGLISH, one) for one in comparison.let_go],
            "unread": [str(one) for one in comparison.unread],
            "older": comparison.older,
        }
        print(json.dumps(fields, ensure_ascii=False))
        return
    words = words_of(args)
    if args.yes or not sys.stdin.isatty() or not comparison.is_change:
        _print_findings(words, comparison)
    outcome = say.CHANGED if is_applied else say.NOT_APPLIED if comparison.is_change else say.NOTHING_NEW
    print(words(outcome).format(where=ours))


def _print_findings(words: Words, comparison: Comparison) -> None:
    for one in comparison.findings:
        print(f"{words(say.VERDICTS[one.verdict]):<9}{said(words, one.statement)}")
        if one.verdict in (Verdict.CONFLICT, Verdict.REFUSED):
            print(f"{'':9}{words(say.WHY).format(reason=_reason(words, one))}")
        if one.ours is not None and one.verdict is not Verdict.REVOKED:
            print(f"{'':9}{words(say.HERE).format(said=said(words, one.ours))}")
    for statement in comparison.let_go:
        print(words(say.FALLS).format(said=said(words, statement)))
    for fault in comparison.unread:
        print(words(say.UNREAD).format(fault=fault))
    if comparison.older:
        print(words(say.OLDER).format(count=comparison.older))


def _reason(words: Words, one: Finding) -> str:
    if one.verdict is not Verdict.CONFLICT:
        return one.reason
    if one.ours is not None and one.ours.issuer != one.statement.issuer:
        return words(say.CLAIMED).format(theirs=one.statement.issuer, ours=one.ours.issuer)
    return words(say.SAID_TWICE)


def _fields(one: Finding) -> dict[str, str]:
    ours = "" if one.ours is None else said(ENGLISH, one.ours)
    return {"statement": said(ENGLISH, one.statement), "ours": ours, "reason": one.reason}


def _recognise(args: argparse.Namespace) -> int:
    ours = read_roster_file(_roster_path(args.into))
    if not OWN_NAME.fullmatch(args.called):
        raise KeyringError(f"{args.called!r} is no name for it: use letters, digits, blanks and hyphens, at most 39")
    theirs = read_roster_file(args.file)
    if theirs.roster.root == ours.roster.root:
        raise KeyringError(f"{args.file} is of your own network: bavn roster import takes it in")
    _confirm_root(words_of(args), args.fingerprint, Offer(theirs.name, theirs.roster.root, ()), "--fingerprint")
    path = _roster_path(args.into).parent / FOREIGN_NAME / f"{args.called}.bavn"
    joined = _joined(path, theirs)
    joined.write(path)
    shared = shared_numbers(ours.roster, joined.roster)
    if args.json:
        fields = {"file": str(path), "name": theirs.name, "root": theirs.roster.root.hex(), "shared": len(shared)}
        print(json.dumps(fields, ensure_ascii=False))
        return DONE
    words = words_of(args)
    print(f"{path}: {theirs.name}, {words(say.ROOT)} {root_text(theirs.roster.root)}")
    print(words(say.RECOGNISED))
    if shared:
        print(words(say.SHARED).format(count=len(shared)))
        for address in shared[:SHOWN_MAX]:
            holder = f"{words(address.kind.name.lower())} {address.number}"
            here, there = ours.roster.name_of(address), joined.roster.name_of(address)
            print(words(say.SHARED_ONE).format(holder=holder, ours=here, theirs=there))
    return DONE


def _joined(path: Path, theirs: RosterFile) -> RosterFile:
    """With what was recognised before under this name: an old stick rolls nothing back there either."""
    if not path.exists():
        return theirs
    before = read_roster_file(path)
    if before.roster.root != theirs.roster.root:
        raise KeyringError(f"{path} is another network: choose another name for this one")
    return RosterFile(theirs.name, compare(before, theirs.roster.statements()).result.roster)


def _foreign(args: argparse.Namespace) -> int:
    folder = _roster_path(args.file).parent / FOREIGN_NAME
    known = [(path, read_roster_file(path)) for path in sorted(folder.glob("*.bavn"))]
    if args.json:
        rows = [{"called": path.stem, "name": file.name, "root": file.roster.root.hex()} for path, file in known]
        print(json.dumps(rows, ensure_ascii=False))
        return DONE
    words = words_of(args)
    for path, file in known:
        print(f"{path.stem}: {file.name}, {words(say.ROOT)} {root_text(file.roster.root)}   bavn roster show '{path}'")
    if not known:
        print(words(say.NONE_RECOGNISED))
    return DONE


def _roster_path(path: Path) -> Path:
    return path / ROSTER_NAME if path.is_dir() else path


def _offered(step: argparse.ArgumentParser) -> None:
    step.add_argument("file", type=Path, metavar="FILE", help="what they bring")
    step.add_argument("--into", type=Path, required=True, metavar="ROSTER", help="our roster file, or our directory")
    add_output(step)
