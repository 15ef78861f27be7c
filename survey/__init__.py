"""From returned member questionnaires to a published report: programmes, intake, editing, publication."""

import sys

# nbformat imports jsonschema, and jsonschema, where it finds this package, compiles a grammar of IRIs: three
# seconds of every start, for a format that the schema of notebooks does not name. It can do without.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None refuses the import
