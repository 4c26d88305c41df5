"""PyAV, an optional dependency that reads and writes videos with FFmpeg's libraries.

PyAV suppresses FFmpeg's log messages unless a program asks for them.
"""

from __future__ import annotations

from asciiart.errors import AsciiArtError, install_command


def require_pyav(subject: str, error: type[AsciiArtError]) -> None:
    """Raise an error that names the command to install PyAV, unless it is installed.

    Parameters
    ----------
    subject : str
        Beginning of the message, which names what needs PyAV.
    error : type
        Class of the error.
    """
    try:
        import av  # noqa: F401, PLC0415 - only tried
    except ImportError as reason:
        # It is missing or broken; the same command repairs both.
        raise error(f"{subject} needs PyAV: {install_command('video')}") from reason
