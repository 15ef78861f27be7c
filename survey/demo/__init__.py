"""Invented returns, calibrated to published totals: `python -m survey.demo` writes them.

The members' answers were never published. What is here is made up from a seed so that, taken through the
whole pipeline, it gives back every published figure that whole-number answers can give. It describes no real
institution.
"""
