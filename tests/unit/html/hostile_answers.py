"""The same shop, but every text in it is an attack."""

from __future__ import annotations

import dataclasses

from unit.html.shop_answers import real_shop

from shopkeeper.html.page import ReportAnswers
from shopkeeper.reports.lifetime_value import LifetimeValues
from shopkeeper.reports.quality_findings import Finding
from shopkeeper.tasks.lifetime_value.findings import Findings

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title></svg><style>*{display:none}</style>",
    "left \u202egnp.exe right",
    '=HYPERLINK("https://example.org/?"&A1,"click")',
    "nul \x00 bell \x07 escape \x1b[31m delete \x7f",
    "a gift \U0001f381\U0001f469\u200d\U0001f4bb for you",
    "long " * 2_000,
    "{{ 7 * 7 }} {% include '/etc/passwd' %} ${7*7}",
    "lone \ud800 surrogate",
    "\u05e9\u05dc\u05d5\u05dd 12",
    "<!-- --> ]]> &amp; &#x3c; javascript:alert(1)",
    "]]></script><script>alert(2)",
    "   ",
)


def _hostile_values(values: LifetimeValues) -> LifetimeValues:
    """Gives the same values, but every text in them is an attack."""
    replace = dataclasses.replace

    def hostile(found: Findings) -> Findings:
        rows = tuple(replace(c, candidate=HOSTILE[i]) for i, c in enumerate(found.contest))
        return replace(
            found,
            model=HOSTILE[0],
            candidate=HOSTILE[1],
            reasons=HOSTILE,
            caveats=HOSTILE,
            contest=rows,
        )

    return replace(
        values,
        horizons=tuple(
            replace(
                horizon,
                customers=tuple(
                    replace(c, customer_id=HOSTILE[i]) for i, c in enumerate(horizon.customers)
                ),
                findings=hostile(horizon.findings),
            )
            for horizon in values.horizons
        ),
        refused=tuple(map(hostile, values.refused)),
    )


def hostile_shop() -> ReportAnswers:
    """Gives a shop in which every text is an attack."""
    shop = real_shop()

    def text(index: int) -> str:
        return HOSTILE[index % len(HOSTILE)]

    view, quality_, segments_ = shop.overview, shop.quality, shop.segments
    assert segments_ is not None
    assert shop.lifetime_value is not None
    names = {row.segment: text(i) + str(i) for i, row in enumerate(segments_.segments)}
    replace = dataclasses.replace
    view = replace(
        view,
        measures=tuple(
            replace(m, label=text(i), meaning=text(i)) for i, m in enumerate(view.measures)
        ),
        countries=tuple(replace(c, name=text(i)) for i, c in enumerate(view.countries)),
        products=tuple(
            replace(p, product_name=text(i), product_id=text(i + 1))
            for i, p in enumerate(view.products)
        ),
        customers=tuple(
            replace(c, customer_id=text(i), country=text(i + 1), segment=text(i + 2))
            for i, c in enumerate(view.customers)
        ),
        findings=HOSTILE,
    )
    segments_ = replace(
        segments_,
        segments=tuple(
            replace(row, segment=names[row.segment], meaning=text(i), advice=text(i + 1))
            for i, row in enumerate(segments_.segments)
        ),
        moves=tuple(
            replace(
                move,
                from_segment=None if move.from_segment is None else names[move.from_segment],
                to_segment=names[move.to_segment],
            )
            for move in segments_.moves
        ),
        thresholds=dict.fromkeys(HOSTILE, (1.0, 2.5)),
    )
    quality_ = replace(
        quality_,
        reconciliation=tuple(
            replace(row, step=text(i), item=text(i + 1))
            for i, row in enumerate(quality_.reconciliation)
        ),
        quarantine=tuple(
            replace(row, reason=text(i), meaning=text(i), examples=HOSTILE)
            for i, row in enumerate(quality_.quarantine)
        ),
        findings=tuple(
            Finding(text(i), text(i), text(i + 1), i, None, text(i + 2))
            for i in range(len(HOSTILE))
        ),
        tables=tuple(
            replace(row, name=text(i), layer=text(i + 1), meaning=text(i), broken=HOSTILE)
            for i, row in enumerate(quality_.tables)
        ),
    )
    return replace(
        shop,
        shop_name=HOSTILE[0] + HOSTILE[1],
        run_id=HOSTILE[1],
        version=HOSTILE[0],
        currency="<b>",
        overview=view,
        segments=segments_,
        lifetime_value=_hostile_values(shop.lifetime_value),
        quality=quality_,
        refusals=HOSTILE,
    )
