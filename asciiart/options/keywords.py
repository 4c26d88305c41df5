"""Classes and functions that take declared options as keywords, each with its explanation."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, cast, overload

from asciiart.errors import warn_caller
from asciiart.options.declaration import Declared, declared

_Owner = TypeVar("_Owner")
_P = ParamSpec("_P")
_S = TypeVar("_S")
_A = TypeVar("_A")
_O_co = TypeVar("_O_co", covariant=True)
_R = TypeVar("_R")


def option_class(owner: type[_Owner]) -> type[_Owner]:
    """Complete a dataclass of options: docstring, signature, and former names of its options."""
    parameters = [each.parameter for each in declared(owner)]
    owner.__doc__ = _with_parameters(owner.__doc__, owner)
    owner.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # inspect's
    make: Callable[..., None] = owner.__init__
    former = {each.option.former: each.name for each in declared(owner) if each.option.former}

    @wraps(make)
    def initialize(self: _Owner, **values: Any) -> None:
        for name in former.keys() & values.keys():
            values[former[name]] = values.pop(name)
            warn_caller(DeprecationWarning(f"{name} is now called {former[name]}"))
        make(self, **values)

    owner.__init__ = initialize  # type: ignore[assignment] # of the same parameters
    return owner


class _SpelledOut(Protocol[_P, _O_co]):
    """A decorator of a function, or a method, whose last parameter holds the options."""

    @overload
    def __call__(self, call: Callable[[_A, _O_co], _R], /) -> Callable[Concatenate[_A, _P], _R]: ...
    @overload
    def __call__(
        self, call: Callable[[_S, _A, _O_co], _R], /
    ) -> Callable[Concatenate[_S, _A, _P], _R]: ...


def spelled_out(make: Callable[_P, _O_co]) -> _SpelledOut[_P, _O_co]:
    """Let a function take the fields of a dataclass as keywords, instead of its last parameter.

    Type checkers and `inspect.signature` see each keyword, and the docstring explains it.
    """

    def decorate(call: Callable[..., _R]) -> Callable[..., _R]:
        *own, options = inspect.signature(call).parameters.values()
        spelled = [each.parameter for each in declared(cast("type", make))]
        known = _names(declared(cast("type", make))) | {each.name for each in own}

        @wraps(call)
        def function(*given: Any, **keywords: Any) -> _R:
            for name in keywords.keys() - known:
                raise TypeError(
                    f"{call.__qualname__}() got an unexpected keyword argument {name!r}"
                )
            named = {each.name: keywords.pop(each.name) for each in own if each.name in keywords}
            return call(*given, **named, **{options.name: make(**keywords)})  # type: ignore[call-arg]

        function.__doc__ = _with_parameters(call.__doc__, cast("type", make))
        signature = inspect.signature(call).replace(parameters=[*own, *spelled])
        function.__signature__ = signature  # type: ignore[attr-defined] # inspect's
        return function

    return cast("_SpelledOut[_P, _O_co]", decorate)


def _names(options: Iterable[Declared]) -> set[str]:
    """Return the names that options have or had."""
    return {name for each in options for name in (each.name, each.option.former) if name}


def _with_parameters(docstring: str | None, owner: type) -> str:
    """Return a docstring in whose section of parameters all options stand last."""
    before, heading, after = inspect.cleandoc(docstring or "").partition("\n\nRaises\n")
    if "\nParameters\n" not in before:
        before += "\n\nParameters\n----------"
    return "\n".join((before, *(each.paragraph for each in declared(owner)))) + heading + after
