"""The card that opens at a number: by hover, tap and keyboard, in text, tables, cover and charts."""

from __future__ import annotations

import json
import re

import pandas as pd
import pytest

import fixtures.chapters as rule
from fixtures.browser import Opened
from survey.documents import assemble, live
from survey.figures import compute_figures

KEY = "2023/human_connect_rate/total/all"
NUMBER = f'main p data.estimate[data-estimate="{KEY}"]'
TOLD = {
    "zh": {
        "定义": "人工接通电话量合计除以人工服务请求量合计（按量合并）",
        "答复单位数": "78家单位作答，名录共100家",
        "方法": "如实描述答卷单位，不推及其他",
        "题目": "全年人工接通（处理）电话量（calls_handled_human）；全年人工服务请求量（calls_requested）",
    },
    "en": {
        "Definition": "Calls handled by agents over calls asking for an agent, both summed (pooled)",
        "Base": "78 answers of 100 members in the frame",
        "Method": "describes those who answered, nobody else",
        "Question": "Calls handled by agents in the year (calls_handled_human); Calls asking for an agent in the year (calls_requested)",
    },
}


def card_of(page):
    return page.locator(".dossier")


def lines(page):
    names, texts = (page.locator(f".dossier {name}").all_text_contents() for name in ("dt", "dd"))
    return dict(zip(names, texts, strict=True))


def test_hover_opens_a_card_that_stays_while_the_pointer_is_on_it(opened, lang):
    page = opened(lang).page
    page.locator(NUMBER).first.hover()
    card_of(page).wait_for(state="visible")
    assert TOLD[lang].items() <= lines(page).items()
    assert page.locator(".dossier strong").text_content() == "92.88%"
    assert page.locator(".dossier code").text_content() == KEY, "no command that needs the archive"
    card_of(page).hover()
    page.wait_for_timeout(500)
    assert card_of(page).is_visible()
    page.mouse.move(5, 5)
    card_of(page).wait_for(state="hidden")


def test_a_card_leaves_free_what_is_read(opened, lang):
    page = opened(lang).page
    page.locator(NUMBER).first.hover()
    card_of(page).wait_for(state="visible")
    read = page.locator(NUMBER).first.locator("xpath=ancestor::p[1]").bounding_box()
    card = card_of(page).bounding_box()
    assert card["x"] >= read["x"] + read["width"] or card["y"] >= read["y"] + read["height"]


def test_one_number_a_group_is_announced_as_something_to_press(opened):
    page = opened("en").page
    stops = page.evaluate(
        """[...document.querySelectorAll("main p, main table, main svg")].map(
            group => [...group.querySelectorAll("[role=button][data-estimate]")].length)"""
    )
    assert max(stops) == 1
    first = page.locator(NUMBER).first
    assert first.get_attribute("aria-roledescription") == "number"
    first.focus()
    page.keyboard.press("ArrowRight")
    assert first.get_attribute("role") is None, "read as text once the stop has moved on"


def test_escape_closes_a_card_without_moving_the_pointer(opened):
    page = opened().page
    page.locator(NUMBER).first.hover()
    card_of(page).wait_for(state="visible")
    page.keyboard.press("Escape")
    assert card_of(page).is_hidden()


def test_interval_and_change_are_those_of_the_frames(opened, edition_2023):
    page = opened("en").page
    page.locator(NUMBER).first.click()
    estimates = pd.read_csv(edition_2023.folder / "data" / "estimates.csv", dtype={"wave": str})
    changes = pd.read_csv(edition_2023.folder / "data" / "changes.csv", dtype={"wave": str, "base_wave": str})
    whole = "wave == '2023' and dimension == 'total' and indicator == 'human_connect_rate.members'"
    members, moved = estimates.query(whole).iloc[0], changes.query(f"{whole} and base_wave == '2022'").iloc[0]
    told = lines(page)
    assert f"({members.lower:.2f}% to {members.upper:.2f}%)" in told["95% interval"]
    assert f"+{moved.lower:.2f} to +{moved.upper:.2f} percentage points" in told["Since 2022"]
    assert told["Since 2022"].endswith("rose (the interval excludes zero)")


def test_tap_opens_a_card_at_the_foot_of_a_telephone(opened, lang):
    page = opened(lang, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True).page
    page.locator(NUMBER).first.tap()
    card_of(page).wait_for(state="visible")
    box = card_of(page).bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert box["y"] + box["height"] <= 740.5
    page.locator(".dossier .close").tap()
    assert card_of(page).is_hidden()


def test_card_stays_on_the_screen_wherever_the_number_is(opened):
    page = opened("en", viewport={"width": 520, "height": 600}).page
    for place in range(0, 40, 4):
        number = page.locator("main p data.live").nth(place)
        number.click()
        box = card_of(page).bounding_box()
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 520
        assert 0 <= box["y"] <= box["y"] + box["height"] <= 600.5
        page.keyboard.press("Escape")


def test_keyboard_moves_within_a_paragraph_opens_and_comes_back(opened):
    page = opened("en").page
    first = page.locator(NUMBER).first
    stops = "number => number.closest('p').querySelectorAll('[tabindex=\"0\"]').length"
    assert first.evaluate(stops) == 1
    first.focus()
    page.keyboard.press("ArrowRight")
    second = page.evaluate("document.activeElement.textContent")
    assert second == "4.60 percentage points"
    page.keyboard.press("Enter")
    assert page.locator(".dossier .dossier-about").text_content() == "2022 to 2023 · All respondents"
    assert page.evaluate("document.activeElement.className") == "dossier pinned"
    page.keyboard.press("Escape")
    assert card_of(page).is_hidden()
    assert page.evaluate("document.activeElement.textContent") == second


