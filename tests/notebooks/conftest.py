from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from fixtures import canaries
from fixtures.notebooks import write_chapter
from fixtures.once import alone
from fixtures.programmes import small_programme
from golden.command import in_process_of_its_own

RUN = ("run", "2023", "--programme", "small")


@dataclass(frozen=True)
class Desk:
    """A small programme with its notebook and output folder."""

    root: Path

    @property
    def chapter(self):
        return self.root / "notebooks" / "chapter.ipynb"

    @property
    def output(self):
        return self.root / "output"

    @property
    def edition(self):
        return self.output / "small" / "2023" / "public"

    @property
    def told(self):
        """What the run that published the edition printed."""
        return (self.root / "told.txt").read_text(encoding="utf-8")

    @property
    def environment(self):
        return {
            "SURVEY_PROGRAMMES": self.root,
            "SURVEY_NOTEBOOKS": self.root / "notebooks",
            "SURVEY_OUTPUT": self.output,
        }


@pytest.fixture(scope="session")
def desk(common):
    """Return a small programme, six returns in either wave, a notebook of two figures, and its edition of 2023.

    The return of A1 carries what must never be seen outside (see `fixtures.canaries`).

    Tests that change anything there take `own_desk`.
    """
    made = Desk(common / "desk")
    with alone(common / "desk.lock"):
        if not (made.root / "told.txt").exists():
            small = small_programme(made.root)
            for wave in ("2022", "2023"):
                for member, app in zip(
                    ("A1", "B2", "C3", "D4", "E5", "F6"), ("是", "是", "是", "是", "否", "否"), strict=True
                ):
                    small.send(member, wave=wave, form_of=wave, channels__app=app)
            small.send("A1", canaries.FILE, cover={"submitted": "2023-01-11"}, **canaries.ANSWERS)
            canaries.plant(small.returns() / canaries.FILE)
            (small.returns() / "2023_A1.xlsx").unlink()
            write_chapter(made.chapter, 'chapter.say("ch_app", "connect_rate")')
            ended = in_process_of_its_own(*RUN, "--timings", **made.environment)
            assert ended.well, ended.err
            (made.root / "told.txt").write_text(ended.out, encoding="utf-8")
    return made


@pytest.fixture
def own_desk(desk, tmp_path):
    return Desk(Path(shutil.copytree(desk.root, tmp_path / "desk")))
