"""One edition published: recipes, folder, manifest, revisions, release checklist."""

from survey.edition.audit_chapter import audit_page, open_audit
from survey.edition.checklist import checklist
from survey.edition.manifest import Request
from survey.edition.progress import Watch
from survey.edition.publish import Published, publish
from survey.edition.recipes import AUDIT, BULLETIN, WAVE, recipe_of

__all__ = [
    "AUDIT",
    "BULLETIN",
    "WAVE",
    "Published",
    "Request",
    "Watch",
    "audit_page",
    "checklist",
    "open_audit",
    "publish",
    "recipe_of",
]
