"""`bavn roster plan`: everybody from one file; run again it only does what is new in the file."""

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from node.cli.asking import Whose, add_passphrase_file, passphrase
from node.cli.exits import DONE
from node.cli.plan_file import read_plan
from node.cli.roster_arguments import AUTHORITY_FILE, ROOT_FILE, Steps, add_step, today, words_of
from node.cli.roster_pages import ENGLISH, pending_text, print_stored, said, write_slip
from node.keyring.enrolment import Enrolment
from node.keyring.errors import KeyringError
from node.keyring.plan import PlanLine
from node.keyring.planning import Planning
from node.keyring.safe_words import draw_passphrase
from node.words.catalogue import Words
from node.words.roster_phrases import NOTHING_TO_DO, UNPLANNED


def configure(steps: Steps) -> None:
    """Describe the arguments."""
    plan = add_step(steps, "plan", "bring a network to what a file says: add who is missing, renew who changed", _plan)
    plan.add_argument("file", type=Path, metavar="FILE", help="the plan; node/ENROLMENT.md has one to begin with")
    plan.add_argument("--check", action="store_true", help="only say what would be done")
    plan.add_argument("--type", action="store_true", help="ask for each operator's passphrase instead of drawing it")
    add_passphrase_file(plan, ROOT_FILE, "the root's")
    plan.add_argument(
        AUTHORITY_FILE,
        action="append",
        default=[],
        metavar="CODE=FILE",
        help="read an authority's passphrase from the first line of FILE; without CODE= that of all",
    )
    add_passphrase_file(plan, "--exercise-passphrase-file", "the exercise keys' of those who were entered before")


@dataclass(slots=True)
class Asked:
    """Passphrases from files, the keyboard, or drawn; each is asked for once."""

    args: argparse.Namespace
    is_new_network: bool
    drawn: set[str] = field(default_factory=set, repr=False)
    _root: str | None = field(default=None, repr=False)
    _exercises: str | None = field(default=None, repr=False)

    def of_root(self) -> str:
        """The root's."""
        if self._root is None:
            whose = (Whose.NEW_ROOT if self.is_new_network else Whose.ROOT).of()
            self._root = passphrase(self._words, self.args.root_passphrase_file, whose, is_new=self.is_new_network)
        return self._root

    def of_authority(self, line: PlanLine, *, is_new: bool) -> str:
        """An authority's."""
        return passphrase(self._words, self._authority_file(line.code), Whose.AUTHORITY.of(line.code), is_new=is_new)

    def of_operator(self, line: PlanLine) -> str:
        """A new operator's."""
        if self.args.type:
            return passphrase(self._words, None, Whose.OPERATOR.of(f"{line.code} {line.name}"), is_new=True)
        return self._draw()

    def of_emergency(self, line: PlanLine) -> str:
        """The one for the envelope of a station."""
        return self._draw()

    def for_exercises(self) -> str:
        """The one of exercise keys whose holders are not here to give theirs."""
        if self._exercises is None:
            self._exercises = passphrase(
                self._words, self.args.exercise_passphrase_file, Whose.EXERCISE_KEYS.of(), is_new=True
            )
        return self._exercises

    @property
    def _words(self) -> Words:
        return words_of(self.args)

    def _draw(self) -> str:
        drawn = draw_passphrase(os.urandom)
        self.drawn.add(drawn)
        return drawn

    def _authority_file(self, code: str) -> Path | None:
        found: Path | None = None
        for option in self.args.authority_passphrase_file:
            named, equals, path = option.partition("=")
            if equals and named == code:
                return Path(path)
            if not equals:
                found = Path(option)
        return found


def _plan(args: argparse.Namespace) -> int:
    plan = read_plan(args.file)
    enrolment = Enrolment(args.directory)
    is_new = not enrolment.folder.roster_path.exists()
    if is_new and args.check:
        raise KeyringError(f"{args.file} is in order; there is no network in {args.directory} yet to compare it with")
    asked = Asked(args, is_new)
    if is_new:
        enrolment.create(plan.network, asked.of_root())
    sitting = enrolment.sitting()
    planning = Planning(sitting, plan, today())
    translated = ENGLISH if args.json else words_of(args)
    pending = [pending_text(translated, one) for one in planning.pending()]
    unplanned = [said(translated, entry) for entry in planning.unplanned()]
    if args.check or not pending:
        _tell(translated, pending, unplanned, as_json=args.json)
        return DONE
    if not args.json:
        _tell(translated, pending, unplanned, as_json=False)
    made = planning.carry_out(asked)
    # Before the keys: a slip without a key harms nobody, a key without its slip opens for nobody.
    slips = [write_slip(words_of(args), sitting.folder, sitting.name, *one) for one in made if one[1] in asked.drawn]
    print_stored(translated, sitting.folder, sitting.store(), slips, as_json=args.json)
    return DONE


def _tell(words: Words, pending: Sequence[str], unplanned: Sequence[str], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"pending": pending, "unplanned": unplanned}, ensure_ascii=False))
        return
    for text in pending or (words(NOTHING_TO_DO),):
        print(text)
    for text in unplanned:
        print(words(UNPLANNED).format(said=text))
