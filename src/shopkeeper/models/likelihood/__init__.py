"""What fitted likelihoods share: equal rows counted once, maximisation, integrals, simulation."""

from shopkeeper.models.likelihood.beta_geometric import BetaGeometricModel
from shopkeeper.models.likelihood.distinct import distinct
from shopkeeper.models.likelihood.histories import Histories
from shopkeeper.models.likelihood.integrals import PowerIntegral, power_integral
from shopkeeper.models.likelihood.maximum import Maximum, maximise
from shopkeeper.models.likelihood.purchase_model import PurchaseModel
from shopkeeper.models.likelihood.repeat_values import RepeatValues
from shopkeeper.models.likelihood.saving import (
    from_files,
    matrix,
    matrix_or_none,
    number_or_none,
    to_files,
)

__all__ = [
    "BetaGeometricModel",
    "Histories",
    "Maximum",
    "PowerIntegral",
    "PurchaseModel",
    "RepeatValues",
    "distinct",
    "from_files",
    "matrix",
    "matrix_or_none",
    "maximise",
    "number_or_none",
    "power_integral",
    "to_files",
]
