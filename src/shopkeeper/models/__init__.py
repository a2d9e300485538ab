"""Algorithms that are fitted: frame in, frame out; no tables, no clock."""
