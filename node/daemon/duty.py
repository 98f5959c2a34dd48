"""Duty at the desk: keys opened for a shift, locked, put away; one derivation at a time, no wrong try holds another.

Guessing is slowed per operator: whoever's passphrase was wrong waits, and so do further tries at the same key. Nobody
is locked out, and nobody else waits.
"""

import asyncio
import contextlib
from typing import Final

from node.api.faults import FaultCode, refused
from node.api.methods import Duty, Lock, Login, Logout, Nothing
from node.api.packing import unpack
from node.core.effects import Done
from node.core.shift_events import Locked, LoggedIn, LoggedOut, Present
from node.daemon import whom
from node.daemon.outcome import carried_out
from node.daemon.premises import Premises
from node.daemon.statusing import people_locked, people_on_duty
from node.keyring.errors import KeyRevoked, KeyringError, WrongPassphrase
from node.keyring.keyring import Unlocked

LOGIN_PAUSE_S: Final = 2.0
"""After a wrong passphrase: slows guessing; nobody is locked out at three in the morning."""


class DutyDesk:
    """Answers what clients ask about shifts."""

    def __init__(self, premises: Premises) -> None:
        self._at = premises
        self._deriving = asyncio.Lock()
        """Each derivation takes 32 MB and a core."""
        self._tries: dict[int, asyncio.Lock] = {}
        """By operator: tries at one key come one after another. At most one for each operator of the roster."""

    async def log_in(self, ask: object) -> Duty:
        """Open an operator's key."""
        login = unpack(Login, ask)
        find = whom.emergency_operator if login.emergency else whom.operator
        number = await self._at.worker.ask(lambda: find(self._at.here, login.operator))
        async with self._tries.setdefault(number, asyncio.Lock()):
            try:
                unlocked = await self._opened(number, login.passphrase)
            except WrongPassphrase:
                await asyncio.sleep(LOGIN_PAUSE_S)
                raise refused(FaultCode.WRONG_PASSPHRASE, login.operator) from None
            except KeyRevoked:
                raise refused(FaultCode.KEY_REVOKED, login.operator) from None
            except KeyringError as error:
                raise refused(FaultCode.KEY_UNUSABLE, str(error)) from None
        # Whole or not at all, also when whoever asked goes away between the two steps.
        await asyncio.shield(asyncio.ensure_future(self._begin(unlocked)))
        return await self._duty()

    async def log_out(self, ask: object) -> Duty:
        """End a shift, or everybody's."""
        leaving = await self._meant(unpack(Logout, ask).operator)
        carried_out(await self._at.worker.request(lambda request: LoggedOut(request, leaving)), Done)
        return await self._duty()

    async def lock(self, ask: object) -> Duty:
        """Lock a key, or everybody's, and stay on duty."""
        locking = await self._meant(unpack(Lock, ask).operator)
        carried_out(await self._at.worker.request(lambda request: Locked(request, locking)), Done)
        return await self._duty()

    async def present(self, ask: object) -> Duty:
        """Take note that somebody is at a screen."""
        unpack(Nothing, ask)
        carried_out(await self._at.worker.request(Present), Done)
        return await self._duty()

    async def _opened(self, number: int, passphrase: str) -> Unlocked:
        """Derive on a thread of its own; nothing changes yet, so whoever goes away meanwhile leaves nothing open."""
        async with self._deriving:
            opening = asyncio.ensure_future(asyncio.to_thread(self._at.keyring.opened, number, passphrase))
            try:
                return await asyncio.shield(opening)
            except asyncio.CancelledError:
                with contextlib.suppress(KeyringError):
                    await opening  # The thread cannot be stopped, and the next derivation waits for it.
                raise

    async def _begin(self, unlocked: Unlocked) -> None:
        """Put somebody on duty; the key is open even when the disk does not take the note of it."""
        if not await self._at.worker.ask(lambda: self._at.keyring.admit(unlocked)):
            raise refused(FaultCode.KEY_REVOKED)  # It ended while it was opened.
        carried_out(await self._at.worker.request(lambda request: LoggedIn(request, unlocked.operator)), Done)

    async def _meant(self, initials: str) -> tuple[int, ...]:
        def meant() -> tuple[int, ...]:
            here = self._at.here
            if initials:
                return (whom.operator(here, initials),)
            return tuple(sorted({*here.signer.operators(), *(one.operator for one in here.store.on_duty())}))

        return await self._at.worker.ask(meant)

    async def _duty(self) -> Duty:
        here = self._at.here
        return await self._at.worker.ask(lambda: Duty(people_on_duty(here), people_locked(here)))
