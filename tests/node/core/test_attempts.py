"""What is remembered of sendings has a bound, and what is finished is forgotten."""

from dataclasses import replace

from node.core.attempts import Attempts
from node.core.policy import OPEN_DELIVERIES_MAX, Policy
from node.core.records import Item
from node.core.station import Station
from protocol.numbers import Address, Kind
from tests.support.mesh import Mesh
from tests.support.network import CARE, STAFF, SmallNetwork


def written(network: SmallNetwork) -> tuple[Mesh, Item]:
    mesh = Mesh(network, links=((CARE, STAFF),))
    mesh.start()
    mesh.run_for(60)
    return mesh, mesh.compose(CARE, Address(Kind.STATION, STAFF))


def test_of_more_than_can_be_open_the_oldest_gives_way(network: SmallNetwork) -> None:
    _, item = written(network)
    attempts = Attempts(Policy())
    for number in range(OPEN_DELIVERIES_MAX + 1):
        one = replace(item, id=number)
        attempts.pushed(one, 5)
        attempts.yielded(one, 5)
        assert attempts.is_first_hint(one, STAFF)
    assert attempts.pushed_at(replace(item, id=0)) is None
    assert attempts.pushed_at(replace(item, id=1)) == 5
    assert attempts.is_first_hint(replace(item, id=0), STAFF)
    assert not attempts.is_first_hint(replace(item, id=OPEN_DELIVERIES_MAX), STAFF)


def test_nothing_is_remembered_of_what_this_station_has_not_to_send(network: SmallNetwork) -> None:
    mesh, item = written(network)
    mesh.run_for(900)
    here = mesh.nodes[STAFF].store.message(item.key)
    station = mesh.nodes[STAFF].station
    assert here is not None
    assert isinstance(station, Station)
    assert station._machines.deliveries._attempts.pushed_at(here) is None
