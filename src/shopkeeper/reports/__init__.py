"""The read side: published tables in, one frozen typed answer out; shared by all faces."""
