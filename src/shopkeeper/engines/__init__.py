"""Where tables live and queries run: the only place with database drivers and SQL strings."""
