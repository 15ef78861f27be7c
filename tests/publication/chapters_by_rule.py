"""Chapters made by rule, as researchers write them: three, in both languages, with every kind of block."""

from __future__ import annotations

import io
import itertools
import re
from functools import cache

import matplotlib as mpl
import nbformat
from matplotlib.figure import Figure

from survey.notebooks.display import output_of
from survey.words import FrontMatter, KeyFigure

BANKS = {
    "large": ("大型商业银行", "Large commercial banks", "#1F4E79"),
    "joint_stock": ("股份制商业银行", "Joint-stock commercial banks", "#2A9D8F"),
    "city": ("城市商业银行", "City commercial banks", "#E9A03B"),
    "rural": ("农村中小银行", "Rural banks", "#B5523B"),
}
NOTICE = {
    "zh": "演示数据：按已公布总数校准的虚构答卷",
    "en": "Demonstration data: invented returns calibrated to published totals",
}
NAMES = [a + b for a, b in itertools.product("东西南北中江山海平安", "宁州阳城川陵")]


def share(*keys):
    """Give a number between 20 and 99 that the keys alone decide."""
    return 20 + sum(ord(c) * (i + 7) for i, c in enumerate("/".join(map(str, keys)))) % 7900 / 100


def front(lang, *, notice=True):
    zh = lang == "zh"
    return FrontMatter(
        title="中国远程银行业务发展报告（2023）" if zh else "Remote Banking in China 2023",
        subtitle="会员单位年度调查主要结果" if zh else "Main results of the annual survey of members",
        wave="2023",
        organisation="远程银行协会" if zh else "Association for Remote Banking",
        release_date="2024年6月28日" if zh else "28 June 2024",
        language=lang,
        edition_label="公开版" if zh else "Public edition",
        notice=NOTICE[lang] if notice else None,
        key_figures=(
            KeyFigure(
                "92.88%",
                "平均人工接通率" if zh else "Calls answered by an agent",
                "77家" if zh else "77 members",
                "2023/human_connect_rate/total/all",
                "92.8834",
            ),
            KeyFigure(
                "6.29" + ("万人" if zh else " × 10,000"),
                "客服从业人员" if zh else "Staff",
                "" if zh else "persons",
                "2023/staff/total/all",
                "6.2904",
            ),
            KeyFigure(
                "99.38%",
                "客户满意率" if zh else "Customer satisfaction",
                "",
                "2023/satisfaction/total/all",
                "99.38",
            ),
            KeyFigure(
                "47.5%",
                "智能服务占比" if zh else "Share served by machine",
                "",
                "2023/robot/total/all",
                "47.52",
            ),
        ),
        facts=(
            ("数据指纹" if zh else "Data", "9f86d081884c7d65"),
            ("软件" if zh else "Software", "member-survey-kit 0.1.0"),
        ),
        alternates=(
            (("en", "English", "report.en.html"),) if zh else (("zh-Hans", "中文", "report.zh.html"),)
        ),
    )


@cache
def svg(seed, title, kind="bars", lang="zh"):
    """Draw a chart with matplotlib, text kept as text, the way the house's charts come."""
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "house", "font.family": "sans-serif"}):
        figure = Figure(figsize=(7.2, 3.6))
        axes = figure.subplots()
        if kind == "bars":
            for i, (bank, (_zh, _en, colour)) in enumerate(BANKS.items()):
                axes.barh(i, share(seed, bank), color=colour, height=0.6)
                axes.text(share(seed, bank) + 1, i, f"{share(seed, bank):.1f}%", va="center", fontsize=9)
            axes.set_yticks(range(4), ["L", "J", "C", "R"])
            axes.set_xlim(0, 112)
        else:
            for bank, (_zh, _en, colour) in BANKS.items():
                axes.plot(
                    [2016, 2017, 2021, 2022, 2023],
                    [share(seed, bank, w) for w in range(5)],
                    "o-",
                    color=colour,
                )
        axes.spines[["top", "right"]].set_visible(False)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None})
    drawn = out.getvalue()
    drawn = drawn[drawn.index("<svg") :]
    for i, (zh, en, _) in enumerate(BANKS.values()):
        label = "LJCR"[i]
        drawn = drawn.replace(f">{label}<", f">{zh[:4] if lang == 'zh' else en.split()[0]}<")
    drawn = re.sub(r"font-family: [^;\"]+", "font-family: 'Noto Sans SC'", drawn)
    head, rest = drawn.split(">", 1)
    head += f' role="img" aria-labelledby="chart-{seed}-t chart-{seed}-d"'
    words = f'<title id="chart-{seed}-t">{title}</title><desc id="chart-{seed}-d">{title} — desc</desc>'
    return f"{head}>{words}{rest}"


