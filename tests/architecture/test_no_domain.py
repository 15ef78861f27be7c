"""The packages speak of no one programme: its words stand in its own files and in its demonstration."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOMAIN = re.compile(r"bank_type|centre_kind|银行|客服|\bbanks?\b", re.IGNORECASE)
OWN = {("survey", "programmes"), ("survey", "demo")}


def test_no_module_speaks_of_one_programme():
    modules = [path for package in ("analysis", "survey") for path in (ROOT / package).rglob("*.py")]
    assert modules
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sorted(modules)
        if path.relative_to(ROOT).parts[:2] not in OWN
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if DOMAIN.search(line)
    ]
    assert not found, "\n".join(found)
