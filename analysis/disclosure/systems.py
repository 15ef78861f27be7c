"""What a publication says about members' answers, as linear statements on unknown numbers.

A reader who wants a member's answer has an equation for every printed figure: a count of k of n says that n
unknown noughts and ones add up to k, a mean or a pooled rate that a sum is known, a figure for all members
that a weighted sum lies within half a printed digit. A `System` holds the statements on one question in one
wave with the answers that they are about; `analysis.disclosure.attack` asks what follows from those that are
shown, `analysis.disclosure.protection` which to withhold.

Notes
-----
*What a reader is taken to know*: who is a member, of which segments, who answered and was asked, and the
denominators of ratios. Less is known in truth; what is safe then is safe.

*A base can be an answer.* The members asked a routed question are those that said yes to another: where the
two sets are the same, each printed base is a statement on that other question.

*The same answers under two names* (a total and a mean of one amount) are one set of unknowns.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations, permutations
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from analysis.disclosure.splits import of_splits
from analysis.inference import item_weights
from analysis.model import round_half_up

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    import pandas as pd

    from analysis.disclosure.cell_keys import CellKey
    from analysis.disclosure.splits import Part, Splits
    from analysis.inference import Answers
    from analysis.model import Measure

__all__ = ["Identity", "System", "joined", "read_systems", "relations"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

_PAIR = 2
_EXACT = np.zeros(_PAIR)
_MOST_EXCLUSIVE = 8  # options of one question that are looked at together
_PERCENT = 100.0


@dataclass(frozen=True)
class Identity:
    """What holds of each member by definition: bands add up to one, a part is no more than its whole.

    Parameters
    ----------
    terms : mapping of str to float
        Source -> factor.
    low, high : float
        Bounds of the sum of factor times answer; of members that answered all sources named.
    """

    terms: Mapping[str, float]
    low: float
    high: float


def relations(measurements: pd.DataFrame, about: Sequence[Sequence[str]]) -> list[Identity]:
    """Find what shares of one question have to do with each other: one within another, apart, all of them.

    Parameters
    ----------
    measurements : DataFrame
        indicator, wave, member_id, y.
    about : sequence of sequences of str
        Sources that are read off the same question.

    Returns
    -------
    list of Identity
        Those that hold of every member in every wave: a reader finds them in the definitions.
    """
    found = []
    known = measurements.dropna(subset=["y"])
    counted = known["y"].isin([0.0, 1.0]).groupby(known["indicator"]).all()
    for sources in about:
        # an amount beside its bands is no share
        shares = [source for source in sources if counted.get(source, False)]
        rows = known[known["indicator"].isin(shares)]
        wide = rows.pivot_table(index=["wave", "member_id"], columns="indicator", values="y").dropna()
        names = [str(name) for name in wide.columns] if len(wide) else []
        found += [
            Identity({whole: 1.0, part: -1.0}, 0.0, 1.0)
            for part, whole in permutations(names, _PAIR)
            if (wide[part] <= wide[whole]).all()
        ]
        found += [Identity(dict.fromkeys(those, 1.0), 0.0, 1.0) for those in _exclusive(wide, names)]
        if len(names) > 1 and (wide.sum(axis=1) == 1).all():
            found.append(Identity(dict.fromkeys(names, 1.0), 1.0, 1.0))
    return found


def _exclusive(wide: pd.DataFrame, names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the largest sets of shares of which no member says yes to two."""
    apart = {pair for pair in combinations(names, _PAIR) if (wide[pair[0]] + wide[pair[1]] <= 1).all()}
    found: list[tuple[str, ...]] = []
    for size in range(min(len(names), _MOST_EXCLUSIVE), 1, -1):
        for those in combinations(names, size):
            if apart.issuperset(combinations(those, _PAIR)) and not any(set(those) <= set(f) for f in found):
                found.append(those)
    return found


