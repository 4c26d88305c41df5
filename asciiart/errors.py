"""All errors that asciiart raises for a reason that a user can correct.

- AsciiArtError
  - OptionError    an option or argument that makes no sense
  - ImageError     a picture that cannot be read
  - FontError      a font that cannot be found or read, or that lacks a character
  - ModelError     a model folder that is missing or damaged
  - OutputError    a result that cannot be written

An `ImageWarning` reports faults of a picture that is drawn nevertheless.
"""

import sys
import warnings

DISTRIBUTION = "asciiart-encoder"
"""Name of this project on the package index, where ``asciiart`` is another one."""


class AsciiArtError(Exception):
    """Base of all errors; the message is one line that names the subject and the reason."""

    def __init__(self, message: str, *parameters: str) -> None:
        """Take the message and the library's parameters that it names, such as ``rows``.

        The command line replaces these by its own options.
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
    """A picture has a fault but can be drawn; the message is one line that names both."""

    def __init__(self, message: str, *parameters: str) -> None:
        """Take the message and the library's parameters that it names."""
        super().__init__(message)
        self.parameters = parameters


def warn_about_picture(message: str, *parameters: str) -> None:
    """Issue an `ImageWarning` that points at the line outside this package that called it."""
    warn_caller(ImageWarning(message, *parameters))


def warn_caller(warning: Warning) -> None:
    """Issue a warning that points at the line outside this package that called it."""
    package = __name__.partition(".")[0]
    level, frame = 1, sys._getframe()
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == package:
        level, frame = level + 1, frame.f_back
    warnings.warn(warning, stacklevel=level)


def install_command(extra: str) -> str:
    """Return the command that installs an optional part, such as ``train`` or ``video``."""
    return f"pip install '{DISTRIBUTION}[{extra}]'"
