"""Everything at once: what the command makes of three waves, checked against figures worked out here.

The expected values rest on what was typed and on the rules as the documentation states them; plain Python
works them out, with nothing of the project.
"""

from __future__ import annotations

import json
import math
from decimal import ROUND_HALF_UP, Decimal
from statistics import fmean, variance

import pytest
from scipy import stats

import golden.everything_at_once as rule
from golden.everything_at_once import (
    CLEAN,
    KIND_OF,
    LEVEL,
    MEMBERS,
    MILLION,
    SENT,
    SILENT,
    TYPE_OF,
    TYPES,
    WAVES,
)

KEYS = ["indicator", "wave", "dimension", "segment"]
GROUP_OF = {"large": "big", "city": "small", "rural": "small"}


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    """Return the survey after the cut-off, its figures computed."""
    made = rule.carry_on(rule.begin(tmp_path_factory.mktemp("everything")))
    made.figures("2023")
    return made


@pytest.fixture(scope="module")
def estimates(kit):
    return kit.archived("figures-2023", "estimates").set_index(KEYS)


@pytest.fixture(scope="module")
def changes(kit):
    frame = kit.archived("figures-2023", "changes")
    return frame.set_index(["indicator", "wave", "base_wave", "dimension", "segment"])


# -- the answers -------------------------------------------------------------------------------------

STORED = {"是": "1", "否": "0", "大型商业银行": "large", "城市商业银行": "city", "农村中小银行": "rural"}


def clean_answers(wave):
    """Return member -> item -> the clean value, None where there is none, and its status."""
    answers = {}
    for member in MEMBERS:
        if member in SILENT[wave]:
            continue
        typed = rule.untroubled(member, wave)
        if wave == "2023":
            typed |= rule.TYPED.get(member, {})
        own = answers[member] = {item: (value, "ok") for item, value in typed.items()}
        own["marketing"] = ({"是": "yes", "否": "no"}[typed["marketing"]], "ok")
        if wave == "2023":
            own |= {item: told for (name, item), told in CLEAN.items() if name == member}
    return answers


def as_stored(value):
    if value is None:
        return ""
    text = STORED.get(value, value)
    return f"{text:g}" if isinstance(text, float) else str(text)


@pytest.mark.parametrize("wave", WAVES)
def test_every_clean_answer_is_what_was_typed_corrected_replied_or_imputed(kit, wave):
    rows = kit.archived(wave, "responses")
    items = (rows["question"] + "." + rows["option"]).str.rstrip(".")
    found = {
        (member, item): (value, status)
        for member, item, value, status in zip(
            rows["member_id"], items, rows["value"], rows["status"], strict=True
        )
    }
    expected = {
        (member, item): (as_stored(value), status)
        for member, own in clean_answers(wave).items()
        for item, (value, status) in own.items()
    }
    keys = found.keys() | expected.keys()
    assert {
        key: (found.get(key), expected.get(key)) for key in keys if found.get(key) != expected.get(key)
    } == {}


def test_every_change_to_an_answer_is_a_row_of_the_ledger_in_its_order(kit):
    ledger = kit.archived("2023", "ledger")
    items = (ledger["question"] + "." + ledger["option"]).str.rstrip(".")
    rows = list(
        zip(
            ledger["member_id"], items, ledger["step"], ledger["action"], ledger["before"], ledger["after"],
            ledger["author"], ledger["at"], strict=True,
        )
    )  # fmt: skip
    nulled = [
        ("B1", "mk_budget", "routing", "null", "50", "", "", ""),
        ("B1", "mk_channels.phone", "routing", "null", "1", "", "", ""),
        ("B1", "mk_channels.sms", "routing", "null", "1", "", "", ""),
        ("B2", "calls_handled", "edit", "null", str(1100 * MILLION), "", "", ""),
        ("B2", "calls_requested", "edit", "null", str(1000 * MILLION), "", "", ""),
    ]
    asked = [
        (member, item, "edit", "query", value, value, "", "")
        for member, item, value in (
            ("B3", "back", "25"), ("B3", "front", "60"), ("B3", "middle", "30"),
            ("C1", "back", "20"), ("C1", "front", "60"), ("C1", "middle", "30"), ("B4", "staff_total", "999"),
        )
    ]  # fmt: skip
    accepted = [
        ("C1", item, "reply", "accept", value, value, "C1", "")
        for item, value in (("back", "20"), ("front", "60"), ("middle", "30"))
    ]
    day = rule.CUT_OFF
    imputed = [
        ("B2", "calls_handled", "imputation", "impute", "", str(rule.B2_HANDLED), "policy", day),
        ("B2", "calls_requested", "imputation", "impute", "", str(1000 * MILLION), "policy", day),
        ("B3", "back", "imputation", "impute", "25", "10", "policy", day),
        ("B3", "front", "imputation", "impute", "60", "60", "policy", day),
        ("B3", "middle", "imputation", "impute", "30", "30", "policy", day),
        ("B4", "staff_total", "imputation", "impute", "999", "180", "policy", day),
    ]
    replied = [
        ("A1", "calls_handled", "reply", "correct", str(1100 * MILLION), str(920 * MILLION), "A1", ""),
        ("A2", "turnover", "reply", "correct", "", "14.5", "A2", ""),
        ("B3", "back", "reply", "correct", "30", "25", "B3", ""),
    ]
    corrected = (
        "A1", "calls_handled", "correction", "correct", str(9000 * MILLION), str(1100 * MILLION), "秘书处",
        "2023-04-02",
    )  # fmt: skip
    unread = ("A2", "turnover", "intake", "null", "", "", "", "")
    assert rows == [unread, corrected, *replied, *nulled, *asked, *accepted, *imputed]


