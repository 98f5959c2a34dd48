"""What can be wrong with keys and rosters on disk; each text names the file and what to do."""


class KeyringError(Exception):
    """Base of what this package raises for the world's sake."""


class KeyFileError(KeyringError):
    """A key file is missing, damaged, foreign, or open to others."""


class KeyRevoked(KeyFileError):
    """A key file whose key has ended for good."""


class WrongPassphrase(KeyringError):
    """The passphrase does not open the key."""


class RosterFileError(KeyringError):
    """A roster file is missing, damaged or foreign."""
