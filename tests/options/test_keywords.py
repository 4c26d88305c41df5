"""Keywords that follow from a dataclass: signatures, docstrings, and names of old."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Annotated

import pytest

import asciiart
from asciiart.options import DrawOptions, Option, Options, declared, option_class, spelled_out


@option_class
@dataclass(frozen=True, kw_only=True)
class Toy:
    """Toys."""

    size: Annotated[int, Option("How large.", former="length")] = 3
    flag: Annotated[bool, Option("Whether.")] = False


@spelled_out(Toy)
def play(where: str, toy: Toy) -> tuple[str, Toy]:
    """Play.

    Raises
    ------
    ValueError
        Never.
    """
    return where, toy


class Child:
    @spelled_out(Toy)
    def play(self, where: str, toy: Toy) -> tuple[Child, str, Toy]:
        """Play alone.

        Parameters
        ----------
        where : str
            The place.
        """
        return self, where, toy


def test_keywords_make_the_options():
    child = Child()
    assert play("here", flag=True) == ("here", Toy(flag=True))
    assert play(where="here") == ("here", Toy())  # type: ignore[call-arg]
    assert child.play("there", size=4) == (child, "there", Toy(size=4))


def test_what_is_no_keyword_is_refused():
    with pytest.raises(TypeError, match=r"^play\(\) got an unexpected keyword argument 'sise'$"):
        play("here", sise=4)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"^Child\.play\(\) got an unexpected keyword"):
        Child().play("here", sise=4)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'where'"):
        play()  # type: ignore[call-arg]


def test_signatures_name_every_keyword():
    spelled = "where: 'str', *, size: int = 3, flag: bool = False"
    assert str(inspect.signature(play)) == f"({spelled}) -> 'tuple[str, Toy]'"
    assert str(inspect.signature(Child.play)).startswith(f"(self, {spelled})")
    assert str(inspect.signature(Toy)) == "(*, size: int = 3, flag: bool = False)"


def test_docstrings_explain_every_keyword():
    options = "size : int, default 3\n    How large.\nflag : bool, default False\n    Whether."
    heading = "Parameters\n----------\n"
    assert Toy.__doc__ == f"Toys.\n\n{heading}{options}"
    errors = "Raises\n------\nValueError\n    Never."
    assert play.__doc__ == f"Play.\n\n{heading}{options}\n\n{errors}"
    assert Child.play.__doc__ == f"Play alone.\n\n{heading}where : str\n    The place.\n{options}"


def test_a_former_name_works_with_a_warning():
    with pytest.warns(DeprecationWarning, match="^length is now called size$") as caught:
        made = play("here", length=5)  # type: ignore[call-arg]
    assert made == ("here", Toy(size=5))
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    ("former", "name", "value"),
    [("structure", "outline_share", 0.5), ("simple", "ink_penalty", 0.5)],
)
def test_names_of_old(former, name, value):
    with pytest.warns(DeprecationWarning, match=f"^{former} is now called {name}$"):
        assert DrawOptions(**{former: value}) == DrawOptions(**{name: value})


@pytest.mark.parametrize(
    ("function", "owner"),
    [
        (asciiart.draw, DrawOptions),
        (asciiart.Artist.draw, Options),
        (asciiart.animate, DrawOptions),
    ],
)
def test_public_functions_explain_all_their_options(function, owner):
    keywords = inspect.signature(function).parameters
    for each in declared(owner):
        assert keywords[each.name].default == each.default
        assert f"\n{each.paragraph}" in function.__doc__
