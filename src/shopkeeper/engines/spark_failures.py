"""Spark failures: what Java says where Spark ends while it works, in our own words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shopkeeper.engines.spark_session import first_line
from shopkeeper.errors import ServerUnavailableError

# How Java says that Spark has ended while it worked for us, as it does when its memory is full.
SIGNS_OF_DEATH = (
    "SparkContext was shut down",
    "stopped SparkContext",
    "Answer from Java side is empty",
    "Java heap space",
    "GC overhead limit exceeded",
    # What is said when even its own classes no longer answer.
    "does not exist in the JVM",
    "Error while sending or receiving",
)


@contextmanager
def told_of_java() -> Iterator[None]:
    """Gives a block in which Spark's end is told as ours; what else it says is Spark's own.

    Raises:
        ServerUnavailableError: Spark ended while it worked.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (Py4JError, PySparkException, ConnectionError) as error:
        raise of_java(error) from error


def of_java(error: Exception) -> Exception:
    """Gives the error for what Java said: ours where Spark has ended, else Spark's own."""
    is_over = isinstance(error, ConnectionError) or any(s in str(error) for s in SIGNS_OF_DEATH)
    if not is_over:
        return error
    return ServerUnavailableError(
        f"Spark ended while it worked: {first_line(error)}",
        "give it more memory with `engine.memory_limit` and run again; the last good tables are "
        "untouched",
    )
