"""One edition of 2023, opened in the Chromium of the system; nothing is downloaded."""

from __future__ import annotations

import pytest


class Opened:
    """A page of the edition, what it asked for and what it complained of."""

    def __init__(self, browser, folder, lang, *, query="", hash_="", **options):
        options = {"viewport": {"width": 1280, "height": 900}} | options
        self.context = browser.new_context(accept_downloads=True, **options)
        self.page = self.context.new_page()
        self.requests, self.complaints = [], []
        self.page.on("request", lambda asked: self.requests.append(asked.url))
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.file = folder / f"report.{lang}.html"
        self.address = self.file.as_uri()
        self.page.set_default_timeout(5000)
        self.page.goto(self.address + query + hash_)


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


@pytest.fixture(params=["zh", "en"])
def lang(request):
    return request.param
