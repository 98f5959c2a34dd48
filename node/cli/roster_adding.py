"""`bavn roster`: the steps that add somebody to a network, or begin it."""

import argparse
from collections.abc import Callable
from pathlib import Path

from node.cli.asking import Whose, add_passphrase_file, passphrase
from node.cli.exits import DONE
from node.cli.roster_arguments import (
    KIOSK_HELP,
    RELEASER_HELP,
    ROOT_FILE,
    Steps,
    add_authority,
    add_holder,
    add_step,
    add_term,
    members_of,
    node_number_of,
    number_of,
    of_authority,
    radio_key_of,
    right_names,
    rights_of,
    term_of,
    words_of,
)
from node.cli.roster_pages import print_stored, write_slip
from node.keyring.enrolment import Enrolment
from node.keyring.entries import newest_entries, refuse_unknown_stations
from node.keyring.registrar import Registrar, emergency_number
from node.keyring.safe_words import draw_passphrase
from node.keyring.sitting import Sitting
from protocol.numbers import Address, Kind
from protocol.statements import ROOT, GroupKind, Statement, StationBody

Entering = Callable[[Registrar, Sitting], Statement]


def configure(steps: Steps) -> None:
    """Describe the arguments."""
    create = add_step(steps, "create", "begin a network: draw its root key", _create)
    create.add_argument("--name", required=True, help="the network's name, shown to people")
    add_passphrase_file(create, ROOT_FILE, "the new root")
    authority = add_step(steps, "add-authority", "certify an authority by the root", _add_authority)
    add_holder(authority, "three letters, such as ASK")
    add_term(authority, "ten years")
    add_passphrase_file(authority, ROOT_FILE, "the root's")
    add_passphrase_file(authority, "--authority-passphrase-file", "the new authority's")
    station = add_step(steps, "add-station", "certify a station by its authority", _add_station)
    add_holder(station, "three letters its messages are numbered by")
    add_authority(station)
    add_term(station, "five years")
    station.add_argument("--kiosk", action="store_true", help=KIOSK_HELP)
    station.add_argument("--needs-releaser", action="store_true", help=RELEASER_HELP)
    operator = add_step(steps, "add-operator", "certify a person by an authority", _add_operator)
    add_holder(operator, "initials")
    add_authority(operator)
    add_term(operator, "three years")
    operator.add_argument("--home", type=int, required=True, metavar="STATION", help="where the person is reached")
    operator.add_argument("--rights", default="", help=f"any of {', '.join(right_names())}, separated by commas")
    operator.add_argument("--draw", action="store_true", help="draw the passphrase and write a slip to hand over")
    add_passphrase_file(operator, "--operator-passphrase-file", "the new operator's")
    function = add_step(steps, "add-function", "certify a function by an authority", _add_function)
    add_holder(function, "up to five letters")
    add_authority(function)
    function.add_argument("--home", type=int, required=True, nargs="+", metavar="STATION", help="where it is reached")
    function.add_argument("--deputy", type=int, default=0, metavar="FUNCTION", help="the function that stands in")
    group = add_step(steps, "add-group", "certify a group by an authority and say who is in it", _add_group)
    add_holder(group, "up to five letters")
    add_authority(group)
    group.add_argument("--of", choices=("stations", "functions"), default="functions", help="what it is made of")
    _members(group)
    members = add_step(steps, "members", "say who is in a group now", _members_now)
    members.add_argument("number", type=int, metavar="GROUP", help="its number")
    add_authority(members)
    _members(members)
    handheld = add_step(steps, "add-handheld", "register a field unit's radio by an authority", _add_handheld)
    add_holder(handheld, "up to five letters")
    add_authority(handheld)
    handheld.add_argument("--home", type=int, required=True, metavar="STATION", help="the station that texts with it")
    handheld.add_argument("--node", required=True, metavar="!HEX", help="the radio's node number, such as !a1b2c3d4")
    handheld.add_argument("--radio-key", required=True, metavar="HEX", help="the radio's public key, 64 digits")
    emergency = add_step(steps, "add-emergency", "make break-glass keys, each with a slip to seal", _add_emergency)
    emergency.add_argument("station", type=int, nargs="*", metavar="STATION", help="(default: all that have none)")
    add_authority(emergency)
    add_term(emergency, "three years")
    exercise = add_step(steps, "exercise-keys", "make exercise keys for all who have none yet", _exercise_keys)
    add_authority(exercise)
    add_passphrase_file(exercise, "--exercise-passphrase-file", "the exercise keys'")


def _create(args: argparse.Namespace) -> int:
    enrolment = Enrolment(args.directory)
    enrolment.create(args.name, passphrase(words_of(args), args.root_passphrase_file, Whose.NEW_ROOT.of(), is_new=True))
    print_stored(words_of(args), enrolment.folder, enrolment.sitting().store(), (), as_json=args.json)
    return DONE


