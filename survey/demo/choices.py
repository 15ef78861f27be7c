"""The invented answers to yes/no questions: who says yes, so that every printed share comes out.

A decision is made for every share indicator and member; whole-number totals by segment come from the ledger,
the rest from the members' traits and from what they said the wave before. Gates (who makes marketing calls)
are decided before what hangs on them (through which channels).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from survey.demo.invented_panel import Traits, stream
from survey.demo.solver import Decisions
from survey.demo.targets import Targets, WaveRecipe, attainable_count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey.programme import Indicator, Membership

__all__ = ["CLASSES", "Choices", "decide_choices"]

GATES = {
    "mk_": "marketing_outbound",
    "customer_satisfaction_gt": "n_centres_ivr_satisfaction",
    "employee_satisfaction_": "employee_satisfaction_measured",
    "llm_area_": "llm_exploring",
}
UNGATED = frozenset({"employee_satisfaction_measured", "marketing_outbound", "llm_exploring"})
NESTED = {
    "human_connect_gt95_share": "human_connect_gt90_share",
    "customer_satisfaction_gt99_share": "customer_satisfaction_gt98_share",
    "elder_auto_identify": "elder_service",
    "elder_direct_human": "elder_service",
    "elder_priority_queue": "elder_service",
    "military_disabled_service": "elder_service",
    "voice_robot": "smart_tech_use_share",
    "text_robot": "smart_tech_use_share",
    "smart_knowledge_base": "smart_tech_use_share",
}
EXCLUSIVE = (
    ("org_level1_department", "org_level2_department"),
    ("renamed_share", "rename_plan_share"),
)
CLASSES = tuple(f"employee_satisfaction_{c}" for c in ("gt95", "90_95", "85_90", "80_85", "lt80"))
CHANNELS = tuple(f"mk_channel_{c}" for c in ("phone", "sms", "wechat", "weibo", "other"))
NUMBERS = ("mk_nchannels_1", "mk_nchannels_2", "mk_nchannels_3", "mk_nchannels_4plus")
# derived from amounts: decided beforehand only where a share is printed, else they follow from the amounts
THRESHOLDS = frozenset(
    f"{code}_share"
    for code in (
        "human_connect_gt90", "human_connect_gt95", "customer_satisfaction_gt98",
        "customer_satisfaction_gt99", "self_service_diversion_gt70",
    )
)  # fmt: skip
LEAST_ANSWERED = 0.85


@dataclass
class Choices:
    """Decisions by indicator and member: True, False, None where the item is blank; absent if not asked."""

    yes: dict[str, dict[str, bool | None]] = field(default_factory=dict)

    def said(self, indicator: str, member: str) -> bool | None:
        """Return what the member says to `indicator`; None if blank or not asked."""
        return self.yes.get(indicator, {}).get(member)

    def saying_yes(self, indicator: str) -> list[str]:
        """Members that say yes."""
        return [member for member, yes in self.yes.get(indicator, {}).items() if yes]


@dataclass(frozen=True)
class _Matter:
    """All that the decisions of one wave rest on."""

    seed: str
    wave: str
    frame: Mapping[str, Membership]
    traits: Mapping[str, Traits]
    members: list[str]
    targets: Targets
    recipe: WaveRecipe
    absent: Mapping[str, frozenset[str]]
    before: Choices
    items: frozenset[str]

    def segment(self, dimension: str, member: str) -> str:
        m = self.frame[member]
        if dimension == "bank_group":
            large = m.segments["bank_type"] in {"large", "joint_stock"}
            return "large_and_joint" if large else "city_and_rural"
        return "all" if dimension == "total" else m.segments[dimension]


def decide_choices(  # noqa: PLR0917 - the fields of `_Matter`, in its order
    seed: str,
    wave: str,
    frame: Mapping[str, Membership],
    traits: Mapping[str, Traits],
    members: list[str],
    indicators: Mapping[str, Indicator],
    targets: Targets,
    recipe: WaveRecipe,
    absent: Mapping[str, frozenset[str]],
    before: Choices,
    items: frozenset[str],
) -> Choices:
    """Decide every yes/no answer of one wave.

    `absent` names, for members that return an old form, the items not on it; `before` are the decisions of
    the wave before, which members mostly keep; `items` are the codes of all cells of the form.
    """
    matter = _Matter(seed, wave, frame, traits, members, targets, recipe, absent, before, items)
    decided = Choices()
    binary = {
        code: i
        for code, i in indicators.items()
        if (i.kind == "share" and i.between is None and (code not in THRESHOLDS or targets.total(code)))
        or code == "n_centres_ivr_satisfaction"
    }
    for gated in (False, True):
        stage = {code: i for code, i in binary.items() if (_gate(code, binary) is not None) == gated}
        _decide_stage(matter, stage, decided, binary)
    return decided


def _gate(code: str, binary: Mapping[str, Indicator]) -> str | None:
    if code in UNGATED:
        return None
    return next((gate for prefix, gate in GATES.items() if code.startswith(prefix) and gate in binary), None)


def _asked(matter: _Matter, code: str, decided: Choices, binary: Mapping[str, Indicator]) -> list[str]:
    gate = _gate(code, binary)
    members = decided.saying_yes(gate) if gate else matter.members
    if code.startswith("mk_product_"):
        kind = "credit" if code.endswith("_credit") else "debit"
        members = [m for m in members if matter.frame[m].segments["centre_kind"] == kind]
    return members


def _decide_stage(
    matter: _Matter, stage: Mapping[str, Indicator], decided: Choices, binary: Mapping[str, Indicator]
) -> None:
    model = Decisions()
    bases: dict[str, list[str]] = {}
    asked = {code: _asked(matter, code, decided, binary) for code in stage}
    for codes in _sharing_items(stage, matter.items).values():
        answering = _base(matter, [stage[c] for c in codes], asked[codes[0]])
        for code in codes:
            bases[code] = answering
            _wish(matter, model, code, answering)
            _aim(matter, model, stage[code], answering)
    _link(model, bases)
    answers = model.decide()
    for code in stage:
        if code in NUMBERS:
            continue  # a number of channels is counted from the channels, not answered
        decided.yes[code] = {m: answers[code, m] if m in bases[code] else None for m in asked[code]}


def _sharing_items(stage: Mapping[str, Indicator], items: frozenset[str]) -> dict[frozenset[str], list[str]]:
    """Group indicators that are read from the same cells: they share their blanks."""
    groups: dict[frozenset[str], list[str]] = {}
    for code, indicator in stage.items():
        groups.setdefault(indicator.names & items, []).append(code)
    return groups


def _base(matter: _Matter, indicators: list[Indicator], asked: list[str]) -> list[str]:
    """Choose who answers: as many as can be with every printed figure attained."""
    rng = stream(matter.seed, "blank", matter.wave, indicators[0].code.split("_")[0])
    order = sorted(asked)
    rng.shuffle(order)
    order.sort(key=lambda m: not (indicators[0].names & matter.absent.get(m, frozenset())))
    must = sum(bool(indicators[0].names & matter.absent.get(m, frozenset())) for m in asked)
    codes = {i.code for i in indicators}
    if codes & set(NUMBERS):
        blank = max(matter.recipe.blanks.get(code, 0) for code in CHANNELS)
    elif codes & set(matter.recipe.blanks):
        blank = max(matter.recipe.blanks.get(code, 0) for code in codes)
    elif codes & set(matter.recipe.answered_by_all):
        blank = 0
    else:
        possible = range(must, max(must + 1, int(len(asked) * (1 - LEAST_ANSWERED)) + 1))
        figures = [(i, f) for i in indicators if (f := matter.targets.total(i.code))]
        hits = {
            b: sum(attainable_count(i, f, len(asked) - b) is not None for i, f in figures) for b in possible
        }
        blank = max(possible, key=lambda b: (hits[b], -b))
    return sorted(order[blank:])


def _wish(matter: _Matter, model: Decisions, code: str, answering: list[str]) -> None:
    for member in answering:
        rng = stream(matter.seed, "choice", matter.wave, code, member)
        traits = matter.traits[member]
        said = matter.before.said(code, member)
        habit = 0.0 if said is None else 2.5 if said else -2.5
        model.wish((code, member), 0.6 * traits.digital + habit + float(rng.normal(0, 1.2)))


def _aim(matter: _Matter, model: Decisions, indicator: Indicator, answering: list[str]) -> None:
    """Aim at every printed figure of the indicator; where none is attainable stay as near as can be."""
    for (code, dimension, segment), figure in matter.targets.figures.items():
        if code != indicator.code:
            continue
        members = [m for m in answering if matter.segment(dimension, m) == segment]
        count = attainable_count(indicator, figure, len(members)) if members else None
        keys = [(code, m) for m in members]
        if count is not None:
            model.aim(keys, count)
        elif members:
            near = float(figure.number) * len(members) / 100
            model.limit(keys, int(near), int(near) + 1)
    if indicator.code == "marketing_outbound":
        for kind, n in matter.recipe.marketing_by_kind.items():
            model.aim(
                [(indicator.code, m) for m in answering if matter.frame[m].segments["centre_kind"] == kind], n
            )


def _link(model: Decisions, bases: Mapping[str, list[str]]) -> None:
    """Tie decisions of one member that cannot contradict each other."""
    for inner, outer in NESTED.items():
        for m in set(bases.get(inner, ())) & set(bases.get(outer, ())):
            model.limit({(inner, m): 1, (outer, m): -1}, -1, 0)
    for pair in EXCLUSIVE:
        for m in set(bases.get(pair[0], ())) & set(bases.get(pair[1], ())):
            model.limit([(code, m) for code in pair], 0, 1)
    for m in bases.get(CLASSES[0], ()):
        model.limit([(code, m) for code in CLASSES], 1, 1)
    smart = [code for code, outer in NESTED.items() if outer == "smart_tech_use_share"]
    for m in bases.get("smart_tech_use_share", ()):
        items = {(code, m): 1.0 for code in smart if m in bases.get(code, ())}
        model.limit(items | {("smart_tech_use_share", m): -1.0}, 0, len(items))
    for m in bases.get(NUMBERS[0], ()):
        numbers = {(code, m): -float(k) for k, code in enumerate(NUMBERS, start=1)}
        ticks = {(code, m): 1.0 for code in CHANNELS}
        model.limit(ticks | numbers, 0, 0)
        model.limit([(code, m) for code in NUMBERS], 1, 1)
