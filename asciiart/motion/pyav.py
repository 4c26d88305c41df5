"""PyAV, the optional part that reads and writes videos; its wheels carry FFmpeg's libraries.

PyAV keeps FFmpeg's remarks to itself unless a program asks for them, so they reach no terminal.
"""

from __future__ import annotations

from asciiart.errors import AsciiArtError, install_command


def require_pyav(subject: str, error: type[AsciiArtError]) -> None:
    """Raise an error that names the command which installs PyAV, unless PyAV is there.

    Parameters
    ----------
    subject : str
        What needs it, as a message begins.
    error : type
        What is raised.
    """
    try:
        import av  # noqa: F401, PLC0415 - only tried
    except ImportError as reason:
        # Not there, or there and broken: the same command mends both.
        raise error(f"{subject} needs PyAV: {install_command('video')}") from reason
