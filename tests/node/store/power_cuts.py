"""The power fails at every write of a station's life, and each time the station must go on as if it had only slept.

    make cuts                      # 500 cuts
    make cuts SEED=7 CUTS=2000     # of another life, more of them

A station's life is recorded (`station_lives`), then replayed up to a point, where the power fails: what of the unsynced
survives is drawn from the seed (`medium`). After each cut:

* the store opens by the house's own way, sound, and nothing has to be set aside;
* it stands as after the last commit that had returned, or as after the one under way: whole, and nothing else;
* whatever had left the station is there: what was accepted, what it sent, what it signed a receipt for;
* every number goes on above the last that was used, and no doubt about them arises;
* the log is whole from its first entry to the last, under every signature;
* the station starts, writes, and starts again; after some of the cuts the power fails once more while it does.

After some others the medium has damaged a sector that it had long called durable. Then something may be lost, but
what is found damaged is set aside and kept, no number is used twice, and the station goes on.
"""

import argparse
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from node.core.log_check import LogCheck
from node.core.log_evidence import Heading, evidence_of
from node.store.errors import StoreError
from node.store.opening import STORE_NAME
from node.store.sqlite import SqliteStore
from protocol.signatures import Ed25519Signatures, Signatures
from tests.node.store.medium import SECTORS_BYTES, Medium, Surviving
from tests.node.store.relying import INCARNATION, last_draft
from tests.node.store.station_lives import KEYS, Committed, Life, live, live_on, rows_of, store_of
from tests.support.network import small_network

NONE = Committed(0, {}, 0, 0)
"""Before the first."""
STEPS = 20
"""Of a life: some 1,500 operations."""
AGAIN_EVERY = 4
"""Of so many cuts one is followed by a second."""


ROTTEN_EVERY = 10
"""And one of so many meets a medium that damages what it had kept."""


class Lost(AssertionError):
    """Something did not survive; the text says what."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Where the power fails, and what decides what survives."""

    number: int
    position: int
    surviving: Surviving
    chance: random.Random = field(repr=False)

    def __str__(self) -> str:
        return f"after {self.position} operations, leaving {self.surviving.value}"


@dataclass(slots=True)
class Outlook:
    """What a campaign came to."""

    operations: int = 0
    commits: int = 0
    told: int = 0
    cuts: int = 0
    again: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    unsynced: int = 0
    rotten: int = 0
    set_aside: int = 0
    failures: list[tuple[int, str]] = field(default_factory=list)
    """By the cut's number."""

    def summary(self) -> str:
        """The closing lines."""
        kinds = ", ".join(f"{count} left {kind}" for kind, count in sorted(self.kinds.items()))
        found = ", ".join(f"{count} found {what}" for what, count in sorted(self.found.items()))
        return (
            f"{self.cuts} cuts over {self.operations} operations, {self.commits} commits and {self.told} things told"
            f" ({kinds}; {self.again} followed by a second)\n"
            f"{self.unsynced} unsynced operations were at stake; {found}; {len(self.failures)} lost something\n"
            f"after {self.rotten} of them a durable sector was damaged too: {self.set_aside} stores were set aside\n"
        )


def cuts(life: Life, seed: int, count: int) -> Iterator[Cut]:
    """Spread over the life: from as many cuts on as there are operations, each of them is one's end."""
    operations = len(life.operations) - life.begins
    kinds = list(Surviving)
    for number in range(count):
        position = life.begins + 1 + number * operations // count
        yield Cut(number, position, kinds[number % len(kinds)], random.Random(f"{seed} cut {number}"))


class Campaign:
    """Replays one life, again and again.

    Args:
        life: as recorded.
        folder: for what is found after each cut.
    """

    def __init__(self, life: Life, folder: Path) -> None:
        self._life = life
        self._folder = folder
        self._signatures = Remembered()
        self._outlook = Outlook(len(life.operations) - life.begins, len(life.commits), len(life.told))

    def play(self, chosen: Sequence[Cut], progress: Callable[[int], None] = lambda done: None) -> Outlook:
        """Cut the power at each of these points, in their order, and look what is found."""
        outlook = self._outlook
        medium, taken = Medium(), 0
        for done, cut in enumerate(chosen, start=1):
            for operation in self._life.operations[taken : cut.position]:
                medium.take(operation)
            taken = cut.position
            outlook.cuts += 1
            outlook.kinds[cut.surviving.value] += 1
            outlook.unsynced += medium.unsynced()
            try:
                outlook.found[self._replayed(medium, cut)] += 1
                if cut.number % ROTTEN_EVERY == ROTTEN_EVERY - 1:
                    self._damaged(medium, cut)
            except (AssertionError, StoreError, sqlite3.Error, ValueError, LookupError) as failure:
                what = f"{type(failure).__name__}: {failure}"
                outlook.failures.append((cut.number, f"cut {cut.number}, {cut}: {what}"))
            progress(done)
        return outlook

    def _replayed(self, medium: Medium, cut: Cut) -> str:
        """Cut the power, look at what is found and go on with it; which commit it was."""
        life, directory = self._life, self._folder / "found"
        laid_out(medium.after_cut(cut.surviving, cut.chance), directory)
        found = judged(life, cut.position, directory, self._signatures)
        is_again = cut.number % AGAIN_EVERY == 0
        later = live_on(directory, life, is_recorded=is_again)
        if later.first_number <= _last(life, cut.position).last_sequence:
            raise Lost(f"number {later.first_number} is used twice")
        if is_again:
            self._outlook.again += 1
            position = cut.chance.randint(later.begins + 1, len(later.operations))
            medium = Medium()
            for operation in later.operations[:position]:
                medium.take(operation)
            laid_out(medium.after_cut(cut.chance.choice(list(Surviving)), cut.chance), directory)
            judged(later, position, directory, self._signatures)
        return found

    def _damaged(self, medium: Medium, cut: Cut) -> None:
        """As before, and a sector of the database or of its log is not what it was."""
        life, directory = self._life, self._folder / "found"
        files = medium.after_cut(cut.surviving, cut.chance)
        names = [name for name, content in files.items() if content and name.endswith((STORE_NAME, "-wal"))]
        if not names:
            return
        self._outlook.rotten += 1
        name, sector_bytes = cut.chance.choice(names), cut.chance.choice(SECTORS_BYTES)
        content = bytearray(files[name])
        start = cut.chance.randrange(len(content)) // sector_bytes * sector_bytes
        garbage = cut.chance.choice((bytes(sector_bytes), b"\xff" * sector_bytes, cut.chance.randbytes(sector_bytes)))
        content[start : start + sector_bytes] = garbage
        laid_out({**files, name: bytes(content)}, directory)
        opened = store_of(directory, life.number)
        opened.close()
        if opened.set_aside is not None:
            self._outlook.set_aside += 1
            if opened.set_aside.stat().st_size < len(files.get(f"state/{STORE_NAME}", b"")):
                raise Lost("what was set aside is not all of it")
        if live_on(directory, life, is_recorded=False).first_number <= _last(life, cut.position).last_sequence:
            raise Lost("a number is used twice after damage")


