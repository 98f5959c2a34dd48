"""How alike a recording and the simulated device are: a list of deviations that a person can read.

Both become streams of short sentences with times: what each client was told, and what each node sent on the air. A
recording falls into episodes, from a request to the next one that comes a while later. Of many runs with different
chances the one nearest in words is compared episode by episode, sentence by sentence, order included; a recorded time
must lie within the span of all runs, widened by what the recorder adds.

What the recorded radios did after the first moment at which they sent as no real one does is left out, to the end of
that episode.
"""

import difflib
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from hardware.simulated.identity import Generation
from tests.hardware import recordings
from tests.hardware.simulated.replaying import replay
from tests.hardware.simulated.wording import Sentence, Streams, Words

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


@dataclass(frozen=True, slots=True)
class Deviation:
    """One thing that differs."""

    recording: str
    stream: str
    at_s: float
    what: str

    def __str__(self) -> str:
        return f"{self.recording} {self.stream} {self.at_s:8.2f} s  {self.what}"


def deviations(name: str, seeds: Iterable[int], generation: Generation | None = None) -> list[Deviation]:
    """Compare one recording with runs of the simulated devices, of its own generation if none is given."""
    words = Words(name)
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
