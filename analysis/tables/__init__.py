"""Tables of released cells."""
