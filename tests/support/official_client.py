"""The official Python client in a process of its own, told what to do on standard input, telling on standard output.

The only place that uses the client classes of the `meshtastic` package. They start threads that may never end, block,
and call `sys.exit`: here that can harm nobody.

    official_client.py tcp://127.0.0.1:4403        (or serial:///path)

One JSON object a line, both ways. First `{"ready": NODE_NUMBER}`; then one answer for each command, and in between
`{"heard": {...}}` for each packet that the client's users would be told of, `{"reported": [ID, RESULT]}` for each queue
report. Ends with its standard input.
"""

import json
import os
import sys
import threading
import warnings

warnings.simplefilter("ignore")

from meshtastic.protobuf import channel_pb2, config_pb2, mesh_pb2, portnums_pb2  # noqa: E402
from meshtastic.serial_interface import SerialInterface  # noqa: E402
from meshtastic.stream_interface import StreamInterface  # noqa: E402
from meshtastic.tcp_interface import TCPInterface  # noqa: E402
from pubsub import pub  # noqa: E402

EVERYBODY = 0xFFFFFFFF


class Teller:
    """Writes the lines; the client's own prints go to standard error."""

    def __init__(self) -> None:
        self._out = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)
        self._lock = threading.Lock()

    def tell(self, **said: object) -> None:
        with self._lock:
            self._out.write(json.dumps(said) + "\n")
            self._out.flush()


def heard(packet: dict) -> dict:
    """What a user of the client sees of a packet."""
    raw = packet["raw"]
    decoded = packet.get("decoded", {})
    routing = decoded.get("routing", {})
    return {
        "from": packet["from"],
        "to": packet["to"],
        "id": raw.id,
        "port": raw.decoded.portnum,
        "payload": raw.decoded.payload.hex(),
        "request_id": decoded.get("requestId", 0),
        "error": routing.get("errorReason", "NONE") if routing else "",
        "hops": raw.hop_start - raw.hop_limit,
        "to_our_key": raw.pki_encrypted,
    }


def settings(radio: StreamInterface) -> dict:
    lora = radio.localNode.localConfig.lora
    role = channel_pb2.Channel.Role
    return {
        "own_number": radio.myInfo.my_node_num,
        "firmware": radio.metadata.firmware_version,
        "region": config_pb2.Config.LoRaConfig.RegionCode.Name(lora.region),
        "preset": config_pb2.Config.LoRaConfig.ModemPreset.Name(lora.modem_preset),
        "hop_limit": lora.hop_limit,
        "channels": [role.Name(channel.role) for channel in radio.localNode.channels],
        "nodes": {
            node["num"]: [node["user"]["longName"], bool(node["user"].get("publicKey"))]
            for node in radio.nodes.values()
        },
    }


def send(radio: StreamInterface, command: dict) -> int:
    """Send what the command says; the packet's number."""
    to = command.get("to") or EVERYBODY
    options: dict[str, object] = {
        "destinationId": to,
        "wantAck": command.get("ack", False),
        "hopLimit": command.get("hops", 3),
    }
    match command["do"]:
        case "text":
            return radio.sendText(command["text"], **options).id
        case "data":
            payload = bytes.fromhex(command["payload"])
            options["channelIndex"] = command.get("channel", 0)
            return radio.sendData(payload, portNum=portnums_pb2.PortNum.PRIVATE_APP, **options).id
        case "ask_node_info":
            who = mesh_pb2.User(long_name=radio.getLongName(), short_name=radio.getShortName())
            return radio.sendData(who, portNum=portnums_pb2.PortNum.NODEINFO_APP, wantResponse=True, **options).id
        case "announce":
            radio._sendToRadio(mesh_pb2.ToRadio(heartbeat=mesh_pb2.Heartbeat(nonce=1)))
            return 0
        case other:
            raise ValueError(f"no such command: {other}")


def tell_reports(radio: StreamInterface, teller: Teller) -> None:
    """Tell each queue report, which the client keeps to itself."""
    take = radio._handleQueueStatusFromRadio

    def take_and_tell(report: mesh_pb2.QueueStatus) -> None:
        teller.tell(reported=[report.mesh_packet_id, report.res])
        take(report)

    radio._handleQueueStatusFromRadio = take_and_tell


def main() -> None:
    teller = Teller()

    def on_receive(packet: dict, interface: StreamInterface) -> None:
        teller.tell(heard=heard(packet))

    pub.subscribe(on_receive, "meshtastic.receive")
    scheme, _, rest = sys.argv[1].partition("://")
    if scheme == "tcp":
        host, _, port = rest.partition(":")
        radio: StreamInterface = TCPInterface(host, portNumber=int(port), timeout=60)
    else:
        radio = SerialInterface(rest, timeout=60)
    tell_reports(radio, teller)
    teller.tell(ready=radio.myInfo.my_node_num)
    for line in sys.stdin:
        command = json.loads(line)
        if command["do"] == "settings":
            teller.tell(answer=settings(radio))
        else:
            teller.tell(answer=send(radio, command))
    # Its close() waits for threads that may never end, and so does the interpreter.
    os._exit(0)


if __name__ == "__main__":
    main()
