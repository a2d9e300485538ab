"""Side by side: results come in order, from two at a time, on one thread of linear algebra."""

from __future__ import annotations

import threading

import pytest

from shopkeeper.evaluation.side_by_side import AT_ONCE, side_by_side


def test_results_stand_in_the_order_of_the_items() -> None:
    first_may_end = threading.Event()

    def work(number: int) -> int:
        if number == 3:
            assert first_may_end.wait(30)
        else:
            first_may_end.set()
        return number * 10

    assert side_by_side(work, [3, 1, 2]) == [30, 10, 20]


def test_two_are_worked_out_at_the_same_time() -> None:
    meeting = threading.Barrier(AT_ONCE, timeout=30)
    assert sorted(side_by_side(lambda _: meeting.wait(), range(AT_ONCE))) == [0, 1]


def test_libraries_calculate_on_one_thread_until_the_last_is_done() -> None:
    from threadpoolctl import threadpool_info

    def blas_threads(_: object) -> set[int]:
        return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}

    assert side_by_side(blas_threads, range(4)) == [{1}] * 4


def test_of_errors_that_of_the_first_item_counts() -> None:
    def fail(number: int) -> int:
        raise ValueError(f"item {number}")

    with pytest.raises(ValueError, match="item 7"):
        side_by_side(fail, [7, 8])
