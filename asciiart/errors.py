"""Every error that asciiart raises for a reason that a user can mend.

- AsciiArtError
  - OptionError    an option or argument that makes no sense
  - ImageError     a picture that cannot be read
  - FontError      a font that cannot be found or read, or that lacks a character
  - ModelError     a model folder that is missing or damaged
  - OutputError    a result that cannot be written
"""


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
    """A picture is drawn although something is wrong with it; the message names both."""
