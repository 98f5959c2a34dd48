"""Shifts at a real daemon: nobody waits for another's wrong passphrase, locks are kept, memory stays small."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from node.api.drafts import Draft
from node.api.faults import FaultCode, Refused
from node.api.functions import Take
from node.api.handover import LISTED_MAX
from node.api.methods import (
    FIND,
    FUNCTIONS,
    HAND_OVER_PAGE,
    KEEP,
    LOCK,
    LOGIN,
    LOGOUT,
    PRESENT,
    SEND,
    STATUS,
    TAKE,
    Find,
    Lock,
    Login,
    Logout,
    Nothing,
    Send,
)
from node.client.blocking import Client
from node.client.concurrent import ConcurrentClient, connected
from node.keyring.wrapping import Cost
from protocol.certificates import Right
from tests.support.daemons import Daemon, bavn, daemon
from tests.support.network import KHJ, MLA, STAFF, person_statement, station_statement
from tests.support.patience import DEADLINE_S
from tests.support.station_files import PASSPHRASE, StationFiles, station_files

WRONG = "forkert adgangskode"
GUESSES = 6
GROWTH_KB_MAX = 8_192
"""A quarter of what one derivation takes: the daemon itself does none."""


@pytest.fixture
def files(tmp_path: Path) -> StationFiles:
    return station_files(tmp_path / "staff", STAFF, (KHJ, MLA))


def at_once(files: StationFiles, story: Callable[[ConcurrentClient], Awaitable[None]]) -> None:
    async def play() -> None:
        async with asyncio.timeout(DEADLINE_S), connected(files.socket) as client:
            await story(client)

    asyncio.run(play())


def fault(client: Client, text: str = "besked", author: str = "") -> Refused:
    with pytest.raises(Refused) as refused:
        client.call(SEND, Send("PLH", text, author=author))
    return refused.value


def initials(people: "tuple[object, ...]") -> list[str]:
    return [getattr(person, "initials") for person in people]  # noqa: B009 - of any kind of person


def peak_kb(running: Daemon) -> int:
    """The most memory that the daemon ever held."""
    lines = Path(f"/proc/{running.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def test_a_wrong_passphrase_holds_nobody_elses_login(files: StationFiles) -> None:
    async def story(client: ConcurrentClient) -> None:
        wrong = [asyncio.ensure_future(client.call(LOGIN, Login("KHJ", WRONG))) for _ in range(GUESSES)]
        await asyncio.sleep(0)
        duty = await client.call(LOGIN, Login("MLA", PASSPHRASE))
        assert initials(duty.people) == ["MLA"]
        assert sum(attempt.done() for attempt in wrong) < GUESSES // 2, "guesses at one key come one after another"
        for attempt in wrong:
            attempt.cancel()
        await asyncio.gather(*wrong, return_exceptions=True)

    with daemon(files):
        at_once(files, story)


def test_a_locked_key_says_whose_it_is_and_login_opens_it(files: StationFiles) -> None:
    with daemon(files), Client(files.socket) as client:
        client.call(LOGIN, Login("KHJ", PASSPHRASE))
        duty = client.call(LOCK, Lock())
        assert (initials(duty.people), initials(duty.locked)) == ([], ["KHJ"])
        for no in (fault(client), fault(client, author="KHJ")):
            assert (no.fault.code, no.fault.detail) == (FaultCode.KEY_LOCKED, "KHJ")
        status = client.call(STATUS, Nothing())
        assert (initials(status.locked), status.manned) == (["KHJ"], True)
        client.call(LOGIN, Login("KHJ", PASSPHRASE))
        assert client.call(SEND, Send("PLH", "besked")).number == "KRS-00001"


def test_who_was_on_duty_is_known_after_a_kill_and_the_key_is_not(files: StationFiles) -> None:
    with daemon(files) as running, Client(files.socket) as client:
        client.call(LOGIN, Login("KHJ", PASSPHRASE))
        running.stop(signal.SIGKILL)
    with daemon(files), Client(files.socket) as client:
        status = client.call(STATUS, Nothing())
        assert (status.duty, initials(status.locked), status.manned) == ((), ["KHJ"], False)
        assert fault(client).fault.code is FaultCode.KEY_LOCKED
        assert client.call(LOGOUT, Logout()).locked == ()


def test_the_lock_is_a_command_and_the_status_tells_of_it(files: StationFiles) -> None:
    with daemon(files), Client(files.socket) as client:
        client.call(LOGIN, Login("KHJ", PASSPHRASE))
        locked = bavn("lock", "--config", files.config)
        assert (locked.returncode, locked.stdout) == (0, "KHJ Karl Hjort (låst)\n")
        assert "låst: KHJ Karl Hjort" in bavn("status", "--config", files.config).stdout
        refused = bavn("send", "PLH", "besked", "--config", files.config)
        assert (refused.returncode, "bavn login KHJ" in refused.stderr) == (1, True)


def test_a_presence_keeps_the_answer_short(files: StationFiles) -> None:
    with daemon(files), Client(files.socket) as client:
        client.call(LOGIN, Login("KHJ", PASSPHRASE))
        assert initials(client.call(PRESENT, Nothing()).people) == ["KHJ"]


def test_logins_leave_the_daemon_as_small_as_it_was(tmp_path: Path) -> None:
    files = station_files(tmp_path / "staff", STAFF, (KHJ,), cost=Cost())
    with daemon(files) as running, Client(files.socket) as client:
        client.call(LOGIN, Login("KHJ", PASSPHRASE))
        client.call(LOGOUT, Logout())
        before_kb = peak_kb(running)
        for _ in range(6):
            client.call(LOGIN, Login("KHJ", PASSPHRASE))
            client.call(LOGOUT, Logout())
        assert peak_kb(running) - before_kb < GROWTH_KB_MAX


def test_no_passphrase_is_in_the_log_or_the_store(files: StationFiles) -> None:
    with daemon(files, PYTHONUNBUFFERED="1") as running, Client(files.socket) as client:
        client.call(LOGIN, Login("KHJ", PASSPHRASE))
        with pytest.raises(Refused) as refused:
            client.call(LOGIN, Login("MLA", WRONG))
        assert refused.value.fault.code is FaultCode.WRONG_PASSPHRASE
        running.stop()
    everything = [path for path in files.directory.rglob("*") if path.is_file() and path != files.passphrase]
    for path in everything:
        content = path.read_bytes()
        assert PASSPHRASE.encode() not in content, path
        assert WRONG.encode() not in content, path


ENVELOPE = 9
SEALED = person_statement(ENVELOPE, "NØD", "Nødnøgle Krisestaben", Right.EMERGENCY, STAFF)


def test_breaking_the_glass_is_one_command_and_the_status_says_so(tmp_path: Path) -> None:
    files = station_files(tmp_path / "staff", STAFF, (ENVELOPE,), certified=(SEALED,))
    with daemon(files) as running:
        words = ("login", "--emergency", "--passphrase-file", files.passphrase, "--config", files.config)
        opened = bavn(*words)
        assert (opened.returncode, opened.stdout) == (0, "NØD Nødnøgle Krisestaben\n"), opened.stderr
        assert "Nødnøglen NØD er åbnet" in " ".join(bavn("status", "--config", files.config).stdout.split())
        flash = bavn("send", "PLH", "Evakuér.", "--precedence", "lyn", "--config", files.config)
        assert flash.returncode == 0, flash.stderr
        assert "alarm: emergency_key" in running.log


def test_a_station_without_an_envelope_says_so(files: StationFiles) -> None:
    with daemon(files), Client(files.socket) as client:
        for asked in (Login("", PASSPHRASE, emergency=True), Login("KHJ", PASSPHRASE, emergency=True)):
            with pytest.raises(Refused) as refused:
                client.call(LOGIN, asked)
            assert refused.value.fault.code is FaultCode.NO_EMERGENCY_KEY


def test_a_login_without_a_name_is_a_usage_error(files: StationFiles) -> None:
    told = bavn("login", "--passphrase-file", files.passphrase, "--config", files.config)
    assert (told.returncode, "--emergency" in told.stderr) == (2, True)


def test_a_function_is_taken_shown_with_who_holds_it_and_given_up(files: StationFiles) -> None:
    def duty(*words: str) -> str:
        done = bavn("duty", *words, "--config", files.config)
        assert done.returncode == 0, done.stderr
        return done.stdout

    with daemon(files), Client(files.socket) as client:
        assert duty("show") == "KRISE  Kriseleder: ingen\n"
        client.call(LOGIN, Login("KHJ", PASSPHRASE))
        assert "KRISE  Kriseleder: KHJ siden " in duty("take", "krise")
        (found,) = client.call(FIND, Find("KRISE")).recipients
        assert found.holding is not None
        assert (found.holding.initials, found.holding.station) == ("KHJ", "KRS")
        page = bavn("show", client.call(SEND, Send("KRISE", "besked")).number, "--config", files.config).stdout
        assert "Kriseleder (KRISE) - KHJ siden " in page
        assert "KRISE  Kriseleder: ingen siden " in duty("give-up", "KRISE")
        refused = bavn("duty", "give-up", "KRISE", "--config", files.config)
        assert (refused.returncode, "bavn duty show" in refused.stderr) == (1, True)
        unknown = bavn("duty", "take", "NIX", "--config", files.config)
        assert (unknown.returncode, "NIX" in unknown.stderr) == (1, True)


def test_who_holds_a_function_is_known_after_a_kill(files: StationFiles) -> None:
    with daemon(files) as running, Client(files.socket) as client:
        client.call(LOGIN, Login("KHJ", PASSPHRASE))
        client.call(TAKE, Take("KRISE"))
        running.stop(signal.SIGKILL)
    with daemon(files), Client(files.socket) as client:
        (held,) = client.call(FUNCTIONS, Nothing()).functions
        assert (held.code, held.holding.initials) == ("KRISE", "KHJ")


def test_a_kiosk_reads_sends_and_acknowledges_without_a_login(tmp_path: Path) -> None:
    kiosk = station_statement(STAFF, renewal=1, is_kiosk=True)
    files = station_files(tmp_path / "kiosk", STAFF, certified=(kiosk,))
    with daemon(files), Client(files.socket) as client:
        number = client.call(SEND, Send("KRISE", "Er alle her?")).number
        refused = bavn("ack", number, "--config", files.config)
        assert (refused.returncode, "--initials" in refused.stderr) == (1, True)
        done = bavn("ack", number, "--initials", "MLA", "--config", files.config)
        assert (done.returncode, done.stdout) == (0, f'{number}  Kvitteret på KRS af "MLA" - ikke logget ind\n')
        page = bavn("show", number, "--config", files.config).stdout
        assert "stationen selv, ingen person" in page
        assert "tastede initialer" in " ".join(bavn("status", "--config", files.config).stdout.split())


def test_only_a_kiosk_takes_typed_initials(files: StationFiles) -> None:
    with daemon(files), Client(files.socket) as client:
        number = client.call(SEND, Send("KRISE", "Er alle her?", author="-")).number
        refused = bavn("ack", number, "--initials", "MLA", "--config", files.config)
        assert (refused.returncode, "bavn login" in refused.stderr) == (1, True)


def test_a_shift_is_handed_over_by_both_and_the_page_says_what_is_open(files: StationFiles) -> None:
    def handover(*words: str) -> str:
        done = bavn("duty", "handover", *words, "--config", files.config)
        assert done.returncode == 0, done.stderr
        assert max(map(len, done.stdout.splitlines())) <= 80
        return " ".join(done.stdout.split())

    with daemon(files), Client(files.socket) as client:
        client.call(LOGIN, Login("KHJ", PASSPHRASE))
        client.call(TAKE, Take("KRISE"))
        client.call(SEND, Send("KRISE", "Hvor mange senge?"))
        client.call(SEND, Send("PLH", "Send 200 l diesel."))
        client.call(KEEP, Draft(to="PLH", text="Halvskrevet"))
        page = handover()
        for said in (
            "Vagtskifte på KRS Krisestaben",
            "KHJ Karl Hjort",
            "KRISE Kriseleder: KHJ siden",
            "Skal besvares her KRS-00002 ALM Hvor mange senge?",
            "Send 200 l diesel. [I kø her - ikke sendt]",
            "Kladder til PLH: Halvskrevet",
            "Tavse stationer ingen",
        ):
            assert said in page
        client.call(LOGIN, Login("MLA", PASSPHRASE))
        assert "KHJ overdrager til MLA, som ikke har overtaget endnu" in handover("--to", "MLA")
        assert "KRISE Kriseleder: MLA siden" in handover("--accept")
        assert "KRISE Kriseleder: ingen siden" in (alone := handover("--alone", "--as", "MLA"))
        assert "afløser ikke mødt" in alone
        english = " ".join(bavn("duty", "handover", "--lang", "en", "--config", files.config).stdout.split())
        assert "relief did not come" in english


def test_a_page_counts_what_it_does_not_list(files: StationFiles) -> None:
    with daemon(files), Client(files.socket) as client:
        for number in range(LISTED_MAX + 3):
            client.call(SEND, Send("KRISE", f"besked {number}", author="-"))
        page = client.call(HAND_OVER_PAGE, Nothing())
        assert (len(page.unacknowledged), page.unacknowledged_count) == (LISTED_MAX, LISTED_MAX + 3)
        assert "og 3 mere" in bavn("duty", "handover", "--config", files.config).stdout


def test_nothing_is_accepted_that_nobody_offered(files: StationFiles) -> None:
    with daemon(files), Client(files.socket) as client:
        client.call(LOGIN, Login("KHJ", PASSPHRASE))
        refused = bavn("duty", "handover", "--accept", "--config", files.config)
        assert (refused.returncode, "bavn duty handover --to" in refused.stderr) == (1, True)
        alone = bavn("duty", "handover", "--to", "KHJ", "--config", files.config)
        assert alone.returncode == 1


def test_a_flash_waits_for_a_second_person_and_is_shown_as_released(tmp_path: Path) -> None:
    strict = station_statement(STAFF, renewal=1, needs_releaser=True)
    second = person_statement(5, "RLS", "Rikke Lund Steen", Right.SECOND_RELEASER, STAFF)
    files = station_files(tmp_path / "strict", STAFF, (KHJ, 5), certified=(strict, second))

    def said(*words: str) -> str:
        done = bavn(*words, "--config", files.config)
        assert done.returncode == 0, done.stderr
        return done.stdout

    with daemon(files), Client(files.socket) as client:
        client.call(LOGIN, Login("KHJ", PASSPHRASE))
        assert "1: ikke sendt - venter" in said("send", "KRISE", "Evakuér.", "--precedence", "lyn")
        assert said("release").startswith("1: LYN til KRISE, af KHJ ")
        assert client.call(STATUS, Nothing()).awaiting == 1
        alone = bavn("release", "1", "--config", files.config)
        assert (alone.returncode, "Du må ikke frigive" in alone.stderr) == (1, True)
        client.call(LOGIN, Login("RLS", PASSPHRASE))
        assert "Venter på en anden 1: LYN til KRISE" in " ".join(said("duty", "handover").split())
        assert said("release", "1").startswith("KRS-00001  ")
        assert "Frigivet af          Rikke Lund Steen (RLS)" in said("show", "KRS-00001")
        said("send", "KRISE", "Bliv inde.", "--precedence", "lyn", "--as", "KHJ")
        assert said("release", "2", "--withdraw", "--as", "KHJ") == ""
        gone = bavn("release", "2", "--as", "RLS", "--config", files.config)
        assert (gone.returncode, "bavn release" in gone.stderr) == (1, True)
