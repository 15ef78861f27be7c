"""From returned member questionnaires to a published report: programmes, intake, editing, publication."""
