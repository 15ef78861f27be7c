"""Figures from the archive, the back-test, and the running of notebooks."""
