"""All invented answers of a wave, by member and item, as clean canonical values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from survey.demo.choices import CLASSES, Choices
from survey.demo.invented_panel import Traits, stream

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from survey.demo.targets import Targets, WaveRecipe
    from survey.programme import Indicator, Membership, Questionnaire

__all__ = ["Answers", "Numbers", "answer", "calibrated_counts", "calibrated_denominators", "calibrated_rates"]

# Numbers that add up: invented amounts, counts and rates calibrated to a printed total, mean or ratio.


Numbers = NDArray[np.float64]


def calibrated_counts(start: Numbers, total: float, step: int, least: int) -> Numbers:
    """Scale positive numbers so that, in multiples of `step` and not below `least`, they sum to `total`."""
    target = round(total / step) * step

    def at(shift: float) -> Numbers:
        counts: Numbers = np.maximum(np.round(start * np.exp(shift) / step) * step, least)
        return counts

    values = at(_bisect(lambda t: float(at(t).sum()) - target))
    largest = int(np.argmax(values))
    values[largest] += target - values.sum()
    return values


def calibrated_rates(  # noqa: PLR0917 - the terms of the equation, in its order
    wish: Numbers, weight: Numbers, target: float, low: Numbers, high: Numbers, step: float
) -> Numbers:
    """Choose rates between `low` and `high`, in multiples of `step`, whose weighted mean is `target`.

    `wish` orders them: where it is higher the rate lies nearer its upper bound.
    """
    first, last = np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9)

    def at(shift: float) -> Numbers:
        steps: Numbers = np.round(first + (last - first) / (1 + np.exp(-(wish + shift))))
        return steps

    aim = target * weight.sum() / step
    values = at(_bisect(lambda t: float((at(t) * weight).sum()) - aim))
    for i in np.argsort(-weight, kind="stable"):
        missing = (aim - (values * weight).sum()) / weight[i]
        values[i] = np.clip(values[i] + np.round(missing), first[i], last[i])
    return values * step


def calibrated_denominators(  # noqa: PLR0917 - the terms of the equation, in its order
    wish: Numbers, numerator: Numbers, target: float, low: Numbers, high: Numbers, step: int
) -> Numbers:
    """Choose denominators so that the pooled ratio is `target`, each ratio between `low` and `high`."""
    least, most = np.ceil(numerator / high / step), np.floor(numerator / low / step)

    def at(shift: float) -> Numbers:
        rate = low + (high - low) / (1 + np.exp(-(wish + shift)))
        steps: Numbers = np.clip(np.round(numerator / rate / step), least, most)
        return steps

    aim = numerator.sum() / target / step
    values = at(_bisect(lambda t: aim - float(at(t).sum())))
    for i in np.argsort(-numerator, kind="stable"):
        values[i] = np.clip(values[i] + np.round(aim - values.sum()), least[i], most[i])
    return values * step


def _bisect(excess: Callable[[float], float]) -> float:
    """Find where a rising function crosses zero, between -30 and 30."""
    low, high = -30.0, 30.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) < 0 else (low, middle)
    return high


Answers = dict[str, dict[str, str]]
TICK = re.compile(r"(?:\w+ == yes and )?(\w+\.\w+)")
CODE = re.compile(r"(\w+) == (\w+)")
NAVIGATING = 0.6  # of those using smart technology
PROUD = 9  # one member in so many names a highlight
OTHERWISE = {"org_level": "other", "rename_status": "none"}
BOUNDS = {
    "gt95": (95.1, 99.8),
    "90_95": (90.1, 95.0),
    "85_90": (85.1, 90.0),
    "80_85": (80.0, 85.0),
    "lt80": (62.0, 79.9),
}
HIGHLIGHTS = (
    "优化适老服务流程,设置老年客户专属坐席",
    "推进智能客服与人工协同",
    "建设统一知识库,提升一次解决率",
    "开展员工关怀与岗位轮换",
)


@dataclass(frozen=True)
class _Wave:
    """What the amounts of a wave rest on; arrays run over `members`."""

    seed: str
    questionnaire: Questionnaire
    members: list[str]
    frame: Mapping[str, Membership]
    traits: Mapping[str, Traits]
    targets: Targets
    recipe: WaveRecipe
    choices: Choices

    def asks(self, *codes: str) -> bool:
        return all(code in self.questionnaire.by_code for code in codes)

    def noise(self, name: str, spread: float, sticky: float = 0.7) -> Numbers:
        """Draw noise that stays partly the same for a member from wave to wave."""
        drawn = [
            sticky * stream(self.seed, name, m).normal()
            + stream(self.seed, name, self.questionnaire.wave, m).normal() * (1 - sticky)
            for m in self.members
        ]
        return spread * np.array(drawn)

    def trait(self, name: str) -> Numbers:
        return np.array([getattr(self.traits[m], name) for m in self.members])

    def printed(self, indicator: str) -> float | None:
        figure = self.targets.total(indicator)
        return float(figure.number) if figure else None

    def said(self, indicator: str) -> list[bool | None]:
        return [self.choices.said(indicator, m) for m in self.members]

    def types(self) -> list[str]:
        return [self.frame[m].segments["bank_type"] for m in self.members]


def answer(  # noqa: PLR0917 - what `choices` was decided from, in the same order
    seed: str,
    questionnaire: Questionnaire,
    members: list[str],
    frame: Mapping[str, Membership],
    traits: Mapping[str, Traits],
    indicators: Mapping[str, Indicator],
    targets: Targets,
    recipe: WaveRecipe,
    choices: Choices,
) -> Answers:
    """Answer the questionnaire for every member; an item without an answer is left out."""
    wave = _Wave(seed, questionnaire, members, frame, traits, targets, recipe, choices)
    answers: Answers = {m: dict(frame[m].segments) for m in members}
    columns: dict[str, Numbers] = {}
    for part in (_volumes, _rates, _posts_and_ages, _smart):
        columns |= part(wave, columns)
    for code, values in columns.items():
        if code in questionnaire.by_code:
            for member, value in zip(members, values, strict=True):
                if not np.isnan(value):
                    answers[member][code] = _plain(value)
    _take_choices(wave, indicators, answers)
    _employee_satisfaction(wave, answers)
    _words(wave, answers)
    return answers


def _plain(value: float) -> str:
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return text or "0"


def _volumes(wave: _Wave, _: Mapping[str, Numbers]) -> dict[str, Numbers]:
    """Staff, calls and other volumes, in proportion to size."""
    types = wave.types()
    size = wave.trait("size")
    share = np.array([wave.recipe.staff_by_type[t] for t in types])
    within = np.array([sum(s for s, t in zip(size, types, strict=True) if t == own) for own in types])
    staff = calibrated_counts(size / within * share, (wave.printed("staff_total") or 5.36) * 1e4, 1, 6)
    handled = calibrated_counts(
        staff * np.exp(wave.noise("productivity", 0.25)),
        (wave.printed("calls_handled_human") or 0) * 1e8,
        100,
        2000,
    )
    columns = {"staff_total": staff, "calls_handled_human": handled}
    for code in ("ivr_self_calls", "customers_served", "online_interactions"):
        if wave.asks(code):
            start = handled * np.exp(0.35 * wave.trait("digital") + wave.noise(code, 0.3))
            columns[code] = calibrated_counts(start, (wave.printed(code) or 0) * 1e8, 100, 1000)
    return columns


def _rates(wave: _Wave, columns: Mapping[str, Numbers]) -> dict[str, Numbers]:
    """Choose calls asked for (by the connection rate), card lines, satisfaction, speed, voice response."""
    handled, service = columns["calls_handled_human"], wave.trait("service")
    low, high = _classes(
        wave,
        "human_connect_gt90_share",
        "human_connect_gt95_share",
        cuts=(0.90, 0.95),
        ends=(0.62, 0.998),
        gap=0.001,
    )
    wish = 0.8 * service + wave.noise("connect", 0.8)
    target = (wave.printed("human_connect_rate") or 90.0) / 100
    requested = calibrated_denominators(wish, handled, target, low, high, 100)
    out = {"calls_requested": requested}
    if wave.asks("creditcard_handled"):
        out |= _credit_card(wave, handled, requested)
    out["customer_satisfaction_rate"] = _satisfaction(wave, service)
    if wave.asks("avg_speed_of_answer"):
        n = len(handled)
        speed = wave.noise("speed", 1.0) - 0.5 * service
        out["avg_speed_of_answer"] = calibrated_rates(
            speed,
            np.ones(n),
            wave.printed("avg_speed_of_answer") or 15,
            np.full(n, 4.0),
            np.full(n, 45.0),
            1.0,
        )
    if wave.asks("ivr_self_share"):
        out["ivr_self_share"] = _by_segment(
            wave, "ivr_self_share", "centre_kind", wave.noise("ivr", 0.9), ends=(20.0, 96.0), step=0.01
        )
    return out


def _classes(
    wave: _Wave, lower: str, upper: str, *, cuts: tuple[float, float], ends: tuple[float, float], gap: float
) -> tuple[Numbers, Numbers]:
    """Turn two nested yes/no decisions (above a, above b) into bounds for each member."""
    bounds = []
    for over_low, over_high in zip(wave.said(lower), wave.said(upper), strict=True):
        floor = cuts[1] + gap if over_high else cuts[0] + gap if over_low else ends[0]
        ceiling = ends[1] if over_high or over_high is None else cuts[1] - gap if over_low else cuts[0] - gap
        bounds.append((floor, ceiling))
    low, high = np.array(bounds).T
    return low, high


def _credit_card(wave: _Wave, handled: Numbers, requested: Numbers) -> dict[str, Numbers]:
    kinds = [wave.frame[m].segments["centre_kind"] for m in wave.members]
    asked = np.array([kind != "debit" for kind in kinds])
    part = np.array([0.8 if kind == "credit" else 0.3 for kind in kinds]) * np.exp(
        -abs(wave.noise("card", 0.2))
    )
    card = np.round(handled * part / 100)[asked] * 100
    unmet = (requested - handled)[asked]
    floor = np.maximum(card / (card + 0.95 * unmet), 0.5)
    wish = wave.trait("service")[asked] + wave.noise("card rate", 0.5)[asked]
    target = (wave.printed("creditcard_connect_rate") or 90.0) / 100
    asked_for = calibrated_denominators(wish, card, target, floor, np.full(len(card), 0.999), 100)
    out = {}
    for code, values in (("creditcard_handled", card), ("creditcard_requested", asked_for)):
        column = np.full(len(handled), np.nan)
        column[asked] = values
        out[code] = column
    return out


def _satisfaction(wave: _Wave, service: Numbers) -> Numbers:
    surveying = np.array([said is not False for said in wave.said("n_centres_ivr_satisfaction")])
    low, high = _classes(
        wave,
        "customer_satisfaction_gt98_share",
        "customer_satisfaction_gt99_share",
        cuts=(98.0, 99.0),
        ends=(86.0, 99.99),
        gap=0.01,
    )
    wish = 0.7 * service + wave.noise("satisfied", 0.6)
    column = np.full(len(service), np.nan)
    column[surveying] = calibrated_rates(
        wish[surveying], np.ones(surveying.sum()), wave.printed("customer_satisfaction_rate") or 98.6,
        low[surveying], high[surveying], 0.01,
    )  # fmt: skip
    return column


def _posts_and_ages(wave: _Wave, columns: Mapping[str, Numbers]) -> dict[str, Numbers]:
    staff = columns["staff_total"]
    out: dict[str, Numbers] = {}
    if wave.asks("post_front_share"):
        rest = _by_segment(
            wave,
            "post_middle_back_share",
            "bank_type",
            wave.noise("posts", 0.5),
            ends=(4.0, 40.0),
            step=0.1,
            weight=staff,
        )
        middle = np.round(rest * 7 / 12, 1)
        out |= {"post_front_share": 100 - rest, "post_middle_share": middle, "post_back_share": rest - middle}
    if wave.asks("staff_age_gt28_share"):
        old = wave.noise("age", 0.5)
        out["staff_age_gt28_share"] = _by_segment(
            wave, "staff_age_gt28_share", "bank_type", old, ends=(10.0, 80.0), step=0.1, weight=staff
        )
        ends = np.full(len(staff), 23.0), np.full(len(staff), 35.0)
        out["staff_mean_age"] = calibrated_rates(old, staff, wave.printed("staff_mean_age") or 27, *ends, 0.1)
    return out


def _smart(wave: _Wave, columns: Mapping[str, Numbers]) -> dict[str, Numbers]:
    if not wave.asks("smart_service_volume"):
        return {}
    handled, digital = columns["calls_handled_human"], wave.trait("digital")
    volume = np.round(handled * np.exp(1.1 + wave.noise("volume", 0.15)) / 10000) * 10000
    over = [bool(said) for said in wave.said("self_service_diversion_gt70_share")]
    classed = "self_service_diversion_gt70_share" in wave.choices.yes and any(over)
    ceiling = np.array([0.9 if not classed or o else 0.66 for o in over])
    smart = _part_of(
        wave,
        volume,
        "smart_service_share",
        0.7 * digital,
        low=np.full(len(volume), 0.05),
        high=ceiling - 0.02,
    )
    floor = smart / volume + 0.005
    if classed:
        floor = np.maximum(floor, np.where(over, 0.705, 0.2))
        ceiling = np.where(over, 0.97, 0.695)
    else:
        ceiling = np.full(len(volume), 0.97)
    own = _part_of(wave, volume, "self_service_diversion_rate", 0.7 * digital, low=floor, high=ceiling)
    return {"service_volume_total": volume, "smart_service_volume": smart, "self_service_volume": own}


def _part_of(
    wave: _Wave, volume: Numbers, indicator: str, wish: Numbers, *, low: Numbers, high: Numbers
) -> Numbers:
    """Choose a part of each volume, in hundreds, so that the pooled share is the printed one."""
    target = (wave.printed(indicator) or 50.0) / 100
    least, most = np.ceil(low * volume / 100), np.floor(high * volume / 100)
    rate = calibrated_rates(wish, volume, target, low, high, 0.0001)
    values = np.clip(np.round(rate * volume / 100), least, most)
    for i in np.argsort(-volume, kind="stable"):
        missing = np.round(target * volume.sum() / 100 - values.sum())
        values[i] = np.clip(values[i] + missing, least[i], most[i])
    return values * 100


def _by_segment(
    wave: _Wave,
    indicator: str,
    dimension: str,
    wish: Numbers,
    *,
    ends: tuple[float, float],
    step: float,
    weight: Numbers | None = None,
) -> Numbers:
    """Calibrate a rate in each segment of a dimension to the segment's printed figure."""
    segments = np.array([wave.frame[m].segments[dimension] for m in wave.members])
    weights = np.ones(len(segments)) if weight is None else weight
    column = np.full(len(segments), np.nan)
    for segment, figure in wave.targets.segments(indicator, dimension).items():
        own = segments == segment
        low, high = (np.full(own.sum(), end) for end in ends)
        column[own] = calibrated_rates(wish[own], weights[own], float(figure.number), low, high, step)
    return column


