"""From executed notebooks to the documents readers open."""
