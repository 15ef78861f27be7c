"""The form: a questionnaire laid out as a workbook that a clerk can fill without help."""
