"""Disclosure control: which cells may leave the house."""
