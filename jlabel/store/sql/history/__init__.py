"""Labels as an append-only history: submissions, amendments, undo and reading."""
