"""Pieces written as HTML, a function for each kind: the one place where a piece becomes markup."""

from __future__ import annotations

import re
from html import escape
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
from analysis.words import Claim, Number, Phrase, Text, marker_element, wording

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analysis.pieces.piece import Cell
    from analysis.words import Lang

__all__ = ["data_element", "escaped", "html_of", "number_html", "table_html"]

_CJK = r"[\u3001-\u303f\u3400-\u9fff\uff00-\uffef]"
_CHINESE = re.compile(rf"{_CJK}(?:[\w.()%+-]*{_CJK})*")
_SUMMARY = Text("数据表", "Data table")
_FIVE = 5  # cards stand better as three and two than as four and one


def html_of(  # noqa: C901, PLR0911 - one case a kind
    piece: Piece, lang: Lang, picture: Callable[[str], str] = str
) -> str:
    """Write a piece as HTML in one language.

    Parameters
    ----------
    piece : Piece
    lang : {"zh", "en"}
    picture : callable
        Gives what stands where an SVG picture is drawn; by default the picture itself.
    """
    match piece:
        case Claim():
            return f'<p class="statement" data-claim="{escape(piece.kind)}">{_phrase(piece.phrase, lang)}</p>'
        case SectionHeading():
            kind = ' class="listed"' if piece.listed else ""
            return f"<h{piece.level}{kind}>{_phrase(wording(piece.words), lang)}</h{piece.level}>"
        case Remark():
            return f'<p class="{escape(piece.kind)}">{escape(piece.words.in_(lang))}</p>'
        case Aside():
            return _aside(piece, lang)
        case Cards():
            return _cards(piece, lang)
        case Box():
            said = "".join(html_of(sentence, lang) for sentence in piece.sentences)
            return (
                f'<div class="box"><p class="figure">{number_html(piece.number, lang)}</p>'
                f'<p class="label">{escape(piece.label.in_(lang))}</p>{said}</div>'
            )
        case CheckFindings():
            return _findings(piece, lang)
        case KeyPoints():
            return _key_points(piece, lang)
        case Table():
            below = "".join(f'<p class="notes">{escape(text.in_(lang))}</p>' for text in piece.notes)
            return f'<div class="table-block">{_whole_table(piece, lang)}{below}</div>'
        case Chart():
            return _chart(piece, lang, picture)
        case OwnFigure():
            return _own_figure(piece, lang, picture)


def _key_points(piece: KeyPoints, lang: Lang) -> str:
    items = []
    for point in piece.points:
        why = f" {escape(point.matters.in_(lang))}" if point.matters else ""
        said = _phrase(point.sentence.phrase, lang)
        items.append(
            f'<li><p class="statement" data-claim="key message"><strong>{said}</strong>{why}</p></li>'
        )
    return f'<ol class="key-messages">{"".join(items)}</ol>'


def data_element(text: str, value: float, key: str, column: str = "estimate") -> str:
    """Write the `data` element around a printed number.

    Parameters
    ----------
    text : str
        What the reader sees.
    value : float
        The unrounded number, in the printed unit; written with up to 12 significant digits.
    key : str
        See `estimate_key` and `change_key`; "" for a count that is no estimate, which gets no key.
    column : str
        Column of the frame the number stands in (``estimate``, ``lower``, ``upper``, ``n``, ``change``):
        the class.
    """
    traced = f' data-estimate="{escape(key)}"' if key else ""
    return f'<data class="{escape(column)}" value="{float(value):.12g}"{traced}>{escape(text)}</data>'


def number_html(number: Number, lang: Lang) -> str:
    """Write a number in its `data` element, and behind it the marker it carries."""
    mark = f" {marker_element(number.mark, lang)}" if number.mark else ""
    return data_element(number.text.in_(lang), number.value, number.key, number.column) + mark


def escaped(text: str, lang: Lang) -> str:
    """Escape words for a page; Chinese in English ones (a label quoted as printed) is marked as such."""
    if lang == "en":
        return _CHINESE.sub(lambda run: f'<span lang="zh-Hans">{run[0]}</span>', escape(text))
    return escape(text)


def _phrase(phrase: Phrase, lang: Lang) -> str:
    return "".join(
        number_html(part, lang) if isinstance(part, Number) else escape(part) for part in phrase.in_(lang)
    )


def _aside(aside: Aside, lang: Lang) -> str:
    lead = aside.lead
    first = html_of(lead, lang) if isinstance(lead, Claim) else f"<p>{escape(lead.in_(lang))}</p>"
    items = "".join(f"<li>{escape(text.in_(lang))}</li>" for text in aside.items)
    kind = ' class="notes"' if isinstance(lead, Claim) else ""
    below = f"<ul{kind}>{items}</ul>" if items else ""
    return f'<aside class="{escape(aside.kind)}">{first}{below}</aside>'