@dataclass(frozen=True, eq=False)
class System:
    """The statements on some questions' answers in one wave.

    Attributes
    ----------
    wave : str
    source : ndarray of str, [C]
        Question of each unknown; the names of one set of unknowns are joined by a comma.
    member : ndarray of str, [C]
        Member of each unknown.
    answer, low, high : ndarray, [C]
        The true answer, and the bounds within which everybody knows it to be.
    rate : ndarray of bool, [C]
        Whether these bounds are the scale's own (0 and 100 of a per cent), not a guess at the answer.
    counted : bool
        Whether all answers are yes or no.
    statements : ndarray, [S, C]
        Factor of each answer in each statement.
    slack : ndarray, [S, 2]
        How far below and above its true value the sum may lie without the figure printing another way.
    cells : tuple of CellKey or None
        The cell that prints each statement; None where it holds by definition.
    own : ndarray of bool, [S]
        Whether the cell is made of these answers; a routed question's base only counts them.
    """

    wave: str
    source: npt.NDArray[np.str_]
    member: npt.NDArray[np.str_]
    answer: Floats
    low: Floats
    high: Floats
    rate: Flags
    counted: bool
    statements: Floats
    slack: Floats
    cells: tuple[CellKey | None, ...]
    own: Flags
    _atoms: list[Whole] = field(default_factory=list)

    @property
    def atoms(self) -> Whole:
        """[C] number of the group each unknown belongs to: those that no statement tells apart."""
        if not self._atoms:
            known = np.vstack([np.unique(self.source, return_inverse=True)[1], self.statements])
            self._atoms.append(np.unique(known.round(9), axis=1, return_inverse=True)[1].ravel())
        return self._atoms[0]

    def shown(self, hidden: frozenset[CellKey]) -> Flags:
        """Return [S] which statements a reader has when some cells are withheld."""
        return np.array([cell is None or cell not in hidden for cell in self.cells], dtype=bool)

    def only(self, cells: AbstractSet[CellKey]) -> Flags:
        """Return [S] which statements a reader has of some cells alone, and by definition."""
        return np.array([cell is None or cell in cells for cell in self.cells], dtype=bool)


@dataclass(frozen=True, eq=False)
class _Item:
    """One measure in one wave: its answers, and what each of its cells says of them."""

    measure: Measure
    answered: Flags
    answer: Floats
    factors: Floats  # [S, M]
    slack: Floats  # [S, 2]
    cells: list[CellKey]
    routed: bool  # not put to all respondents


def read_systems(
    answers: Answers,
    bounds: Mapping[str, tuple[float, float]],
    *,
    prior: float = _PERCENT,
    identities: Sequence[Identity] = (),
    splits: Splits | None = None,
) -> list[System]:
    """Write down what the cells of all measures, waves and segments say about the answers.

    Parameters
    ----------
    answers : Answers
        As `read_answers` lays them out, with the dimensions that are published.
    bounds : mapping of str to (float, float)
        Bounds of a source's answers that everybody knows (0 and 100 of a per cent). Without them a share has
        0 and 1, and an amount is known to within `prior` per cent.
    prior : float
        Per cent to within which others can tell an amount beforehand; 100: that it is not negative, and less
        than twice what it is.
    identities : sequence of Identity
    splits : Splits, optional
        The changes that are published in parts; none without it.

    Returns
    -------
    list of System, by wave; sources that an identity or equal answers tie together are in one.
    """
    systems = []
    known = _Known(bounds, prior, identities)
    for w, wave in enumerate(answers.waves):
        items = [_item(answers, w, p, splits) for p in np.flatnonzero(answers.held[:, w]).tolist()]
        items = [item for item in items if item.measure.kind != "quantile"]
        members = np.array(answers.members)
        systems += [_system((wave, members), group, items, known) for group in _tied(items, identities)]
    return systems


def _item(answers: Answers, w: int, p: int, splits: Splits | None) -> _Item:
    measure = answers.measures[p]
    answered, y = answers.answered[p, w], answers.y[p, w]
    weight = item_weights(answers, w)[p] if measure.estimand == "members" else answered.astype(float)
    counts = measure.estimand == "respondents" and bool(np.isin(y[answered], (0.0, 1.0)).all())
    said = [*_levels(answers, w, p, weight, counts=counts)]
    if splits:
        said += _parts(answers, w, p, weight, of_splits(answers, w, p, splits), counts=counts)
    return _Item(
        measure, answered, y, np.array([row for row, _, _ in said]).reshape(-1, len(y)),
        np.array([room for _, room, _ in said]).reshape(-1, _PAIR), [cell for _, _, cell in said],
        bool((answers.responded[w] & ~answers.asked[p, w]).any()),
    )  # fmt: skip


def _levels(
    answers: Answers, w: int, p: int, weight: Floats, *, counts: bool
) -> Iterator[tuple[Floats, Floats, CellKey]]:
    """Yield what a measure's figures say of its answers: a sum, its room to print the same, the cell."""
    measure, y, x = answers.measures[p], answers.y[p, w], answers.x[p, w]
    for dimension, segments in answers.segments.items():
        for name, inside in zip(segments.names, segments.inside[w], strict=True):
            row = weight * (inside & answers.answered[p, w])
            if not row.any():
                continue
            over = 1.0 if measure.kind == "total" else float((row * x).sum())
            room = _EXACT if counts else _as_printed(
                float(row @ y) / over * measure.scale, (measure.digits, measure.change_digits)
            ) * over / measure.scale  # fmt: skip
            yield row, room, (measure.indicator, answers.waves[w], dimension, name)


