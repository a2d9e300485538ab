"""Monitoring: what is kept of models at work, so that it can be watched whether they still hold."""
