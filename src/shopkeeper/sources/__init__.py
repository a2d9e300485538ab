"""Raw data said in the shop's own terms: one plug-in for each kind of source."""

from shopkeeper.sources.events import EVENTS, SIMULATED_EVENTS
from shopkeeper.sources.files import FILES
from shopkeeper.sources.linked_source import LinkedSource
from shopkeeper.sources.olist import OLIST
from shopkeeper.sources.online_retail import ONLINE_RETAIL
from shopkeeper.sources.shopify import SHOPIFY
from shopkeeper.sources.shopping_malls import SHOPPING_MALLS
from shopkeeper.sources.simulated_shop import SIMULATED_SHOP
from shopkeeper.sources.source import Source
from shopkeeper.sources.thelook import THELOOK
from shopkeeper.sources.woocommerce import WOOCOMMERCE

# The first that recognises a header takes it; the one that takes any stands last.
ALL: tuple[Source, ...] = (
    ONLINE_RETAIL,
    SHOPPING_MALLS,
    SHOPIFY,
    WOOCOMMERCE,
    SIMULATED_SHOP,
    SIMULATED_EVENTS,
    EVENTS,
    FILES,
)

# Kinds of which several files belong together; told by all files of a folder.
LINKED: tuple[LinkedSource, ...] = (THELOOK, OLIST)
