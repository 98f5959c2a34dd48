"""`bavn roster`: the steps that say anew what was said, replace what was lost, and revoke."""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from node.cli.asking import Whose, add_passphrase_file, passphrase
from node.cli.exits import DONE
from node.cli.roster_arguments import (
    KINDS,
    KIOSK_HELP,
    RELEASER_HELP,
    ROOT_FILE,
    Steps,
    add_known_holder,
    add_step,
    add_term,
    first_day,
    last_day,
    now_units,
    of_authority,
    rights_of,
    words_of,
)
from node.cli.roster_pages import print_stored, write_slip
from node.keyring.enrolment import Enrolment
from node.keyring.errors import KeyringError
from node.keyring.files import read_private
from node.keyring.renewing import Changes, Renewing
from node.keyring.safe_words import draw_passphrase
from node.keyring.sitting import HOLDER_OF, Sitting, revocation_name
from node.words.roster_phrases import HAND_OUT_NEXT, OLD_KEY_SIGNS
from protocol.numbers import SEQUENCE_MAX, Address, Kind, Reference
from protocol.revocations import RevocationReason, key_fingerprint
from protocol.statements import ROOT, STATEMENT_BYTES_MAX

REASONS: Final = {
    reason.name.lower(): reason for reason in RevocationReason if reason is not RevocationReason.PRESIGNED
}


def configure(steps: Steps) -> None:
    """Describe the arguments."""
    renew = add_step(steps, "renew", "say anew who a holder is: other words, dates, home, rights or key", _renew)
    add_known_holder(renew, tuple(KINDS))
    renew.add_argument("--code", help="another code")
    renew.add_argument("--name", help="another name")
    renew.add_argument("--home", type=int, nargs="+", metavar="STATION", help="where the holder is reached now")
    renew.add_argument("--rights", help="an operator's, all of them anew")
    renew.add_argument("--deputy", type=int, metavar="FUNCTION", help="who stands in for a function; 0 nobody")
    either = argparse.BooleanOptionalAction
    renew.add_argument("--kiosk", action=either, help=KIOSK_HELP)
    renew.add_argument("--needs-releaser", action=either, help=RELEASER_HELP)
    renew.add_argument("--new-key", action="store_true", help="draw a new key; the old one stays good until revoked")
    renew.add_argument("--draw", action="store_true", help="draw the new key's passphrase and write a slip")
    renew.add_argument("--revoke-old", choices=tuple(REASONS), metavar="REASON", help="end the old key: lost, stolen")
    add_term(renew, "as before")
    _issuers(renew)
    add_passphrase_file(renew, "--new-passphrase-file", "the new key's")
    authority = add_step(steps, "renew-authority", "a new key for an authority by the root", _renew_authority)
    authority.add_argument("number", type=int, metavar="N", help="the authority")
    authority.add_argument("--resign", action="store_true", help="put all of its section under the new key")
    authority.add_argument(
        "--revoke-old", action="store_true", help="end the old key with its revocation from the safe; needs --resign"
    )
    add_passphrase_file(authority, ROOT_FILE, "the root's")
    add_passphrase_file(authority, "--new-passphrase-file", "the new key's")
    station = add_step(
        steps, "replace-station", "a new machine for a dead station: new keys, next incarnation", _replace
    )
    station.add_argument("number", type=int, metavar="STATION", help="its number")
    station.add_argument(
        "--revoke-old", choices=tuple(REASONS), metavar="REASON", help="end the old key too: lost or stolen"
    )
    _issuers(station)
    revoke = add_step(steps, "revoke", "end a key's right to sign, for good", _revoke)
    add_known_holder(revoke, tuple(kind.name.lower() for kind in HOLDER_OF))
    revoke.add_argument("--reason", choices=tuple(REASONS), default="unsaid", help="for people")
    revoke.add_argument(
        "--mark", action="append", default=[], metavar="CODE-00012", help="the last message of a station still accepted"
    )
    which = revoke.add_mutually_exclusive_group()
    which.add_argument("--key", metavar="HEX", help="fingerprint of the key (default: the newest)")
    which.add_argument("--old", action="store_true", help="the key before the newest")
    revoke.add_argument("--presigned", type=Path, metavar="FILE", help="use one from the safe; needs no passphrase")
    revoke.add_argument("--second", type=int, default=ROOT, metavar="N", help="who else signs against an authority")
    add_passphrase_file(revoke, "--second-passphrase-file", "the second authority's")
    _issuers(revoke)


def _renew(args: argparse.Namespace) -> int:
    address = Address(KINDS[args.kind], args.number)
    changes = Changes(
        code=args.code,
        name=args.name,
        homes=None if args.home is None else tuple(args.home),
        rights=None if args.rights is None else rights_of(args.rights),
        deputy=args.deputy,
        is_kiosk=args.kiosk,
        needs_releaser=args.needs_releaser,
        first=first_day(args.first),
        last=last_day(args.last),
        new_key=args.new_key,
    )
    if address.kind is Kind.AUTHORITY and args.new_key:
        raise KeyringError(f"an authority's new key:  bavn roster renew-authority {args.directory} {args.number}")
    if not args.new_key and (args.revoke_old or args.draw):
        raise KeyringError("without a new key there is nothing to draw or to revoke: add --new-key")
    sitting = _opened(args, address)
    old = _key(sitting, address) if args.new_key else b""
    if args.new_key and address.kind is Kind.OPERATOR:
        changes = replace(changes, passphrase=_new_passphrase(args, sitting))
    signed = Renewing(sitting).renew(address, changes)
    if args.revoke_old:
        sitting.revoke(address, old, signed.issuer, REASONS[args.revoke_old], now_units())
    drawn = changes.passphrase if args.draw else None
    slips = [] if drawn is None else [write_slip(words_of(args), sitting.folder, sitting.name, signed, drawn)]
    return _told(args, sitting, slips)


