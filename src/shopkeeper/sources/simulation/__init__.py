"""A made-up shop of any size, with the truth behind it written beside the data.

```text
orders.csv                one row per order line                      order_file
events.csv                one row per click                           event_file
experiments.csv           one row per experiment and customer         experiment_file
truth/customers.parquet   one row per person: rates, drop-out, taste  customer_truth
truth/products.parquet    one row per product: demand, partner        product_truth
truth/truth.json          what was planted, and exact totals          truth
contacts/<plan>.csv       what a plan's contacts brought, if played   contact_files
```
"""

from shopkeeper.sources.simulation.generator import simulate
from shopkeeper.sources.simulation.options import SimulationOptions
from shopkeeper.sources.simulation.truth import SimulationTruth

__all__ = ["SimulationOptions", "SimulationTruth", "simulate"]
