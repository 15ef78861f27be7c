"""One edition published: recipes, folder, manifest, revisions, release checklist."""

from survey.edition.audit_recipe import audit_page, publish_audit
from survey.edition.bulletin_recipe import publish_bulletin
from survey.edition.checklist import checklist
from survey.edition.publish import Published, publish
from survey.edition.write_publications import Watch

__all__ = ["Published", "Watch", "audit_page", "checklist", "publish", "publish_audit", "publish_bulletin"]
