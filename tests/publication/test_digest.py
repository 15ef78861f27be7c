"""The digest: the real one's charts and figures of 2017, chapters without gaps, both languages alike."""

from __future__ import annotations

import itertools
import re

import pytest
from lxml import html

#: What the real digest of 2017 drew, and what of it the archive and the ledger hold.
CHARTS_2017 = [
    "digest-channels",
    "digest-products",
    "digest-marketing-channels",
    "digest-number-of-channels",
    "digest-levels",
    "digest-posts",
    "digest-employee-satisfaction",
]
OTHERS = [pytest.param(wave, marks=pytest.mark.slow) for wave in ("2016", "2021", "2022", "2023")]


def drawn(article, slug):
    """Return a chart's data as its table prints them: heads, and rows by their name."""
    page = html.fromstring(article.pages["zh"])
    table = page.get_element_by_id(f"fig-{slug}").xpath(".//details//table")[0]
    heads = [cell.text_content() for cell in table.xpath("./thead/tr/th")]
    rows = {
        row[0].text_content(): [cell.text_content() for cell in row[1:]] for row in table.xpath("./tbody/tr")
    }
    return heads, rows


def test_2017_has_the_charts_of_the_real_digest(article):
    made = article("digest", "2017")
    assert made.charts("zh") == made.charts("en") == CHARTS_2017


def test_channels_over_three_years_the_first_as_printed(article):
    heads, rows = drawn(article("digest", "2017"), "digest-channels")
    assert heads == ["指标", "2015年（%）", "2016年（%）", "2017年（%）"]
    assert rows == {
        "微信": ["77", "89", "75"],
        "在线服务": ["68", "70", "68"],
        "APP": ["33", "42", "59"],
        "短信": ["72", "68", "55"],
        "邮件": ["54", "55", "44"],
        "视频": ["28", "27", "28"],
        "微博": ["35", "26", "22"],
    }
    text = article("digest", "2017").texts["zh"]
    assert re.search(r"2015年为此前报告印发的数字。[^\]]*\]\(charts/digest-channels.zh.svg\)", text)
    assert "空心条为此前报告印发的数字。" in article("digest", "2017").pages["zh"]


def test_the_other_charts_hold_what_was_printed(article):
    made = article("digest", "2017")
    _, products = drawn(made, "digest-products")
    assert [row[0] for row in products.values()] == ["69", "54", "38", "31", "23", "15"]
    _, numbers = drawn(made, "digest-number-of-channels")
    assert numbers == {"2017年": ["65", "19", "13", "3", "31"]}  # printed 4 %, which no 31 can give
    _, classes = drawn(made, "digest-employee-satisfaction")
    assert classes["2017年"] == ["50", "21.4", "0.0", "10.7", "17.9", "28"]
    _, levels = drawn(made, "digest-levels")
    assert levels == {"2017年": ["13", "86", "72"]}


def test_chapters_and_figures_by_type_and_kind(article):
    zh = article("digest", "2017").texts["zh"]
    assert re.findall(r"^## (.*)", zh, flags=re.MULTILINE) == [
        "一、渠道服务能力",
        "二、营销发展",
        "三、组织架构",
    ]
    parts = (
        "参与调研的73家成员单位中，大型商业银行8家、股份制商业银行21家、城市商业银行24家、农村中小银行20家。",
        "自助语音服务比例由高到低依次为借记卡（81%）、综合（71%）和信用卡（48%），各类之间有差异",
        "中后台岗位人员占比由高到低依次为农村中小银行（19.6%）、城市商业银行（18.3%）、大型商业银行（12.9%）和"
        "股份制商业银行（10.2%），",
        "连续5年高于90%",
        "营销合作公司商品的信用卡中心占比为11%（9家单位作答）。",
    )
    assert [part for part in parts if part not in zh] == []
    written = re.sub(r"^[!>].*|[\s*#]", "", zh, flags=re.MULTILINE)
    assert 1400 < len(written) < 3000


@pytest.mark.parametrize("wave", ["2017", *OTHERS])
def test_no_chapter_is_empty_and_languages_agree(article, wave):
    made = article("digest", wave)
    assert made.keys("zh") == made.keys("en")
    for lang in ("zh", "en"):
        blocks = [block for block in made.texts[lang].split("\n\n") if block.strip()]
        follows = itertools.pairwise(blocks)
        assert [head for head, then in follows if head.startswith("## ") and then.startswith("#")] == []
        assert len(made.charts(lang)) >= 2