def _take_choices(wave: _Wave, indicators: Mapping[str, Indicator], answers: Answers) -> None:
    """Write the yes/no decisions into the items they are read from."""
    asked = {item.code for item in wave.questionnaire.items}
    for code, said in wave.choices.yes.items():
        indicator = indicators[code]
        tick, single = TICK.fullmatch(indicator.of), CODE.fullmatch(indicator.of)
        for member, yes in said.items():
            if yes is None:
                continue
            if tick and tick[1] in asked:
                answers[member][tick[1]] = "1" if yes else "0"
            elif single and single[1] in asked:
                question, option = single[1], single[2]
                if yes:
                    answers[member][question] = option
                else:
                    answers[member].setdefault(question, OTHERWISE.get(question, "no"))
    if "smart_tech.voice_navigation" in asked:
        for member, uses in wave.choices.yes["smart_tech_use_share"].items():
            draw: Callable[[], float] = stream(
                wave.seed, "navigation", wave.questionnaire.wave, member
            ).random
            own = answers[member]
            needed = uses and not any(
                own.get(f"smart_tech.{o}") == "1" for o in ("voice_robot", "text_robot", "knowledge_base")
            )
            own["smart_tech.voice_navigation"] = "1" if uses and (needed or draw() < NAVIGATING) else "0"


def _employee_satisfaction(wave: _Wave, answers: Answers) -> None:
    for code in CLASSES:
        low, high = BOUNDS[code.removeprefix("employee_satisfaction_")]
        for member in wave.choices.saying_yes(code):
            value = stream(wave.seed, "content", wave.questionnaire.wave, member).uniform(low, high)
            answers[member]["employee_satisfaction_rate"] = _plain(round(float(np.clip(value, low, high)), 1))


def _words(wave: _Wave, answers: Answers) -> None:
    for number, member in enumerate(wave.members):
        if number % PROUD == PROUD // 2:
            answers[member]["highlights"] = HIGHLIGHTS[number % len(HIGHLIGHTS)]
