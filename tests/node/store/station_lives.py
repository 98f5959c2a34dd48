"""A life of one station, recorded: the real core over the real store, among two neighbours who keep theirs in memory.

What left the station after a commit is noted with how far the recording had come: whoever was told of it relies on it,
so each must be found after any cut that comes later.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

from node.core.effects import Effect, Kept
from node.core.events import Composed, DraftKept, Event, NoteWritten, Stopped
from node.core.people_records import Draft
from node.core.shift_events import LoggedIn, LoggedOut
from node.store.memory import MemoryStore
from node.store.opening import Opened, open_store
from node.store.sqlite import SqliteStore
from protocol.frames import ActKind
from protocol.numbers import Address, Kind, Precedence
from tests.node.store.medium import Operation
from tests.node.store.recording import Recording, recorded
from tests.node.store.relying import INCARNATION, last_draft, relied_on
from tests.support.mesh import Mesh, Node
from tests.support.network import CARE, CRISIS_STAFF, KHJ, MLA, RELAY, STAFF, small_network

STATE, KEYS = "state", "keys"
CHECKPOINT_PAGES = 40
"""So that a life this short holds several checkpoints and new beginnings of SQLite's log; the station's own is 1000."""
SHARES = {"out": 5, "in": 5, "act": 5, "draft": 3, "note": 2, "shift": 1, "wait": 3, "restart": 1}
"""How often each thing happens."""
OPERATOR_OF = {CARE: MLA, STAFF: KHJ}

Tune = Callable[[SqliteStore], None]


@dataclass(frozen=True, slots=True)
class Committed:
    """What stood in the store after a commit had returned."""

    position: int
    """In the recording."""
    rows: Mapping[str, bytes]
    """A hash of each table that has any."""
    last_sequence: int
    last_draft: int


@dataclass(frozen=True, slots=True)
class Told:
    """Something that left the station; `position` as above."""

    position: int
    what: str
    is_there: Callable[[SqliteStore], bool] = field(compare=False)


@dataclass(slots=True)
class Life:
    """What happened, in order."""

    number: int
    """Of the station."""
    operations: Sequence[Operation]
    begins: int
    commits: list[Committed]
    told: list[Told]
    restarts: int
    ended_ms: int
    first_number: int = 0
    """Of the messages that this station wrote in this life."""


def live(directory: Path, seed: int, steps: int, *, acts_first: bool = False, tune: Tune | None = None) -> Life:
    """Let a station live and record it.

    Args:
        directory: an empty one.
        seed: of what happens, and of which of the three stations it happens to.
        steps: so many things happen to it.
        acts_first: let everything leave before it is committed, which is wrong.
        tune: done to the store at each opening.
    """
    directory.mkdir(exist_ok=True)
    (directory / KEYS).mkdir()
    number = (CARE, RELAY, STAFF)[seed % 3]
    with recorded(directory) as recording:
        mesh = _Recorded(directory, number, recording, acts_first=acts_first, tune=tune)
        chance = random.Random(f"{seed} life")
        mesh.begin()
        for done in range(steps):
            if done == steps // 2:
                mesh.restart()
            _step(mesh, chance)
        mesh.run_for(700)
        mesh.opened.close()
    return mesh.life()


def live_on(directory: Path, before: Life, *, is_recorded: bool) -> Life:
    """Let the station go on with what it finds, alone: it starts, writes a message and a note, and starts again."""
    with recorded(directory) if is_recorded else nullcontext() as recording:
        mesh = _Recorded(directory, before.number, recording)
        mesh.now_ms = before.ended_ms + 60_000
        mesh.start(mesh.number)
        written = mesh.compose(mesh.number, Address(Kind.STATION, CARE if mesh.number != CARE else STAFF))
        mesh.happen(mesh.number, NoteWritten(5, 0, "The power is back"))
        mesh.restart()
        mesh.opened.close()
    return replace(mesh.life(), first_number=written.key.sequence)


def store_of(directory: Path, number: int) -> Opened:
    """Open a station's store as the station does."""
    return open_store(directory / STATE, directory / KEYS / f"station-{number}.numbers")


