"""How long tests wait for what must come."""

from typing import Final

DEADLINE_S: Final = 120.0
"""Reached only when something is broken: machines here are shared, and starved processes take many times as long."""