def _parts(
    answers: Answers, w: int, p: int, weight: Floats, parts: Iterable[Part], *, counts: bool
) -> Iterator[tuple[Floats, Floats, CellKey]]:
    """Yield the same of the parts of changes."""
    measure = answers.measures[p]
    for part in parts:
        y, x = answers.y[p, w], answers.x[p, w]
        whole, stayed = weight * part.whole, weight * part.stayed
        if counts:  # what the part says to within a digit, whole numbers say exactly
            row, room = stayed, _EXACT
        else:
            row = whole - stayed if measure.kind == "total" else (
                whole / float((whole * x).sum() or 1.0) - stayed / float((stayed * x).sum() or 1.0)
            )  # fmt: skip
            room = _as_printed(float(row @ y) * part.unit, (measure.change_digits,)) / part.unit
        if row.any():
            yield row, room, part.cell


def _as_printed(figure: float, digits: Sequence[int]) -> Floats:
    """Return how far below and above itself a figure may lie and print the same at all these digits."""
    rooms = []
    for places in digits:
        printed, half = float(round_half_up(figure, places)), 0.5 * 10.0**-places
        rooms.append((figure - (printed - half), printed + half - figure))
    below, above = (max(min(room), 0.0) for room in zip(*rooms, strict=True))
    return np.array([below, above])


def _tied(items: Sequence[_Item], identities: Sequence[Identity]) -> list[list[str]]:
    """Group the sources whose answers tell of each other."""
    same: dict[bytes, str] = {}
    chief: dict[str, str] = {}
    for item in items:
        if not item.answered.any():  # put to nobody, or left blank by all
            continue
        source = item.measure.source
        first = same.setdefault(item.answered.tobytes() + item.answer.round(9).tobytes(), source)
        chief.setdefault(source, chief.get(first, first))
    for identity in identities:
        inside = [source for source in identity.terms if source in chief]
        if len(inside) == len(identity.terms):
            old = {chief[source] for source in inside}
            chief = {source: min(old) if to in old else to for source, to in chief.items()}
    groups: dict[str, list[str]] = {}
    for source, to in chief.items():
        groups.setdefault(to, []).append(source)
    return list(groups.values())


@dataclass(frozen=True)
class _Known:
    """What readers know beforehand; see `read_systems`."""

    bounds: Mapping[str, tuple[float, float]]
    prior: float
    identities: Sequence[Identity]


def _system(
    where: tuple[str, npt.NDArray[np.str_]],
    group: Sequence[str],
    items: Sequence[_Item],
    known: _Known,
) -> System:
    wave, members = where
    blocks: dict[bytes, list[_Item]] = {}
    for item in items:
        if item.measure.source in group:
            blocks.setdefault(item.answered.tobytes() + item.answer.round(9).tobytes(), []).append(item)
    place: dict[str, Whole] = {}
    source, member, answer, low, high, rate = [], [], [], [], [], []
    width = 0
    for block in blocks.values():
        first = block[0]
        here = np.flatnonzero(first.answered)
        columns = np.full(len(members), -1)
        columns[here] = width + np.arange(len(here))
        width += len(here)
        names = list(dict.fromkeys(item.measure.source for item in block))
        place |= dict.fromkeys(names, columns)
        y = first.answer[here]
        least, most = _known_bounds(names, y, known)
        source.append(np.full(len(here), ",".join(names)))
        member.append(members[here])
        answer.append(y)
        low.append(least)
        high.append(most)
        rate.append(np.full(len(here), any(name in known.bounds for name in names)))
    rows: list[tuple[Floats, float, float, CellKey | None]] = [
        (_placed(line, place[item.measure.source], width), below, above, cell)
        for block in blocks.values()
        for item in block
        for line, (below, above), cell in zip(item.factors, item.slack.tolist(), item.cells, strict=True)
    ]
    own = {row[3] for row in rows}
    rows += _bases(group, items, place, width)
    rows += _by_definition(known.identities, place, np.concatenate(answer), [row[0] for row in rows])
    rows = _without_doubles(rows)
    y = np.concatenate(answer)
    return System(
        wave, np.concatenate(source), np.concatenate(member), y, np.concatenate(low), np.concatenate(high),
        np.concatenate(rate), bool(np.isin(y, (0.0, 1.0)).all()),
        np.array([row[0] for row in rows]).reshape(-1, len(y)),
        np.array([row[1:3] for row in rows]).reshape(-1, 2),
        tuple(row[3] for row in rows),
        np.array([row[3] in own for row in rows]),
    )  # fmt: skip


def _known_bounds(names: Sequence[str], y: Floats, known: _Known) -> tuple[Floats, Floats]:
    own = [known.bounds[name] for name in names if name in known.bounds]
    if own:
        low, high = max(b[0] for b in own), min(b[1] for b in own)
        return np.minimum(np.full(len(y), low), y), np.maximum(np.full(len(y), high), y)
    if np.isin(y, (0.0, 1.0)).all():
        return np.zeros(len(y)), np.ones(len(y))
    width = np.abs(y) * known.prior / _PERCENT
    return y - width, y + width


