"""``python -m asciiart`` is the command ``asciiart``."""

from asciiart.cli import main

if __name__ == "__main__":
    main()