def data(wave, indicator, dimension, segment):
    value = share(wave, indicator, segment)
    return (
        f'<data class="estimate" value="{value:.4f}" '
        f'data-estimate="{wave}/{indicator}/{dimension}/{segment}">{value:.2f}%</data>'
    )


def figure_html(lang, slug, caption, kind="bars"):
    side = 0 if lang == "zh" else 1
    rows = "".join(
        f'<tr><th scope="row">{names[side]}</th><td>{data(2023, slug, "bank_type", bank)}</td></tr>'
        for bank, names in BANKS.items()
    )
    summary, first, second = (("数据表", "银行类型", "比例"), ("Data table", "Type of bank", "Share"))[side]
    head = f'<thead><tr><th scope="col">{first}</th><th scope="col">{second}</th></tr></thead>'
    return (
        f'<figure class="chart" id="fig-{slug}">{svg(slug, caption, kind, lang)}'
        f"<figcaption>{caption}</figcaption>"
        f'<details class="data"><summary>{summary}</summary>'
        f"<table>{head}<tbody>{rows}</tbody></table></details></figure>"
    )


def table_html(slug, caption, heads, rows, note, *, groups=()):
    top = "".join(f'<th scope="colgroup" colspan="{n}">{t}</th>' for t, n in groups)
    first = f'<tr><th scope="col" rowspan="2">{heads[0]}</th>{top}</tr>' if groups else ""
    second = "".join(f'<th scope="col">{h}</th>' for h in (heads[1:] if groups else heads))
    body = "".join(
        f'<tr><th scope="row">{row[0]}</th>' + "".join(f"<td>{cell}</td>" for cell in row[1:]) + "</tr>"
        for row in rows
    )
    return (
        f'<div class="table-block"><table id="tbl-{slug}" class="estimates"><caption>{caption}</caption>'
        f"<thead>{first}<tr>{second}</tr></thead><tbody>{body}</tbody></table>"
        f'<p class="notes">{note}</p></div>'
    )


def md(source, *tags):
    return nbformat.v4.new_markdown_cell(source, metadata={"tags": list(tags)})


def code(zh=None, en=None, *tags, outputs=()):
    made = [
        nbformat.v4.new_output(
            "display_data", data={"text/html": html, "text/plain": "x"}, metadata={"lang": lang}
        )
        for lang, html in (("zh", zh), ("en", en))
        if html
    ]
    return nbformat.v4.new_code_cell(
        "secret_source()", outputs=[*made, *outputs], metadata={"tags": list(tags)}
    )


def shown(*pieces, tags=()):
    """Give a code cell that shows pieces, as a chapter's verbs do."""
    made = [nbformat.v4.new_output("display_data", output_of(piece, ("zh", "en"))) for piece in pieces]
    return nbformat.v4.new_code_cell("verbs()", outputs=made, metadata={"tags": list(tags)})


def notebook(name, *cells):
    nb = nbformat.v4.new_notebook(cells=list(cells))
    nb.metadata["papermill"] = {"input_path": f"notebooks/{name}.ipynb"}
    for i, cell in enumerate(nb.cells):
        cell["id"] = f"cell-{i}"
    return nb


