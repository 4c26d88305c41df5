"""Addresses on the web, and the limits of fetching them."""

from __future__ import annotations

from dataclasses import dataclass

SCHEMES = ("http", "https")
"""Schemes that are fetched; redirections to others are refused."""


@dataclass(frozen=True)
class FetchLimits:
    """Limits of fetching a picture from the web."""

    seconds: float = 30.0
    """Longest time from the request to the last byte, redirections included."""
    size: int = 100_000_000
    """Largest size of a picture's file, in bytes."""
    redirections: int = 5
    """Largest number of redirections."""


def is_address(name: str) -> bool:
    """Tell whether a name is an http or https address."""
    return name.lower().startswith(tuple(f"{scheme}://" for scheme in SCHEMES))
