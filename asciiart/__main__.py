"""``python -m asciiart`` is the command ``asciiart``."""


def main() -> None:
    """Run the command line; modules that import this one, as --jobs' processes do, load nothing."""
    from asciiart.cli import main as command  # noqa: PLC0415

    command()


if __name__ == "__main__":
    main()
