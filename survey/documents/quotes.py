"""Numbers quoted in prose: ``{{level}}`` for a setting, ``{{2023/ch_app/total/all}}`` for an estimate.

Whoever writes a chapter need not type a figure: the name in double braces becomes the number as it is printed
everywhere else, bound to its cell.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.pieces import number_html
from analysis.sentences import SIZES, Thresholds
from analysis.words import LANGS, Number, Text, estimate_key, estimate_text
from survey.errors import PublicationError
from survey.figures import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbformat import NotebookNode

    from analysis.words import Lang
    from survey.figures import Figures
    from survey.programme import Programme

__all__ = ["Quotable", "quotable_figures", "quotable_settings", "with_quotes"]

#: Name -> number that prose may quote.
Quotable = dict[str, Number]

_QUOTE = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")


def quotable_settings(programme: Programme) -> Quotable:
    """Return the settings that method notes tell of, by name."""
    settings, limits = programme.settings, Thresholds()
    level, dominance = 100 * settings.level, 100 * settings.disclosure.dominance_share
    found = {
        "level": _setting(f"{level:g}%", level),
        "minimum_base": _setting(f"{settings.disclosure.minimum_base}", settings.disclosure.minimum_base),
        "dominance_share": _setting(f"{dominance:g}%", dominance),
        "small_points": _setting(f"{limits.small_points:g}", limits.small_points),
    }
    for name, share, amount in SIZES:
        found[f"effect_{name}_share"] = _setting(f"{share:g}", share)
        found[f"effect_{name}_amount"] = _setting(f"{amount:g}", amount)
    return found


def _setting(text: str, value: float) -> Number:
    return Number(Text.same(text), float(value), "", "parameter")


def quotable_figures(figures: Figures) -> Quotable:
    """Return the settings, and every released estimate by its key, the wave left out where it is reported."""
    found = quotable_settings(figures.programme)
    lexicon, released = words_of(figures), figures.estimates[figures.estimates["status"] == "released"]
    names = ("wave", "indicator", "dimension", "segment", "estimate")
    for wave, indicator, dimension, segment, estimate in released[list(names)].itertuples(index=False):
        key = estimate_key(wave, indicator, dimension, segment)
        number = Number(estimate_text(estimate, lexicon, indicator, wave), float(estimate), key)
        found[key] = number
        if wave == figures.wave:
            found[key.removeprefix(f"{wave}/")] = number
    return found


def with_quotes(books: Sequence[NotebookNode], quotable: Mapping[str, Number]) -> None:
    """Fill the quotes of the prose cells, in place.

    Raises
    ------
    PublicationError
        A quote of nothing that is there, or in a cell of no language: with notebook, cell, quote and remedy.
    """
    for book in books:
        for number, cell in enumerate(book.cells, start=1):
            if cell.cell_type == "markdown" and (quote := _QUOTE.search(cell.source)):
                where = f"{book.metadata.get('name', 'notebook')}, cell {number}"
                cell.source = _filled(cell.source, quotable, _language(cell, where, quote[0]), where)


def _language(cell: NotebookNode, where: str, quote: str) -> Lang:
    for lang in LANGS:
        if lang in cell.metadata.get("tags", ()):
            return lang
    raise PublicationError(
        f"{where} quotes {quote} but is of no language; numbers are written otherwise in Chinese than in "
        "English: make it a pair of cells tagged zh and en."
    )


def _filled(source: str, quotable: Mapping[str, Number], lang: Lang, where: str) -> str:
    def number(quote: re.Match[str]) -> str:
        if quote[1] in quotable:
            return number_html(quotable[quote[1]], lang)
        raise PublicationError(f"{where} quotes {quote[0]}, {_missing(quote[1], quotable)}")

    return _QUOTE.sub(number, source)


def _missing(name: str, quotable: Mapping[str, Number]) -> str:
    if "/" in name:
        return "which no released estimate is called; look for its key in data/estimates.csv."
    settings = ", ".join(sorted(known for known in quotable if "/" not in known))
    return f"which is no setting; there are {settings}, and keys of estimates."
