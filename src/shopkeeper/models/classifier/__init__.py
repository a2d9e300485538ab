"""What classifiers share: rows to be taught on, trees of XGBoost, exact contributions."""
