"""Evaluation: honest measurement, on later time only and always beside stated baselines."""
