"""Lifecycle: the life of a model from a training run to the registry, the gate and its card."""
