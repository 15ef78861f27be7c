"""What the page's script costs, against the same page with scripts off: a ratio, for machines differ."""

from __future__ import annotations

import time

import pytest

pytestmark = pytest.mark.slow  # many runs of one thing, which tell more when nothing runs beside them

#: Runs of which the fastest counts, and how many times the bare page the scripted one may take.
RUNS, MOST = 5, 3.0


def seconds_to_ready(browser, address, *, scripts):
    """Time the page until it is parsed, its scripts have run and the browser has said so."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=scripts)
    page = context.new_page()
    start = time.perf_counter()
    page.goto(address, wait_until="domcontentloaded")
    taken = time.perf_counter() - start
    context.close()
    return taken


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_scripts_cost_little_more_than_the_page_itself(browser, edition_2023, lang):
    address = (edition_2023.folder / f"report.{lang}.html").as_uri()
    times = {scripts: [] for scripts in (True, False)}
    for _ in range(RUNS):  # in turn, so that a busy machine slows both
        for scripts, taken in times.items():
            taken.append(seconds_to_ready(browser, address, scripts=scripts))
    ratio = min(times[True]) / min(times[False])
    assert ratio < MOST, f"{1000 * min(times[True]):.0f} ms with scripts, {ratio:.2f} times the page without"
