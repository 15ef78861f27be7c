"""Pieces as JSON, as they stand in the outputs of a notebook; what is read back is what was written."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from numbers import Integral, Real
from types import MappingProxyType
from typing import Any, Final, cast

from analysis.model import AnalysisError
from analysis.pieces.piece import (
    Aside,
    Box,
    Card,
    Cards,
    Chart,
    CheckFinding,
    CheckFindings,
    KeyPoint,
    KeyPoints,
    OwnFigure,
    Piece,
    Remark,
    SectionHeading,
    Table,
)
from analysis.words import Claim, Number, Phrase, Text

__all__ = ["PIECE_TYPE", "from_json", "to_json"]

#: The MIME type under which a notebook's output carries a piece.
PIECE_TYPE: Final = "application/vnd.member-survey.piece+json"

_KINDS: Final[dict[str, type]] = {
    "sentence": Claim, "heading": SectionHeading, "remark": Remark, "aside": Aside, "cards": Cards,
    "card": Card,
    "box": Box, "findings": CheckFindings, "finding": CheckFinding, "table": Table, "chart": Chart,
    "own-figure": OwnFigure, "key-points": KeyPoints, "key-point": KeyPoint,
    "number": Number, "phrase": Phrase, "text": Text,
}  # fmt: skip
_NAMES: Final = {kind: name for name, kind in _KINDS.items()}
_PIECES: Final = frozenset(_KINDS) - {"card", "finding", "key-point", "number", "phrase", "text"}


def to_json(piece: Piece) -> dict[str, Any]:
    """Return a piece as JSON holds it; frames of unrounded numbers stay behind."""
    return cast("dict[str, Any]", _stored(piece))


def from_json(stored: Any) -> Piece:
    """Read a piece back.

    Raises
    ------
    AnalysisError
        What is given is not as `to_json` writes it.
    """
    kind = stored.get("type") if isinstance(stored, dict) else None
    if kind not in _PIECES:
        raise AnalysisError(
            argument="stored",
            expected=f"a piece of a kind among {', '.join(sorted(_PIECES))}",
            got=repr(kind),
            remedy="run the notebook again with this version",
        )
    try:
        return cast("Piece", _read(stored))
    except (TypeError, ValueError, KeyError) as error:
        raise AnalysisError(
            argument="stored",
            expected=f"the fields of a {kind}",
            got=str(error),
            remedy="run the notebook again with this version",
        ) from error


def _stored(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        kept = {one.name: _stored(getattr(value, one.name)) for one in fields(value) if one.compare}
        return {"type": _NAMES[type(value)]} | kept
    if isinstance(value, tuple):
        return [_stored(part) for part in value]
    if isinstance(value, dict | MappingProxyType):
        return {str(name): _stored(part) for name, part in value.items()}
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        # JSON has no word for what is no number
        return float(value) if math.isfinite(value) else {"type": "float", "text": repr(float(value))}
    raise TypeError(f"{type(value).__name__} has no place in a piece")


def _read(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_read(part) for part in value)
    if not isinstance(value, dict):
        return value
    kind = value.get("type")
    if kind == "float":
        return float(value["text"])
    if kind in _KINDS:
        return _KINDS[kind](**{name: _read(part) for name, part in value.items() if name != "type"})
    return MappingProxyType({name: _read(part) for name, part in value.items()})
