"""What a reader can do with the page: pick out, sort, copy, download, link, change language and light."""

from __future__ import annotations

import csv
import io
import struct

import pytest
from lxml import etree


def clipboard(window):
    return window.page.evaluate("navigator.clipboard.readText()")


def copying(window):
    window.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return window.page


def test_one_bank_type_is_picked_out_of_charts_and_tables(opened, lang):
    page = opened(lang).page
    page.locator("input[name=highlight][value=city]").check()
    chart = page.locator('svg [data-segment="city"]').first.locator("xpath=ancestor::*[local-name()='svg']")
    faded = chart.locator(".faded").evaluate_all("all => all.map(one => one.dataset.segment)")
    picked = chart.locator(".picked").evaluate_all("all => all.map(one => one.dataset.segment)")
    assert set(picked) == {"city"}
    assert set(faded) == {"large", "joint_stock", "rural"}
    heads = page.locator("main th.picked").all_text_contents()
    name = {"zh": "城市商业银行", "en": "City commercial banks"}[lang]
    assert any(name in head for head in heads)
    page.locator("input[name=highlight][value=all]").check()
    assert page.locator(".faded").count() == 0


def test_highlight_is_kept_and_travels_to_the_other_language(opened):
    page = opened("zh").page
    page.locator("input[name=highlight][value=rural]").check()
    page.reload()
    assert page.locator("input[name=highlight][value=rural]").is_checked()
    page.locator(".cover .alternates a").click()
    page.wait_for_load_state()
    assert "report.en.html" in page.url
    assert page.locator("input[name=highlight][value=rural]").is_checked()
    assert page.locator(".faded").count() > 0


def test_highlight_answers_the_arrow_keys(opened):
    page = opened("en").page
    page.locator("input[name=highlight][value=all]").focus()
    page.keyboard.press("ArrowDown")
    assert page.locator("input[name=highlight][value=large]").is_checked()
    assert page.locator("svg .picked").count() > 0


def numbers(table, column):
    told = table.locator(f"tbody tr td:nth-of-type({column})").evaluate_all(
        "cells => cells.map(cell => cell.querySelector('data') ? Number(cell.querySelector('data').value) : null)"
    )
    return [value for value in told if value is not None], told


def test_sorting_is_by_value_with_markers_last(opened):
    page = opened("en", volume="tables").page
    place = page.evaluate(
        "[...document.querySelectorAll('main .table-block table')].findIndex(table => table.tHead.rows.length === 1 && table.tBodies[0].rows.length > 4 && table.querySelector('tbody .marker') && table.querySelector('td:nth-child(2) data'))"
    )
    assert place >= 0
    table = page.locator("main .table-block table").nth(place)
    original = table.locator("tbody th").all_text_contents()
    for column in range(1, table.locator("thead th").count()):
        head = table.locator("thead th").nth(column)
        head.locator("button").click()
        if not numbers(table, column)[0]:
            continue
        assert head.get_attribute("aria-sort") == "descending"
        values, whole = numbers(table, column)
        assert values == sorted(values, reverse=True)
        assert all(value is None for value in whole[len(values) :])
        head.locator("button").click()
        assert head.get_attribute("aria-sort") == "ascending"
        values, whole = numbers(table, column)
        assert values == sorted(values)
        assert all(value is None for value in whole[len(values) :])
        head.locator("button").click()
        assert head.get_attribute("aria-sort") is None
    assert table.locator("tbody th").all_text_contents() == original


def test_a_table_is_copied_with_its_caption(opened):
    window = opened("en", volume="tables")
    page = copying(window)
    block = page.locator("main .table-block").first
    block.get_by_role("button", name="Copy table").click()
    page.locator(".message.shown").wait_for()
    lines = clipboard(window).split("\n")
    caption = " ".join(block.locator("caption").text_content().split())
    assert lines[0] == caption
    widths = {line.count("\t") for line in lines[1:]}
    assert widths == {block.locator("thead tr").last.locator("th").count() - 1}
    assert len(lines) == 1 + block.locator("tr").count()


def opened_chart(page):
    figure = page.locator("main figure.chart").first
    figure.locator("details.data > summary").click()
    return figure


