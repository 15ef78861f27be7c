"""The deck that explains a report, cut from executed notebooks by Jupyter's own slideshow marks."""

from survey.documents.deck.cutting import CutDeck, cut_deck
from survey.documents.deck.fit import SetSlide, set_deck
from survey.documents.deck.handout import handout
from survey.documents.deck.powerpoint import presentation
from survey.documents.deck.rasters import placed_pictures, rasters
from survey.documents.deck.slides import Deck

__all__ = [
    "CutDeck",
    "Deck",
    "SetSlide",
    "cut_deck",
    "handout",
    "placed_pictures",
    "presentation",
    "rasters",
    "set_deck",
]