def _add_authority(args: argparse.Namespace) -> int:
    sitting = Enrolment(args.directory).sitting()
    number = number_of(args.number, sitting.roster, Kind.AUTHORITY, ROOT)
    term = term_of(args, Kind.AUTHORITY)
    sitting.open(ROOT, passphrase(words_of(args), args.root_passphrase_file, Whose.ROOT.of()))
    own = passphrase(words_of(args), args.authority_passphrase_file, Whose.NEW_AUTHORITY.of(), is_new=True)
    Registrar(sitting).add_authority(number, args.code, args.name, own, term)
    return _told(args, sitting)


def _add_station(args: argparse.Namespace) -> int:
    sitting = _opened(args)
    number = number_of(args.number, sitting.roster, Kind.STATION, args.authority)
    named = (args.authority, number, args.code, args.name, term_of(args, Kind.STATION))
    kiosk, releaser = args.kiosk, args.needs_releaser
    Registrar(sitting).add_station(*named, is_kiosk=kiosk, needs_releaser=releaser)
    return _told(args, sitting)


def _add_operator(args: argparse.Namespace) -> int:
    rights, term = rights_of(args.rights), term_of(args, Kind.OPERATOR)
    sitting = _opened(args)
    number = number_of(args.number, sitting.roster, Kind.OPERATOR, args.authority)
    if args.draw:
        own = draw_passphrase(sitting.entropy)
    else:
        own = passphrase(words_of(args), args.operator_passphrase_file, Whose.NEW_OPERATOR.of(), is_new=True)
    registrar = Registrar(sitting)
    signed = registrar.add_operator(args.authority, number, args.code, args.name, args.home, rights, own, term)
    return _told(args, sitting, [(signed, own)] if args.draw else [])


def _add_function(args: argparse.Namespace) -> int:
    sitting = _opened(args)
    number = number_of(args.number, sitting.roster, Kind.FUNCTION, args.authority)
    Registrar(sitting).add_function(args.authority, number, args.code, args.name, args.home, args.deputy)
    return _told(args, sitting)


def _add_group(args: argparse.Namespace) -> int:
    members = members_of(args.members)
    sitting = _opened(args)
    number = number_of(args.number, sitting.roster, Kind.GROUP, args.authority)
    kind = GroupKind[args.of.upper()]
    Registrar(sitting).add_group(args.authority, number, args.code, args.name, kind, members)
    return _told(args, sitting)


def _members_now(args: argparse.Namespace) -> int:
    members = members_of(args.members)
    sitting = _opened(args)
    Registrar(sitting).refuse_unknown_members(members)
    sitting.enter_members(args.number, members)
    return _told(args, sitting)


def _add_handheld(args: argparse.Namespace) -> int:
    node, key = node_number_of(args.node), radio_key_of(args.radio_key)
    sitting = _opened(args)
    number = number_of(args.number, sitting.roster, Kind.HANDHELD, args.authority)
    Registrar(sitting).add_handheld(args.authority, number, args.code, args.name, args.home, node, key)
    return _told(args, sitting)


def _add_emergency(args: argparse.Namespace) -> int:
    term = term_of(args, Kind.OPERATOR)
    sitting = _opened(args)
    refuse_unknown_stations(sitting.roster, args.station)
    stations = args.station or _without_emergency_key(sitting, args.authority)
    drawn = [(station, draw_passphrase(sitting.entropy)) for station in stations]
    registrar = Registrar(sitting)
    signed = [(registrar.add_emergency(station, own, term), own) for station, own in drawn]
    return _told(args, sitting, signed)


def _exercise_keys(args: argparse.Namespace) -> int:
    sitting = _opened(args)
    registrar = Registrar(sitting)
    wanted = registrar.without_exercise_key(args.authority)
    own = ""
    if any(address.kind is Kind.OPERATOR for address in wanted):
        own = passphrase(words_of(args), args.exercise_passphrase_file, Whose.EXERCISE_KEYS.of(), is_new=True)
    for address in wanted:
        registrar.add_exercise(address, own)
    return _told(args, sitting)


def _without_emergency_key(sitting: Sitting, authority: int) -> list[int]:
    roster = sitting.roster
    return [
        entry.number
        for entry in newest_entries(roster)
        if isinstance(entry.body, StationBody)
        and not entry.exercise
        and entry.issuer == authority
        and not roster.renewals(Address(Kind.OPERATOR, emergency_number(entry.number)))
    ]


def _members(step: argparse.ArgumentParser) -> None:
    step.add_argument("--members", nargs="+", required=True, metavar="KIND:N", help="such as station:1 function:2")


def _opened(args: argparse.Namespace) -> Sitting:
    """A sitting with the authority's key open.

    Raises:
        KeyringError: there is no network, no such authority, or its key does not open.
    """
    sitting = Enrolment(args.directory).sitting()
    sitting.open(args.authority, of_authority(args, args.authority))
    return sitting


def _told(args: argparse.Namespace, sitting: Sitting, drawn: list[tuple[Statement, str]] | None = None) -> int:
    # Before the keys: a slip without a key harms nobody, a key without its slip opens for nobody.
    slips: list[Path] = [
        write_slip(words_of(args), sitting.folder, sitting.name, signed, own) for signed, own in drawn or ()
    ]
    print_stored(words_of(args), sitting.folder, sitting.store(), slips, as_json=args.json)
    return DONE
