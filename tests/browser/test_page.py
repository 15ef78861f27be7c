"""The page itself: nothing from elsewhere, accessible, narrow, printed, without scripts, quick."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "resultTypes": ["violations"],
}
MADE = ".menu, .settings, .tools, .tool, .sort, .dossier, [role=button]"
FLOOR = 3_000_000


def violations(page):
    found = Axe().run(page, options=RULES).response["violations"]
    return [(rule["id"], node["target"], node["failureSummary"]) for rule in found for node in rule["nodes"]]


def shown_all(page):
    """Let every box be laid out and every chart's data be seen, or rules would pass over them."""
    page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")


def test_nothing_is_asked_of_elsewhere_and_nothing_complained_of(opened, lang):
    window = opened(lang)
    window.page.locator("main data.live").first.click()
    window.page.locator("input[name=highlight][value=city]").check()
    window.page.wait_for_timeout(200)
    assert [url for url in window.requests if not url.startswith("data:")] == [window.address]
    assert window.complaints == []
    assert window.file.stat().st_size < FLOOR


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(opened, lang, scheme):
    page = opened(lang, color_scheme=scheme, bypass_csp=True).page
    shown_all(page)
    page.locator("main p data.live").first.click()
    assert violations(page) == []


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_with_a_bank_type_picked_out_on_a_telephone(opened, scheme):
    page = opened("zh", color_scheme=scheme, bypass_csp=True, viewport={"width": 360, "height": 740}).page
    shown_all(page)
    page.locator(".menu").click()
    page.locator("input[name=highlight][value=city]").check()
    assert violations(page) == []


def test_nothing_is_wider_than_a_narrow_screen(opened, lang):
    page = opened(lang, viewport={"width": 360, "height": 740}, bypass_csp=True).page
    shown_all(page)
    for width in (360, 500, 768):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert clipped(page) == []


def clipped(page):
    return page.evaluate(
        """() => [...document.querySelectorAll('main :is(h2, h3, h4, p, figcaption, aside, .card, button, summary), .cover *')]
        .filter(one => one.getClientRects().length && !one.closest('.table-scroll, .picture, svg'))
        .filter(one => { const box = one.getBoundingClientRect(); return box.left < -1 || box.right > innerWidth + 1 || one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline'; })
        .map(one => one.outerHTML.slice(0, 120))"""
    )


def test_without_scripts_all_is_there_and_nothing_is_dead(opened, lang):
    page = opened(lang, java_script_enabled=False).page
    assert page.locator(MADE).count() == 0
    assert page.locator("main button, main input").count() == 0
    assert page.locator("#contents").is_visible()
    assert page.locator("main figure.chart svg").count() == page.locator("main figure.chart").count()
    summary = page.locator("details.data > summary").first
    assert summary.text_content() == {"zh": "数据表", "en": "Data table"}[lang]
    summary.click()
    assert page.locator("details.data table").first.is_visible()


def test_print_shows_no_control(opened, lang):
    page = opened(lang, volume="quality").page
    page.locator("main p data.live").first.click()
    page.emulate_media(media="print")
    made = ("button:not(.sort)", "input", ".menu", ".settings", ".tools", ".dossier", ".message")
    assert page.locator(", ".join(f"{name}:visible" for name in made)).count() == 0
    # a column's head stays, as words alone
    arrow = "getComputedStyle(document.querySelector('.sort'), '::after').display"
    assert page.evaluate(arrow) == "none"
    assert page.locator("#contents").is_visible()
    assert page.locator("main .table-block table").first.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_typed_markup_stands_as_text(opened):
    page = opened("en").page
    texts = page.evaluate("document.getElementById('page-data').textContent")
    assert not {"<", ">", "&"} & set(texts)
