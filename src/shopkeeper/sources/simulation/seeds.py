"""One stream of random numbers per block and purpose, so that no part disturbs another."""

from __future__ import annotations

from enum import IntEnum

import numpy as np


class Purpose(IntEnum):
    """What a stream of random numbers is for; the numbers are part of every seed."""

    PLAN = 0
    PEOPLE = 1
    ORDERS = 2
    BASKETS = 3
    ORDER_LINES = 4
    REFUNDS = 5
    DAMAGE = 6
    SESSIONS = 7
    CLICKS = 8
    EXPERIMENTS = 9
    CONTACTS = 10


def random_stream(seed: int, purpose: Purpose, block: int = 0) -> np.random.Generator:
    """Gives the stream that `SeedSequence(seed)` spawns for a purpose and then for a block."""
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(int(purpose), block)))
