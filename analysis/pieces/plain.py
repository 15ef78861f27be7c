"""Pieces written as Markdown and as plain text, for readers of notebooks and terminals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.pieces.piece import (
    Aside,
    Box,
    Card,
    Cards,
    Chart,
    CheckFindings,
    KeyPoints,
    OwnFigure,
    Piece,
    Remark,
    SectionHeading,
    Table,
)
from analysis.words import Claim, Number, Phrase, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analysis.pieces.piece import Cell
    from analysis.words import Lang

__all__ = ["cell_text", "markdown_of", "plain_of"]

_SPECIAL = re.compile(r"([\\`*_\[\]|#~$]|[<>&])")


def markdown_of(piece: Piece, lang: Lang) -> str:
    """Write a piece as Markdown in one language: blocks apart by an empty line, tables with pipes."""
    return "\n\n".join(_blocks(piece, lang))


def plain_of(piece: Piece, lang: Lang) -> str:  # noqa: PLR0911 - one case a kind
    """Write a piece as plain text in one language: a line for each paragraph, row and item."""
    match piece:
        case Table() | Chart():
            title, rows = cell_text(piece.caption, lang), _grid(piece.header, piece.rows, lang)
            return "\n".join([title, *("\t".join(row) for row in rows)])
        case SectionHeading() | Remark():
            return cell_text(piece.words, lang)
        case Claim():
            return piece.plain(lang)
        case Aside():
            return "\n".join([cell_text(piece.lead, lang), *(item.in_(lang) for item in piece.items)])
        case Cards():
            return "\n".join(" ".join(_card(card, lang)) for card in piece.cards)
        case Box():
            said = (sentence.plain(lang) for sentence in piece.sentences)
            return "\n".join([f"{cell_text(piece.number, lang)} {piece.label.in_(lang)}", *said])
        case CheckFindings():
            texts = (text for one in piece.items for text in (one.head, one.body, *one.items))
            return "\n".join(text.in_(lang) for text in texts)
        case KeyPoints():
            return "\n".join(
                point.sentence.plain(lang) + (f" {point.matters.in_(lang)}" if point.matters else "")
                for point in piece.points
            )
        case OwnFigure():
            return f"{piece.caption.in_(lang)}\n{piece.alt.in_(lang)}"


def _blocks(piece: Piece, lang: Lang) -> Iterator[str]:
    match piece:
        case SectionHeading():
            yield f"{'#' * piece.level} {_safe(cell_text(piece.words, lang))}"
        case Table():
            yield f"**{_safe(piece.caption.in_(lang))}**"
            yield _pipes(piece.header, piece.rows, lang)
            yield from (_safe(note.in_(lang)) for note in piece.notes)
        case Chart():
            yield f"**{_safe(piece.caption.plain(lang))}**"
            yield _safe(piece.alt[lang])
            yield _pipes(piece.header, piece.rows, lang)
        case Aside():
            yield f"> {_safe(cell_text(piece.lead, lang))}"
            if piece.items:
                yield "\n".join(f"> - {_safe(item.in_(lang))}" for item in piece.items)
        case _:
            yield from (_safe(line) for line in plain_of(piece, lang).splitlines() if line)


def _card(card: Card, lang: Lang) -> Iterator[str]:
    for part in (card.label, card.number, card.change, card.remark):
        if part:
            yield cell_text(part, lang)


def cell_text(words: Cell | Claim, lang: Lang) -> str:
    """Return words, a number or both as plain text."""
    if isinstance(words, Phrase | Claim):
        return words.plain(lang)
    if isinstance(words, Number):
        return words.printed(lang)
    return words.in_(lang) if isinstance(words, Text) else words


def _grid(header: Sequence[Text], rows: Sequence[Sequence[Cell]], lang: Lang) -> list[list[str]]:
    return [
        [text.in_(lang) for text in header],
        *([cell_text(cell, lang) for cell in row] for row in rows),
    ]


def _pipes(header: Sequence[Text], rows: Sequence[Sequence[Cell]], lang: Lang) -> str:
    head, *body = ("| " + " | ".join(map(_safe, row)) + " |" for row in _grid(header, rows, lang))
    return "\n".join([head, "|" + " --- |" * len(header), *body])


def _safe(text: str) -> str:
    """Keep signs of a name from being read as Markdown or HTML."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
