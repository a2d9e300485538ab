"""BG/NBD: how often customers buy again, and whether they are gone; leaving follows a purchase.

Purchases come at random at a rate of the customer's own, gamma-distributed over customers; after
each repeat purchase the customer leaves for good with a chance of their own, beta-distributed.
A customer who bought once has had no chance to leave and is alive with probability 1: show the
probability of a purchase within a horizon instead.

References:
    Fader, P. S., Hardie, B. G. S., Lee, K. L. (2005). "Counting your customers" the easy way: an
    alternative to the Pareto/NBD model. Marketing Science 24(2): 275-284. Likelihood: equation
    6; P(X(t) = x): equation 8; E[X(t)]: equation 9; conditional expectation: equation 10.
"""

from __future__ import annotations

from shopkeeper.models.likelihood import BetaGeometricModel


class BgNbd(BetaGeometricModel):
    """BG/NBD with parameters `r`, `alpha` (rate, in time), `a` and `b` (chance to leave).

    Examples:
        >>> model = BgNbd.with_parameters(39, r=0.243, alpha=4.414, a=0.793, b=2.426)
        >>> float(round(model.purchase_probabilities(39, most=0)[0], 4))
        0.5738
    """

    name = "bg_nbd"
    first_chances = 0
