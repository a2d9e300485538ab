"""Uplift: whom a treatment changes most, judged on units the learner has not seen, or refused."""
