"""Bronze, silver and gold tables: pure expressions, each with its contract; no engine here."""
