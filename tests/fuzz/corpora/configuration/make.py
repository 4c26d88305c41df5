"""Makes the corpus of configuration files anew."""

from __future__ import annotations

import re
from pathlib import Path

from asciiart.cli.commands.config import template
from asciiart.cli.main import main as group

HERE = Path(__file__).parent

TRAINING = """\
fonts = ["DejaVu Sans Mono"]
charset = "ascii+latin"
from = "standard"
seed = 3
[structure]
steps = 2000
learning_rate = 1e-3
stages = [[16, 5, 2, 2], [48, 3, 1, 1]]
[tone]
noise = 0.02
"""


def files() -> dict[str, str]:
    explained = template(group)
    every = "".join(
        f"{line.removeprefix('#')}\n"
        if line.startswith(("#", "[")) and "# " not in line[:2]
        else ""
        for line in explained.splitlines()
    )
    every = re.sub(r"(?<== )[A-Z]+$", "1", every, flags=re.MULTILINE)  # PX and the like
    return {
        "template": explained,
        "every-option": every,
        "good": '[draw]\ncolumns = 100\nfont = "JetBrains Mono"\nfill = true\ncontrast = 1.5\n'
        '[compare]\ncharset = ["ascii", "ascii+box"]\n[lab.train]\nsteps = 10\n',
        "underscores": "[draw]\nmax_pixels = 1000\nline-height = 18\n",
        "wrong-kinds": "[draw]\ncolumns = '5'\nfill = 1\ndetail = true\nfont = 3\n",
        "wrong-values": "[draw]\nmode = 'x'\ndetail = 7\ncontrast = nan\ngamma = -inf\n",
        "unknown": "[drow]\ncolumns = 1\n[draw]\ncolour = 3\n",
        "lists": "[compare]\nfont = [1, [2], {a = 3}]\ncharset = []\n",
        "dates": "[draw]\ncolumns = 1979-05-27\nfont = 07:32:00\n",
        "numbers": f"[draw]\ncolumns = 1{'0' * 4400}\ndetail = 1e400\n",
        "texts": '[draw]\ncharset = "chars: .:-=+*#%@"\nexclude = "\\u001b\\u0000"\nfont = ""\n',
        "nested": "[draw]\nfont = " + "[" * 2000 + "]" * 2000,
        "dotted": "[draw" + ".a" * 2000 + "]\n",
        "inline": "draw = {columns = 3, font = {a.b.c = 1}}\n",
        "training": TRAINING,
        "training-wrong": TRAINING.replace("1e-3", "[]").replace("0.02", "-1"),
        "cut": "[draw]\ncolumns = 10\n[comp",
        "empty": "",
    }


def main() -> None:
    for name, text in files().items():
        (HERE / f"{name}.toml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
