"""Moving pictures, stage 7: arts in time -> a page that plays them and needs no other file."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path

from asciiart.color import PAPER
from asciiart.errors import OptionError
from asciiart.recording import Arts, Recording
from asciiart.render.html import render_pre, render_rows
from asciiart.render.renderer import RenderOptions
from asciiart.render.runs import has_wide

_HEAD = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Text art</title>
<style>
#rows div { height: 1lh }
#bar { font: 14px sans-serif; margin-top: 8px; display: flex; gap: 8px; align-items: center }
#bar input { flex: 0 1 400px }
</style></head>
"""
_BAR = """
<div id="bar"><button id="toggle" aria-label="Play or pause">&#9208;</button>
<input id="seek" type="range" min="0" value="0" aria-label="Frame"></div>
<script>
"use strict";
"""
_PLAYER = """
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
  for (const row in rows) lines[row].innerHTML = rows[row] || " ";
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
    """Write a page with a player: a click or space pauses, a slider seeks.

    Raises
    ------
    OptionError
        If characters differ in width, which needs a font for each frame.
    """
    options = RenderOptions(how.color, how.font_size)
    first = next(arts)
    before = [""] * first.art.grid.rows
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEAD)
        file.write(f'<body style="margin:16px; background:rgb{PAPER[first.art.background]}">\n')
        file.write(f"{render_pre(first.art, options)}{_BAR}")
        file.write(f"const ROWS = {len(before)}, PLAYS = {how.plays}, FRAMES = [\n")
        for art, seconds in chain([first], arts):
            if has_wide(art):
                raise OptionError("the HTML player needs characters of one width; .gif does not")
            rows = render_rows(art, options)
            changed = {i: row for i, row in enumerate(rows) if row != before[i]}
            frame = json.dumps([round(seconds, 4), changed], ensure_ascii=False)
            file.write(frame.replace("</", "<\\/") + ",\n")
            before = rows
        file.write(f"];{_PLAYER}")
