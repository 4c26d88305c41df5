"""What the package index calls this program: its name, its version and its extras."""

DISTRIBUTION = "asciiart-encoder"
"""The name on the package index, where ``asciiart`` is another project."""
VERSION = "0.1.0"


def install_command(extra: str) -> str:
    """Return the command that installs an optional part: ``train``, ``video`` and the like."""
    return f"pip install '{DISTRIBUTION}[{extra}]'"
