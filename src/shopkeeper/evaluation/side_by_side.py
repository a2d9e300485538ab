"""Side by side: what stands by itself, such as the folds of a contest, worked out two at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Found = TypeVar("Found")

# Two take half the time on the two cores of a laptop. More would hold more in memory at once, and
# wait for each other wherever it is Python that works.
AT_ONCE = 2


def side_by_side(work: Callable[[Given], Found], items: Iterable[Given]) -> list[Found]:
    """Gives what work makes of each item, in order of the items; the same as one after the other.

    Each is worked out by a single thread, with libraries of linear algebra on one as well: their
    sums depend on how rows are shared out. So the results are the same, however many cores there
    are and in whatever order they come to an end.

    Args:
        work: Reads what others read too, and changes nothing that they see; it asks no engine, as
            a connection answers one at a time.
        items: What is worked out; of an error that of the first item counts.

    Examples:
        >>> side_by_side(lambda number: number**2, [3, 1, 2])
        [9, 1, 4]
    """
    given = list(items)
    if len(given) < 2:
        return [work(one) for one in given]
    import scipy.linalg  # noqa: F401 - only libraries that are loaded are limited
    from threadpoolctl import threadpool_limits

    # The limit is one for the whole process: set here and not by each thread, so that none that
    # comes to its end first lifts it for the others.
    with threadpool_limits(1), ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(work, given))