class _Recorded(Mesh):
    """Three stations in a row, one of them recorded."""

    def __init__(
        self,
        directory: Path,
        number: int,
        recording: Recording | None = None,
        *,
        acts_first: bool = False,
        tune: Tune | None = None,
    ) -> None:
        self._recording = recording
        self._directory = directory
        self._acts_first = acts_first
        self._tune = tune
        self.number = number
        self.opened = self._open()
        self.commits = [self._committed()]
        self.told: list[Told] = []
        self.restarts = 0
        super().__init__(
            small_network(),
            links=((CARE, RELAY), (RELAY, STAFF)),
            make_store=lambda one: self.opened.store if one == number else MemoryStore(),
        )

    def life(self) -> Life:
        """What happened so far."""
        operations, begins = (
            ((), 0) if self._recording is None else (self._recording.operations, self._recording.begins)
        )
        return Life(self.number, operations, begins, self.commits, self.told, self.restarts, self.now_ms)

    @property
    def store(self) -> SqliteStore:
        return self.opened.store

    def begin(self) -> None:
        for station, operator in OPERATOR_OF.items():
            self.network.log_in(station, operator)
        self.start()
        for station in OPERATOR_OF:
            self.duty(station)
        self.run_for(40)

    def restart(self) -> None:
        """Stop as one is told to and come back."""
        self.happen(self.number, Stopped())
        self.nodes[self.number].station = None
        self.opened.close()
        self.run_for(5)
        self.opened = self._open()
        self.nodes[self.number].store = self.opened.store
        self.restarts += 1
        self.start(self.number)

    def happen(self, number: int, event: Event) -> list[Effect]:
        node = self.nodes[number]
        if number != self.number or node.station is None:
            return super().happen(number, event)
        effects = node.station.handle(event, self.moment(node))
        if self._acts_first:
            self._leave(node, effects)
        has_changes = self.store.has_changes()
        self.store.commit()
        if has_changes:
            self.commits.append(self._committed())
        if not self._acts_first:
            self._leave(node, effects)
        return effects

    def _leave(self, node: Node, effects: Sequence[Effect]) -> None:
        for effect in effects:
            for what, is_there in relied_on(effect, self.number, self.store):
                self.told.append(Told(self._position(), what, is_there))
            self._carry_out(node, effect)

    def _position(self) -> int:
        return self._recording.position if self._recording is not None else 0

    def _committed(self) -> Committed:
        store = self.opened.store
        rows = rows_of(store) if self._recording is not None else {}
        return Committed(self._position(), rows, store.last_sequence(INCARNATION), last_draft(store))

    def _open(self) -> Opened:
        opened = store_of(self._directory, self.number)
        opened.store._database.one(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        if self._tune is not None:
            self._tune(opened.store)
        return opened


def _step(mesh: _Recorded, chance: random.Random) -> None:
    """Something happens to the recorded station, mostly."""
    number = mesh.number
    here = OPERATOR_OF.get(number, 0)
    other = chance.choice([one for one in (CARE, STAFF) if one != number])
    precedence = chance.choice(list(Precedence))
    text = chance.choice(("Send vand", "Vi mangler strøm og diesel til i morgen tidlig. " * 2, "OK"))
    (what,) = chance.choices(tuple(SHARES), tuple(SHARES.values()))
    match what:
        case "out":
            mesh.compose(number, Address(Kind.STATION, other), text, precedence, author=here)
        case "in":
            to = Address(Kind.FUNCTION, CRISIS_STAFF) if number == STAFF else Address(Kind.STATION, number)
            to = Address(Kind.STATION, STAFF) if number == RELAY and other == CARE else to
            mesh.compose(other, to, text, precedence, author=OPERATOR_OF[other])
            mesh.run_for(chance.uniform(5, 40))
        case "act" if here:
            open_items = [one for one in mesh.store.items_changed_since(0, 1000) if one.is_for_me and one.act_wanted]
            if open_items:
                mesh.act(number, chance.choice(open_items), here, chance.choice((ActKind.ACKNOWLEDGED, ActKind.DONE)))
        case "draft":
            kept = Draft(0, "KRISE", text, precedence, True, "", "", 0, None)
            mesh.happen(number, DraftKept(3, kept))
            answer = mesh.nodes[number].replies[-1]
            assert isinstance(answer, Kept), answer
            if chance.random() < 0.5:
                sent = Composed(4, here, Address(Kind.STATION, other), text, precedence, draft=answer.draft.id)
                mesh.happen(number, sent)
        case "note":
            mesh.happen(number, NoteWritten(5, here, "Generator started"))
        case "shift" if here:
            mesh.happen(number, LoggedOut(6, (here,)))
            mesh.run_for(1)
            mesh.network.log_in(number, here)
            mesh.happen(number, LoggedIn(7, here))
        case "restart":
            mesh.restart()
        case _:
            mesh.run_for(chance.uniform(30, 400))


def rows_of(store: SqliteStore) -> dict[str, bytes]:
    """A hash of every table that has rows; but for numbers given and the store's name, which an opening may change."""
    hashes: dict[str, bytes] = {}
    for (table,) in store._database.all("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"):
        rows = [tuple(row) for row in store._database.all(f"SELECT * FROM {table}")]
        if table == "counter":
            rows = [row for row in rows if row[0] == "change"]
        if rows and table not in ("identity", "sqlite_sequence"):
            hashes[table] = sha256(repr(rows).encode()).digest()
    return hashes
