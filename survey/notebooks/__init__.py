"""The chapters: what a notebook works with, its parameters, and the kernels that run it."""
