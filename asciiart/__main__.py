"""``python -m asciiart`` is the command ``asciiart``."""

import os
import signal
import sys


def main() -> None:
    """Run the command line; modules that import this one, as --jobs' processes do, load nothing."""
    _leave_at_once_on_interrupt()
    if getattr(sys, "frozen", False):  # by PyInstaller: --jobs' processes are this program again
        from multiprocessing import freeze_support  # noqa: PLC0415

        freeze_support()
    from asciiart.cli.main import main as command  # noqa: PLC0415
    from asciiart.io.signals import end_on_signals  # noqa: PLC0415

    try:
        end_on_signals()
        command()
    except KeyboardInterrupt:  # between two things that would have told of it
        sys.exit(128 + signal.SIGINT)
    finally:
        _leave_at_once_on_interrupt()


def _leave_at_once_on_interrupt() -> None:
    """Have Ctrl-C end the process without a word while there is nothing to put in order."""
    if callable(signal.getsignal(signal.SIGINT)):  # unless it is ignored
        signal.signal(signal.SIGINT, _leave_at_once)


def _leave_at_once(number: int, frame: object) -> None:  # noqa: ARG001 - a handler
    os._exit(128 + number)


if __name__ == "__main__":
    main()
