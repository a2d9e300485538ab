"""Customer features: what was known of each customer before a date, one file per theme."""

from shopkeeper.marts.customer_features.wide import CUSTOMER_FEATURES as CUSTOMER_FEATURES