def test_each_chart_has_one_control(opened, lang):
    page = opened(lang).page
    for figure in page.locator("main figure.chart").all():
        assert figure.locator("summary").all_text_contents() == [
            {"zh": "数据与下载", "en": "Data and downloads"}[lang]
        ]


def downloaded(page, figure, kind):
    with page.expect_download() as waiting:
        figure.get_by_role("button", name=kind, exact=True).click()
    return waiting.value


def test_csv_has_the_unrounded_values_and_their_keys(opened, lang):
    page = opened(lang).page
    figure = opened_chart(page)
    file = downloaded(page, figure, "CSV")
    assert file.suggested_filename == f"{figure.get_attribute('id')}.{lang}.csv"
    raw = file.path().read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig")))
    assert len(head) == 6
    told = {(row[5], row[4]): row[3] for row in rows if row[5]}
    shown = figure.locator("details data").evaluate_all(
        "all => all.map(one => [one.dataset.estimate, one.className.split(' ')[0], one.value])"
    )
    assert told == {(key, column): value for key, column, value in shown}


def test_svg_is_the_picture_without_what_the_page_added(opened):
    page = opened().page
    figure = opened_chart(page)
    root = etree.fromstring(downloaded(page, figure, "SVG").path().read_bytes())
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.get("role") == "img"
    assert not root.findall(".//*[@tabindex]")
    assert "演示数据" in "".join(root.itertext())


def test_png_is_twice_as_large_and_not_empty(opened):
    page = opened().page
    figure = opened_chart(page)
    raw = downloaded(page, figure, "PNG").path().read_bytes()
    assert raw.startswith(b"\x89PNG")
    width, _ = struct.unpack(">II", raw[16:24])
    assert width == pytest.approx(460.8 * 2 * 96 / 72 * 1.25, abs=1)
    assert len(raw) > 20_000


def test_language_switch_keeps_the_place(opened):
    page = opened("zh").page
    page.locator("#contents > ol > li > a").nth(2).click()
    page.wait_for_timeout(900)
    anchor = page.evaluate("location.hash")
    with page.expect_navigation():
        page.locator(".cover .alternates a").evaluate("link => link.click()")
    assert page.url.endswith(f"report.en.html{anchor}")
    assert page.locator(anchor).count() == 1


def test_numbers_of_headings_figures_and_tables_are_links_to_them(opened):
    window = opened("en", volume="quality")
    page = copying(window)
    link = page.locator("main h2 > a.number").nth(1)
    link.click()
    page.locator(".message.shown").wait_for()
    assert clipboard(window) == window.address + link.get_attribute("href")
    for where in ("figcaption > a.number", "caption a.number"):
        target = page.locator(f"main {where}").first.get_attribute("href")
        assert page.locator(target).count() == 1


def test_the_reader_chooses_light_or_dark(opened):
    page = opened("en", color_scheme="light").page
    colour = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(colour)
    page.locator("input[name=appearance][value=dark]").check()
    dark = page.evaluate(colour)
    assert dark != light
    page.reload()
    assert page.evaluate(colour) == dark
    page.locator("input[name=appearance][value=light]").check()
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(colour) == light
    page.locator("input[name=appearance][value=auto]").check()
    assert page.evaluate(colour) == dark


def test_contents_mark_the_section_being_read(opened):
    page = opened("en").page
    link = page.locator("#contents > ol > li > a").nth(3)
    link.click()
    page.wait_for_function(
        "link => link.getAttribute('aria-current') === 'location'", arg=link.element_handle()
    )


def test_contents_fold_behind_a_bar_on_a_telephone(opened, lang):
    page = opened(lang, viewport={"width": 360, "height": 740}).page
    menu = page.locator(".menu")
    assert not page.locator("#contents").is_visible()
    menu.click()
    assert menu.get_attribute("aria-expanded") == "true"
    assert page.locator("#contents").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#contents").is_visible()
    menu.click()
    link = page.locator("#contents > ol > li > a").nth(1)
    name = link.text_content()
    link.click()
    assert not page.locator("#contents").is_visible()
    page.wait_for_function(
        "name => document.querySelector('.here').textContent.replace(/\\s+/g, ' ') === name.replace(/\\s+/g, ' ')",
        arg=name,
    )
