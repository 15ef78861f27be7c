"""Text as every format can hold it."""

from __future__ import annotations

import re

__all__ = ["writable"]

#: What no XML may hold: control characters, halves of surrogate pairs, two code points of no character.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def writable(text: str) -> str:
    """Give a text as every format can hold it; what cannot be written becomes U+FFFD, never nothing."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