def _placed(line: Floats, columns: Whole, width: int) -> Floats:
    out = np.zeros(width)
    inside = columns >= 0
    out[columns[inside]] = line[inside]
    return out


def _bases(
    group: Sequence[str], items: Sequence[_Item], place: Mapping[str, Whole], width: int
) -> Iterator[tuple[Floats, float, float, CellKey | None]]:
    """Yield the bases of other questions that count the yes answers of one of the group."""
    yes = {
        (item.answered & (item.answer == 1.0)).tobytes(): item.measure.source
        for item in items
        if item.measure.source in group and np.isin(item.answer[item.answered], (0.0, 1.0)).all()
    }
    for item in items:
        routed = yes.get(item.answered.tobytes())
        own = routed == item.measure.source or item.measure.estimand == "members"
        if routed is None or own or not item.routed:
            continue
        for line, cell in zip(item.factors, item.cells, strict=True):
            yield _placed((line != 0).astype(float), place[routed], width), 0.0, 0.0, cell


def _by_definition(
    identities: Sequence[Identity], place: Mapping[str, Whole], answer: Floats, lines: Sequence[Floats]
) -> Iterator[tuple[Floats, float, float, CellKey | None]]:
    """Yield what holds by definition, once for the members that no statement tells apart.

    Of counts nothing is lost by the sum: where the sums of alike members fit, their answers can be arranged.
    """
    known = np.array(lines).round(9)
    for identity in identities:
        if not set(identity.terms) <= set(place):
            continue
        columns = np.array([place[source] for source in identity.terms])
        columns = columns[:, (columns >= 0).all(axis=0)]
        alike = np.unique(known[:, columns].transpose(2, 0, 1).reshape(columns.shape[1], -1), axis=0,
                          return_inverse=True)[1].ravel()  # fmt: skip
        for group in range(alike.max(initial=-1) + 1):
            line = np.zeros(known.shape[1])
            at = columns[:, alike == group]
            for factor, places in zip(identity.terms.values(), at, strict=True):
                line[places] += factor
            value, size = float(line @ answer), at.shape[1]
            if size * identity.low <= value <= size * identity.high:
                yield line, value - size * identity.low, size * identity.high - value, None


def _without_doubles(
    rows: Sequence[tuple[Floats, float, float, CellKey | None]],
) -> list[tuple[Floats, float, float, CellKey | None]]:
    """Keep of the same statement by the same cell the sharpest one."""
    kept: dict[tuple[bytes, CellKey | None], tuple[Floats, float, float, CellKey | None]] = {}
    for line, below, above, cell in rows:
        largest = float(np.abs(line).max()) or 1.0
        row = (line / largest, below / largest, above / largest, cell)
        key = (row[0].round(9).tobytes(), cell)
        if key not in kept or row[1] + row[2] < kept[key][1] + kept[key][2]:
            kept[key] = row
    return list(kept.values())


def joined(now: System, before: System, shown: AbstractSet[CellKey]) -> System:
    """Add to a system what an earlier publication says of the same wave and questions.

    Parameters
    ----------
    now : System
    before : System
        The system as it was then. An answer that is the same is the same unknown; one that came later, was
        taken out or corrected is another.
    shown : set of CellKey
        The cells shown then. They are known, whatever is withheld now.
    """
    place = {
        (name, member, value): column
        for column, (source, member, value) in enumerate(
            zip(now.source.tolist(), now.member.tolist(), now.answer.round(9).tolist(), strict=True)
        )
        for name in source.split(",")
    }
    width = len(now.answer)
    columns: list[int] = []
    further: list[int] = []
    keys = zip(before.source.tolist(), before.member.tolist(), before.answer.round(9).tolist(), strict=True)
    for column, (source, member, value) in enumerate(keys):
        same = [place[name, member, value] for name in source.split(",") if (name, member, value) in place]
        columns.append(same[0] if same else width + len(further))
        further += [] if same else [column]
    kept = [s for s, cell in enumerate(before.cells) if cell is None or cell in shown]
    lines = np.zeros((len(kept), width + len(further)))
    lines[:, columns] = before.statements[kept]
    return System(
        now.wave,
        np.append(now.source, before.source[further]),
        np.append(now.member, before.member[further]),
        np.append(now.answer, before.answer[further]),
        np.append(now.low, before.low[further]),
        np.append(now.high, before.high[further]),
        np.append(now.rate, before.rate[further]),
        now.counted and before.counted,
        np.vstack([np.pad(now.statements, ((0, 0), (0, len(further)))), lines]),
        np.vstack([now.slack, before.slack[kept]]),
        (*now.cells, *[None] * len(kept)),
        np.append(now.own, np.zeros(len(kept), dtype=bool)),
    )
