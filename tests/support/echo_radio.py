"""A radio in a process of its own that takes every frame, acks it and hands it back as if another had sent it.

    python -m tests.support.echo_radio

Says its port on standard output and ends with its standard input. Without an air, a link to it runs as fast as it can.
"""

import asyncio
import sys

from hardware.airtime import PRESETS
from hardware.meshtastic_protobufs import mesh_pb2
from hardware.simulated import speech
from hardware.simulated.firmware_stream import FirmwareReader
from hardware.simulated.identity import Generation, Identity, Profile
from hardware.stream import frame

OTHER = 0x01020304


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    profile = Profile(Identity.named("echo"), Generation.V2_7, PRESETS["SHORT_FAST"], "2.7.26")
    firmware = FirmwareReader()
    while chunk := await reader.read(4096):
        for message in firmware.feed(chunk):
            said = mesh_pb2.ToRadio.FromString(message)
            match said.WhichOneof("payload_variant"):
                case "want_config_id":
                    writer.writelines(map(frame, speech.settings(profile, said.want_config_id)))
                case "heartbeat":
                    writer.write(frame(speech.queue_report(0, 0, speech.QUEUE_PLACES)))
                case "packet":
                    writer.write(frame(speech.queue_report(said.packet.id, 0, speech.QUEUE_PLACES)))
                    own_number = profile.identity.node_number
                    writer.write(frame(speech.routing_error(own_number, said.packet.id, 0, said.packet.id ^ 1)))
                    setattr(said.packet, "from", OTHER)
                    writer.write(frame(mesh_pb2.FromRadio(packet=said.packet).SerializeToString()))
                case _:
                    pass
        await writer.drain()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main())