def laid_out(files: dict[str, bytes], directory: Path) -> None:
    """Lay files out as who starts after the cut finds them; the directory of the keys was there long before."""
    if directory.exists():
        shutil.rmtree(directory)
    (directory / KEYS).mkdir(parents=True)
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def judged(life: Life, position: int, directory: Path, signatures: Signatures) -> str:
    """Open the store after a cut and compare it with the life; which commit was found.

    Raises:
        Lost: something that had to survive did not.
    """
    opened = store_of(directory, life.number)
    try:
        if opened.set_aside is not None:
            raise Lost("the store is damaged")
        found = _found(life, position, opened.store)
        missing = [one.what for one in life.told if one.position <= position and not one.is_there(opened.store)]
        if missing:
            raise Lost(f"{len(missing)} things that had left are not there: {missing[0]}")
        last = _last(life, position)
        if opened.store.last_sequence(INCARNATION) < last.last_sequence or last_draft(opened.store) < last.last_draft:
            raise Lost("numbers that were used would be used again")
        if (doubt := opened.store.continuity().doubt) is not None:
            raise Lost(f"the station is in doubt of its own numbers: {doubt}")
        _check_log(life.number, opened.store, signatures)
    finally:
        opened.close()
    return found


def _last(life: Life, position: int) -> Committed:
    """The last commit that had returned."""
    return max((one for one in life.commits if one.position <= position), key=lambda one: one.position, default=NONE)


def _found(life: Life, position: int, store: SqliteStore) -> str:
    rows = rows_of(store)
    last = _last(life, position)
    if rows == last.rows:
        return "the last commit"
    following = [one for one in life.commits if one.position > position][:1]
    if any(rows == one.rows for one in following):
        return "the commit under way"
    older = [place for place, one in enumerate(life.commits) if one.rows == rows]
    if older:
        raise Lost(f"it stands as {life.commits.index(last) - older[-1]} commits before the last that had returned")
    tables = sorted(name for name in rows.keys() | last.rows.keys() if rows.get(name) != last.rows.get(name))
    raise Lost(f"it stands as it never stood: {', '.join(tables)}")


def _check_log(number: int, store: SqliteStore, signatures: Signatures) -> None:
    roster = small_network().roster
    check = LogCheck(Heading(roster.root, number, ""), roster, signatures)
    for evidence in evidence_of(store):
        check.take(evidence)
    faults = check.verdict().faults
    if faults:
        raise Lost(f"the log is not whole: {faults[0]}")


class Remembered:
    """Signatures, each verified once: a campaign reads the same log again and again."""

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, bytes, bytes], bool] = {}
        self._real = Ed25519Signatures()

    def verify(self, public_key: bytes, signature: bytes, data: bytes) -> bool:
        asked = (public_key, signature, data)
        if asked not in self._known:
            self._known[asked] = self._real.verify(*asked)
        return self._known[asked]


def memory_disk() -> str | None:
    """Where files need no medium: what survives is decided here, and real syncs only take time."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def main() -> int:
    parser = argparse.ArgumentParser(prog="make cuts", description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cuts", type=int, default=500)
    parser.add_argument("--steps", type=int, default=STEPS, help="what happens in a life")
    parser.add_argument("--only", type=int, help="the number of the one cut to replay")
    asked = parser.parse_args()
    began_s = time.monotonic()

    def progress(done: int) -> None:
        if done % max(1, asked.cuts // 20) == 0:
            sys.stdout.write(f"{done} of {asked.cuts} cuts, {time.monotonic() - began_s:.0f} s\n")
            sys.stdout.flush()

    with tempfile.TemporaryDirectory(dir=memory_disk()) as folder:
        life = live(Path(folder) / "life", asked.seed, asked.steps)
        chosen = [one for one in cuts(life, asked.seed, asked.cuts) if asked.only in (None, one.number)]
        outlook = Campaign(life, Path(folder)).play(chosen, progress)
    sys.stdout.write(outlook.summary())
    for number, failure in outlook.failures:
        again = f"--seed {asked.seed} --cuts {asked.cuts} --steps {asked.steps} --only {number}"
        sys.stdout.write(f"FAILED {failure}\n  again with: python -m tests.node.store.power_cuts {again}\n")
    return 1 if outlook.failures else 0


if __name__ == "__main__":
    sys.exit(main())