def both(make, *slugs_and_texts):
    return code(*(make(lang, *slugs_and_texts) for lang in ("zh", "en")))


def statement(lang, indicator):
    d = data(2023, indicator, "total", "all")
    b = data(2022, indicator, "total", "all")
    if lang == "zh":
        return (
            '<p class="statement" data-claim="level">2023年，会员单位平均人工接通率为'
            f"{d}，与2022年的{b}相比大致持平。</p>"
        )
    return (
        f'<p class="statement" data-claim="level">In 2023 members answered {d} of '
        f"calls, about the same as in 2022 ({b}).</p>"
    )


def wide(lang):
    years = ["2016", "2017", "2021", "2022", "2023"]
    groups = [(BANKS[b][0 if lang == "zh" else 1], len(years)) for b in list(BANKS)[:3]]
    zh = lang == "zh"
    names = (
        ["人工接通率", "智能服务占比", "客户满意率", "一次解决率", "平均通话时长", "员工流失率"]
        if zh
        else [
            "Answered by an agent",
            "Served by machine",
            "Satisfaction",
            "Solved at first contact",
            "Mean call length",
            "Staff turnover",
        ]
    )
    rows = [
        [n, *(data(y, f"i{i}", "bank_type", b) for b in list(BANKS)[:3] for y in years)]
        for i, n in enumerate(names)
    ]
    heads = ["指标" if zh else "Indicator", *(years * 3)]
    caption = (
        "三类银行五个调查年度的主要指标" if zh else "Main indicators of three types of bank over five waves"
    )
    return table_html(
        "wide",
        caption,
        heads,
        rows,
        "注:[c] 为保密而隐去。" if zh else "Note: [c] withheld for confidentiality.",
        groups=groups,
    )


def long(lang):
    zh = lang == "zh"
    rows = [
        [
            f"{n}银行" if zh else f"Bank {i + 1}",
            *(data(2023, f"l{k}", "member", f"m{i}") for k in range(4)),
        ]
        for i, n in enumerate(NAMES)
    ]
    rows += [["<strong>合计</strong>" if zh else "<strong>All</strong>", *("[c]" for _ in range(4))]]
    heads = (
        ["会员单位", "人工接通率", "智能占比", "满意率", "一次解决率"]
        if zh
        else ["Member", "Answered", "By machine", "Satisfied", "Solved at first contact"]
    )
    return table_html(
        "long",
        "各会员单位主要指标" if zh else "Main indicators by member",
        heads,
        rows,
        "注：演示。" if zh else "Note: for show.",
    )


def small(lang, slug):
    zh = lang == "zh"
    rows = [
        [
            BANKS[b][0 if zh else 1],
            "21",
            data(2023, slug, "bank_type", b),
            data(2022, slug, "bank_type", b),
        ]
        for b in BANKS
    ]
    heads = ["银行类型", "家数", "2023年", "2022年"] if zh else ["Type of bank", "Members", "2023", "2022"]
    return table_html(
        slug,
        "按银行类型分的人工接通率" if zh else "Calls answered, by type of bank",
        heads,
        rows,
        "注：比例为加权估计。" if zh else "Note: weighted estimates.",
    )


PROSE = {
    "zh": (
        "远程银行已成为商业银行服务客户的重要渠道。本章依据会员单位的答卷，从规模"
        "、渠道、质量与人员四个方面描述行业现状，并与往年结果比较；各项指标的定义"
        "见附录。**智能服务**继续扩展，*人工服务*仍是复杂业务的主渠道，AI与大数据"
        "（big data）在服务中的应用更加普遍。"
    ),
    "en": (
        "Remote banking has become a main channel through which commercial banks "
        "serve their customers. This chapter describes the sector by size, channel, "
        "quality and staff from what members returned, and sets it against earlier "
        "years. **Automated service** goes on growing; *service by people* remains "
        "the main way for complex business."
    ),
}


