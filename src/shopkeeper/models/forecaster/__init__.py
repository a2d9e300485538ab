"""Forecasters: the protocol of a way to say what series bring in the coming weeks."""
