"""How alike a recording and the simulated device are: a list of deviations that a person can read.

Both become streams of short sentences with times: what each client was told, and what each node sent on the air. A
recording falls into episodes, from a request to the next one that comes a while later. Of many runs with different
chances the one nearest in words is compared episode by episode, sentence by sentence, order included; a recorded time
must lie within the span of all runs, widened by what the recorder adds.

Not compared, since the recorder's simulated radio makes it, no real one: the report that it gives at each begin of a
transmission, and its SIMULATOR_APP packets. Nor numbers that a device draws itself, texts of metrics, and free places
but for none.
"""

import difflib
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from hardware.airtime import PRESETS
from hardware.meshtastic_protobufs import mesh_pb2, portnums_pb2
from hardware.simulated.identity import Generation
from tests.hardware import recordings
from tests.hardware.simulated.replaying import Replay, replay

PORTS = portnums_pb2.PortNum

EARLY_S = 0.15
LATE_S = 0.8
LATE_S_EACH = 0.6
"""A recorded time may be so much before the span of all runs, and so much after it, with more for each transmission
since a client last asked for something: the recorder moves in steps of 0.1 s and hands over 0.1 to 0.3 s late. After
two transmissions there is no lower bound: its simulated radio then draws the wait of an own packet for a relay too, and
may take a frame as received before its end."""

SPAN_SHARE = 0.5
"""By so much of itself the span is widened both ways: a few runs do not show all chances."""

STEPS_ORDERED = 2
EPISODE_S = 3.0
SENSE_S = 0.03
STEP_S = 0.1
RELAY_WAIT_SLOTS = 16
REPORT_NEAR_S = 0.15


