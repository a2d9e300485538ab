"""MBG/NBD: as BG/NBD, but customers may also leave right after their first purchase.

References:
    Batislam, E. P., Denizel, M., Filiztekin, A. (2007). Empirical validation and comparison of
    models for customer base analysis. International Journal of Research in Marketing 24(3):
    201-209.
    Hoppe, D., Wagner, U. (2007). Customer base analysis: the case for a central variant of the
    Betageometric/NBD model. Marketing - Journal of Research and Management 3(2): 75-90.
"""

from __future__ import annotations

from shopkeeper.models.likelihood import BetaGeometricModel


class MbgNbd(BetaGeometricModel):
    """MBG/NBD with parameters `r`, `alpha` (rate, in time), `a` and `b` (chance to leave)."""

    name = "mbg_nbd"
    first_chances = 1
