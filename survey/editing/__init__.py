"""From typed values to clean ones: corrections, routing, edit rules, and the ledger of every change."""
