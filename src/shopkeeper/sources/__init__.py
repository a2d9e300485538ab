"""Raw data said in the shop's own terms: one plug-in for each kind of source."""

from shopkeeper.sources.files import FILES
from shopkeeper.sources.online_retail import ONLINE_RETAIL
from shopkeeper.sources.simulated_shop import SIMULATED_SHOP

# The first that recognises a header takes it; the one that takes any stands last.
ALL = (ONLINE_RETAIL, SIMULATED_SHOP, FILES)
