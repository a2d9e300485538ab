"""Demand: what will sell in the coming weeks, in total, by category and by product."""
