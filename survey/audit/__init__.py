"""Drafts and ledgers checked against the record: what a text claims, and whether it is so."""

from survey.audit.audit import GRAVE, audit_file, audit_ledger, json_findings
from survey.audit.claims import first_year, recognise
from survey.audit.claims_in_tables import recognise_cells
from survey.audit.disclosure import Attacked, attack_edition
from survey.audit.drafts import read_page
from survey.audit.judging import Judge, JudgedClaim, confront
from survey.audit.record import read_record
from survey.audit.vocabulary import Vocabulary, read_vocabulary

__all__ = [
    "GRAVE",
    "Attacked",
    "Judge",
    "JudgedClaim",
    "Vocabulary",
    "attack_edition",
    "audit_file",
    "audit_ledger",
    "confront",
    "first_year",
    "json_findings",
    "read_page",
    "read_record",
    "read_vocabulary",
    "recognise",
    "recognise_cells",
]
