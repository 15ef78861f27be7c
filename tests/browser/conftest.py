"""One edition of 2023, opened in the Chromium of the system; nothing is downloaded."""

from __future__ import annotations

import pytest

from fixtures.browser import Opened


@pytest.fixture
def opened(browser, edition_2023):
    """Open a language's page with what the browser is told of the reader: size, colours, scripts."""
    made = []

    def open_(lang="zh", **options):
        made.append(Opened(browser, edition_2023.folder, lang, **options))
        return made[-1]

    yield open_
    for one in made:
        one.context.close()


@pytest.fixture(params=["zh", pytest.param("en", marks=pytest.mark.slow)])
def lang(request):
    """Return the page's language: what does not open a page of its own choice is done in both where there is time."""
    return request.param