def test_queries_are_closed_sent_answered_and_open_at_the_cut_off(kit):
    told = kit.survey("check", "2023", "--json")
    assert told.exit_code == 1, "a hard edit still fails"
    report = json.loads(told.output)
    states = [(q["member_id"], q["rule"], q["items"], q["state"], q["reply"]) for q in report["queries"]]
    yes = "确认 confirmed"
    assert states == [
        ("A2", "number_unreadable", "turnover", "closed", "turnover: 14.5"),
        (
            "A1",
            "handled_le_requested",
            "calls_handled; calls_requested",
            "closed",
            f"calls_handled: {920 * MILLION}",
        ),
        ("B2", "handled_le_requested", "calls_handled; calls_requested", "sent", ""),
        ("B3", "shares_sum", "back; front; middle", "answered", "back: 25"),
        ("C1", "shares_sum", "back; front; middle", "closed", f"{yes}; {yes}; {yes}"),
        ("B4", "staff_jump", "staff_total", "open", ""),
    ]
    assert [(r["member_id"], r["status"]) for r in report["replies"]] == [
        ("A1", "value"), ("A2", "value"), ("B3", "value"), *[("C1", "confirmed")] * 3,
    ]  # fmt: skip
    late = {r["file"]: r["status"] for r in report["returns"] if r["member_id"] == "B4"}
    assert late == {"2023_B4.xlsx": "superseded", "2023_B4_late.xlsx": "used"}
    sent = (kit.folder / "2023" / "queries.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert [line.split(",")[0] for line in sent] == [SENT] * 5, "all but the query that came later"
    books = sorted(path.name for path in (kit.output / kit.code / "2023" / "queries").glob("*.xlsx"))
    assert books == ["B2.xlsx", "B3.xlsx", "B4.xlsx"], "workbooks of what is not settled"


def test_a_nulled_or_routed_out_answer_fails_no_later_rule(kit):
    """B2's calls are nulled before calls a head are checked; B1's budget is routed out before the turnover is."""
    edits = kit.archived("2023", "edits").set_index("rule")[["severity", "evaluated", "failed"]]
    own = edits[~edits.index.str.startswith("range ")]
    assert {name: tuple(row) for name, row in zip(own.index, own.to_numpy().tolist(), strict=True)} == {
        "handled_le_requested": ("hard", 11, 1),  # B2; A1's answer is already the replied one
        "handled_per_head": ("soft", 10, 0),
        "budget_le_turnover": ("soft", 10, 0),
        "shares_sum": ("soft", 11, 2),  # B3 and C1
        "staff_jump": ("soft", 10, 1),  # B4; A4 gave nothing in 2022
    }


# -- levels ------------------------------------------------------------------------------------------


def yes(value):
    return {"是": 1.0, "否": 0.0}[value]


#: Indicator -> numerator and denominator read off a member's answers, kind, scale, printed digits.
READ = {
    "staff_total": (lambda a: (a["staff_total"][0], 1), "total", 1.0, 0),
    "calls_handled": (lambda a: (a["calls_handled"][0], 1), "total", 1e-8, 2),
    "connect_rate": (lambda a: (a["calls_handled"][0], a["calls_requested"][0]), "ratio", 100.0, 2),
    "satisfaction": (lambda a: (a["satisfaction"][0], 1), "mean", 1.0, 2),
    "ch_app": (lambda a: (yes(a["channels.app"][0]), 1), "share", 100.0, 0),
    "mk_phone": (
        lambda a: None if a["mk_channels.phone"][0] is None else (yes(a["mk_channels.phone"][0]), 1),
        "share",
        100.0,
        0,
    ),
}


def printed(value, digits):
    """Round half up at a digit, as every figure is published."""
    return float(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def measured(indicator, wave):
    """Return member -> (numerator, denominator) of those asked."""
    read = {member: READ[indicator][0](own) for member, own in clean_answers(wave).items()}
    return {member: pair for member, pair in read.items() if pair is not None}


def figure(indicator, pairs, weights=None):
    """Return a figure over members, each counted once or with a weight."""
    _, kind, scale, _ = READ[indicator]
    w = weights or dict.fromkeys(pairs, 1.0)
    above = math.fsum(w[member] * y for member, (y, _) in pairs.items())
    below = 1.0 if kind == "total" else math.fsum(w[member] * x for member, (_, x) in pairs.items())
    return scale * above / below


def weights_of(wave, members):
    """Return how many members of the frame each respondent stands for."""
    answered = set(clean_answers(wave))
    return {
        member: len(TYPES[TYPE_OF[member]]) / len(answered & set(TYPES[TYPE_OF[member]]))
        for member in members
    }


PLACES = {
    ("total", "all"): lambda _: True,
    **{("bank_type", name): (lambda m, own=name: TYPE_OF[m] == own) for name in TYPES},
    **{("bank_group", name): (lambda m, own=name: GROUP_OF[TYPE_OF[m]] == own) for name in ("big", "small")},
    **{("centre_kind", name): (lambda m, own=name: KIND_OF[m] == own) for name in ("debit", "credit")},
}
#: What is withheld in 2023; the rest of `PLACES` is released.
#: Rural banks are two. Nothing else would hide them: each of them stands for one and a half in the figures of
#: all members, so that their sum follows from the two totals, which everybody may know.
RURAL = {("bank_type", "rural")}
WITHHELD = {
    # A1 has 1240 of the 1860 persons of the large banks and of the 2020 of the debit-card centres: more than
    # 60 per cent, less than the 75 of the survey that is shipped
    "staff_total": RURAL | {("bank_type", "large"), ("bank_group", "big"), ("centre_kind", "debit")},
    "calls_handled": RURAL,
    "connect_rate": RURAL,
    "satisfaction": RURAL,
    "ch_app": RURAL,
    # B1 was routed out, which leaves three city banks; with the larger banks' figure, or that of both smaller
    # types together, and the weights of the totals theirs and that of the rural banks would follow
    "mk_phone": RURAL
    | {("bank_type", "city"), ("bank_type", "large"), ("bank_group", "big"), ("bank_group", "small")},
}


@pytest.mark.parametrize("indicator", READ)
def test_every_level_is_that_of_its_members_or_withheld_with_all_that_it_rests_on(estimates, indicator):
    faults = {}
    for place, inside in PLACES.items():
        pairs = {m: pair for m, pair in measured(indicator, "2023").items() if inside(m)}
        withheld = place in WITHHELD[indicator]
        for name, weights in ((indicator, None), (f"{indicator}.members", weights_of("2023", pairs))):
            row = estimates.loc[(name, "2023", *place)]
            value = printed(figure(indicator, pairs, weights), READ[indicator][3])
            size = sum(inside(member) for member in MEMBERS)
            expected = (value, len(pairs), size, LEVEL, "released", "")
            if withheld:
                expected = ("none", 0, 0, LEVEL, "suppressed", "confidential")
            found = tuple(row[["estimate", "n", "N", "level", "status", "reason"]].fillna("none"))
            if found != expected:
                faults[(name, *place)] = found, expected
    assert faults == {}


def test_the_unit_is_that_of_the_wave(estimates):
    units = estimates.loc[[("calls_handled", wave, "total", "all") for wave in WAVES], "unit"]
    assert units.tolist() == ["亿通", "亿人次", "亿人次"]


def between(wave, indicator="satisfaction"):
    """Return for each stratum N, and of those who answered n and the values."""
    read = {member: pair[0] for member, pair in measured(indicator, wave).items()}
    return {name: (len(own), {m: read[m] for m in own if m in read}) for name, own in TYPES.items()}


def variance_of_mean(wave):
    """Return the variance of a stratified mean with the finite population correction."""
    parts = [
        size**2 * (1 - len(values) / size) * variance(values.values()) / len(values)
        for size, values in between(wave).values()
    ]
    return math.fsum(parts) / len(MEMBERS) ** 2


def test_the_interval_of_a_mean_holds_at_the_level_of_the_programme(estimates):
    row = estimates.loc[("satisfaction.members", "2023", "total", "all")]
    answers = sum(len(values) for _, values in between("2023").values())
    mean = math.fsum(size * fmean(v.values()) for size, v in between("2023").values()) / len(MEMBERS)
    half = stats.t.ppf(0.5 + LEVEL / 2, answers - len(TYPES)) * math.sqrt(variance_of_mean("2023"))
    assert row["estimate"] == printed(mean, 2)
    assert row["se"] == float(f"{math.sqrt(variance_of_mean('2023')):.2g}")
    assert (row["lower"], row["upper"]) == (printed(mean - half, 2), printed(mean + half, 2))


# -- changes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("indicator", READ)
@pytest.mark.parametrize("base_wave", ["2021", "2022"])
def test_every_change_of_the_respondents_is_between_the_figures_of_its_own_two_waves(
    changes, indicator, base_wave
):
    row = changes.loc[(indicator, "2023", base_wave, "total", "all")]
    then, now = (measured(indicator, wave) for wave in (base_wave, "2023"))
    # how many were asked a routed question both times is told with the parts of the change alone
    told = indicator != "mk_phone" or not math.isnan(row["matched_change"])
    assert row["n_matched"] == (len(then.keys() & now.keys()) if told else 0)
    before, after = figure(indicator, then), figure(indicator, now)
    unit = "percent" if READ[indicator][1] == "total" else "percentage points"
    assert row["unit"] == unit
    if indicator == "calls_handled" and base_wave == "2021":
        assert not row["comparable"], "the unit changed in 2022"
        assert math.isnan(row["change"])
        return
    expected = 100 * (after / before - 1) if unit == "percent" else after - before
    assert row["comparable"]
    assert row["change"] == printed(expected, READ[indicator][3])
    assert math.isnan(row["se"]), "what the respondents say of themselves has no error"


def test_the_bases_of_the_waves_before_are_their_own(estimates):
    assert {wave: estimates.loc[("ch_app", wave, "total", "all"), "n"] for wave in WAVES} == {
        wave: len(MEMBERS) - len(SILENT[wave]) for wave in WAVES
    }
    assert {wave: estimates.loc[("ch_app", wave, "bank_type", "large"), "n"] for wave in WAVES} == {
        "2021": 4, "2022": 4, "2023": 5,
    }  # fmt: skip


@pytest.mark.parametrize("base_wave", ["2021", "2022"])
def test_the_error_of_a_change_is_that_of_overlapping_samples(changes, base_wave):
    """Tam's formula, stratum by stratum, and t at the programme's level."""
    row = changes.loc[("satisfaction.members", "2023", base_wave, "total", "all")]
    covered, members = 0.0, set()
    for name, (size, now) in between("2023").items():
        then = between(base_wave)[name][1]
        both = sorted(then.keys() & now.keys())
        one, other = (fmean(values[m] for m in both) for values in (then, now))
        s12 = math.fsum((then[m] - one) * (now[m] - other) for m in both) / (len(both) - 1)
        covered += size**2 * (len(both) / (len(then) * len(now)) - 1 / size) * s12
        members |= then.keys() | now.keys()
    error = math.sqrt(
        variance_of_mean(base_wave) + variance_of_mean("2023") - 2 * covered / len(MEMBERS) ** 2
    )
    half = stats.t.ppf(0.5 + LEVEL / 2, len(members) - len(TYPES)) * error
    means = (
        math.fsum(size * fmean(v.values()) for size, v in between(wave).values()) / len(MEMBERS)
        for wave in ("2023", base_wave)
    )
    change = next(means) - next(means)
    assert row["se"] == float(f"{error:.2g}")
    assert (row["lower"], row["upper"]) == (printed(change - half, 2), printed(change + half, 2))


def test_no_part_of_a_change_that_rests_on_fewer_than_four_members_is_told(changes):
    """One or two members joined since either wave: the parts of the change would tell their answers."""
    own = changes[changes.index.get_level_values("dimension") == "total"]
    assert own[["matched_change", "joiners", "leavers", "reclassified"]].isna().all(axis=None)


def test_a_change_of_a_withheld_segment_is_withheld(changes):
    row = changes.loc[("staff_total", "2023", "2022", "bank_type", "large")]
    assert (row["status"], row["reason"], row["n_matched"]) == ("suppressed", "confidential", 0)
    assert math.isnan(row["change"])
