"""The verbs: each takes a workspace, writes, and gives a frozen report of what it did."""
