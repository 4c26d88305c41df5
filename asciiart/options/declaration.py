"""The declaration of an option by a field of a dataclass, and the check that follows from it."""

from __future__ import annotations

import inspect
import math
import textwrap
from collections.abc import Callable, Hashable
from dataclasses import Field, dataclass, field, fields
from functools import cache
from numbers import Integral, Real
from os import PathLike
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from asciiart.errors import OptionError


def _is_truth(value: Any) -> bool:
    return isinstance(value, Hashable) and value in (True, False)  # not an array of several


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    return _is_number(value) and isinstance(value, Integral)


_TYPES: dict[type, tuple[Callable[[object], bool], str]] = {
    bool: (_is_truth, "True or False"),
    int: (_is_whole, "a whole number"),
    float: (_is_number, "a number"),
    str: (lambda value: isinstance(value, str), "text"),
    Path: (lambda value: isinstance(value, PathLike), "a path"),
    NoneType: (lambda value: value is None, ""),
}
"""Types of options -> whether a value will do, as NumPy's numbers do, and the type in words."""


def _instance(kind: type) -> tuple[Callable[[object], bool], str]:
    """Return the entry of `_TYPES` for any other class."""
    return lambda value: isinstance(value, kind), f"of the type {kind.__name__}"


@dataclass(frozen=True, kw_only=True)
class Option:
    """Everything about an option apart from its name, type and default."""

    help: str = field(kw_only=False)
    """Sentences for users, in which other options stand as ``name``."""
    metavar: str | None = None
    """Placeholder of the value on the command line."""
    short: str | None = None
    """One-letter spelling on the command line, such as -c."""
    low: float | None = None
    """Smallest value."""
    high: float | None = None
    """Largest value."""
    above: float | None = None
    """Exclusive lower bound, instead of ``low``."""
    none_means: str | None = None
    """Meaning of the default None."""
    former: str | None = None
    """Name that the option had before; it works for one more release."""
    library_only: bool = False
    """Whether the command line has no such option."""

    @property
    def limits(self) -> str:
        """The range in words, such as "from 0 to 10"; empty if every value is allowed."""
        if self.above is not None:
            return f"above {self.above:g}"
        if self.low is None:
            return ""
        return (
            f"at least {self.low:g}" if self.high is None else f"from {self.low:g} to {self.high:g}"
        )

    @property
    def explanation(self) -> str:
        """The help with the range."""
        limits = self.limits
        return f"{self.help} {limits[0].upper()}{limits[1:]}." if limits else self.help

    def allows(self, value: float) -> bool:
        """Tell whether a number is in the range."""
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        above = -math.inf if self.above is None else self.above
        return low <= value <= high and above < value < math.inf


@dataclass(frozen=True)
class Declared:
    """An option as it is declared by a field of a dataclass."""

    name: str
    """The field's."""
    type: Any
    """The type without its `Option`, such as ``int | None``."""
    default: Any
    option: Option

    @property
    def choices(self) -> tuple[str, ...]:
        """The values of a Literal, which None may stand beside; empty for other types."""
        return next((get_args(kind) for kind in self.kinds if get_origin(kind) is Literal), ())

    @property
    def kinds(self) -> tuple[Any, ...]:
        """The types of its values, such as int and NoneType."""
        is_literal = get_origin(self.type) is Literal
        return (self.type,) if is_literal else get_args(self.type) or (self.type,)

    def check(self, value: Any) -> None:
        """Refuse a value that is no choice, of another type or out of range."""
        if value is None and NoneType in self.kinds:
            return
        if self.choices:
            fits, words = isinstance(value, str) and value in self.choices, self.choices
        else:
            types = [_TYPES.get(kind) or _instance(kind) for kind in self.kinds]
            fits = any(accepts(value) for accepts, _ in types)
            words = tuple(word for _, word in types if word)
        if not fits:
            raise OptionError(f"{self.name} must be {' or '.join(words)}, not {value!r}", self.name)
        limits = self.option.limits
        if limits and not self.option.allows(value):
            raise OptionError(f"{self.name} must be {limits}, not {value}", self.name)

    @property
    def parameter(self) -> inspect.Parameter:
        """The keyword that sets it."""
        return inspect.Parameter(
            self.name, inspect.Parameter.KEYWORD_ONLY, default=self.default, annotation=self.type
        )

    @property
    def paragraph(self) -> str:
        """The parameter's entry in a docstring of NumPy's style."""
        meaning = self.option.explanation
        if self.option.none_means:
            meaning += f" By default {self.option.none_means}."
        words = textwrap.fill(meaning, 92, initial_indent="    ", subsequent_indent="    ")
        default = "optional" if NoneType in self.kinds else f"default {self.default!r}"
        return f"{self.name} : {self._type_in_words()}, {default}\n{words}"

    def _type_in_words(self) -> str:
        if self.choices:
            return f"{{{', '.join(map(repr, self.choices))}}}"
        return " or ".join(kind.__name__ for kind in self.kinds if kind is not NoneType)


def declared(owner: type) -> tuple[Declared, ...]:
    """Return the options that a dataclass declares, in the order of its fields.

    Raises
    ------
    TypeError
        If a field has no `Option`.
    """
    return _declared(owner)


@cache
def _declared(owner: type) -> tuple[Declared, ...]:
    hints = get_type_hints(owner, include_extras=True)
    return tuple(_declare(owner, each, hints[each.name]) for each in fields(owner))


def _declare(owner: type, each: Field[Any], hint: Any) -> Declared:
    options = [extra for extra in getattr(hint, "__metadata__", ()) if isinstance(extra, Option)]
    if not options:
        raise TypeError(
            f"{owner.__name__}.{each.name} declares no option: "
            "its type must be Annotated[..., Option(...)]"
        )
    return Declared(each.name, get_args(hint)[0], each.default, options[0])
