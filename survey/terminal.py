"""What the command prints: progress, summaries, findings and tables.

rich is imported where it is needed, so that ``survey --help`` answers at once.
"""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd
    from rich.console import RenderableType

    from survey.audit import Attacked
    from survey.edition import Published, Watch

__all__ = [
    "print_attack",
    "print_pieces",
    "print_table",
    "shorten",
    "show_progress",
    "summarise",
    "tell_findings",
]

# ruff: noqa: PLC0415 - imports inside functions keep the command's start fast


WIDEST_COLUMN = 32
_ATTACKS = 20  # lines of each list
WIDEST_LINE = 160  # signs, where no terminal says how many
STAGES = {
    "clean": "cleaning the returns",
    "notebooks": "running the notebooks",
    "figures": "back-testing",
    "page": "assembling the pages",
    "gate": "gate",
    "html": "web page",
    "audit": "audit",
    "pdf": "PDF",
    "docx": "Word files",
    "md": "Markdown",
    "slides": "slides",
    "tables": "tables and data",
    "leaks": "looking for answers and names",
}


@contextmanager
def show_progress(wave: str, watch: Watch, *, show: bool) -> Iterator[None]:
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


def summarise(wave: str, done: Published, watch: Watch, *, timings: bool, as_json: bool) -> None:
    """Say what was published: how many answered, what the back-test found, where the files lie."""
    tested = done.backtest
    verdicts = () if tested is None else tested["verdict"]
    counts = {
        verdict: sum(one == verdict for one in verdicts) for verdict in ("attained", "impossible", "missed")
    }
    files = sorted(path.name for path in done.folder.iterdir() if path.is_file())
    if as_json:
        summary = {
            "wave": wave, "folder": shorten(done.folder), "files": files, "respondents": done.respondents,
            "members": done.members, "open_queries": done.open_queries,
            "backtest": None if tested is None else counts,
            "warnings": [str(fault) for fault in watch.warnings],
            "seconds": {name: round(seconds, 2) for name, seconds in watch.seconds.items()},
        }  # fmt: skip
        click.echo(json.dumps(summary, ensure_ascii=False))
        return
    answered = "respondents" if done.members is None else f"of {done.members} members answered"
    click.echo(f"{wave}: {done.respondents} {answered}; {done.open_queries} open queries")
    if tested is not None:
        told = ", ".join(f"{verdict} {count}" for verdict, count in counts.items())
        click.echo(f"  printed figures held against the returns: {told}")
        for row in tested[tested["verdict"] != "attained"].to_dict("records"):
            click.echo("    {verdict}: {indicator} ({segment}) {published}: {reason}".format_map(row))
    for fault in watch.warnings:
        click.echo(f"  warning: {fault}")
    if timings:
        stages = ", ".join(f"{STAGES[name]} {seconds:.1f} s" for name, seconds in watch.seconds.items())
        click.echo(f"  {watch.elapsed:.1f} s: {stages}")
        for told in watch.kernels:
            click.echo(f"  kernels: {told}")
    click.echo("  open:")
    for name in files:
        if name != "manifest.json":
            click.echo(f"    {shorten(done.folder / name)}")


def shorten(path: Path) -> str:
    """Return a path as short as it can be told from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def print_table(table: pd.DataFrame) -> None:
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


def print_pieces(pieces: Iterable[RenderableType]) -> None:
    """Print texts and tables one after the other, as wide as the terminal or a wide page."""
    from rich.console import Console

    console = Console(width=None if sys.stdout.isatty() else WIDEST_LINE)
    for piece in pieces:
        console.print(piece, markup=False)


def tell_findings(rows: pd.DataFrame, *, everything: bool) -> None:
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


def print_attack(wave: str, attacked: Attacked) -> None:
    """Print what attacks on an edition found: what follows, what would, and the narrowest intervals."""
    click.echo(f"{wave}: {attacked.shown} figures shown, {attacked.withheld} withheld; confidential")
    for rows, said in (
        (attacked.breaches, "answers follow from what is shown: the edition must not go out"),
        (
            attacked.known,
            "answers follow from what is out already or open to all, and cannot be withheld",
        ),
        (attacked.beyond, "answers would follow if one more member joined the attackers"),
    ):
        click.echo(f"{len(rows)} {said}")
        for row in rows.head(_ATTACKS).to_dict("records"):
            repair = f"; withhold {row['repair']}" if row["repair"] else ""
            figures = row["figures"] or "known"
            click.echo(f"    {row['wave']} {row['question']}, {row['attackers']}: {figures}{repair}")
    narrow = attacked.intervals.head(_ATTACKS)
    if len(narrow):
        click.echo("what an outsider learns of withheld cells, as sums of answers, the narrowest first:")
    for row in narrow.to_dict("records"):
        span = f"{row['low']:g} to {row['high']:g}"
        click.echo(f"    {row['key']}: {span}, {row['width']:.0f} % of what is possible")
