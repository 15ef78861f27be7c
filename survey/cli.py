"""The command `survey`.

Everything heavy is imported inside the commands, so that ``survey --help`` answers at once.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Literal

import click

from analysis.model import AnalysisError
from survey.errors import SurveyError
from survey.terminal import (
    print_attack,
    print_pieces,
    print_table,
    shorten,
    show_progress,
    summarise,
    tell_findings,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import pandas as pd

    from survey.programme import Programme

__all__ = ["main"]

# ruff: noqa: PLC0415 - imports inside functions keep the command's start fast


EPILOG = """\b
Examples
  survey run                      the latest wave: HTML and PDF, Chinese and English
  survey run 2017 2022            two other waves
  survey run 2023 --lang en       English alone
  survey run --edition internal   with responses, ledger and queries, for the house
  survey form 2023 --all          the questionnaire as a workbook for each member
  survey check 2023               read and edit the returns, print what is wrong
  survey recognise export.xlsx    what a table of answers holds
  survey check 2023 --sent 2024-03-15   mark the members' query workbooks as sent
  survey trace human_connect_rate       from a printed number back to the returns
  survey audit                    hold the published figures against arithmetic
  survey audit draft.docx         hold a draft's numbers against what was published
  survey lab                      edit the notebooks
\b
Results lie in output/<wave>/<edition>/. Exit status: 0 done, 1 the data or a check says no, 2 wrong usage."""


class _Command(click.Group):
    """Turns the kit's errors into one message and the exit status of DESIGN."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (SurveyError, AnalysisError) as error:
            click.echo(f"survey: {error}", err=True)
            ctx.exit(getattr(error, "exit_status", 1))


@click.group(cls=_Command, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="member-survey-kit")
def main() -> None:
    """From returned member questionnaires to the published report."""


def _programme_option(function: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--programme",
        default="remote-banking",
        show_default=True,
        help="The survey: a folder of survey/programmes.",
    )(function)


