"""The steps of `bavn key`, each on one key file."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Final

from node.cli.asking import Whose, passphrase
from node.cli.exits import DONE
from node.keyring.enrolment import ROSTER_NAME
from node.keyring.entries import newest_entries
from node.keyring.errors import KeyFileError, KeyringError
from node.keyring.files import write_whole
from node.keyring.keyfile import KeyFile, read_key_file
from node.keyring.paper import LINES, PaperFault, PaperReader, read_lines
from node.keyring.roster_file import read_roster_file
from node.words.catalogue import Words, chosen_language, words
from node.words.key_sheet import fingerprint, holder_text, sheet_html, sheet_page
from protocol.bodies import CertificateBody

SHEET_BYTES_MAX: Final = 65_536
"""A page of text has three thousand."""
TRIES_MAX: Final = 100
"""Of one typed sheet; who needs more has another sheet in hand."""

_FOR_EXERCISES: Final = ", for exercises"
_SHOWN: Final = "{holder}   fingerprint {fingerprint}"
_PRINT: Final = "{file}: print it, check it, and delete the file"
_TYPE: Final = "Type the {lines} lines, three letters of each word are enough; or scan the code. Ctrl-C ends it."
_LINE: Final = "line {number}: "
_AGAIN: Final = "{fault}. Once more:"
_AS_IT_WAS: Final = "Its passphrase is as it was; try it with  bavn key passphrase {file}"
_CHANGED: Final = "{file}: opens with the new passphrase; copies and sheets of it still with the old one"
TEXTS: Final = (_FOR_EXERCISES, _SHOWN, _PRINT, _TYPE, _LINE, _AGAIN, _AS_IT_WAS, _CHANGED)


def carry_out(args: argparse.Namespace) -> int:
    """One step.

    Raises:
        KeyringError: it cannot be done; the text says what to do.
        OSError: the disk did not take it.
    """
    match args.step:
        case "show":
            _show(_words(args), read_key_file(args.file), as_json=args.json)
        case "sheet":
            _sheet(args, read_key_file(args.file))
        case "restore":
            _restore(args)
        case "passphrase":
            _change_passphrase(args, read_key_file(args.file))
    return DONE


def _show(words: Words, key: KeyFile, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_fields(key)))
    else:
        exercise = words(_FOR_EXERCISES) if key.exercise else ""
        holder = f"{words(key.holder)} {key.number}{exercise}"
        print(words(_SHOWN).format(holder=holder, fingerprint=fingerprint(key.public_key)))


def _sheet(args: argparse.Namespace, key: KeyFile) -> None:
    translated = _words(args)
    named = _name_in_roster(args.roster, args.file, key)
    page = sheet_page(translated, key, named)
    if args.html is not None:
        write_whole(args.html, sheet_html(translated, key, named).encode())
    if args.json:
        print(json.dumps({**_fields(key), "page": page, "html": str(args.html or "")}, ensure_ascii=False))
    elif args.html is not None:
        print(translated(_PRINT).format(file=args.html))
    else:
        print("\n".join(page))


def _restore(args: argparse.Namespace) -> None:
    if args.sheet is not None:
        key = read_lines(_text_of(args.sheet))
    elif sys.stdin.isatty():
        key = _typed(_words(args))
    else:
        key = read_lines(sys.stdin.read(SHEET_BYTES_MAX))
    path = args.directory / key.name
    if path.exists():
        raise KeyFileError(f"{path} exists: move it away, or restore into another directory")
    key.write(args.directory)
    if args.json:
        print(json.dumps({"file": str(path), **_fields(key)}))
        return
    translated = _words(args)
    holder = f"{path}: {holder_text(translated, key)}"
    print(translated(_SHOWN).format(holder=holder, fingerprint=fingerprint(key.public_key)))
    print(translated(_AS_IT_WAS).format(file=path))


def _typed(words: Words) -> KeyFile:
    reader = PaperReader()
    print(words(_TYPE).format(lines=LINES))
    for _ in range(TRIES_MAX):
        if reader.is_whole:
            return reader.key()
        try:
            reader.read(input(words(_LINE).format(number=reader.next_line)))
        except PaperFault as fault:
            print(words(_AGAIN).format(fault=fault))
        except EOFError:
            break
    raise PaperFault(f"the sheet ended at line {reader.next_line}: nothing was written")


def _change_passphrase(args: argparse.Namespace, key: KeyFile) -> None:
    if key.wrapped is None:
        raise KeyFileError(f"{args.file} has no passphrase: a station signs without anybody present")
    translated = _words(args)
    old = passphrase(translated, args.passphrase_file, Whose.KEY_NOW.of(key.name))
    key.open(old)
    new = passphrase(translated, args.new_passphrase_file, Whose.KEY_ANEW.of(key.name), is_new=True)
    key.with_passphrase(old, new, os.urandom).write(args.file.parent, args.file.name)
    if args.json:
        print(json.dumps(_fields(key)))
    else:
        print(translated(_CHANGED).format(file=args.file))


def _words(args: argparse.Namespace) -> Words:
    return words(chosen_language(getattr(args, "lang", None)))


def _fields(key: KeyFile) -> dict[str, str | int | bool]:
    return {
        "holder": key.holder,
        "number": key.number,
        "exercise": key.exercise,
        "public": key.public_key.hex(),
        "fingerprint": fingerprint(key.public_key).replace(" ", ""),
    }


def _name_in_roster(roster: Path | None, key_path: Path, key: KeyFile) -> str:
    """How the roster calls the holder of this very key; empty when none is at hand."""
    beside = [key_path.parent / ROSTER_NAME, key_path.parent.parent / ROSTER_NAME]
    path = roster or next((one for one in beside if one.exists()), None)
    if path is None:
        return ""
    file = read_roster_file(path)
    if file.roster.root == key.public_key:
        return file.name
    for entry in newest_entries(file.roster):
        body = entry.body
        if entry.public_key == key.public_key and isinstance(body, CertificateBody):
            return f"{body.code}  {body.name}  ({file.name})"
    return ""


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(SHEET_BYTES_MAX).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyringError(f"{path}: no sheet can be read from it ({error})") from None
