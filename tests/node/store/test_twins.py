"""The store on disk and its twin in memory answer alike, whatever is asked of them in whatever order."""

import shutil
import tempfile
from inspect import isfunction
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from node.core.log_entries import LogEntry
from node.core.log_evidence import LogSource
from node.core.ports import Store
from node.store.memory import MemoryStore
from node.store.sqlite import SqliteStore
from tests.node.store.power_cuts import memory_disk
from tests.node.store.store_calls import ENDS, ITEMS_MAX, READS, WRITES, call, next_entry, writes_about

EXAMPLES = 15
STEPS = 30


class Twins(RuleBasedStateMachine):
    """Does everything to both."""

    twin: type[MemoryStore] = MemoryStore

    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp(dir=memory_disk()))
        self.memory = self.twin()
        self.disk = SqliteStore(self.directory / "store.db")

    @property
    def known(self) -> int:
        return sum(self.memory.item(number) is not None for number in range(1, ITEMS_MAX + 1))

    @rule(data=st.data(), method=st.sampled_from([one for one in WRITES if one != "add_item"]))
    def write(self, data: st.DataObject, method: str) -> None:
        arguments = data.draw(WRITES[method], label=method)
        if isinstance(arguments[0] if arguments else None, LogEntry):
            (entry,) = arguments
            assert isinstance(entry, LogEntry)
            arguments = (next_entry(entry, self.memory.log_head(entry.chain).entries),)
        self._both(method, arguments)

    @precondition(lambda self: self.known < ITEMS_MAX)
    @rule(arguments=WRITES["add_item"])
    def add_item(self, arguments: tuple[object, ...]) -> None:
        self._both("add_item", arguments)

    @precondition(lambda self: self.known > 0)
    @rule(data=st.data(), method=st.sampled_from(sorted(writes_about(1))))
    def write_about(self, data: st.DataObject, method: str) -> None:
        self._both(method, data.draw(writes_about(self.known)[method], label=method))

    @rule()
    def commit(self) -> None:
        self.memory.commit()
        self.disk.commit()
        self.look()

    @rule()
    def rollback(self) -> None:
        self.memory.rollback()
        self.disk.rollback()
        self.look()

    @rule()
    def reopen(self) -> None:
        """What was not committed is gone, as with the power."""
        self.memory.rollback()
        self.disk.close()
        self.disk = SqliteStore(self.directory / "store.db")
        self.look()

    @rule()
    def look(self) -> None:
        """See that they answer alike."""
        for method, asked in READS.items():
            for arguments in asked:
                assert call(self.memory, method, arguments) == call(self.disk, method, arguments), (method, arguments)

    def teardown(self) -> None:
        try:
            self.look()
        finally:
            self.disk.close()
            shutil.rmtree(self.directory)

    def _both(self, method: str, arguments: tuple[object, ...]) -> None:
        assert call(self.memory, method, arguments) == call(self.disk, method, arguments), (method, arguments)


TestTwins = Twins.TestCase
TestTwins.settings = settings(max_examples=EXAMPLES, stateful_step_count=STEPS, derandomize=True)


def test_every_method_of_a_store_is_among_the_calls() -> None:
    """Who adds one to the port adds it to `store_calls`, or nothing shows that both stores keep its word."""
    ports = (*Store.__mro__, LogSource)
    methods = {name for port in ports for name, what in vars(port).items() if isfunction(what) and name[0] != "_"}
    assert methods == {*READS, *WRITES, *writes_about(1), *ENDS}


class Stubborn(MemoryStore):
    """Takes nothing back."""

    def rollback(self) -> None:
        self.commit()


class StubbornTwins(Twins):
    """Must be found out."""

    twin = Stubborn


def test_a_store_that_takes_nothing_back_is_found_out() -> None:
    quick = settings(max_examples=100, stateful_step_count=STEPS, phases=[Phase.generate], derandomize=True)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(StubbornTwins, settings=quick)