def test_tabbing_out_of_a_card_returns_to_its_number(opened):
    page = opened("en").page
    page.locator(NUMBER).first.focus()
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("Tab")
    assert card_of(page).is_hidden()
    assert page.evaluate("document.activeElement.textContent") == "92.88%"


def test_arrow_keys_move_down_a_column_of_a_table(opened):
    page = opened("en", volume="tables").page
    table = page.locator("main .table-block table").first
    cell = table.locator("tbody tr").nth(0).locator("[role=button]").first
    cell.focus()
    place = "(() => { const cell = document.activeElement.closest('td'); return [cell.parentElement.rowIndex, cell.cellIndex]; })()"
    row, column = page.evaluate(place)
    page.keyboard.press("ArrowDown")
    below = page.evaluate(place)
    assert below[0] > row
    assert below[1] == column


def test_marks_of_charts_open_the_same_card(opened, lang):
    page = opened(lang).page
    chart = page.locator("#fig-connect-segments, main figure.chart").first
    chart.scroll_into_view_if_needed()
    mark = chart.locator("svg [role=button]").first
    name = mark.get_attribute("aria-label")
    box = mark.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    title = page.locator(".dossier-title").text_content()
    value = page.locator(".dossier strong").text_content()
    assert name.startswith(title)
    assert name.endswith(value)


def test_a_mark_can_be_reached_by_the_keyboard(opened):
    page = opened("en").page
    mark = page.locator('main figure.chart svg [role=button][tabindex="0"]').first
    mark.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert card_of(page).is_visible()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.closest('svg') !== null")


def test_a_limit_or_a_base_says_what_it_is(opened):
    page = opened("en").page
    base = page.locator('main p data.n[data-estimate^="2023/human_connect_rate/bank_type"]').first
    base.click()
    assert page.locator(".dossier-value span").text_content() == "Base"


def test_the_members_of_the_frame_are_not_headed_as_members_asked(opened):
    page = opened("en").page
    members = page.locator('main p data.N[data-estimate="2023/response/total/all"]').first
    assert members.text_content() == "100 members"
    members.click()
    assert page.locator(".dossier-value span").text_content() == "Members in the frame"


def test_figures_of_earlier_reports_say_so(opened):
    page = opened("en").page
    data = json.loads(
        page.locator("#page-data").text_content()
        or page.evaluate("document.getElementById('page-data').textContent")
    )
    packed = data["dossiers"]["2015/human_connect_rate/total/all"]
    texts = [data["texts"][place] for place in packed[1:]]
    assert texts[:3] == ["Connection rate of calls to agents", "2015 · All respondents", "91.56%"]
    assert "the report published for 2015; not computed anew" in texts
    assert packed[0] == 0, "no command walks back from a figure of an earlier report"


def test_every_number_and_mark_has_a_card_in_both_languages(edition_2023):
    found = {}
    for lang in ("zh", "en"):
        page = (edition_2023.folder / f"report.{lang}.html").read_text(encoding="utf-8")
        block = re.search(r'id="page-data">(.*?)</script>', page, re.DOTALL)[1]
        told = json.loads(block)["dossiers"]
        body = page[: page.index('id="page-data"')]
        keys = set(re.findall(r'data-estimate="([^"]+)"', body))
        assert keys == told.keys()
        found[lang] = keys
    assert found["zh"] == found["en"]


def test_every_kind_of_number_opens(opened):
    page = opened("en", volume="quality").page
    for column in ("lower", "upper", "change", "n_matched", "effect", "slope"):
        number = page.locator(f"main data.{column}.live").first
        number.scroll_into_view_if_needed()
        number.click()
        assert page.locator(".dossier dd").count() >= 3, column
        page.keyboard.press("Escape")


def test_copying_the_key(opened):
    window = opened("en")
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    window.page.locator(NUMBER).first.click()
    window.page.locator(".trace button").click()
    window.page.locator(".message.shown").wait_for()
    assert window.page.locator(".message").text_content() == "Copied"
    assert window.page.evaluate("navigator.clipboard.readText()") == KEY


@pytest.mark.slow
def test_a_revised_number_is_marked_and_its_card_says_so(browser, tmp_path, shipped_archive):
    revised = frozenset({KEY})
    figures = compute_figures(shipped_archive, "2023")
    told = {"zh": "[r] 与此前公布的不同", "en": "[r] published otherwise before"}
    for lang, words in told.items():
        cell = rule.code(*(f"<p>{rule.data(2023, 'human_connect_rate', 'total', 'all')}</p>",) * 2)
        book = rule.notebook("01-x", rule.md("# 1"), cell)
        page = assemble(
            [book], lang, "public", rule.front(lang), live(figures, lang, revised), revised=revised
        )
        (tmp_path / f"report.{lang}.html").write_text(page.text, encoding="utf-8")
        window = Opened(browser, tmp_path, lang)
        number = window.page.locator(f'main data[data-estimate="{KEY}"]')
        assert number.evaluate("one => one.nextElementSibling.textContent") == "[r]"
        number.hover()
        card_of(window.page).wait_for(state="visible")
        assert lines(window.page)[{"zh": "状态", "en": "Status"}[lang]].endswith(words)
        window.context.close()
