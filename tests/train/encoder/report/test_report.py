"""The report: a page that any browser reads without any other file, and whose figures are true."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tiny_training import FONT, Tiny, font_of

from asciiart.core.learning.trainer import History
from asciiart.errors import OutputError
from asciiart.options import Mode
from asciiart.train.encoder.dataset import Dataset
from asciiart.train.encoder.fit import fit
from asciiart.train.encoder.report.matcher_trial import judge, make_trial, predict_by_encoder
from asciiart.train.encoder.report.report import write_report

STEPS = 3
VOID = {"meta", "br", "img"}
PARTS = [
    "How it learned",
    "How good its glyphs are",
    "What the code holds",
    "Nearest glyphs",
    "Map of the glyphs",
]


class PageParser(HTMLParser):
    """Takes a page apart; every element has to be closed in turn."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.links: list[str] = []
        self.names: list[str] = []
        self.texts: list[str] = []
        self.rows: list[list[str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        found = dict(attrs)
        self.links += [found[name] or "" for name in ("href", "src") if name in found]
        self.names += [found["id"] or ""] if "id" in found else []
        if tag == "tr":
            self.rows.append([])
        elif tag == "td":
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "h3" in self.open or "h2" in self.open:
            self.texts.append(data)
        if "td" in self.open:
            self.rows[-1][-1] += data


def report_of(made: Tiny, path: Path) -> str:
    write_report(made.trained, made.config, made.dataset, path, baseline_steps=STEPS)
    return path.read_text(encoding="utf-8")


def scores_in(page: str, mode: Mode) -> dict[str, list[float]]:
    """Return mean, share, ranking and found of every matcher."""
    section = page.split(f"<!-- begin {mode} -->")[1].partition("<!-- end")[0]
    rows = [row for row in PageParser(section).rows if len(row) == 6]
    return {row[0]: [float(cell.rstrip("%")) for cell in row[1:5]] for row in rows}


@pytest.fixture(scope="module")
def page(tiny: dict[Mode, Tiny], tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the page of both modes."""
    path = tmp_path_factory.mktemp("tiny", numbered=False) / "report.html"
    return [report_of(made, path) for made in tiny.values()][-1]


def test_page_is_whole_and_needs_no_other_file(page: str) -> None:
    reader = PageParser(page)
    assert not reader.open
    assert page.startswith("<!DOCTYPE html>")
    assert len(page.encode()) < 1_000_000
    assert not reader.tags["script"] + reader.tags["link"]
    text = re.sub(r"base64,[^\"]+", "", page)
    assert not re.search(r"https?:|//\w|url\(|@import|\son\w+=", text)
    assert len(set(reader.names)) == len(reader.names)
    own = {f"#{name}" for name in reader.names}
    assert all(link.startswith("data:image/png;base64,") or link in own for link in reader.links)


def test_page_holds_every_part_of_both_modes(page: str) -> None:
    reader = PageParser(page)
    assert reader.texts == ["tone", *PARTS, "structure", *PARTS]
    # For each mode three pages thrice and eight cells; loss, ranking and learning rate; glyphs.
    assert reader.tags["img"] == 2 * (3 * 3 + 8)
    assert page.count('<svg class="plot"') == 2 * 3
    assert reader.tags["symbol"] == 2 * 95
    assert len(re.findall("<circle cx", page)) == 2 * 94


def test_figures_are_those_of_the_data(page: str, made: Tiny) -> None:
    assert not re.search(r"\b(nan|inf|None)\b", re.sub(r"base64,[^\"]+", "", page))
    scores = scores_in(page, made.config.mode)
    assert len(scores) == 5
    *others, best = scores.values()
    assert best[1:] == [100, 1, 100]
    assert all(found <= most for other in others for found, most in zip(other, best, strict=True))
    trial = make_trial(made.config, FONT, 8)
    own = judge(trial.exact, predict_by_encoder(made.trained.matcher, trial))
    mean, share, ranking, found = scores["this encoder"]
    assert (mean, ranking) == pytest.approx((own.mean, own.ranking), abs=1e-3)
    assert (share, found) == pytest.approx((100 * own.share, 100 * own.found), abs=0.1)
    assert best[0] == pytest.approx(float(trial.exact.max(1).values.mean()), abs=1e-3)


def test_nearest_glyphs_are_in_the_order_of_the_codes(page: str, made: Tiny) -> None:
    section = page.split(f"<!-- begin {made.config.mode} -->")[1].partition("<!-- end")[0]
    pairs = re.findall(r"<b>(-?[\d.e+-]+)</b><span>(-?[\d.e+-]+)</span>", section)
    assert len(pairs) == 8 * 6
    for start in range(0, len(pairs), 6):
        exact = [float(pair[0]) for pair in pairs[start : start + 6]]
        predicted = [float(pair[1]) for pair in pairs[start : start + 6]]
        assert predicted[:5] == sorted(predicted[:5], reverse=True)
        assert exact[5] == max(exact)


def test_same_training_same_bytes(page: str, tiny: dict[Mode, Tiny], tmp_path: Path) -> None:
    (tmp_path / "tiny").mkdir()
    again = [report_of(made, tmp_path / "tiny" / "again.html") for made in reversed(tiny.values())][
        -1
    ]
    assert again == page


def test_own_section_and_a_damaged_page_are_replaced(
    tiny: dict[Mode, Tiny], tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(b"\xff not a report")
    first = report_of(tiny["tone"], path)
    assert "<h2>structure" not in first
    trained = tiny["tone"].trained
    history = History(trained.history.loss[:30], learning_rate=[1e-3] * 30)
    trained = trained._replace(history=history)
    write_report(trained, tiny["tone"].config, tiny["tone"].dataset, path, baseline_steps=STEPS)
    assert path.read_text().count("<h2>tone") == 1
    assert "30 steps" in path.read_text()
    assert "30 steps" not in first


def test_two_steps_on_a_font_that_lacks_most(made: Tiny, tmp_path: Path) -> None:
    font = font_of("A./", tmp_path / "few.ttf")
    config = replace(made.config, steps=2, pages=1, fonts=(font,))
    dataset = Dataset(config)
    path = tmp_path / "report.html"
    write_report(fit(config, dataset=dataset), config, dataset, path)
    page = path.read_text(encoding="utf-8")
    assert not PageParser(page).open
    assert page.count("<symbol") == 4
    assert "a font that it has learned from" in page
    assert "autoencoder, 2 steps" in page


def test_what_was_gained_is_told(made: Tiny, tiny_model: Path, tmp_path: Path) -> None:
    """A model that was not trained on has a row of its own; its standing is the other's report."""
    config = replace(made.config, start=str(tiny_model), steps=2, patience=1, validate_every=1)
    trained = fit(replace(config, learning_rate=30.0), dataset=made.dataset)
    assert trained.kept == 0
    write_report(trained, config, made.dataset, tmp_path / "report.html", baseline_steps=STEPS)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    scores = scores_in(page, made.config.mode)
    assert len(scores) == 6
    assert scores[f"{tiny_model}, from which it started"] == scores["this encoder"]
    assert "of which the weights after step 0 are kept" in page
    assert f"<title>Training report: {tmp_path.name}</title>" in page


def test_a_page_that_cannot_be_written_is_one_line(made: Tiny, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be written") as error:
        report_of(made, tmp_path / "file" / "report.html")
    assert "\n" not in str(error.value)
