"""Two options that exclude each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from asciiart.errors import OptionError

REPLACEMENTS = {"outline_share": "mode"}
"""Option -> the option that has no effect where the first is set."""


class Exclusion(NamedTuple):
    """Two options that cannot be combined."""

    option: str
    """The one that stays; messages name it first."""
    other: str
    """The one that must keep its default beside it."""
    reason: str = ""
    """Words between the two in messages."""
    harmless: tuple[object, ...] = ()
    """Values of the other that are as good as its default."""
    is_moot: bool = False
    """Whether ``other`` would merely have no effect, so that a default of the user's is ignored."""

    def is_broken(self, values: Mapping[str, Any], defaults: Mapping[str, Any]) -> bool:
        """Tell whether both options are set; a value that is missing is a default."""
        both = all(_is_set(name, values, defaults) for name in (self.option, self.other))
        return both and values[self.other] not in self.harmless

    def refusal(self, values: Mapping[str, Any]) -> OptionError:
        """Return the error that says so."""
        value = values[self.other]
        other = f"{self.other} {value}" if isinstance(value, str) else self.other
        message = f"{self.option}{self.reason} cannot be combined with {other}"
        return OptionError(message, self.option, self.other)


def _is_set(name: str, values: Mapping[str, Any], defaults: Mapping[str, Any]) -> bool:
    """Tell whether an option differs from its default and is not replaced by another one."""
    substitutes = [option for option, other in REPLACEMENTS.items() if other == name]
    if any(values.get(option) is not None for option in substitutes):
        return False
    default = defaults.get(name)
    return bool(values.get(name, default) != default)
