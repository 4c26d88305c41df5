"""Moving pictures, stage 7: timed arts -> a page that plays them and needs no other file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TextIO

from asciiart.art.formats.html import needs_font, render_pre, render_rows
from asciiart.art.formats.renderer import RenderOptions, measure
from asciiart.color.palettes import PAPER
from asciiart.motion.recording.timed_art import Arts, Recording

_HEAD = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Text art</title>
<style>
#rows div { height: 1lh }
#bar { font: 14px sans-serif; margin-top: 8px; display: flex; gap: 8px; align-items: center }
#bar input { flex: 0 1 400px }
</style></head>
"""
_PLAYER = """
<div id="bar"><button id="toggle" aria-label="Play or pause">&#9208;</button>
<input id="seek" type="range" min="0" value="0" aria-label="Frame"></div>
<script>
"use strict";
// Each frame: [seconds, {row: its HTML}], only the rows that change.
const pre = document.querySelector("pre");
const lines = Array.from({length: ROWS}, () => document.createElement("div"));
pre.replaceChildren(...lines);
pre.id = "rows";
const seek = document.getElementById("seek"), toggle = document.getElementById("toggle");
seek.max = FRAMES.length - 1;
let at = -1, left = PLAYS || Infinity, playing = true, due = 0;
function show(frame) {
  if (frame < at) at = -1;
  const rows = {};
  while (at < frame) Object.assign(rows, FRAMES[++at][1]);
  for (const row in rows) lines[row].innerHTML = rows[row];
  seek.value = at;
}
function play(now) {
  if (playing) {
    if (!due || now - due > 1000) due = now;
    let next = at;
    while (playing && due <= now) {
      if (next + 1 < FRAMES.length) next++;
      else if (--left > 0) next = 0;
      else playing = false;
      due += 1000 * FRAMES[next][0];
    }
    if (next !== at) show(next);
  }
  toggle.textContent = playing ? "\\u23f8" : "\\u25b6";
  requestAnimationFrame(play);
}
function press() {
  playing = !playing;
  due = 0;
  if (playing && at === FRAMES.length - 1) { left = PLAYS || Infinity; show(0); }
}
toggle.onclick = pre.onclick = press;
seek.oninput = () => { playing = false; show(+seek.value); };
document.onkeydown = (event) => {
  if (event.key === " " && event.target !== toggle) { event.preventDefault(); press(); }
};
show(0);
requestAnimationFrame((now) => { due = now + 1000 * FRAMES[0][0]; play(now); });
</script>
</body>
</html>
"""


def write_html(arts: Arts, path: Path, how: Recording) -> None:
    """Write a page with a player: a click or the space bar pauses, a slider seeks.

    If browsers' fonts will not do, it embeds the characters of all frames in the art's font. The
    element that shows the frames therefore comes after them.
    """
    options = RenderOptions(how.color, how.font_size)
    first = next(arts)
    art = first.art
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        file.write(f'<body style="margin:16px; background:rgb{PAPER[art.background]}">\n')
        file.write(f"<script>\nconst ROWS = {art.grid.rows}, PLAYS = {how.plays}, FRAMES = [\n")
        others = _write_frames(chain([first], arts), file, options)
        file.write(f"];\n</script>\n{render_pre(art, options, others)}")
        if art.typeset is not None:  # rows of a proportional font differ in length
            width = art.grid.columns * measure(art, how.font_size).column
            file.write(f"\n<style>#rows {{ min-width: {width:g}px }}</style>")
        file.write(_PLAYER)


def _write_frames(arts: Arts, file: TextIO, options: RenderOptions) -> str:
    """Write the changes from frame to frame, and return the characters that need a font."""
    rows: Sequence[str | None] = ()
    characters, wide = set[str](), False
    for art, seconds in arts:
        before = rows or [None] * art.grid.rows
        rows = render_rows(art, options)[: len(before)]
        pairs = zip(rows, before, strict=False)
        changed = {i: new for i, (new, old) in enumerate(pairs) if new != old}
        frame = json.dumps([round(seconds, 4), changed], ensure_ascii=False)
        file.write(frame.replace("</", "<\\/") + ",\n")
        wide = wide or needs_font(art)
        characters.update(*art.rows)
    return "".join(sorted(characters)) if wide else ""
