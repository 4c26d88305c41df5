"""``python -m asciiart`` is the command ``asciiart``."""

import os
import signal
import sys


def main() -> None:
    """Run the command line; modules that import this one, as --jobs' processes do, load nothing."""
    if getattr(sys, "frozen", False):  # by PyInstaller: --jobs' processes are this program again
        from multiprocessing import freeze_support  # noqa: PLC0415

        freeze_support()
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _leave_at_once)  # nothing has been begun yet
    from asciiart.cli import main as command  # noqa: PLC0415
    from asciiart.signals import end_on_signals  # noqa: PLC0415

    end_on_signals()
    command()


def _leave_at_once(number: int, frame: object) -> None:  # noqa: ARG001 - a handler
    os._exit(128 + number)


if __name__ == "__main__":
    main()
