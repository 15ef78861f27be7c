"""Columns and numbers, pictures and tables for surveys of a small, nearly fully observed membership.

Knows no questionnaire: it takes frames and returns frames (see the modules' own words).
"""
