"""A station whose answers a test writes: the real API on a real socket, and behind it a script instead of a core."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from node.api.alarms import Silence
from node.api.answers import Cancel, Change, ChangeKind, ChangeStanding
from node.api.drafts import Discard, Draft, Drafts, KeptDraft
from node.api.faults import FaultCode, refused
from node.api.functions import Functions, GiveUp, HeldFunction, Holding, Take
from node.api.handover import AcceptShift, HandOver, HandOverPage, OfferedShift
from node.api.ladder import Ladder, ShownAct, ShownTime, Step
from node.api.log import ListLog, LoggedEntries, NotedEntry, ShownEntry, WriteNote
from node.api.messages import Box, Legibility, Precedence, Recipient, ShownMessage, Standing
from node.api.methods import (
    API_VERSION,
    KEEP,
    SEND,
    AskPrice,
    Duty,
    Find,
    Found,
    Greeting,
    ListBox,
    Listed,
    Lock,
    Login,
    Logout,
    Nothing,
    Perform,
    Price,
    Queued,
    Send,
    Show,
)
from node.api.packing import unpack
from node.api.releases import Release, WaitingRelease, WaitingReleases, WithdrawRelease
from node.api.server import Server
from node.api.status import Airtime, ClockState, Contact, Person, PowerState, RadioState, Status, StoreState

KHJ = Person("KHJ", "Karl Hjort")
PNI = Person("PNI", "Pia Nielsen")
EMERGENCY = Person("NØD1", "Nødnøgle, Krisestaben")
TEXT_BYTES_MAX = 155
PASSPHRASE = "fire gode danske ord"
PEOPLE = {
    "PLH": Recipient("station", 1, "PLH", "Plejehjemmet Havblik"),
    "BRS": Recipient("station", 2, "BRS", "Brandstation Nord"),
    "KRISE": Recipient("function", 1, "KRISE", "Kriseleder"),
}


def today(hour: int, minute: int) -> ShownTime:
    """A time of this day, so that a screen shows it without the date."""
    now = time.localtime()
    return ShownTime(round(time.mktime((*now[:3], hour, minute, 0, 0, 0, now.tm_isdst))) * 1000, trusted=True)


def message(row: int, precedence: Precedence, text: str, **changes: object) -> ShownMessage:
    """A message from the care home that waits for this station's act."""
    ladder = Ladder("KRS", "Krisestaben", Step.AT_STATION, today(14, 31), "", "", 0, ())
    made = ShownMessage(
        id=row,
        number=f"PLH-{row:05}",
        change=row,
        box=Box.INBOX,
        station="PLH",
        station_name="Plejehjemmet Havblik",
        author="MLA",
        author_name="Mette Larsen",
        to=PEOPLE["KRISE"],
        precedence=precedence,
        written=today(14, 30),
        received=today(14, 31),
        expires=today(23, 59),
        age_s=120,
        text=text,
        legibility=Legibility.READABLE,
        confidential=False,
        standing=Standing.GOOD,
        ack_wanted=True,
        unacknowledged=True,
        drill=0,
        reply_to="",
        sealed_bytes=76 + len(text.encode()),
        ladders=(ladder,),
        acts=(),
    )
    return replace(made, **changes)  # type: ignore[arg-type] - the caller names real fields


def held_by(initials: str) -> Holding:
    """Somebody at this station holds a function, or nobody does."""
    return Holding(
        initials, "", "KRS" if initials else "", today(14, 0), unrelieved=False, deputy="", deputy_initials=""
    )


def entry(number: int, kind: str, text: str = "", **changes: object) -> ShownEntry:
    """An entry of the log, by the station itself."""
    made = ShownEntry(number, kind, today(14, 0), "KRS", "", "", text, (), None, "00")
    return replace(made, **changes)  # type: ignore[arg-type] - the caller names real fields


STATUS_AT_REST = Status(
    station="KRS",
    name="Krisestaben",
    number=3,
    incarnation=1,
    version="0.1.0",
    uptime_s=7_200,
    duty=(KHJ,),
    radio=RadioState(
        address="serial:///dev/ttyACM0",
        is_up=True,
        since_s=3_600,
        reason="",
        firmware="2.7.26",
        region="EU_868",
        preset="MEDIUM_FAST",
        configured_preset="MEDIUM_FAST",
        frames_inside=0,
        silent_s=12,
        queue_free=16,
        sent_bp=310,
        restarts=0,
        reconnections=0,
        refusals=(),
        drops=(),
    ),
    contacts=(Contact("PLH", "Plejehjemmet Havblik", 30, 1, True, True, True),),
    queue=(),
    unacknowledged=0,
    only_here=0,
    airtime=Airtime(310, 500, 900, 420),
    power=PowerState("INA219 at i2c-1 0x42", 78, 7_420, -610, False, 42_000, 50_400, 12, ""),
    drops=(),
    clock=ClockState(today(14, 32), 10, True),
    store=StoreState("/var/lib/bavn/store.db", "", ""),
    alarms=(),
    quarantined=0,
)

