"""Does the count of this station's messages go on where it stopped? Judged at every opening, from three records.

The database knows the numbers it gave; a log beside it and a second log on another path, with the keys, know them too,
since each number is noted in both before it is committed. Each of the three carries the store's name.

| database | beside it | with the keys | judged |
|---|---|---|---|
| new | nothing | nothing | begins |
| new | numbers, name | the same | goes on: the database was lost or damaged where it stood |
| named | the same name | the same name and numbers | goes on |
| anything else | | | in doubt: part of it was restored, copied or lost |

In doubt or not, the count goes on above the highest of the three. Two records that agree rule out that one of them was
put back; an image of the whole medium, put back, agrees with itself, and only neighbours can tell.
"""

import secrets
from dataclasses import replace
from typing import Final

from node.core.continuity import Doubt
from node.store.number_log import Noted, NumberLog
from node.store.sqlite import SqliteStore

_NAME_BYTES: Final = 16


def go_on(store: SqliteStore, witness: NumberLog | None) -> None:
    """Take over the numbers that were given, and store the doubt if there is one.

    Raises:
        StoreUnavailable: a log cannot be read or written.
        StoreDamaged: the database is torn.
    """
    beside = store.numbers.read()
    vouching = witness.read() if witness is not None else beside
    given = store.given_numbers()
    name = store.identity()
    doubt = None if witness is None else _doubt(name, given, beside, vouching)
    highest = dict(beside.highest)
    for series, number in (*vouching.highest.items(), *given.items()):
        highest[series] = max(number, highest.get(series, 0))
    store.take_over_numbers(highest)
    if doubt is not None:
        before = store.continuity()
        # The doubt is about the incarnation that last had numbers: a later one, never used, begins without it.
        incarnation = max(before.incarnation, *vouching.sequences, *beside.sequences, *given, 0)
        store.set_continuity(replace(before, incarnation=incarnation, doubt=before.doubt or doubt))
    store.commit()
    if witness is not None and (doubt is not None or name is None or vouching.name is None):
        _claim(store, witness, beside, vouching, highest, is_doubted=doubt is not None)


def _doubt(name: str | None, given: dict[int, int], beside: Noted, vouching: Noted) -> Doubt | None:
    is_new = name is None and not given
    if is_new and not beside.sequences and vouching.is_blank:
        return None
    agree = vouching.name is not None and beside.name == vouching.name and _agree(beside, vouching)
    if agree and (is_new or name == beside.name):
        return None
    return Doubt.NEW_STORE if is_new else Doubt.RESTORED


def _agree(beside: Noted, vouching: Noted) -> bool:
    """Whether the two have the same numbers, but for the last one, which a power cut may keep out of the second."""
    series = beside.sequences.keys() | vouching.sequences.keys()
    unlike = [one for one in series if beside.sequences.get(one) != vouching.sequences.get(one)]
    return not unlike or (len(unlike) == 1 and beside.before(unlike[0]) == vouching.sequences.get(unlike[0]))


def _claim(
    store: SqliteStore,
    witness: NumberLog,
    beside: Noted,
    vouching: Noted,
    highest: dict[int, int],
    *,
    is_doubted: bool,
) -> None:
    """Let all three records say the same from here on; the doubt, if any, is on disk before."""
    agreed = beside.name if not is_doubted and beside.name == vouching.name else None
    name = agreed or secrets.token_hex(_NAME_BYTES)
    for log, noted in ((store.numbers, beside), (witness, vouching)):
        for series, number in sorted(highest.items()):
            if series and noted.highest.get(series, -1) != number:
                log.note(series, number)
        if noted.name != name:
            log.claim(name)
    store.set_identity(name)
    store.commit()
