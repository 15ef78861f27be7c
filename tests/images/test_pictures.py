"""A few charts compared pixel by pixel with stored pictures, drawn by the typesetter that prints the report.

To accept a changed look, delete the stored picture, run the test once (it writes the new picture and fails),
look at it, and run again.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import typst
from PIL import Image

from analysis import charts
from analysis.charts import SANS
from analysis.charts.typefaces import font_files
from analysis.pieces import Head
from analysis.words import Cells, Lexicon, Text

HERE = Path(__file__).parent
NAN = float("nan")
NOTICE = Text("演示数据：虚构答卷", "Demonstration data: invented returns")
# Edges of letters may differ by a shade between builds of the typesetter. That evens out over a block of
# pixels; a moved bar or label does not.
BLOCK = 6
MOST_SHADES = 20


@dataclass(frozen=True)
class Measure:
    indicator: str
    unit: str = "%"
    digits: int = 0
    change: str = "percentage points"
    change_digits: int = 0


NAMES = {
    "app": Text("APP服务", "App"),
    "video": Text("视频服务", "Video"),
    "weibo": Text("微博服务", "Weibo"),
    "rate": Text("人工电话平均接通率", "the average answer rate"),
    "large": Text("大型商业银行", "Large banks"),
    "city": Text("城市商业银行", "City banks"),
    "rural": Text("农村中小银行", "Rural banks"),
}
COLOURS = {"large": "#1F4E79", "city": "#C77F1A", "rural": "#B5523B"}
SHAPES = {"large": "o", "city": "D", "rural": "^"}
LEXICON = Lexicon(
    {name: Measure(name, digits=2 if name == "rate" else 0) for name in ("app", "video", "weibo", "rate")},
    NAMES,
    segments=NAMES,
    dimensions={"stratum": Text("银行类型", "type of bank")},
    colours=COLOURS,
    shapes=SHAPES,
)


def cell(indicator, wave, estimate, at="total/all", **others):
    dimension, segment = at.split("/")
    return {
        "indicator": indicator, "wave": wave, "dimension": dimension, "segment": segment,
        "estimate": estimate, "lower": NAN, "upper": NAN, "n": 26, "N": 30, "status": "released", **others,
    }  # fmt: skip


def point(wave, estimate, **others):
    return {
        "indicator": "rate", "wave": wave, "estimate": estimate, "lower": NAN, "upper": NAN, "n": 78,
        "source": "published", "break_before": False, "break_note_zh": "", "break_note_en": "", **others,
    }  # fmt: skip


def bars():
    rows = [cell("app", "2023", 94), cell("video", "2023", 57), cell("weibo", "2023", 19)]
    rows += [cell("app", "2022", 92), cell("video", "2022", 52), cell("weibo", "2022", 21)]
    cells = Cells(pd.DataFrame(rows), LEXICON)
    return charts.bars(
        cells, ["app", "video", "weibo"], Head("b", None, NOTICE), wave="2023", previous="2022"
    )


def trend():
    broken = {
        "break_before": True,
        "break_note_zh": "2022年起改用平均值",
        "break_note_en": "a mean from 2022",
    }
    rows = [point("2016", 90.21), point("2017", 91.22), point("2021", 94.15)]
    rows += [point("2022", 88.28, lower=86.9, upper=89.5, source="archive", **broken)]
    rows += [point("2023", 92.88, lower=91.6, upper=94.0, source="archive")]
    cells = Cells(pd.DataFrame(), LEXICON, series=pd.DataFrame(rows))
    return charts.trend(cells, ["rate"], Head("t", None, NOTICE))


def segments():
    rows = [
        cell("rate", "2023", 92.88),
        cell("rate", "2023", 95.21, "stratum/large", lower=93.8, upper=96.4),
        cell("rate", "2023", 90.11, "stratum/city", lower=87.2, upper=92.8),
        cell("rate", "2023", NAN, "stratum/rural", status="suppressed"),
    ]
    cells, order = Cells(pd.DataFrame(rows), LEXICON), ["large", "city", "rural"]
    head = Head("s", None, NOTICE)
    return charts.segments(cells, "rate", order, head, wave="2023", dimension="stratum")


def photograph(svg, folder):
    (folder / "chart.svg").write_text(svg, encoding="utf-8")
    page = "#set page(width: 460.8pt, height: auto, margin: 0pt)\n#image('chart.svg', width: 100%)".replace(
        "'", '"'
    )
    (folder / "chart.typ").write_text(page, encoding="utf-8")
    drawn = typst.compile(
        folder / "chart.typ",
        format="png",
        ppi=72,
        font_paths=[font_files()[SANS].parent],
        ignore_system_fonts=True,
    )
    return Image.open(io.BytesIO(drawn)).convert("RGB")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("make", [bars, trend, segments])
def test_a_chart_looks_as_it_did(make, lang, tmp_path):
    stored = HERE / f"{make.__name__}.{lang}.png"
    picture = photograph(make().svg(lang), tmp_path)
    if not stored.exists():
        picture.save(stored, optimize=True)
        pytest.fail(f"{stored.name} was missing and has been written: look at it")
    with Image.open(stored) as kept:
        assert kept.size == picture.size
        apart = np.abs(blocks(kept) - blocks(picture))
    assert apart.max() < MOST_SHADES


def blocks(picture):
    return np.asarray(picture.convert("L").reduce(BLOCK), dtype=float)


def test_a_moved_label_is_seen(tmp_path):
    chart = bars().svg("en")
    moved = chart.replace(">94%<", "><")
    assert moved != chart
    apart = np.abs(blocks(photograph(chart, tmp_path)) - blocks(photograph(moved, tmp_path)))
    assert apart.max() > MOST_SHADES
