"""Recommendation: what each customer will want next, of what they know and of what is new."""
