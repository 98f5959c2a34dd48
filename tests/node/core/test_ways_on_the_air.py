"""What a direct message is reckoned to cost against what simulated radios send for one."""

from itertools import combinations, pairwise, product

import pytest

from hardware.airtime import PRESETS
from hardware.channel_price import ChannelPrice
from hardware.simulated.air import Link
from hardware.simulated.identity import Generation
from node.core.ways import direct_price_ms, wants_ack
from tests.hardware.simulated.bench import Bench

NAMES = "abcdefghijklmnopqrst"
SEEDS = range(3)


def sent_ms(layers: tuple[int, ...], generation: Generation, seed: int, *, want_ack: bool) -> int:
    """All that is sent until a message from the first layer to the last is over: a layer hears itself and the next."""
    names = iter(NAMES)
    groups = [[next(names) for _ in range(count)] for count in layers]
    bench = Bench(NAMES[: sum(layers)], preset="MEDIUM_FAST", seed=seed, generation=generation)
    heard = [pair for group in groups for pair in combinations(group, 2)]
    heard += [pair for one, other in pairwise(groups) for pair in product(one, other)]
    for one, other in heard:
        bench.air.set_link(one, other, Link(8.0))
    sender, recipient = bench.client(groups[0][0]), bench.client(groups[-1][-1])
    to = bench.number(groups[-1][-1])
    sender.send(bytes(100), 7, to=to, want_ack=want_ack, hop_limit=len(layers) - 2)
    bench.run(120)
    assert recipient.payloads() == [bytes(100)]
    return sum(logged.airtime_ms for logged in bench.air.log)


@pytest.mark.parametrize("generation", list(Generation))
@pytest.mark.parametrize("layers", [(1, 1), (1, 1, 1), (1, 1, 1, 1), (1, 4, 1), (1, 8, 1), (1, 2, 2, 1)])
def test_direct_messages_cost_about_what_is_reckoned(layers: tuple[int, ...], generation: Generation) -> None:
    channel = ChannelPrice(PRESETS["MEDIUM_FAST"])
    channel.radio_runs(f"{generation}.0")
    relays = len(layers) - 2
    reckoned_ms = direct_price_ms(channel, 100, relays, dict(enumerate(layers[1:])))
    want_ack = wants_ack(channel, relays)
    found_ms = sum(sent_ms(layers, generation, seed, want_ack=want_ack) for seed in SEEDS) / len(SEEDS)
    assert 0.6 * found_ms <= reckoned_ms <= 1.7 * found_ms
