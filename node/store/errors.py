"""What can go wrong with a store that is no mistake of ours; every message says what to do."""


class StoreError(Exception):
    """Base of what this package raises."""


class StoreBusy(StoreError):
    """Another process owns the store."""


class SchemaTooNew(StoreError):
    """The file was written by a newer Bavn."""


class StoreForeign(StoreError):
    """The file is a sound database of something else."""


class StoreUnavailable(StoreError):
    """The disk does not take or give what it must: full, read-only or failing. Nothing of the turn was stored."""


class StoreDamaged(StoreError):
    """The file is torn or no database: the next start sets it aside and begins anew."""