def chapters():
    one = notebook(
        "01-overview",
        nbformat.v4.new_code_cell("wave = '2023'", metadata={"tags": ["parameters"]}),
        md(
            "# 行业概况\n\n"
            + PROSE["zh"]
            + (
                '\n\n人工接通率见<a class="ref" href="#fig-connect"></a>和[](#tbl-small)，'
                "方法见[](#sec-method)。"
            ),
            "zh",
        ),
        md(
            "# Overview of the sector\n\n"
            + PROSE["en"]
            + '\n\nSee <a class="ref" href="#fig-connect"></a> and [](#tbl-small); method, [](#sec-method).',
            "en",
        ),
        both(statement, "human_connect_rate"),
        code(
            figure_html("zh", "connect", "股份制商业银行的人工接通率最高"),
            figure_html("en", "connect", "Joint-stock banks answered the largest share of calls"),
        ),
        md("## 接通情况\n\n" + PROSE["zh"] * 2, "zh"),
        md("## Calls answered\n\n" + PROSE["en"] + " " + PROSE["en"], "en"),
        both(small, "small"),
        code(
            '<aside class="key-figures"><p>要点：接通率稳定，智能化程度提高。</p></aside>',
            (
                '<aside class="key-figures"><p>In short: calls are answered as before, machines '
                "answer more.</p></aside>"
            ),
        ),
        code(outputs=[nbformat.v4.new_output("stream", name="stdout", text="printed by mistake")]),
        code(
            outputs=[
                nbformat.v4.new_output(
                    "execute_result",
                    data={"text/html": "<table><tr><td>stray frame</td></tr></table>"},
                    execution_count=1,
                )
            ]
        ),
        md("仅供内部：核对清单 internal-note", "internal"),
    )
    two = notebook(
        "02-trends",
        md("# 变化趋势\n\n" + PROSE["zh"], "zh"),
        md("# Trends\n\n" + PROSE["en"], "en"),
        code(
            figure_html("zh", "trend", "四类银行的智能服务占比五年间均有上升", "lines"),
            figure_html("en", "trend", "The share served by machine rose in all four types of bank", "lines"),
        ),
        md("## 分年度指标\n\n" + PROSE["zh"] + "\n\n### 口径\n\n" + PROSE["zh"], "zh"),
        md("## Indicators by wave\n\n" + PROSE["en"] + "\n\n### Definitions\n\n" + PROSE["en"], "en"),
        code(wide("zh"), wide("en")),
        code(
            figure_html("zh", "robot", "大型商业银行智能服务占比领先"),
            figure_html("en", "robot", "Large banks lead in automated service"),
        ),
    )
    three = notebook(
        "03-method",
        md(
            (
                "# 调查方法\n\n- 全部会员单位为调查总体;\n- 按银行类型分层加权;\n- 金额以"
                " $ 计的题目除外,`#import` 与 \\write18 只是文字。\n\n1. 第一步：回收答卷"
                "\n2. 第二步：审核"
            ),
            "zh",
        ),
        md(
            (
                "# How the survey is made\n\n- All members are the frame;\n- weights by "
                "type of bank;\n- questions in $ are left out, `#import` and \\write18 are "
                "mere text.\n\n1. First, returns come in\n2. Then they are edited"
            ),
            "en",
        ),
        code(
            (
                '<aside class="method"><p>方法：全部区间为有限总体下的精确区间。</p></aside>'
                '<aside class="warning"><p>注意:2021年口径变化。</p></aside>'
            ),
            (
                '<aside class="method"><p>Method: intervals are exact for a finite population.</p>'
                '</aside><aside class="warning"><p>Break in 2021.</p></aside>'
            ),
        ),
        md("## 各单位数据\n\n" + PROSE["zh"] + "见[](#tbl-long)。", "zh"),
        md("## Members\n\n" + PROSE["en"] + " See [](#tbl-long).", "en"),
        code(long("zh"), long("en")),
    )
    return [one, two, three]
