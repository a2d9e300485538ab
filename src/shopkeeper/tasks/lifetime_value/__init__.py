"""Lifetime value: what each customer will spend within a horizon, as a mean, a median, a range.

```text
label.py         what customers went on to spend: the only thing here that looks past a cut-off
customers.py     what is known of each customer at a cut-off, by the marts
known.py         what was known at a cut-off, with the lessons of earlier cut-offs
clock.py         the shop's time, which runs fast in busy months
season.py        how fast the shop's clock runs in each month, learned from the years before
candidates/      the ways to predict the mean: baselines, repeat buying, boosting, a blend
ranges.py        from the mean to the median and an interval, learned from earlier predictions
contest.py       rolling folds, the evidence, the winner, and what is refused
model.py         what is registered and served: candidate, habits and ranges in one
values.py        the table that is published
```
"""
