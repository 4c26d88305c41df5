"""Art: a canvas that shows itself, in any format, in notebooks and in rich's consoles."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from asciiart.art.canvas import Canvas

if TYPE_CHECKING:
    from collections.abc import Collection

    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.measure import Measurement

    from asciiart.io.terminal.color_mode import ColorMode


@dataclass(frozen=True, eq=False, repr=False)
class Art(Canvas):
    """A finished piece of text art. Immutable: its arrays are read-only.

    ``print(art)`` shows it as plain text, ``art.save("art.svg")`` writes it, a notebook shows it
    as HTML, and rich's ``print(art)`` in the terminal's colors.
    """

    def __repr__(self) -> str:
        """Return a short description; the art itself is ``str(art)``."""
        size = f"{self.grid.columns} x {self.grid.rows}"
        return f"<Art {size} {self.mode} {self.font.name!r} on {self.background}>"

    def _repr_html_(self) -> str:
        from asciiart.art.formats.registry import render_fragment  # noqa: PLC0415 - renderers load on use

        return render_fragment(self, color="truecolor")

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, str]:
        """Return what IPython shows: HTML in notebooks, the text in terminals."""
        wanted = {"text/html", "text/plain"} if include is None else set(include)
        wanted -= set(exclude or ())
        shown = {"text/plain": self.__str__, "text/html": self._repr_html_}
        return {kind: show() for kind, show in shown.items() if kind in wanted}

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines in the colors that rich's console has."""
        from asciiart.art.formats.rich_text import to_lines  # noqa: PLC0415 - renderers load on use

        yield from to_lines(self, console.color_system)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Return the width, in cells, that rich reserves for it."""
        from asciiart.art.formats.rich_text import measure_lines  # noqa: PLC0415

        return measure_lines(self)

    def render(self, format: str = "text", *, color: ColorMode | str = "none") -> str | bytes:
        """Return the art in a format of `asciiart.art.formats`; bytes for PNG, otherwise a string.

        If the art was drawn for a target, text and the formats that contain it are as they are
        pasted there; ``str(art)`` is the text alone.

        Raises
        ------
        OptionError
            If the format or color is unknown, or the target has no such colors.
        OutputError
            If the art is larger than its target allows.
        """
        from asciiart.art.formats.registry import check_fit, render  # noqa: PLC0415 - renderers load on use

        check_fit(self, format, color=color)
        return render(self, format, color=color)

    def save(
        self, path: str | Path, format: str | None = None, *, color: ColorMode | str = "none"
    ) -> None:
        """Write the art to ``path``, in the format that its suffix names.

        The file is written under another name and then renamed, so a failure leaves the old one
        intact.

        Raises
        ------
        OutputError
            If the file cannot be written, or the art is larger than its target allows.
        OptionError
            If the suffix, format or color is unknown, or the target has no such colors.
        """
        from asciiart.art.formats.registry import check_fit, image_format, save  # noqa: PLC0415 - load on use

        check_fit(self, format or image_format(path), color=color)
        save(self, Path(path), format, color=color)
