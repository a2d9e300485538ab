"""Order of tables, what is stale and why, and the run that writes aside, checks and publishes."""