_ORDER = tuple(Precedence)


@dataclass
class ScriptedStation:
    """What it knows, and what it was asked to do; the fields are the script."""

    status: Status = STATUS_AT_REST
    messages: list[ShownMessage] = field(default_factory=list)
    drafts: dict[int, Draft] = field(default_factory=dict)
    sent: list[Send] = field(default_factory=list)
    acts: list[Perform] = field(default_factory=list)
    cancelled: list[Cancel] = field(default_factory=list)
    kept: list[Draft] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    emergencies: list[str] = field(default_factory=list)
    """Passphrases of emergency logins."""
    silenced: list[Silence] = field(default_factory=list)
    log: list[ShownEntry] = field(default_factory=list)
    """The oldest first, numbered from 1."""
    functions: list[HeldFunction] = field(default_factory=list)
    offered: list[OfferedShift] = field(default_factory=list)
    handed: list[HandOver | AcceptShift] = field(default_factory=list)
    waiting: list[WaitingRelease] = field(default_factory=list)
    """For a second person."""
    released: list[Release] = field(default_factory=list)
    needs_releaser: bool = False
    """A FLASH takes two persons."""
    notes: list[WriteNote] = field(default_factory=list)
    presences: int = 0
    open_because: FaultCode | None = None
    """Why nothing can be confidential."""
    refusals: dict[str, FaultCode] = field(default_factory=dict)
    """Methods that are refused, and why."""
    api: int = API_VERSION
    pause_s: float = 0.0
    """Before it keeps or sends, as a slow machine."""
    _change: int = 1
    _last_draft: int = 0
    _server: Server | None = None
    _loop: asyncio.AbstractEventLoop | None = None

    def change(self) -> int:
        return self._change

    def add(self, *messages: ShownMessage) -> None:
        """More messages, and the notice of it; from any thread."""
        self.messages += messages
        self.changed()

    def changed(self) -> None:
        """Tell who subscribed; from any thread."""
        self._change += 1
        if self._loop is not None and self._server is not None:
            self._loop.call_soon_threadsafe(self._server.announce, self._change)

    def stirred(self) -> None:
        """Tell who subscribed that the status is another one; from any thread."""
        if self._loop is not None and self._server is not None:
            self._loop.call_soon_threadsafe(self._server.stir)

    async def answer(self, method: str, ask: object) -> object:
        if method in (KEEP.name, SEND.name):
            await asyncio.sleep(self.pause_s)
        if method in self.refusals:
            raise refused(self.refusals[method], "3/2")
        return getattr(self, f"_{method}")(ask)

    def _status(self, ask: object) -> Status:
        unpack(Nothing, ask)
        return replace(self.status, unacknowledged=sum(one.unacknowledged for one in self.messages))

    def _list(self, ask: object) -> Listed:
        asked = unpack(ListBox, ask)
        inside = [one for one in self.messages if one.box is asked.box]
        inside.sort(key=lambda one: (not one.unacknowledged, _ORDER.index(one.precedence), -one.change))
        page = inside[asked.skip : asked.skip + asked.limit]
        return Listed(tuple(page), self._change, len(inside))

    def _show(self, ask: object) -> ShownMessage:
        asked = unpack(Show, ask)
        return next(one for one in self.messages if asked.number in (str(one.id), one.number))

    def _ack(self, ask: object) -> Queued:
        perform = unpack(Perform, ask)
        self.acts.append(perform)
        if perform.initials:
            step = replace(self.messages[0].ladders[0], step=Step.KIOSK, comment=perform.initials, at=today(14, 33))
            self.messages[0] = replace(self.messages[0], unacknowledged=False, ladders=(step,))
            self.changed()
            return Queued(self.messages[0].id, perform.number)
        at = next(at for at, one in enumerate(self.messages) if one.number == perform.number)
        act = ShownAct(perform.act, "KRS", perform.author, "Karl Hjort", today(14, 33), perform.comment, True, False)
        ladder = replace(self.messages[at].ladders[0], step=perform.act, initials=perform.author, at=today(14, 33))
        self.messages[at] = replace(self.messages[at], unacknowledged=False, acts=(act,), ladders=(ladder,))
        self.changed()
        return Queued(self.messages[at].id, perform.number)

    def _find(self, ask: object) -> Found:
        text = unpack(Find, ask).text.casefold()
        return Found(
            tuple(
                one
                for one in PEOPLE.values()
                if text in (f"{one.kind}:{one.number}", "*") or text in f"{one.code} {one.name}".casefold()
            )
        )

    def _preview(self, ask: object) -> Price:
        asked = unpack(AskPrice, ask)
        size = len(asked.text.encode())
        fits = size <= TEXT_BYTES_MAX
        price = Price(PEOPLE["PLH"], size, TEXT_BYTES_MAX, int(fits), 76 + size, 355 if fits else 0, 3, 10, 310, 1, 400)
        secret = self.open_because is None and asked.confidential is not False
        return replace(price, confidential=secret, open_because=self.open_because)

    def _silence(self, ask: object) -> Nothing:
        silence = unpack(Silence, ask)
        self.silenced.append(silence)
        alarms = tuple(
            replace(one, silenced_by=silence.author) if one.id == silence.alarm else one for one in self.status.alarms
        )
        self.status = replace(self.status, alarms=alarms)
        self.changed()
        return Nothing()

    def _log(self, ask: object) -> LoggedEntries:
        asked = unpack(ListLog, ask)
        inside = [one for one in self.log if not asked.kinds or one.kind in asked.kinds]
        older = [one for one in inside if not asked.before or one.number < asked.before]
        page = older[-asked.limit :]
        return LoggedEntries(tuple(page), len(self.log), page[0].number if len(older) > len(page) else 0)

    def _note(self, ask: object) -> NotedEntry:
        note = unpack(WriteNote, ask)
        if not note.text.strip():
            raise refused(FaultCode.TEXT_EMPTY)
        self.notes.append(note)
        self.log.append(entry(len(self.log) + 1, "note", note.text, who=note.author))
        return NotedEntry(len(self.log))

    def _functions(self, ask: object) -> Functions:
        unpack(Nothing, ask)
        return Functions(tuple(self.functions))

    def _hold(self, function: str, holding: Holding) -> Functions:
        self.functions = [
            replace(one, holding=holding) if str(one.number) == function else one for one in self.functions
        ]
        self.stirred()
        return Functions(tuple(self.functions))

    def _take(self, ask: object) -> Functions:
        take = unpack(Take, ask)
        return self._hold(take.function, held_by(take.author))

    def _give_up(self, ask: object) -> Functions:
        return self._hold(unpack(GiveUp, ask).function, held_by(""))

    def _hand_over_page(self, ask: object) -> HandOverPage:
        unpack(Nothing, ask)
        return self._page()

    def _hand_over(self, ask: object) -> HandOverPage:
        hand_over = unpack(HandOver, ask)
        self.handed.append(hand_over)
        if hand_over.to:
            self.offered.append(OfferedShift(hand_over.author, hand_over.to))
        return self._page()

    def _accept_shift(self, ask: object) -> HandOverPage:
        self.handed.append(unpack(AcceptShift, ask))
        self.offered.clear()
        return self._page()

    def _page(self) -> HandOverPage:
        waiting = tuple(one for one in self.messages if one.unacknowledged)
        out = tuple(one for one in self.messages if one.box is Box.OUTBOX)
        drafts = self._drafts({}).drafts
        offered, functions, releases = tuple(self.offered), tuple(self.functions), tuple(self.waiting)
        return HandOverPage(
            self.status, offered, functions, waiting, len(waiting), out, len(out), drafts, releases=releases
        )

    def _releases(self, ask: object) -> WaitingReleases:
        unpack(Nothing, ask)
        return WaitingReleases(tuple(self.waiting))

    def _release(self, ask: object) -> Queued:
        release = unpack(Release, ask)
        waiting = next(one for one in self.waiting if one.id == release.id)
        if release.author == waiting.author:
            raise refused(FaultCode.MAY_NOT_RELEASE)
        self.released.append(release)
        self._let_go(release.id)
        return Queued(1000, "KRS-00001")

    def _withdraw_release(self, ask: object) -> WaitingReleases:
        self._let_go(unpack(WithdrawRelease, ask).id)
        return WaitingReleases(tuple(self.waiting))

    def _let_go(self, number: int) -> None:
        self.waiting = [one for one in self.waiting if one.id != number]
        self.status = replace(self.status, awaiting=len(self.waiting))
        self.stirred()

    def _present(self, ask: object) -> Duty:
        unpack(Nothing, ask)
        self.presences += 1
        return Duty(self.status.duty, self.status.locked)

    def _lock(self, ask: object) -> Duty:
        unpack(Lock, ask)
        self.status = replace(self.status, duty=(), locked=(*self.status.locked, *self.status.duty))
        self.changed()
        return Duty((), self.status.locked)

    def _keep(self, ask: object) -> KeptDraft:
        draft = unpack(Draft, ask)
        if draft.id and draft.id not in self.drafts:
            raise refused(FaultCode.DRAFT_UNKNOWN)
        if not draft.id:
            self._last_draft += 1
            draft = replace(draft, id=self._last_draft)
        self.drafts[draft.id] = draft
        self.kept.append(draft)
        return KeptDraft(draft, today(14, 33))

    def _drafts(self, ask: object) -> Drafts:
        unpack(Nothing, ask)
        return Drafts(tuple(KeptDraft(draft, today(14, 33)) for draft in reversed(self.drafts.values())))

    def _discard(self, ask: object) -> Nothing:
        self.drafts.pop(unpack(Discard, ask).id)
        return Nothing()

    def _send(self, ask: object) -> Queued:
        send = unpack(Send, ask)
        size = len(send.text.encode())
        if size > TEXT_BYTES_MAX:
            raise refused(FaultCode.TEXT_TOO_LONG, f"{size}/{TEXT_BYTES_MAX}")
        self.sent.append(send)
        if self.needs_releaser and send.precedence is Precedence.FLASH:
            number = len(self.waiting) + 1
            asked = WaitingRelease(number, PEOPLE["PLH"], send.text, send.precedence, send.author, today(14, 33))
            self.waiting.append(asked)
            self.status = replace(self.status, awaiting=len(self.waiting))
            self.stirred()
            return Queued(0, "", awaiting=number)
        self.drafts.pop(send.draft, None)
        number = 1000 + len(self.sent)
        ladder = Ladder("PLH", "Plejehjemmet Havblik", Step.QUEUED, today(14, 33), "", "", 0, ())
        changes = {"box": Box.OUTBOX, "number": f"KRS-{len(self.sent):05}", "unacknowledged": False, "station": "KRS"}
        self.add(message(number, send.precedence, send.text, **changes, ladders=(ladder,), to=PEOPLE["PLH"]))
        return Queued(number, f"KRS-{len(self.sent):05}")

    def _cancel(self, ask: object) -> Queued:
        asked = unpack(Cancel, ask)
        self.cancelled.append(asked)
        change = Change(
            *(ChangeKind.CANCELS, ChangeStanding.STANDS, "KRS-00099", asked.author, "KRS", today(14, 33)),
            acted_before=False,
        )
        self.messages = [
            replace(one, changed_by=(change,), unacknowledged=False) if one.number == asked.number else one
            for one in self.messages
        ]
        self.changed()
        return Queued(99, "KRS-00099")

    def _login(self, ask: object) -> Duty:
        login = unpack(Login, ask)
        if login.emergency:
            self.emergencies.append(login.passphrase)
        self.logins.append(login.operator)
        if login.passphrase != PASSPHRASE:
            raise refused(FaultCode.WRONG_PASSPHRASE, login.operator)
        wanted = "NØD1" if login.emergency else login.operator
        person = next(one for one in (KHJ, PNI, EMERGENCY) if one.initials.casefold() == wanted.casefold())
        locked = tuple(one for one in self.status.locked if one != person)
        self.status = replace(self.status, duty=(*self.status.duty, person), locked=locked)
        self.changed()
        return Duty(self.status.duty)

    def _logout(self, ask: object) -> Duty:
        logout = unpack(Logout, ask)
        left = tuple(one for one in self.status.duty if one.initials != logout.operator)
        self.status = replace(self.status, duty=left)
        self.changed()
        return Duty(left)


@contextmanager
def serving(station: ScriptedStation, path: Path) -> Iterator[ScriptedStation]:
    """Let a station answer at a socket, on a loop in a thread of its own, as long as the context lasts."""
    ready = threading.Event()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()

    async def serve() -> None:
        server = Server(path, Greeting(station.api, "0.1.0", "KRS"), station)
        server.bind()
        station._server, station._loop = server, loop
        running = asyncio.create_task(server.run())
        ready.set()
        running.add_done_callback(lambda _: stop.set())
        await stop.wait()
        running.cancel()
        server.close()
        with contextlib.suppress(asyncio.CancelledError):
            await running

    def run() -> None:
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(serve())

    thread = threading.Thread(target=run, name="scripted station")
    thread.start()
    assert ready.wait(5.0)
    try:
        yield station
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(5.0)
        station._server = station._loop = None
