"""How the documentation is built: `make docs` writes it to `output/docs`, and a broken link is an error."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.path.insert(0, str(HERE))

from rooms import write_rooms  # noqa: E402 - the folder must be on the path first

project = "Member survey kit"
author = "the maintainers"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "alabaster"
html_theme_options = {"page_width": "1080px", "sidebar_width": "240px"}
myst_heading_anchors = 3
myst_enable_extensions = ["deflist", "dollarmath"]
autodoc_typehints = "none"  # the numpydoc sections say types in words
napoleon_google_docstring = False
suppress_warnings = ["docutils"]  # docstrings are written to be read in a notebook

write_rooms(HERE / "rooms.md")
