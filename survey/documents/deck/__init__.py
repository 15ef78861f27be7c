"""The deck that explains a report, cut from executed notebooks by Jupyter's own slideshow marks."""
