"""Every error that asciiart raises for a reason that a user can mend.

- AsciiArtError
  - OptionError    an option or argument that makes no sense
  - ImageError     a picture that cannot be read
  - FontError      a font that cannot be found or read, or that lacks a character
  - ModelError     a model folder that is missing or damaged
  - OutputError    a result that cannot be written

Of what a picture lacks but is drawn all the same, an `ImageWarning` tells.
"""

import sys
import warnings

DISTRIBUTION = "asciiart-encoder"
"""The name on the package index, where ``asciiart`` is another project."""


class AsciiArtError(Exception):
    """Root of the tree; its message is one line that names the thing and the reason."""

    def __init__(self, message: str, *parameters: str) -> None:
        """Take the message and those of the library's parameters that it names, such as ``rows``.

        The command line writes these as its options.
        """
        super().__init__(message)
        self.parameters = parameters


class OptionError(AsciiArtError, ValueError):
    """An option or argument is out of range or contradicts another."""


class ImageError(AsciiArtError):
    """A picture is missing, empty, damaged, too large or not a picture."""


class FontError(AsciiArtError):
    """A font is missing or damaged, or lacks characters that were asked for."""


class ModelError(AsciiArtError):
    """A model folder is missing, incomplete or damaged."""


class OutputError(AsciiArtError):
    """A result cannot be written where it was asked for."""


class ImageWarning(UserWarning):
    """A picture is not quite in order, but can be drawn; the message is one line that names it."""

    def __init__(self, message: str, *parameters: str) -> None:
        """Take the message and those of the library's parameters that it names."""
        super().__init__(message)
        self.parameters = parameters


def warn_of_picture(message: str, *parameters: str) -> None:
    """Issue an `ImageWarning` at the line outside this package that asked for the picture."""
    package = __name__.partition(".")[0]
    level, frame = 1, sys._getframe()
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == package:
        level, frame = level + 1, frame.f_back
    warnings.warn(ImageWarning(message, *parameters), stacklevel=level)


def install_command(extra: str) -> str:
    """Return the command that installs an optional part: ``train``, ``video`` and the like."""
    return f"pip install '{DISTRIBUTION}[{extra}]'"
