"""`bavn form`: which forms there are, what one asks for, and whether a filled one is right. No station is needed."""

import argparse
import json
import sys
from pathlib import Path
from typing import Final

from node.api.faults import Fault, FaultCode
from node.api.packing import pack
from node.cli.exits import DONE, REFUSED
from node.cli.form_files import FormFileMistake, read_form
from node.cli.form_pages import checked_lines, schema_lines, schema_table
from node.cli.unchecked_names import UncheckedNames
from node.forms.loading import shipped_forms
from node.words.catalogue import LANGUAGES, Words, chosen_language, words
from node.words.form_page import language_of
from node.words.phrases import fault_text
from protocol.forms.book import FormBook
from protocol.forms.filling import FormMistake, filled
from protocol.forms.packing import encode_form
from protocol.forms.rendering import line
from protocol.forms.schema import named

SUMMARY: Final = "list the forms, show what one asks for, check a filled one"

_AT_MOST: Final = "at most {bytes} bytes"
TEXTS: Final = (_AT_MOST,)


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the arguments."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="every form")
    showing = actions.add_parser("show", help="what a form asks for")
    showing.add_argument("form", metavar="NAME", help="such as status")
    checking = actions.add_parser("check", help="whether a filled form is right, how it reads and what it weighs")
    checking.add_argument("file", metavar="FILE", type=Path, help="TOML or JSON, as  bavn send --form-file  takes it")
    for action in (listing, showing, checking):
        action.add_argument("--lang", choices=LANGUAGES, help="language (default from BAVN_LANG, then the locale)")
        action.add_argument("--json", action="store_true", help="for programs")


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    translated, book = words(chosen_language(args.lang)), shipped_forms()
    match args.action:
        case "list":
            return _list(translated, book, as_json=args.json)
        case "show":
            return _show(translated, book, args.form, as_json=args.json)
        case _:
            return _check(translated, book, args.file, as_json=args.json)


def _list(words: Words, book: FormBook, *, as_json: bool) -> int:
    if as_json:
        print(json.dumps(list(map(schema_table, book.schemas.values())), ensure_ascii=False))
        return DONE
    for schema in book.schemas.values():
        size = words(_AT_MOST).format(bytes=schema.bytes_max)
        print(f"{schema.name:<12} {schema.title.said(language_of(words)):<28} {size}")
    return DONE


def _show(words: Words, book: FormBook, name: str, *, as_json: bool) -> int:
    schema = named(book.schemas, name)
    if schema is None:
        return _refused(words, FaultCode.FORM_UNKNOWN, name)
    if as_json:
        print(json.dumps(schema_table(schema), ensure_ascii=False))
    else:
        print("\n".join(schema_lines(words, schema)))
    return DONE


def _check(words: Words, book: FormBook, file: Path, *, as_json: bool) -> int:
    try:
        written = read_form(file)
    except FormFileMistake as mistake:
        print(f"bavn: {mistake}", file=sys.stderr)
        return REFUSED
    schema = named(book.schemas, written.name)
    if schema is None:
        return _refused(words, FaultCode.FORM_UNKNOWN, written.name)
    names, entries = UncheckedNames(), [(one.name, one.value) for one in written.entries]
    try:
        form = filled(schema, entries, names)
    except FormMistake as mistake:
        return _refused(words, FaultCode(f"form_{mistake.problem}"), mistake.detail(entries))
    if as_json:
        said = line(form, book, names, language_of(words))
        print(json.dumps({"form": pack(written), "bytes": len(encode_form(form)), "line": said}, ensure_ascii=False))
    else:
        print("\n".join(checked_lines(words, form, book, names)))
    return DONE


def _refused(words: Words, code: FaultCode, detail: str) -> int:
    print(fault_text(words, Fault(code, detail)), file=sys.stderr)
    return REFUSED
