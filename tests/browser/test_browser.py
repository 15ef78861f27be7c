"""What the suite does on a machine without a browser: it says so, and where all must run it fails."""

from __future__ import annotations

import pytest

from fixtures.browser import chromium_or_skip

REASON = (
    "no Chromium on this machine (looked for chromium, chromium-browser, google-chrome, google-chrome-stable): "
    "apt-get install chromium"
)


@pytest.fixture
def no_browser(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.usefixtures("no_browser")
def test_without_a_browser_the_tests_are_skipped_with_the_remedy(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception) as told:
        chromium_or_skip()
    assert told.value.msg == REASON


@pytest.mark.usefixtures("no_browser")
def test_where_all_must_run_a_missing_browser_fails(monkeypatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception) as told:
        chromium_or_skip()
    assert told.value.msg == REASON
