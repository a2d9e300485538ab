"""Groups of customers in the terminal: who they are, who moved, and how far to trust them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopkeeper.cli.output import print_table, print_text
from shopkeeper.reports.formatting import money, percent

if TYPE_CHECKING:
    from shopkeeper.reports.customer_segments import CustomerSegments
    from shopkeeper.tasks.customer_segmentation.findings import Findings


def show_customer_segments(found: CustomerSegments, currency: str) -> None:
    """Prints the segments found in the data."""
    if not found.segments:
        print_text("Nobody is put into segments:")
        for reason in found.findings.reasons or ("no customer was scored yet",):
            print_text(f"• {reason}")
    else:
        _show_segments(found, currency)
    _show_trust(found.findings)


def _show_segments(found: CustomerSegments, currency: str) -> None:
    print_text(
        f"{found.customer_count:,} customers as of {found.as_of}, {found.outlier_count:,} of them "
        f"far from every segment; by {found.model}"
    )
    print_table(
        (
            *("#", "segment", "customers", "share", "amount", "share ", "before"),
            *("purchases", "a purchase", "days since last", "first"),
        ),
        [
            (
                row.cluster_id,
                row.segment,
                row.customer_count,
                percent(row.customer_share),
                money(row.purchase_amount, currency, 0),
                percent(row.amount_share),
                row.previous_customer_count,
                f"{row.average_purchase_count:.1f}",
                money(row.average_purchase_amount, currency),
                f"{row.average_days_since_last_purchase:.0f}",
                f"{row.average_days_since_first_purchase:.0f}",
            )
            for row in found.segments
        ],
    )
    for row in found.segments:
        print_text(f"• {row.segment}: {row.meaning}. {row.advice}.")
    print_text()
    _show_moves(found, currency)


def _show_moves(found: CustomerSegments, currency: str) -> None:
    print_table(
        (f"on {found.previous_as_of}", f"on {found.as_of}", "customers", "amount"),
        [
            (
                move.from_segment or "(no customer yet)",
                move.to_segment,
                move.customer_count,
                money(move.purchase_amount, currency, 0),
            )
            for move in found.moves
            if move.from_segment != move.to_segment
        ],
    )


def _show_trust(findings: Findings) -> None:
    if findings.trials:
        print_text()
        print_table(
            ("segments", "silhouette", "Davies-Bouldin", "Calinski-Harabasz", "rank", "stable", ""),
            [
                (
                    trial.cluster_count,
                    f"{trial.silhouette:.3f}",
                    f"{trial.davies_bouldin:.3f}",
                    f"{trial.calinski_harabasz:.0f}",
                    f"{trial.mean_rank:.1f}",
                    "–" if trial.stability is None else f"{trial.stability:.2f}",
                    "chosen" if trial.is_chosen else trial.refusal,
                )
                for trial in findings.trials
            ],
        )
    if findings.past:
        print_text()
        names = tuple(findings.past[0].silhouettes)
        print_table(
            ("judged 90 days after", "segments", *names, "agreement"),
            [
                (
                    past.cutoff,
                    past.cluster_count,
                    *(f"{past.silhouettes.get(name, 0.0):.3f}" for name in names),
                    f"{past.agreement:.2f}",
                )
                for past in findings.past
            ],
        )
    for caveat in findings.caveats:
        print_text(f"note: {caveat}")
