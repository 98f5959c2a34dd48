"""A real daemon and the official client as a handheld: heard, acknowledged, texted while off and on again."""

import asyncio
import json
from pathlib import Path
from typing import Any

from hardware.meshtastic_protobufs import portnums_pb2
from hardware.simulated.identity import Identity
from protocol.statements import HandheldBody, Statement
from tests.hardware.official import OfficialClient, official
from tests.support.airs import QUICK, simulated_air
from tests.support.daemons import bavn, daemon
from tests.support.network import KHJ, MUNICIPALITY, STAFF, signed
from tests.support.station_files import StationFiles, station_files

FELT, BASE = Identity.named("felt"), Identity.named("base")
TEXT = portnums_pb2.PortNum.TEXT_MESSAGE_APP
ORDER = ("Kør til pumpestationen ved åen og hent ti slanger. " * 12)[:600].strip()


def certified() -> bytes:
    body = HandheldBody(
        node_number=FELT.node_number, home_station=STAFF, radio_key=FELT.public_key, code="FE01", name="Felt 1"
    )
    return signed(Statement(body=body, number=1, issuer=MUNICIPALITY, renewal=0, birth=b"hh01"), "authority 1")


async def at(files: StationFiles, *words: str) -> Any:
    result = await asyncio.to_thread(bavn, *words, "--json", "--config", files.config)
    assert result.returncode == 0, result.stderr or result.stdout
    return json.loads(result.stdout)


async def texted(client: OfficialClient, part: str) -> str:
    """The next text on the handheld's screen with these words."""
    heard = await client.until_heard(lambda packet: packet.port == TEXT and part in packet.payload.decode())
    assert heard.from_node == BASE.node_number
    assert heard.to_our_key
    return heard.payload.decode()


def test_a_handheld_reaches_the_staff_and_is_reached(tmp_path: Path) -> None:
    with simulated_air(tmp_path, ("base", "felt"), (("base", "felt"),)) as air:
        radio = air.addresses["base"]
        files = station_files(tmp_path / "staff", STAFF, (KHJ,), radio=radio, more=QUICK, certified=(certified(),))

        async def story() -> None:
            async with official(air.addresses["felt"]) as (felt,):
                await felt.ask("text", text="Broen er spærret", to=BASE.node_number, ack=True)
                assert await texted(felt, "Broen er") == "KRS har KRS-00001: Broen er spærret"
                shown = await at(files, "show", "KRS-00001")
                assert (shown["author"], shown["form"]["name"], shown["unacknowledged"]) == ("", "witness", True)

                await at(files, "ack", "KRS-00001")
                assert await texted(felt, "kvitteret") == "KRS-00001 er kvitteret af KHJ/KRS."

                await at(files, "send", "FE01", ORDER)
                parts = [await texted(felt, f"#1 {part}/4") for part in range(1, 5)]
                assert f"KHJ/KRS: {ORDER}" == " ".join(part.split(" ", 2)[2] for part in parts)

                await felt.ask("text", text="udfort 1 alt er hentet", to=BASE.node_number, ack=True)
                assert await texted(felt, "UDFØRT") == "KRS har KRS-00003: UDFØRT #1 alt er hentet"
                (handheld,) = (await at(files, "handheld", "list"))["handhelds"]
                assert (handheld["key"], handheld["texts"][0]["step"]) == ("registered", "done")
                order = await at(files, "show", "KRS-00002")
                assert (order["texted"]["step"], order["acts"]) == ("done", [])

        async def off_and_on() -> None:
            await at(files, "send", "FE01", "Kom hjem")
            await asyncio.to_thread(air.power, "felt", "on")
            async with official(air.addresses["felt"]) as (felt,):
                await felt.ask("announce")
                assert await texted(felt, "Kom hjem") == "#2 KHJ/KRS: Kom hjem"

        with daemon(files) as running:
            passphrase = running.files.passphrase
            assert bavn("login", "KHJ", "--passphrase-file", passphrase, "--config", files.config).returncode == 0
            asyncio.run(story())
            air.power("felt", "off")
            asyncio.run(off_and_on())
