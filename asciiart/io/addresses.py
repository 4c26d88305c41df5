"""Addresses on the web, and how far they are followed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


SCHEMES = ("http", "https")
"""What is asked for pictures; no redirection leads to another."""


@dataclass(frozen=True)
class FetchLimits:
    """How far the web is followed."""

    seconds: float = 30.0
    """From asking to the last byte, whatever comes between."""
    size: int = 100_000_000
    """Bytes of a picture's file."""
    redirections: int = 5
    """From one address to the next."""


def is_address(name: str) -> bool:
    """Tell whether a name is an address on the web."""
    return name.lower().startswith(tuple(f"{scheme}://" for scheme in SCHEMES))
