"""The command `survey`.

Everything heavy is imported inside the commands, so that ``survey --help`` answers at once.
"""
# ruff: noqa: PLC0415 - imports inside functions keep the command's start fast

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import click

from analysis.errors import AnalysisError
from survey.errors import SurveyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from survey.programme import Programme
    from survey.publication.documents import Watch
    from survey.publication.report import Published

__all__ = ["main"]

EPILOG = """\b
Examples
  survey run                      the latest wave: HTML and PDF, Chinese and English
  survey run 2017 2022            two other waves
  survey run 2023 --lang en       English alone
  survey run --edition internal   with responses, ledger and queries, for the house
  survey check 2023               read and edit the returns, print what is wrong
  survey recognise export.xlsx    what a table of answers holds
  survey audit                    hold the published figures against arithmetic
  survey audit draft.docx         hold a draft's numbers against what was published
  survey lab                      edit the notebooks
\b
Results lie in output/<wave>/<edition>/. Exit status: 0 done, 1 the data or a check says no, 2 wrong usage."""
WIDEST_COLUMN = 32
STAGES = {
    "clean": "cleaning the returns",
    "notebooks": "running the notebooks",
    "figures": "back-testing",
    "html": "web page",
    "audit": "audit",
    "pdf": "PDF",
    "tables": "tables and data",
}


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
@click.option("--timings", is_flag=True, help="Print how long each stage took.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def run(
    *,
    waves: tuple[str, ...],
    programme: str,
    edition: str,
    lang: str | None,
    timings: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Clean, analyse and publish WAVEs (default: the latest)."""
    from survey.production.parameters import check_values
    from survey.programme import open_programme
    from survey.publication.documents import Watch
    from survey.publication.report import publish

    opened = open_programme(programme)
    wanted = [opened.wave(wave) for wave in waves or opened.waves[-1:]]
    languages = lang or ",".join(opened.settings.languages)
    for wave in wanted:
        values = check_values(programme=programme, wave=wave, edition=edition, languages=languages)
        watch = Watch()
        with _progress(wave, watch, show=not (quiet or as_json)):
            done = publish(opened, wave, values.edition, values.languages, watch)
        _summarise(wave, done, watch, timings=timings, as_json=as_json)


@contextmanager
def _progress(wave: str, watch: Watch, *, show: bool) -> Iterator[None]:
    """Show a progress bar of the stages, with the notebook and cell under way."""
    if not show:
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"{wave}", total=None)

        def tell(stage: str, what: str, step: int, steps: int) -> None:
            words = f"{wave}: {STAGES[stage]}" + (f" – {what}" if what else "")
            words += f", cell {step} of {steps}" if stage == "notebooks" and what else ""
            bar.update(task, description=words, completed=step, total=steps)

        watch.tell = tell
        yield


def _summarise(wave: str, done: Published, watch: Watch, *, timings: bool, as_json: bool) -> None:
    counts = {
        verdict: int((done.backtest["verdict"] == verdict).sum())
        for verdict in ("attained", "impossible", "missed")
    }
    files = sorted(path.name for path in done.folder.iterdir() if path.is_file())
    if as_json:
        summary = {
            "wave": wave, "folder": _shown(done.folder), "files": files, "respondents": done.respondents,
            "members": done.members, "open_queries": done.open_queries, "backtest": counts,
            "seconds": {name: round(seconds, 2) for name, seconds in watch.seconds.items()},
        }  # fmt: skip
        click.echo(json.dumps(summary, ensure_ascii=False))
        return
    click.echo(
        f"{wave}: {done.respondents} of {done.members} members answered; {done.open_queries} open queries"
    )
    told = ", ".join(f"{verdict} {count}" for verdict, count in counts.items())
    click.echo(f"  printed figures held against the returns: {told}")
    for row in done.backtest[done.backtest["verdict"] != "attained"].to_dict("records"):
        click.echo("    {verdict}: {indicator} ({segment}) {published}: {reason}".format_map(row))
    if timings:
        total = sum(watch.seconds.values())
        stages = ", ".join(f"{STAGES[name]} {seconds:.1f} s" for name, seconds in watch.seconds.items())
        click.echo(f"  {total:.1f} s: {stages}")
    click.echo("  open:")
    for name in files:
        if name.startswith(("report", "tables")):
            click.echo(f"    {_shown(done.folder / name)}")


def _shown(path: Any) -> str:
    """Return a path as short as it can be told from here."""
    from pathlib import Path

    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


@main.command()
@click.argument("wave")
@_programme_option
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def check(wave: str, programme: str, as_json: bool) -> None:
    """Read and edit the returns of WAVE and print the findings.

    Exit status 1 where a return could not be used or a hard edit failed.
    """
    from survey.editing.cleaning import clean_wave
    from survey.programme import open_programme

    opened = open_programme(programme)
    clean = clean_wave(opened, opened.wave(wave))
    findings, queries, edits = clean.intake.findings, clean.queries, clean.edits
    returns = clean.intake.returns
    if as_json:
        report = {
            name: json.loads(frame.to_json(orient="records", force_ascii=False))
            for name, frame in (("returns", returns), ("findings", findings), ("queries", queries))
        }
        click.echo(json.dumps(report, ensure_ascii=False))
    else:
        status = returns["status"].value_counts()
        told = ", ".join(f"{count} {name}" for name, count in status.items())
        click.echo(f"{wave}: {len(returns)} files: {told}")
        for finding in findings.to_dict("records"):
            place = "!".join(part for part in (finding["sheet"], finding["cell"]) if part)
            click.echo(f"  {finding['file']}{place and ' '}{place}: {finding['message_en']}")
        for query in queries[queries["rule"].isin(set(edits["rule"]))].to_dict("records"):
            click.echo("  {member_id} {cell}: {text_en}".format_map(query))
        failed = edits[edits["failed"] > 0]
        click.echo(
            f"  {len(findings)} findings, {int(failed['failed'].sum())} edits failed, {len(queries)} queries"
        )
    hard = edits[(edits["severity"] == "hard") & (edits["failed"] > 0)]
    if (returns["status"] == "rejected").any() or len(hard):
        sys.exit(1)


@main.command()
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print the table as JSON.")
def recognise(file: str, as_json: bool) -> None:
    """Say what a FILE of answers holds: its format, its questions and their kinds."""
    from pathlib import Path

    from survey.intake.packages import UnreadableWorkbookError
    from survey.intake.recognition import recognise as recognised

    try:
        kind, table = recognised(Path(file))
    except UnreadableWorkbookError as error:
        raise SurveyError(f"{Path(file).name} cannot be read: {error}") from error
    if as_json:
        questions = json.loads(table.to_json(orient="records", force_ascii=False))
        click.echo(json.dumps({"format": kind, "questions": questions}, ensure_ascii=False))
        return
    click.echo(f"{Path(file).name}: {kind}, {len(table)} questions")
    _print_table(table.drop(columns="sheet") if len(set(table["sheet"])) == 1 else table)


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
@click.option("--all", "everything", is_flag=True, help="List what holds, too.")
def audit(  # noqa: PLR0917 - click hands every option over by name
    file: str | None,
    programme: str,
    year: str,
    as_json: bool,
    page: str | None,
    lang: Literal["zh", "en"],
    publish: bool,
    everything: bool,
) -> None:
    """Hold published figures against arithmetic: the ledger, or FILE.

    FILE is a CSV with the ledger's columns, or a draft (.md .html .docx .pdf .ipynb), whose numbers are
    recognised and held against the ledger. Exit status 1 where a figure is impossible or contradicted.
    """
    from pathlib import Path

    from survey.production.audit import GRAVE, audit_file
    from survey.programme import open_programme

    opened = open_programme(programme)
    if publish:
        _publish_audit(opened)
        return
    rows = audit_file(opened, Path(file) if file else None, year)
    if as_json:
        from survey.production.audit import json_findings

        click.echo(json.dumps(json_findings(rows), ensure_ascii=False, indent=1))
    else:
        _tell_findings(rows, everything=everything)
    if page:
        _write_audit_page(opened, rows, file, Path(page), lang)
    if set(rows["verdict"]) & GRAVE:
        sys.exit(1)


def _print_table(table: pd.DataFrame) -> None:
    """Print a frame, a line a row, long texts cut; no text is taken for markup."""
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, header_style="bold", pad_edge=False)
    for column in table.columns:
        longest = max((cell_len(str(value)) for value in table[column]), default=0)
        width = max(cell_len(column), min(longest, WIDEST_COLUMN))
        shown.add_column(column, no_wrap=True, min_width=width, max_width=width)
    for row in table.itertuples(index=False):
        shown.add_row(*(Text(str(value)) for value in row))
    Console().print(shown)


def _publish_audit(programme: Programme) -> None:
    from survey.publication.auditing import publish_audit
    from survey.publication.documents import Watch

    watch = Watch()
    with _progress("audit", watch, show=True):
        folder = publish_audit(programme, programme.settings.languages, watch)
    click.echo("open:")
    for path in sorted(folder.glob("audit.*")):
        click.echo(f"  {_shown(path)}")


def _write_audit_page(
    programme: Programme, rows: pd.DataFrame, file: str | None, page: Any, lang: Literal["zh", "en"]
) -> None:
    from pathlib import Path

    from survey.errors import PublicationError
    from survey.publication.auditing import audit_page

    title = Path(file).name if file else {"zh": "台账核对", "en": "The ledger, checked"}[lang]
    try:
        page.write_text(audit_page(programme, rows, title, lang), encoding="utf-8", newline="\n")
    except OSError as error:
        raise PublicationError(f"{page} cannot be written: {error.strerror}; choose another place") from None
    click.echo(f"page: {_shown(page.absolute())}", err=True)


def _tell_findings(rows: pd.DataFrame, *, everything: bool) -> None:
    """Print the count by verdict, then each finding with its arithmetic or the right value."""
    counted = rows["verdict"].value_counts()
    click.echo(", ".join(f"{verdict} {n}" for verdict, n in counted.items()) or "no figures found")
    fine = set() if everything else {"holds", "confirmed"}
    for row in rows[~rows["verdict"].isin(fine)].to_dict("records"):
        about = ", ".join(filter(None, (row["indicator"], row["segment"])))
        where = f"{row['place']}: " if "place" in row else ""
        click.echo(f"{where}{row['year'] or '?'} {about or '?'}: {row['printed']} – {row['verdict']}")
        if "sentence" in row:
            told = [row["reason_en"], row["right"] and f"on record {row['right']} ({row['source']})"]
        else:
            told = [row["arithmetic_en"], row["reconciles_en"] and f"would fit: {row['reconciles_en']}"]
        for line in filter(None, told):
            click.echo(f"    {line}")


@main.command()
def lab() -> None:
    """Open JupyterLab on the notebooks."""
    import subprocess

    from survey.places import notebook_folder

    sys.exit(subprocess.call([sys.executable, "-m", "jupyter", "lab", str(notebook_folder())]))  # noqa: S603 - our own interpreter


@main.command()
def doctor() -> None:
    """Say what this machine lacks, and how to get it."""
    from survey.doctor import examine
    from survey.places import notebook_folder, output_folder

    checks = examine(output_folder(), notebook_folder())
    for found in checks:
        click.echo(f"{'ok     ' if found.well else 'LACKING'} {found.name}: {found.found}")
        if not found.well:
            click.echo(f"        {found.remedy}")
    sys.exit(0 if all(found.well for found in checks) else 1)