@main.command()
@click.argument("waves", nargs=-1, metavar="[WAVE]...")
@_programme_option
@click.option("--edition", type=click.Choice(["public", "internal"]), default="public", show_default=True)
@click.option("--lang", default=None, help="Languages, as zh,en; default: all of the programme.")
@click.option(
    "--revision",
    type=click.Choice(["refuse", "withhold", "forget"]),
    default="refuse",
    show_default=True,
    help="Where few members' answers changed since an edition was published: refuse to publish their "
    "difference, withhold the figures, or forget an edition that was never given out.",
)
@click.option("--timings", is_flag=True, help="Print how long each stage took.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def run(
    *,
    waves: tuple[str, ...],
    programme: str,
    edition: str,
    lang: str | None,
    revision: Literal["refuse", "withhold", "forget"],
    timings: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Clean, analyse and publish WAVEs (default: the latest)."""
    from survey.edition import Request, Watch, publish, recipe_of
    from survey.notebooks.parameters import check_values
    from survey.programme import open_programme

    opened = open_programme(programme)
    wanted = [opened.wave(wave) for wave in waves or opened.waves[-1:]]
    languages = lang or ",".join(opened.settings.languages)
    for wave in wanted:
        values = check_values(programme=programme, wave=wave, edition=edition, languages=languages)
        opened.published_in(values.languages)
        watch = Watch()
        with show_progress(wave, watch, show=not (quiet or as_json)):
            request = Request(opened, wave, values.edition, values.languages, revision)
            done = publish(recipe_of(opened), request, watch)
        summarise(wave, done, watch, timings=timings, as_json=as_json)


@main.command()
@click.argument("wave")
@_programme_option
@click.option(
    "--sent",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="Mark the open queries as sent on DAY (2024-03-15).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def check(wave: str, programme: str, sent: datetime | None, as_json: bool) -> None:
    """Read and edit the returns of WAVE, print the findings, write a query workbook for each member asked.

    The workbooks lie in output/<wave>/queries; the members' replies are read from the wave's folder replies.
    Exit status 1 where a return could not be used or a hard edit failed.
    """
    from survey.programme import open_programme
    from survey.secretariat import open_desk

    desk = open_desk(open_programme(programme), wave)
    desk.write()
    if sent:
        desk = desk.mark_sent(sent.date())
        desk.write()
    if as_json:
        click.echo(json.dumps(desk.report(), ensure_ascii=False))
    else:
        for line in desk.lines():
            click.echo(line)
    if desk.faulty:
        sys.exit(1)


@main.command()
@click.argument("wave")
@_programme_option
@click.option("--edition", type=click.Choice(["public", "internal"]), default="public", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the checklist as JSON.")
def release(wave: str, programme: str, edition: Literal["public", "internal"], as_json: bool) -> None:
    """Work through the release checklist of WAVE: answers, files, pages, languages, links, members' names.

    Exit status 1 where something forbids the release.
    """
    from dataclasses import asdict

    from survey.edition import checklist
    from survey.programme import open_programme

    lines = []
    for line in checklist(open_programme(programme), wave, edition):
        lines.append(line)
        if not as_json:
            mark = "ok  " if line.holds else "STOP" if line.grave else "look"
            click.echo(f"{mark}  {line.name}: {line.found}")
    if as_json:
        click.echo(json.dumps([asdict(line) for line in lines], ensure_ascii=False))
    if any(line.grave and not line.holds for line in lines):
        sys.exit(1)


@main.command()
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print the table as JSON.")
def recognise(file: str, as_json: bool) -> None:
    """Say what a FILE of answers holds: its format, its questions and their kinds."""
    from pathlib import Path

    from survey.intake import UnreadableWorkbookError
    from survey.intake import recognise as recognised

    try:
        kind, table = recognised(Path(file))
    except UnreadableWorkbookError as error:
        raise SurveyError(f"{Path(file).name} cannot be read: {error}") from error
    if as_json:
        questions = json.loads(table.to_json(orient="records", force_ascii=False))
        click.echo(json.dumps({"format": kind, "questions": questions}, ensure_ascii=False))
        return
    click.echo(f"{Path(file).name}: {kind}, {len(table)} questions")
    print_table(table.drop(columns="sheet") if len(set(table["sheet"])) == 1 else table)


@main.command()
@click.argument("wave")
@_programme_option
@click.option("--member", "members", multiple=True, metavar="ID", help="For this member; may be repeated.")
@click.option("--all", "everyone", is_flag=True, help="One for each member of the frame.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
@click.option("--output", type=click.Path(file_okay=False), help="Folder; default: output/<wave>/forms.")
def form(  # noqa: PLR0917 - click hands every option over by name
    wave: str,
    programme: str,
    members: tuple[str, ...],
    everyone: bool,
    lang: Literal["zh", "en"],
    output: str | None,
) -> None:
    """Write the questionnaire of WAVE as a workbook to be filled.

    A member's form shows beside each question what the member answered the wave before.
    """
    from pathlib import Path

    from survey.errors import UsageError
    from survey.programme import open_programme
    from survey.secretariat import Mailout, form_folder

    if members and everyone:
        raise UsageError("--member and --all exclude each other; name members, or take all of them")
    opened = open_programme(programme)
    mailout = Mailout(opened, wave, lang)
    folder = Path(output) if output else form_folder(opened, wave)
    sent = mailout.to(members, folder) if members or everyone else mailout.blank(folder)
    told = (
        f", {sent.with_last} with answers of {sent.last_wave}"
        if sent.last_wave and (members or everyone)
        else ""
    )
    click.echo(f"{wave}: {len(sent.paths)} form{'s' * (len(sent.paths) > 1)}{told}")
    for name, why in sent.untranslated:
        click.echo(f"  not checked in the form: {name}: {why}")
    click.echo(f"  open: {shorten((sent.paths[0] if len(sent.paths) == 1 else folder).absolute())}")


@main.command()
@click.argument("key")
@_programme_option
@click.option("--json", "as_json", is_flag=True, help="Print the trace as JSON.")
def trace(key: str, programme: str, as_json: bool) -> None:
    """Walk back from the printed number KEY to the cells of the returns. Confidential: internal use only.

    KEY is what a number of a publication names, WAVE/INDICATOR/DIMENSION/SEGMENT, or of a change
    WAVE-BASEWAVE/INDICATOR/DIMENSION/SEGMENT; an indicator alone is that of the latest wave.
    """
    from survey.figures import trace_number
    from survey.programme import open_programme

    traced = trace_number(open_programme(programme), key)
    if as_json:
        click.echo(json.dumps(traced.report(), ensure_ascii=False))
        return
    print_pieces(traced.pieces())


@main.command()
@click.argument("file", required=False, metavar="[FILE]")
@_programme_option
@click.option("--year", default="", help="The year a draft's numbers are of where it names none.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@click.option("--html", "page", type=click.Path(dir_okay=False), help="Write the findings as a page.")
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of the page."
)
@click.option("--publish", is_flag=True, help="Write the audit chapter to output/audit.")
@click.option(
    "--disclosure", is_flag=True, help="Attack what a wave publishes: FILE is a wave then. Confidential."
)
@click.option("--all", "everything", is_flag=True, help="List what holds, too.")
def audit(  # noqa: PLR0917 - click hands every option over by name
    file: str | None,
    programme: str,
    year: str,
    as_json: bool,
    page: str | None,
    lang: Literal["zh", "en"],
    publish: bool,
    disclosure: bool,
    everything: bool,
) -> None:
    """Check published figures against arithmetic: the ledger, or FILE.

    FILE is a CSV with the ledger's columns, or a draft (.md .html .docx .pdf .ipynb), whose numbers are
    recognised and held against the ledger. Exit status 1 where a figure is impossible or contradicted.
    """
    from pathlib import Path

    from survey.audit import GRAVE, audit_file
    from survey.programme import open_programme

    opened = open_programme(programme)
    if publish:
        _publish_audit(opened)
        return
    if disclosure:
        _attack(opened, file)
        return
    rows = audit_file(opened, Path(file) if file else None, year)
    if as_json:
        from survey.audit import json_findings

        click.echo(json.dumps(json_findings(rows), ensure_ascii=False, indent=1))
    else:
        tell_findings(rows, everything=everything)
    if page:
        _write_audit_page(opened, rows, file, Path(page), lang)
    if set(rows["verdict"]) & GRAVE:
        sys.exit(1)


def _attack(programme: Programme, wave: str | None) -> None:
    """Attack a wave's edition; exit status 1 where an answer follows."""
    from survey.archive import archive_of
    from survey.audit import attack_edition
    from survey.figures import compute_figures

    wave = wave or programme.waves[-1]
    attacked = attack_edition(compute_figures(archive_of(programme), wave))
    print_attack(wave, attacked)
    if len(attacked.breaches):
        sys.exit(1)


def _publish_audit(programme: Programme) -> None:
    from survey.edition import AUDIT, Request, Watch, publish

    watch = Watch()
    with show_progress("audit", watch, show=True):
        request = Request(programme, "", "public", programme.settings.languages)
        folder = publish(AUDIT, request, watch).folder
    click.echo("open:")
    for path in sorted(folder.glob("audit.*")):
        click.echo(f"  {shorten(path)}")


def _write_audit_page(
    programme: Programme, rows: pd.DataFrame, file: str | None, page: Any, lang: Literal["zh", "en"]
) -> None:
    from pathlib import Path

    from survey.edition import audit_page
    from survey.errors import PublicationError

    title = Path(file).name if file else {"zh": "台账核对", "en": "The ledger, checked"}[lang]
    try:
        page.write_text(audit_page(programme, rows, title, lang), encoding="utf-8", newline="\n")
    except OSError as error:
        raise PublicationError(f"{page} cannot be written: {error.strerror}; choose another place") from None
    click.echo(f"page: {shorten(page.absolute())}", err=True)


@main.command()
def lab() -> None:
    """Open JupyterLab on the notebooks."""
    import subprocess

    from survey.folders import notebook_folder

    sys.exit(subprocess.call([sys.executable, "-m", "jupyter", "lab", str(notebook_folder())]))  # noqa: S603 - our own interpreter


@main.command()
def doctor() -> None:
    """Say what this machine lacks, and how to get it."""
    from survey.doctor import examine
    from survey.folders import notebook_folder, output_folder

    checks = examine(output_folder(), notebook_folder())
    for found in checks:
        click.echo(f"{'ok     ' if found.well else 'LACKING'} {found.name}: {found.found}")
        if not found.well:
            click.echo(f"        {found.remedy}")
    sys.exit(0 if all(found.well for found in checks) else 1)
