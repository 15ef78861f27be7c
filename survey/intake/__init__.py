"""What members sent back: raw cells, typed values, findings."""
