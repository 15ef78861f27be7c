"""Proof by simulation: do standard errors and intervals come to the truth, and where do they not.

Populations of members are drawn in whom the true figures are known; estimates and changes are made of their
respondents by the very functions of a report, and held against the truth. ``python -m analysis.simulation``
draws all anew and writes the kept table.
"""

from analysis.simulation.populations import PANELS, SCENARIOS, VARIABLES, Panel, Scenario, Variable, draw
from analysis.simulation.results import kept, kept_of_packages, run, seed
from analysis.simulation.tally import study

__all__ = [
    "PANELS",
    "SCENARIOS",
    "VARIABLES",
    "Panel",
    "Scenario",
    "Variable",
    "draw",
    "kept",
    "kept_of_packages",
    "run",
    "seed",
    "study",
]
