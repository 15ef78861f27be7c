"""Survey data made by rule, seeded by name, for the tests of the numbers."""

import zlib

import numpy as np
import pandas as pd
import pytest

from analysis.model import Design, Measure

TYPES = {"large": 7, "joint_stock": 20, "city": 30, "rural": 43}
KINDS = ("combined", "credit", "debit")


def _seeded(name):
    return np.random.default_rng(zlib.crc32(name.encode()))


def make_panel(name="panel", *, waves=("2021", "2022", "2023"), answering=0.78, indicators=4, turnover=0.05):
    """Make a frame of four bank types with joiners, leavers and changes of type; a few indicators."""
    rng = _seeded(name)
    members = [(f"M{i:03d}", kind) for i, kind in enumerate(np.repeat(list(TYPES), list(TYPES.values())))]
    centre = {m: str(rng.choice(KINDS)) for m, _ in members}
    latent = {m: rng.normal() for m, _ in members}
    frames, respondents, rows = [], [], []
    for number, wave in enumerate(waves):
        if number:
            members = [m for m in members if rng.random() > turnover or m[1] == "large"]
            members = [
                (m, "city") if kind == "rural" and rng.random() < turnover else (m, kind)
                for m, kind in members
            ]
            for j in range(4):
                members.append((f"N{wave}{j}", str(rng.choice(["city", "rural"]))))
                centre[members[-1][0]], latent[members[-1][0]] = str(rng.choice(KINDS)), rng.normal()
        frames += [{"wave": wave, "member_id": m, "stratum": k, "centre_kind": centre[m]} for m, k in members]
        answered = [m for m, k in members if rng.random() < answering or k == "large"]
        respondents += [{"wave": wave, "member_id": m} for m in answered]
        for i in range(indicators):
            for m in answered:
                level = latent[m] + 0.3 * number + rng.normal()
                asked = i != 1 or centre[m] != "debit"
                there = rng.random() > 0.05
                values = {
                    "share": (float(level > 0), 1.0),
                    "routed": (float(level > 0.5), 1.0),
                    "total": (float(np.round(np.exp(4 + level))), 1.0),
                    "ratio": (float(np.round(90 * np.exp(level))), float(np.round(100 * np.exp(level)) + 1)),
                }
                kind = list(values)[i % 4]
                y, x = values[kind] if asked and there else (np.nan, np.nan)
                rows.append((f"{kind}{i // 4}", wave, m, asked, y, x))
    frame = pd.DataFrame(frames)
    groups = {"large": "large_and_joint", "joint_stock": "large_and_joint"}
    frame["bank_group"] = frame["stratum"].map(lambda t: groups.get(t, "city_and_rural"))
    measurements = pd.DataFrame(rows, columns=["indicator", "wave", "member_id", "asked", "y", "x"])
    return frame, pd.DataFrame(respondents), measurements


def both_estimands(measurements):
    """Both estimands of every indicator of a panel."""
    kinds = {"share": ("share", "%", 100.0), "routed": ("share", "%", 100.0), "total": ("total", "人", 1.0)}
    found = []
    for name in sorted(measurements["indicator"].unique()):
        kind, unit, scale = kinds.get(name.rstrip("0123456789"), ("ratio", "%", 100.0))
        found.append(Measure(name, kind, "respondents", unit, scale))
        found.append(Measure(f"{name}.members", kind, "members", unit, scale))
    return found


def make_small(values, *, types=None, members=None, wave="2023", asked=None, x=None, indicator="q"):
    """One wave: values and types of the respondents in order, members of each type in the frame."""
    types = types or ["large"] * len(values)
    counts = pd.Series(types).value_counts()
    members = members or counts.to_dict()
    frame = [
        {"wave": wave, "member_id": f"{t}{i:03d}", "stratum": t}
        for t, size in members.items()
        for i in range(size)
    ]
    seen = dict.fromkeys(members, 0)
    ids = []
    for t in types:
        ids.append(f"{t}{seen[t]:03d}")
        seen[t] += 1
    measurements = pd.DataFrame(
        {
            "indicator": indicator,
            "wave": wave,
            "member_id": ids,
            "asked": True if asked is None else asked,
            "y": np.asarray(values, dtype=float),
            "x": 1.0 if x is None else np.asarray(x, dtype=float),
        }
    )
    respondents = pd.DataFrame({"wave": wave, "member_id": ids})
    return pd.DataFrame(frame), respondents, measurements


@pytest.fixture(scope="session")
def panel():
    return make_panel


@pytest.fixture(scope="session")
def measures_of():
    return both_estimands


@pytest.fixture(scope="session")
def small():
    return make_small


@pytest.fixture(scope="session")
def survey():
    frame, respondents, measurements = make_panel()
    return Design(frame, respondents), measurements, both_estimands(measurements)
