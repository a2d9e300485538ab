"""Raw files understood: what they are, what their columns hold, and how cells become values."""