@dataclass(frozen=True, slots=True)
class Sentence:
    """One message or transmission in words."""

    at_s: float
    text: str
    steps: int = 0
    """Recorded transmissions since a client last asked for something."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """One thing that differs."""

    recording: str
    stream: str
    at_s: float
    what: str

    def __str__(self) -> str:
        return f"{self.recording} {self.stream} {self.at_s:8.2f} s  {self.what}"


Streams = dict[str, list[Sentence]]


def deviations(name: str, seeds: Iterable[int], generation: Generation | None = None) -> list[Deviation]:
    """Compare one recording with runs of the simulated devices, of its own generation if none is given."""
    words = _Words(name)
    recorded = words.of_recording()
    runs = []
    for seed in seeds:
        found = replay(name, seed, generation)
        runs.append((words.of_replay(found), found.late_s))
    has_air = "one node alone" not in recordings.header(name).topology
    begins_s = words.episodes_s()
    result: list[Deviation] = []
    for begin_s, end_s in itertools.pairwise([*begins_s, float("inf")]):
        theirs = _during(recorded, begin_s, end_s, 0.0, has_air=has_air)
        faults_s = [at_s for at_s in words.faults_s() if begin_s <= at_s < end_s]
        ours = [
            _during(
                run,
                begin_s + _late_s(begin_s, late),
                end_s + _late_s(end_s, late),
                _late_s(begin_s, late),
                has_air=has_air,
            )
            for run, late in runs
        ]
        found = _compare(name, theirs, ours)
        result.extend(each for each in found if each.at_s < min([*faults_s, words.end_s()]))
    return result


def _late_s(recorded_s: float, late: list[tuple[float, float]]) -> float:
    return next((late_s for at_s, late_s in late if at_s == recorded_s), 0.0)


def _during(streams: Streams, begin_s: float, end_s: float, late_s: float, *, has_air: bool) -> Streams:
    return {
        stream: [replace(each, at_s=each.at_s - late_s) for each in sentences if begin_s <= each.at_s < end_s]
        for stream, sentences in streams.items()
        if has_air or not stream.startswith("air")
    }


def _compare(name: str, theirs: Streams, ours: Sequence[Streams]) -> Iterable[Deviation]:
    names = sorted({*theirs, *(each for run in ours for each in run)})
    nearest = max(ours, key=lambda run: sum(_likeness(theirs.get(each, []), run.get(each, [])) for each in names))
    for stream in names:
        spans = spans_of([run.get(stream, []) for run in ours])
        yield from compare_stream(name, stream, theirs.get(stream, []), nearest.get(stream, []), spans)


def _likeness(theirs: list[Sentence], ours: list[Sentence]) -> float:
    one, other = [each.text for each in theirs], [each.text for each in ours]
    return 1.0 if one == other else difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


Spans = dict[tuple[str, int], tuple[float, float]]


def compare_stream(
    name: str, stream: str, theirs: list[Sentence], ours: list[Sentence], spans: Spans
) -> Iterable[Deviation]:
    """Compare what one client was told, or what one node sent, during one episode."""
    texts = [each.text for each in theirs]
    places = [texts[:at].count(text) for at, text in enumerate(texts)]
    matcher = difflib.SequenceMatcher(None, texts, [each.text for each in ours], autojunk=False)
    for tag, from_, to, ours_from, ours_to in matcher.get_opcodes():
        if tag == "equal":
            for at in range(from_, to):
                low_s, high_s = spans.get((texts[at], places[at])) or spans[texts[at], 0]
                early_s = EARLY_S + SPAN_SHARE * (high_s - low_s)
                late_s = LATE_S + LATE_S_EACH * theirs[at].steps + SPAN_SHARE * (high_s - low_s)
                is_early = theirs[at].steps < STEPS_ORDERED and theirs[at].at_s < low_s - early_s
                if is_early or theirs[at].at_s > high_s + late_s:
                    what = f"at another time: {texts[at]}; here from {low_s:.2f} to {high_s:.2f} s"
                    yield Deviation(name, stream, theirs[at].at_s, what)
            continue
        for sentence in theirs[from_:to]:
            yield Deviation(name, stream, sentence.at_s, f"not here: {sentence.text}")
        for sentence in ours[ours_from:ours_to]:
            yield Deviation(name, stream, sentence.at_s, f"only here: {sentence.text}")


def spans_of(runs: Sequence[list[Sentence]]) -> Spans:
    """Tell from when to when each sentence came, its repetitions apart."""
    times: defaultdict[tuple[str, int], list[float]] = defaultdict(list)
    for run in runs:
        counted: Counter[str] = Counter()
        for sentence in run:
            times[sentence.text, counted[sentence.text]].append(sentence.at_s)
            counted[sentence.text] += 1
    return {key: (min(values), max(values)) for key, values in times.items()}


class _Words:
    """Turns messages of one recording into sentences: nodes by letter, the clients' packets by number."""

    def __init__(self, name: str) -> None:
        self._lines = list(recordings.read(name))
        self._numbers = recordings.header(name).numbers
        self._preset = recordings.header(name).preset
        self._nodes = {number: "ABCDEFGH"[at] for at, number in enumerate(recordings.header(name).numbers)}
        self._ids: dict[int, str] = {}
        for line in self._lines:
            if line.direction == "to":
                for packet in recordings.packets_to(line):
                    if packet.id:
                        self._ids.setdefault(packet.id, f"#{len(self._ids) + 1}")

    def episodes_s(self) -> list[float]:
        """When something new begins: with a request after which nothing was asked for a while."""
        begins_s = [0.0]
        asked_s = 0.0
        for line in self._lines:
            if line.direction == "to":
                if line.at_s - asked_s >= EPISODE_S:
                    begins_s.append(line.at_s)
                asked_s = line.at_s
        return begins_s

    def end_s(self) -> float:
        """Tell when the recording ends."""
        return self._lines[-1].at_s

    def faults_s(self) -> list[float]:
        """Tell when the recorded radios sent as no real one does: after that an episode shows nothing about real ones.

        Into a frame that they were hearing, since their simulated radio takes a frame as received when its own wait
        is over; or a relay sooner than 16 slots after the last frame, since it then draws the wait of an own packet.
        """
        sent = [(line.at_s, line.node, line.air) for line in self._lines if line.air is not None]
        wait_s = RELAY_WAIT_SLOTS * PRESETS[self._preset].slot_ms / 1000
        faults_s = []
        for place, (at_s, node, air) in enumerate(sent):
            for began_s, other, earlier in sent[:place]:
                end_s = began_s + earlier.airtime_ms / 1000
                is_audible = node in earlier.heard_by
                sends_into = is_audible and began_s + SENSE_S < at_s < end_s - STEP_S
                is_relay = air.from_node != self._numbers[node]
                follows = (is_audible or other == node) and end_s <= at_s < end_s + wait_s
                if sends_into or (is_relay and follows):
                    faults_s.append(at_s)
        return faults_s

    def of_recording(self) -> Streams:
        streams: Streams = defaultdict(list)
        begun = self._simulators_reports()
        steps = 0
        for line in self._lines:
            if line.direction == "to":
                steps = 0
            elif line.direction == "from":
                said = mesh_pb2.FromRadio.FromString(line.raw[4:])
                if (line.node, line.at_s, line.raw) not in begun:
                    self._add(streams, line.node, line.conn, line.at_s, said, steps)
            elif line.air is not None:
                streams[f"air {line.node}"].append(Sentence(line.at_s, self._on_air(line.air), steps))
                steps += 1
        return streams

    def of_replay(self, found: Replay) -> Streams:
        streams: Streams = defaultdict(list)
        for (node, conn), messages in found.said.items():
            for at_s, said in messages:
                self._add(streams, node, conn, at_s, said)
        for at_s, node, air in found.aired:
            streams[f"air {node}"].append(Sentence(at_s, self._on_air(air)))
        return streams

    def _simulators_reports(self) -> set[tuple[int, float, bytes]]:
        """The report that the simulated radio gives when it begins to send, with each transmission."""
        taken: set[tuple[int, float, bytes]] = set()
        begins = [(line.node, line.at_s, line.air.packet_id) for line in self._lines if line.air is not None]
        for line in self._lines:
            if line.direction == "from":
                packet = mesh_pb2.FromRadio.FromString(line.raw[4:]).packet
                if packet.decoded.portnum == PORTS.SIMULATOR_APP:
                    begins.append((line.node, line.at_s, packet.id))
        for node, at_s, packet_id in begins:
            near = [
                line
                for line in self._lines
                if line.direction == "from" and line.node == node and abs(line.at_s - at_s) <= REPORT_NEAR_S
                if _reports(line, packet_id) and (node, line.at_s, line.raw) not in taken
            ]
            if near:
                last = min(near, key=lambda line: (abs(line.at_s - at_s) > 0.02, -line.at_s))
                taken.add((node, last.at_s, last.raw))
        return taken

    def _add(
        self, streams: Streams, node: int, conn: str, at_s: float, said: mesh_pb2.FromRadio, steps: int = 0
    ) -> None:
        text = self._said(said)
        if text is not None:
            streams[f"client {node}{conn}"].append(Sentence(at_s, text, steps))

    def _said(self, said: mesh_pb2.FromRadio) -> str | None:
        kind = said.WhichOneof("payload_variant")
        match kind:
            case "packet" if said.packet.decoded.portnum in (PORTS.SIMULATOR_APP, PORTS.TELEMETRY_APP):
                return None
            case "packet":
                return self._packet(said.packet)
            case "queueStatus" if said.queueStatus.mesh_packet_id == 0 and said.queueStatus.free <= 1:
                return None  # the first free place, which the simulator's report at each begin hides
            case "queueStatus":
                return f"report {said.queueStatus.res} about {self._id(said.queueStatus.mesh_packet_id)}"
            case "clientNotification":
                text = re.sub(r"\d+", "N", said.clientNotification.message)
                return f"notice about {self._id(said.clientNotification.reply_id)}: {text}"
            case "config" | "moduleConfig":
                part = getattr(said, kind).WhichOneof("payload_variant")
                return f"{kind} {part}"
            case "channel":
                return f"channel {said.channel.index} role {said.channel.role}"
            case "node_info":
                return f"node_info {self._node(said.node_info.num)}"
            case "config_complete_id":
                return f"config_complete_id {said.config_complete_id}"
            case None:
                return "a kind that the protobufs do not know"
            case _:
                return str(kind)

    def _packet(self, packet: mesh_pb2.MeshPacket) -> str:
        sender, data = self._node(getattr(packet, "from")), packet.decoded
        head = f"{sender}>{self._node(packet.to)} {self._id(packet.id)}"
        tail = (
            f"hops {packet.hop_limit}/{packet.hop_start} relay {packet.relay_node:02x} next {packet.next_hop:02x}"
            f"{' want_ack' if packet.want_ack else ''}{' pki' if packet.pki_encrypted else ''} channel {packet.channel}"
            f" snr {packet.rx_snr:g} rssi {packet.rx_rssi} priority {packet.priority}"
        )
        if packet.WhichOneof("payload_variant") == "encrypted":
            return f"{head} encrypted {len(packet.encrypted)} B {tail}"
        if data.portnum == PORTS.ROUTING_APP:
            error = mesh_pb2.Routing.FromString(data.payload).error_reason
            return f"{head} routing {mesh_pb2.Routing.Error.Name(error)} about {self._id(data.request_id)} {tail}"
        about = "".join(
            f" {name} {self._id(number)}"
            for name, number in (("request", data.request_id), ("reply", data.reply_id))
            if number
        )
        wants = " wants response" if data.want_response else ""
        port = PORTS.Name(data.portnum)
        size = "" if data.portnum in (PORTS.NODEINFO_APP, PORTS.ADMIN_APP) else f" {len(data.payload)} B"
        return f"{head} {port}{size}{about}{wants} bits {data.bitfield} {tail}"

    def _on_air(self, air: recordings.OnAir) -> str:
        return (
            f"{self._node(air.from_node)}>{self._node(air.to_node)} {self._id(air.packet_id)}"
            f" hops {air.hop_limit}/{air.hop_start} relay {air.relay:02x} next {air.next_hop:02x}"
            f"{' want_ack' if air.want_ack else ''} {air.lora_bytes} B"
        )

    def _node(self, number: int) -> str:
        return self._nodes.get(number, "all" if number == 0xFFFFFFFF else f"{number:08x}")

    def _id(self, packet_id: int) -> str:
        return "none" if packet_id == 0 else self._ids.get(packet_id, "own")


def _reports(line: recordings.Line, packet_id: int) -> bool:
    said = mesh_pb2.FromRadio.FromString(line.raw[4:])
    return bool(said.HasField("queueStatus") and said.queueStatus.mesh_packet_id == packet_id and packet_id)
