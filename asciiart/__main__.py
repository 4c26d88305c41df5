"""``python -m asciiart`` is the command ``asciiart``."""

import sys


def main() -> None:
    """Run the command line; modules that import this one, as --jobs' processes do, load nothing."""
    if getattr(sys, "frozen", False):  # by PyInstaller: --jobs' processes are this program again
        from multiprocessing import freeze_support  # noqa: PLC0415

        freeze_support()
    from asciiart.signals import end_on_signals, interrupt_in_order  # noqa: PLC0415

    end_on_signals()
    from asciiart.cli import main as command  # noqa: PLC0415

    interrupt_in_order()
    command()


if __name__ == "__main__":
    main()
