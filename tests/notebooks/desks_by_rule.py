"""Notebooks made by rule, for the small programmes."""

from __future__ import annotations

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

PARAMETERS = """\
programme: str = "small"  # the survey
wave: str = "2023"  # a wave of it
edition: str = "public"  # public or internal
languages: str = "zh,en"  # what to show"""
OPEN = """\
from survey.notebooks.chapter import open_chapter

chapter = open_chapter(programme, wave, edition, languages)"""


def write_chapter(path, *cells):
    """Write a notebook of a heading, the given code and an end that is reached only if all went well."""
    book = new_notebook(
        cells=[
            new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]}, id="p"),
            new_code_cell(OPEN, id="open"),
            new_markdown_cell("# 要点", metadata={"tags": ["zh"]}, id="zh"),
            new_markdown_cell("# Highlights", metadata={"tags": ["en"]}, id="en"),
            *(new_code_cell(source, id=f"own-{n}") for n, source in enumerate(cells)),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    path.parent.mkdir(exist_ok=True)
    nbformat.write(book, path)
    return path
