"""Churn: who will stay away within a horizon, how sure that is, and why.

```text
question.py      which question: who leaves, or which one-time buyer comes back
horizon.py       how long is away: proposed from the shop's own times between orders
label.py         who stayed away: the only thing here that looks past a cut-off
known.py         what was known at a cut-off, with the lessons of earlier cut-offs
features.py      what models look at, from what both marts of buying know
candidates.py    the ways to predict: baselines, three models, their blend
resampling.py    made-up rows of the rarer class, as an option
tuning.py        how trees grow, chosen before the first fold
calibration.py   from log-odds to probabilities, learned on time before the cut-off
contest.py       rolling folds, the evidence, the winner, leak alarms
threshold.py     whom contacting pays
reasons.py       why, in plain words
model.py         what is registered and served
scores.py        the table that is published
findings.py      what was found, as plain values
```
"""
