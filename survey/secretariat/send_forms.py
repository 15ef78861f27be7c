"""The forms that go out: which member gets which, with what it answered last time, and where they lie."""

from __future__ import annotations

import difflib
import shutil
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from survey.archive import archive_of, output_of
from survey.editing import WITH_VALUE
from survey.errors import FormError, IntakeError, UsageError
from survey.folders import make_private
from survey.forms import NO, YES, FormWriter, Recipient, plain_number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from survey.forms import Lang
    from survey.programme import Programme, Question

__all__ = ["Mailout", "Sent", "form_folder"]

FORBIDDEN = str.maketrans(dict.fromkeys('/\\:*?"<>|' + "".join(map(chr, range(32))), "_"))
LISTED = 8  # members named where one is not known


@dataclass(frozen=True)
class Sent:
    """The forms written: their paths, what they cannot check, how many show last time's answers."""

    paths: tuple[Path, ...]
    untranslated: tuple[tuple[str, str], ...]
    with_last: int
    last_wave: str


def form_folder(programme: Programme, wave: str) -> Path:
    """Return where the forms of a wave lie: beside its editions, for they are made by a command as well."""
    return output_of(programme) / wave / "forms"


class Mailout:
    """The forms of one wave in one language.

    Parameters
    ----------
    programme : Programme
        The programme.
    wave : str
        The wave; UsageError where it does not exist.
    lang : {"zh", "en"}
        The forms' language.
    """

    def __init__(self, programme: Programme, wave: str, lang: Lang) -> None:
        self.programme, self.wave, self.lang = programme, programme.wave(wave), lang
        self.questionnaire = programme.questionnaire(wave)
        self.members = programme.frame.of(wave)

    def blank(self, folder: Path) -> Sent:
        """Write a form that any member can fill."""
        return self._write(folder, [Recipient()])

    def to(
        self, members: Sequence[str], folder: Path, tell: Callable[[int, int], None] = lambda _n, _of: None
    ) -> Sent:
        """Write a form for each of these members, or none of them.

        Parameters
        ----------
        members : sequence of str
            Ids of the wave's frame; empty for all of them.
        folder : Path
            Where to.
        tell : callable
            Called with how many are drawn, of how many.

        Raises
        ------
        UsageError
            A member is not in the frame of the wave.
        FormError
            The forms cannot be written; nothing is.
        """
        if self.programme.open_survey:
            raise UsageError(
                f"programme {self.programme.code} lists no members: its population is `respondents`; "
                "write the form that anybody can fill, without --member and --all"
            )
        for member in members:
            self._known(member)
        return self._write(folder, [self._recipient(m) for m in members or sorted(self.members)], tell)

    def _known(self, member: str) -> None:
        if member in self.members:
            return
        near = difflib.get_close_matches(member, self.members, LISTED) or sorted(self.members)[:LISTED]
        more = ", …" if len(near) < len(self.members) else ""
        raise UsageError(
            f"member {member!r} is not in the frame of {self.wave}; there are {len(self.members)}: "
            f"{', '.join(near)}{more} (members.csv)"
        )

    def _recipient(self, member: str) -> Recipient:
        last = self.last.get(member, {})
        return Recipient(member, self.members[member].name, last, self.last_wave if last else "")

    @cached_property
    def last_wave(self) -> str:
        """The wave before this one; empty for the first."""
        earlier = [wave for wave in self.programme.waves if wave < self.wave]
        return earlier[-1] if earlier else ""

    @cached_property
    def last(self) -> dict[str, dict[str, str]]:
        """What each member answered in the wave before, as clean, in words, where the same is asked again."""
        if not self.last_wave:
            return {}
        try:
            rows = archive_of(self.programme).wave(self.last_wave).responses
        except IntakeError:
            return {}  # nobody has answered it: there is nothing to show
        known = {item.code for item in self.questionnaire.items}
        asked = self.programme.questionnaire(self.last_wave).by_code
        found: dict[str, dict[str, str]] = {}
        for row in rows[rows["status"].isin(WITH_VALUE)].itertuples():
            code = f"{row.question!s}.{row.option!s}" if row.option else str(row.question)
            if code in known:
                words = self._words(asked[str(row.question)], str(row.option), str(row.value))
                found.setdefault(str(row.member_id), {})[code] = words
        return found

    def _words(self, question: Question, option: str, value: str) -> str:
        """Return a clean value as a clerk would write it: labels for codes, the unit where it changed."""
        if option:
            return str(getattr(YES if value == "1" else NO, self.lang))
        if question.type == "single":
            labels = {one.code: str(getattr(one, self.lang)) for one in question.options}
            return labels.get(value, value)
        if not question.numeric:
            return value
        now = self.questionnaire.by_code[question.code]
        unit = question.unit if question.unit != now.unit else None
        return plain_number(float(value)) + (f" {getattr(unit, self.lang)}" if unit else "")

    def _name(self, recipient: Recipient) -> str:
        who = recipient.member_id.translate(FORBIDDEN) or "form"
        return f"{self.wave}_{who}{'' if self.lang == 'zh' else f'_{self.lang}'}.xlsx"

    def _write(
        self,
        folder: Path,
        recipients: Sequence[Recipient],
        tell: Callable[[int, int], None] = lambda _n, _of: None,
    ) -> Sent:
        """Write the forms aside first, so that a folder has all of them or what it had before."""
        settings = self.programme.settings
        writer = FormWriter(self.questionnaire, settings.organisation, self.lang, settings.contact)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for stale in folder.glob(".forms-*"):  # of a killed run
                shutil.rmtree(stale, ignore_errors=True)
            stage = Path(tempfile.mkdtemp(prefix=".forms-", dir=folder))
            try:
                for number, recipient in enumerate(recipients, start=1):
                    (stage / self._name(recipient)).write_bytes(writer.draw(recipient))
                    tell(number, len(recipients))
                make_private(stage)  # they hold the answers of the wave before
                paths = tuple(
                    (stage / self._name(one)).replace(folder / self._name(one)) for one in recipients
                )
            finally:
                shutil.rmtree(stage, ignore_errors=True)
        except OSError as error:
            raise FormError(
                f"the forms cannot be written to {folder}: {error.strerror}; "
                f"free space, allow writing there or choose another folder with --output; nothing was written"
            ) from None
        return Sent(paths, writer.untranslated, sum(bool(one.last) for one in recipients), self.last_wave)
