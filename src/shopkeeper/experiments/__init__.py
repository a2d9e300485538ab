"""Experiments: A/B tests read out as a statistician would, and uplift that is shown or refused."""
