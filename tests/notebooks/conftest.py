from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from fixtures.notebooks import write_chapter
from fixtures.programmes import Small, small_programme


@dataclass(frozen=True)
class Desk:
    """A small programme with its notebook and output folder."""

    small: Small
    root: Path

    @property
    def chapter(self):
        return self.root / "notebooks" / "chapter.ipynb"

    @property
    def output(self):
        return self.root / "output"

    @property
    def environment(self):
        return {
            "SURVEY_PROGRAMMES": self.root,
            "SURVEY_NOTEBOOKS": self.root / "notebooks",
            "SURVEY_OUTPUT": self.output,
        }


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Return a small programme, six returns in either wave, and a notebook that states two figures."""
    root = tmp_path_factory.mktemp("desk")
    small = small_programme(root)
    for wave in ("2022", "2023"):
        for member, app in zip(
            ("A1", "B2", "C3", "D4", "E5", "F6"), ("是", "是", "是", "是", "否", "否"), strict=True
        ):
            small.send(member, wave=wave, form_of=wave, channels__app=app)
    write_chapter(root / "notebooks" / "chapter.ipynb", 'chapter.say("ch_app", "connect_rate")')
    return Desk(small, root)