def _new_passphrase(args: argparse.Namespace, sitting: Sitting) -> str:
    if args.draw:
        return draw_passphrase(sitting.entropy)
    return passphrase(words_of(args), args.new_passphrase_file, Whose.OPERATOR_ANEW.of(args.number), is_new=True)


def _renew_authority(args: argparse.Namespace) -> int:
    if args.revoke_old and not args.resign:
        raise KeyringError("what the old key alone had signed would fall out of the roster: add --resign")
    sitting = Enrolment(args.directory).sitting()
    address = Address(Kind.AUTHORITY, args.number)
    old = _key(sitting, address)
    sitting.open(ROOT, passphrase(words_of(args), args.root_passphrase_file, Whose.ROOT.of()))
    own = passphrase(words_of(args), args.new_passphrase_file, Whose.AUTHORITY_ANEW.of(args.number), is_new=True)
    renewing = Renewing(sitting)
    renewing.renew_authority(args.number, own)
    if args.resign:
        renewing.sign_section_again(args.number)
    if args.revoke_old:
        sitting.take_in(_from_safe(sitting.folder.revocations / revocation_name(address, old)))
    return _told(args, sitting)


def _replace(args: argparse.Namespace) -> int:
    address = Address(Kind.STATION, args.number)
    sitting = _opened(args, address)
    old = _key(sitting, address)
    Renewing(sitting).replace_station(args.number)
    if args.revoke_old:
        issuer = sitting.roster.renewals(address)[0].issuer
        sitting.revoke(address, old, issuer, REASONS[args.revoke_old], now_units())
    code = _told(args, sitting)
    if not args.json:
        said = words_of(args)
        print(said(HAND_OUT_NEXT).format(place=args.directory, number=args.number))
        if not args.revoke_old:
            print(said(OLD_KEY_SIGNS).format(place=args.directory, number=args.number))
    return code


def _revoke(args: argparse.Namespace) -> int:
    address = Address(KINDS[args.kind], args.number)
    if args.presigned is not None:
        sitting = Enrolment(args.directory).sitting()
        sitting.take_in(_from_safe(args.presigned))
        return _told(args, sitting)
    enrolment = Enrolment(args.directory)
    sitting = enrolment.sitting()
    key = _key(sitting, address, args.key, is_old=args.old)
    marks = tuple(_mark(sitting, text) for text in args.mark)
    issuer = sitting.roster.renewals(address)[0].issuer
    if address.kind is Kind.AUTHORITY:
        if args.second == ROOT:
            raise KeyringError("an authority's key takes two holders: name the second authority with --second")
        sitting.open(
            args.second, passphrase(words_of(args), args.second_passphrase_file, Whose.AUTHORITY.of(args.second))
        )
    _open(args, sitting, issuer)
    sitting.revoke(address, key, issuer, REASONS[args.reason], now_units(), marks, args.second)
    return _told(args, sitting)


def _mark(sitting: Sitting, text: str) -> Reference:
    """A message's number as people say it: `PLH-00012`, `PLH.2-00012`."""
    place, _, sequence = text.rpartition("-")
    code, _, incarnation = place.partition(".")
    found = [address for address in sitting.roster.find(code) if address.kind is Kind.STATION]
    is_written_so = sequence.isdecimal() and (not incarnation or incarnation.isdecimal())
    if len(found) != 1 or not is_written_so or not 1 <= int(sequence) <= SEQUENCE_MAX:
        raise KeyringError(f"{text!r} is no message's number: write it as it is shown, such as PLH-00012")
    return Reference(found[0].number, int(incarnation or 1) & 3, int(sequence))


def _key(sitting: Sitting, address: Address, fingerprint: str | None = None, *, is_old: bool = False) -> bytes:
    """One of a holder's two newest keys: by its fingerprint, the older one, or the newest."""
    keys = sitting.roster.keys(address.kind, address.number)
    named = {key_fingerprint(key).hex(): key for key in keys}
    holder = f"{address.kind.name.lower()} {address.number}"
    if not keys:
        raise KeyringError(f"there is no {holder} in the roster")
    if is_old and len(keys) == 1:
        raise KeyringError(f"{holder} has only one key: leave --old out to end that")
    if fingerprint is None:
        return keys[1] if is_old else keys[0]
    if fingerprint not in named:
        raise KeyringError(f"{fingerprint} is none of its keys: {', '.join(named)}")
    return named[fingerprint]


def _from_safe(path: Path) -> bytes:
    return read_private(path, STATEMENT_BYTES_MAX)


def _issuers(step: argparse.ArgumentParser) -> None:
    add_passphrase_file(step, ROOT_FILE, "the root's")
    add_passphrase_file(step, "--authority-passphrase-file", "the authority's")


def _opened(args: argparse.Namespace, address: Address) -> Sitting:
    """A sitting with the key open that certified a holder."""
    sitting = Enrolment(args.directory).sitting()
    renewals = sitting.roster.renewals(address)
    if not renewals:
        raise KeyringError(f"there is no {address.kind.name.lower()} {address.number} in the roster: add it first")
    _open(args, sitting, renewals[0].issuer)
    return sitting


def _open(args: argparse.Namespace, sitting: Sitting, issuer: int) -> None:
    if issuer == ROOT:
        sitting.open(ROOT, passphrase(words_of(args), args.root_passphrase_file, Whose.ROOT.of()))
    else:
        sitting.open(issuer, of_authority(args, issuer))


def _told(args: argparse.Namespace, sitting: Sitting, slips: Sequence[Path] = ()) -> int:
    print_stored(words_of(args), sitting.folder, sitting.store(), slips, as_json=args.json)
    return DONE
