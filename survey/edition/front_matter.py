"""What stands before the first chapter of each publication, in one language."""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from analysis.sentences import headline_of, movement
from analysis.words import Text, estimate_key, estimate_text, wave_text
from survey.edition.write_publications import FORMATS
from survey.figures import has_change, leading_messages, words_of
from survey.words import FrontMatter, KeyFigure, messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from analysis.words import Lang
    from survey.edition.manifest import Request
    from survey.figures import Bulletin, Figures
    from survey.programme import Questionnaire

__all__ = ["audit_front", "bulletin_front", "wave_front"]

#: Publications that open with the wave's key figures on a cover; an article tells its figures itself.
_COVERED: Final = frozenset({"report", "slides"})
_MOST_KEY_FIGURES: Final = 6
_FEWEST_WAVES: Final = 3  # of a line that shows a course
_NAMES: Final = Text("中文版", "English")
_AUDIT_TITLE: Final = Text("已公布数字的核对", "Published figures, checked")
_AUDIT_SUBTITLE: Final = Text("历年报告的数字与算术", "The reports' figures and their arithmetic")


def _front(
    request: Request, name: str, lang: Lang, source: Text, questionnaire: Questionnaire | None = None
) -> FrontMatter:
    """Return what the front matters of all publications have in common."""
    settings = request.programme.settings
    announced = questionnaire.demonstration if questionnaire else None
    kind = next((kind for kind in FORMATS[name] if kind in {"html", "md"}), "")
    others = [other for other in request.languages if other != lang and kind]
    made = Text("会员调查工具包", "member-survey-kit").in_(lang)
    return FrontMatter(
        title=getattr(settings.titles.get(name, settings.title), lang).replace("{wave}", request.wave),
        subtitle="",
        wave=request.wave,
        organisation=getattr(settings.organisation, lang),
        release_date=questionnaire.released if questionnaire else "",
        language=lang,
        edition_label=messages("edition", lang)[request.edition],
        notice=getattr(announced, lang) if announced else None,
        facts=(
            (Text("来源", "Source").in_(lang), source.in_(lang)),
            (Text("制作", "Made with").in_(lang), f"{made} {version('member-survey-kit')}"),
        ),
        alternates=tuple((other, _NAMES.in_(other), f"{name}.{other}.{kind}") for other in others),
        volumes=tuple(_volumes(request, name, lang)),
    )


def _volumes(request: Request, name: str, lang: Lang) -> Iterator[tuple[str, str]]:
    """Yield label and page of each volume that the programme publishes beside this one."""
    labels = messages("volume", lang)
    if name in labels:
        for other, label in labels.items():
            if other != name and request.programme.settings.publications.get(other):
                yield label, f"{other}.{lang}.html"


def wave_front(figures: Figures, request: Request, name: str, lang: Lang) -> FrontMatter:
    """Return the front matter of a publication of a wave: of the report, the deck or an article."""
    returns = figures.clean[figures.wave].intake.returns
    files, used = len(returns), int((returns["status"] == "used").sum())
    source = Text(f"{files} 份工作簿，采用 {used} 份", f"{files} workbooks, {used} used")
    subtitles, covered = messages("subtitle", lang), name in _COVERED
    front = _front(request, name, lang, source, figures.questionnaire)
    if name == "press":
        front = replace(front, title=_headline(figures, lang) or front.title)
    return replace(
        front,
        subtitle=subtitles.get(name, subtitles["report"]).format(figures.wave),
        key_figures=tuple(_wave_figures(figures, lang)) if covered else (),
        brief=not covered,
    )


def _headline(figures: Figures, lang: Lang) -> str:
    """Return the headline of the release: the editor's own, or the findings that lead; empty without any."""
    own = figures.programme.story(figures.wave).messages.headline
    if own is not None:
        return str(getattr(own, lang))
    found = headline_of(leading_messages(figures))
    return found.plain(lang) if found else ""


def _wave_figures(figures: Figures, lang: Lang) -> Iterator[KeyFigure]:
    """Yield the cover's numbers: the first of the programme's list that the wave gives."""
    lexicon = words_of(figures)
    given = [code for code in figures.programme.settings.highlights if code in figures.indicators]
    for code in given[:_MOST_KEY_FIGURES]:
        row = figures.estimate(code)
        if row is None or row.status != "released":
            continue
        base, cell = int(row.n), figures.cells.cell(code, figures.wave)
        moved = movement(cell, figures.before) if has_change(figures, cell) else None
        yield KeyFigure(
            printed=estimate_text(float(row.estimate), lexicon, code, figures.wave).in_(lang),
            label=getattr(figures.programme.indicators[code].label, lang),
            note=Text(f"{base}家单位作答", f"base: {base} members").in_(lang),
            estimate=estimate_key(figures.wave, code),
            value=repr(float(row.estimate)),
            change=moved.plain(lang) if moved else "",
            course=_course(figures.series[figures.series["indicator"] == code]),
        )


def _course(rows: pd.DataFrame) -> str:
    """Draw a series as a path in a box of 100 by 24, interrupted where it breaks; empty below three waves."""
    values = rows["estimate"].tolist()
    if len(values) < _FEWEST_WAVES:
        return ""
    low, high = min(values), max(values)
    step, span = 96 / (len(values) - 1), (high - low) or 1.0
    points = [(2 + step * place, 21 - 18 * (value - low) / span) for place, value in enumerate(values)]
    broken = rows["break_before"].tolist()
    return " ".join(
        f"{'M' if place == 0 or broken[place] else 'L'}{x:.1f},{y:.1f}" for place, (x, y) in enumerate(points)
    )


def bulletin_front(figures: Bulletin, request: Request, name: str, lang: Lang) -> FrontMatter:
    """Return the front matter of a bulletin."""
    source = Text("本中心填报", "the centre's own return")
    wave = wave_text(figures.wave).in_(lang)
    return replace(
        _front(request, name, lang, source, figures.questionnaire),
        subtitle=wave[:1].upper() + wave[1:],
        key_figures=tuple(_bulletin_figures(figures, lang)),
        wave_label=Text("季度", "Quarter").in_(lang),
    )


def _bulletin_figures(figures: Bulletin, lang: Lang) -> Iterator[KeyFigure]:
    """Yield the cover's numbers: the first of the programme's list that the quarter gives."""
    known = figures.programme.indicators
    rows = {code: value for (code, wave), value in figures.levels.items() if wave == figures.wave}
    given = [code for code in figures.programme.settings.highlights if known[code].of in rows]
    for code in given[:_MOST_KEY_FIGURES]:
        value, of = rows[known[code].of], known[code].of
        printed = estimate_text(value, figures.lexicon, of).in_(lang)
        label = getattr(known[code].label, lang)
        yield KeyFigure(printed, label, "", estimate_key(figures.wave, of), repr(value))


def audit_front(request: Request, lang: Lang, subtitle: Text = _AUDIT_SUBTITLE) -> FrontMatter:
    """Return the front matter of the audit: no notice, as nothing in it is invented."""
    years = sorted(request.programme.published["year"])
    return replace(
        _front(request, "audit", lang, Text("已公布的报告", "published reports")),
        title=_AUDIT_TITLE.in_(lang),
        subtitle=subtitle.in_(lang),
        wave=f"{years[0]}–{years[-1]}" if years else "",
    )
