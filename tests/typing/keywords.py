"""What type checkers see of the options: each keyword with its type, and no other.

mypy and pyright check this file. Where an error is expected it is ignored, and both complain of
what is ignored in vain.
"""
# mypy: warn-unused-ignores
# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from pathlib import Path
from typing import assert_type

import asciiart
from asciiart.art.reading.saved_art import TypesetArt, read_art, render_file
from asciiart.cli.comparison.score_file import score_file
from asciiart.matching.metrics import Fidelity
from asciiart.motion.animation import Animation

artist = asciiart.Artist(font="Mona", charset="ascii", ink_penalty=0.5, model=Path("models/mine"))
assert_type(artist, asciiart.Artist)
assert_type(artist.draw("a.png", mode="structure", columns=80, contrast=2), asciiart.Art)
assert_type(asciiart.draw("a.png", font="Mona", quality="best", columns=None), asciiart.Art)
assert_type(asciiart.animate("a.gif", font="Mona", fill=True, fps=12.5), Animation)
assert_type(asciiart.animate("a.gif", asciiart.Options(columns=9), artist=artist), Animation)
asciiart.animate("a.gif", options=asciiart.Options(gamma=2))
assert_type(read_art("a.txt", font=Path("a.ttf"), background="light", width=80), TypesetArt)
assert_type(render_file("a.txt", font="Mona", scale=2, encoding="cp932"), bytes)
assert_type(score_file("a.png", "a.txt", font_size=24, strict=True), Fidelity)

# A misspelt name
asciiart.Artist(fnt="Mona")  # type: ignore[call-arg]
artist.draw("a.png", contast=2)  # type: ignore[call-arg]
asciiart.draw("a.png", colums=9)  # type: ignore[call-arg]
asciiart.animate("a.gif", colums=9)  # type: ignore[call-arg]
asciiart.Options(colums=9)  # type: ignore[call-arg]
read_art("a.txt", fnt="Mona")  # type: ignore[call-arg]
render_file("a.txt", strict=True)  # type: ignore[call-arg]
score_file("a.png", "a.txt", scale=2)  # type: ignore[call-arg]

# An option of the artist, which draws with what it has
artist.draw("a.png", font="Mona")  # type: ignore[call-arg]

# A wrong choice, and a wrong type
artist.draw("a.png", mode="color")  # type: ignore[arg-type]
asciiart.draw("a.png", columns="9")  # type: ignore[arg-type]
asciiart.animate("a.gif", fill=9)  # type: ignore[arg-type]
read_art("a.txt", background="red")  # type: ignore[arg-type]
asciiart.Options("structure")  # type: ignore[call-arg]