def _cards(cards: Cards, lang: Lang) -> str:
    columns = 3 if len(cards.cards) % 3 == 0 or len(cards.cards) == _FIVE else 4
    inner = "".join(_card(card, lang) for card in cards.cards)
    name = escape(cards.name.in_(lang))
    return f'<div class="cards cards-{columns}" role="group" aria-label="{name}">{inner}</div>'


def _card(card: Card, lang: Lang) -> str:
    lines = [
        f'<p class="card-label">{escape(card.label.in_(lang))}</p>',
        f'<p class="card-number">{number_html(card.number, lang)}</p>',
    ]
    if card.change:
        lines.append(f'<p class="card-change">{_phrase(card.change, lang)}</p>')
    if card.remark:
        lines.append(f'<p class="card-remark">{escape(card.remark.in_(lang))}</p>')
    return f'<div class="card">{"".join(lines)}</div>'


def _findings(findings: CheckFindings, lang: Lang) -> str:
    written = []
    for finding in findings.items:
        head, body = (escaped(text.in_(lang), lang) for text in (finding.head, finding.body))
        written.append(f'<p class="statement finding"><strong>{head}</strong><br>{body}</p>')
        if finding.items:
            items = "".join(f"<li>{escaped(item.in_(lang), lang)}</li>" for item in finding.items)
            written.append(f'<ul class="finding">{items}</ul>')
    return "".join(written)


def _chart(chart: Chart, lang: Lang, picture: Callable[[str], str]) -> str:
    title = Text(chart.caption.plain("zh"), chart.caption.plain("en"))
    table = table_html(f"data-{chart.slug}", title, chart.header, chart.rows, lang)
    return (
        f'<figure class="chart" id="fig-{chart.slug}">{picture(chart.svg[lang])}'
        f"<figcaption>{_phrase(chart.caption, lang)}</figcaption>"
        f'<details class="data"><summary>{_SUMMARY.in_(lang)}</summary>{table}</details></figure>'
    )


def _own_figure(figure: OwnFigure, lang: Lang, picture: Callable[[str], str]) -> str:
    if figure.media == "image/svg+xml":
        drawn = picture(figure.content)
    else:
        address = f"data:{escape(figure.media)};base64,{escape(figure.content)}"
        drawn = f'<img src="{address}" alt="{escape(figure.alt.in_(lang))}">'
    caption = escape(figure.caption.in_(lang))
    return f'<figure class="chart" id="fig-{figure.slug}">{drawn}<figcaption>{caption}</figcaption></figure>'


def _whole_table(table: Table, lang: Lang) -> str:
    return table_html(f"tbl-{table.slug}", table.caption, table.header, table.rows, lang, groups=table.groups)


def table_html(
    element_id: str,
    caption: Text,
    header: Sequence[Text],
    rows: Sequence[Sequence[Cell]],
    lang: Lang,
    *,
    groups: Sequence[tuple[Text, int]] = (),
) -> str:
    """Write a table with caption and scopes as HTML in one language.

    `groups` are heads over several columns each, from the second column on; the first head then stands
    beside them over both rows.
    """
    heads = []
    for place, text in enumerate(header):
        words = place == 0 or any(_is_words(row[place]) for row in rows)
        tall = ' rowspan="2"' if groups and place == 0 else ""
        kind = "text" if words else "number"
        heads.append(f'<th scope="col"{tall} class="{kind}">{escape(text.in_(lang))}</th>')
    if groups:
        over = "".join(
            f'<th scope="colgroup" colspan="{wide}" class="number">{escape(text.in_(lang))}</th>'
            for text, wide in groups
        )
        head = f"<tr>{heads[0]}{over}</tr><tr>{''.join(heads[1:])}</tr>"
    else:
        head = f"<tr>{''.join(heads)}</tr>"
    body = "".join(_body_row(row, lang) for row in rows)
    return (
        f'<table id="{escape(element_id)}" class="estimates"><caption>{escape(caption.in_(lang))}</caption>'
        f"<thead>{head}</thead><tbody>{body}</tbody></table>"
    )


def _body_row(row: Sequence[Cell], lang: Lang) -> str:
    head, *cells = row
    out = [f'<th scope="row">{_inner(head, lang)}</th>']
    for cell in cells:
        kind = "text" if _is_words(cell) else "number"
        out.append(f'<td class="{kind}">{_inner(cell, lang)}</td>')
    return f"<tr>{''.join(out)}</tr>"


def _inner(cell: Cell, lang: Lang) -> str:
    if isinstance(cell, Number):
        return number_html(cell, lang)
    if isinstance(cell, Text):
        return escaped(cell.in_(lang), lang)
    if isinstance(cell, Phrase):
        return _phrase(cell, lang)
    return marker_element(cell, lang) if cell else ""


def _is_words(cell: Cell) -> bool:
    """Return whether a cell is read as words: those that open with one."""
    return isinstance(cell, Text) or (isinstance(cell, Phrase) and isinstance(cell.zh[0], str))
