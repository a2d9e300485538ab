"""What the truth says about people and products can be found in the order file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from shopkeeper.sources.simulation import SimulationTruth


@pytest.fixture(scope="module")
def database(shop_directory: Path) -> duckdb.DuckDBPyConnection:
    """Kept rows as `lines`, beside the tables of the truth."""
    connection = duckdb.connect()
    connection.execute(f"""
        create table lines as
        select distinct * replace (cast(quantity as int) as quantity)
        from read_csv('{shop_directory}/orders.csv', all_varchar = true)
        where try_cast(quantity as int) is not null
          and try_cast(ordered_at as timestamp) is not null and order_id is not null""")
    for name in ("customers", "products"):
        path = shop_directory / "truth" / f"{name}.parquet"
        connection.execute(f"create view {name} as from '{path}'")
    return connection


def rows(database: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    return database.sql(query).fetchall()


def count(database: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(database.sql(f"select count(*) from ({query})").fetchall()[0][0])


def test_there_is_one_row_per_person(database: duckdb.DuckDBPyConnection) -> None:
    assert rows(database, "select count(*), count(distinct person_id) from customers") == [
        (1_300, 1_300)
    ]


def test_orders_and_money_of_each_person_are_exact(database: duckdb.DuckDBPyConnection) -> None:
    wrong = count(
        database,
        """
        with of_person as (
            select replace(lower(email), '+shop@', '@') as email,
                count(distinct order_id) filter (quantity > 0) as order_count,
                sum(quantity * cast(unit_price as decimal(18, 2))
                    - cast(discount as decimal(18, 2))) as net_amount
            from lines group by 1)
        from customers left join of_person using (email)
        where of_person.order_count is distinct from customers.order_count
           or of_person.net_amount is distinct from customers.net_amount""",
    )
    assert wrong == 0


def test_every_customer_id_belongs_to_one_person_by_mail(
    database: duckdb.DuckDBPyConnection,
) -> None:
    database.execute("""
        create or replace temp view owned as
        select unnest(customer_ids) as customer_id, email as mail_box, second_email
        from customers""")
    assert count(database, "select customer_id from owned group by all having count(*) > 1") == 0
    assert (
        count(
            database,
            """from lines join owned using (customer_id)
        where lines.email not in (mail_box, coalesce(second_email, ''))""",
        )
        == 0
    )
    ordered = "select distinct customer_id from lines where customer_id is not null"
    assert count(database, f"{ordered} except select customer_id from owned") == 0


def test_second_accounts_write_the_same_mail_box_otherwise(
    database: duckdb.DuckDBPyConnection,
) -> None:
    twice = "from customers where second_email is not null"
    assert 20 < count(database, twice) < 120
    assert count(database, f"{twice} and len(customer_ids) <> 2") == 0
    assert count(database, f"{twice} and second_email = email") == 0
    assert count(database, f"{twice} and replace(lower(second_email), '+shop@', '@') <> email") == 0


def test_people_without_an_account_order_as_guests_only(
    database: duckdb.DuckDBPyConnection,
) -> None:
    guests = "from customers where is_guest_only"
    assert count(database, guests) > 20
    assert count(database, f"{guests} and len(customer_ids) > 0") == 0
    assert (
        count(
            database,
            """from lines join customers using (email)
            where is_guest_only and customer_id is not null""",
        )
        == 0
    )


def test_lovers_of_a_category_buy_mostly_there(database: duckdb.DuckDBPyConnection) -> None:
    ((lover, other),) = rows(
        database,
        """
        select avg(cast(l.category = favourite_category as int)) filter (category_loyalty > 0.5),
            avg(cast(l.category = favourite_category as int)) filter (category_loyalty < 0.5)
        from lines l join customers using (email)
        where product_id not in ('SHIPPING', 'GIFT-CARD') and quantity > 0""",
    )
    assert float(str(lover)) > 0.65
    assert float(str(other)) < 0.45


def test_prices_are_the_base_prices(database: duckdb.DuckDBPyConnection) -> None:
    assert (
        count(
            database,
            """from lines join products using (product_id)
        where cast(unit_price as decimal(18, 2)) <> base_price""",
        )
        == 0
    )
    assert (
        count(database, "select distinct product_id from lines")
        == count(database, "from products") + 2
    )


def test_popular_products_are_the_planted_ones(database: duckdb.DuckDBPyConnection) -> None:
    ((correlation, total),) = rows(
        database,
        """
        with sold as (select product_id, count(*) as n from lines where quantity > 0 group by 1)
        select corr(n, weekly_demand_share), sum(weekly_demand_share)
        from products join sold using (product_id) where product_id not in
            (select affinity_partner_id from products where affinity_partner_id is not null)""",
    )
    assert float(str(correlation)) > 0.9
    assert float(str(total)) < 1.0


def test_planted_pairs_are_counted_and_bought_together(truth: SimulationTruth) -> None:
    assert len(truth.affinities) == 8
    for pair in truth.affinities:
        assert pair.lift > 4


def test_pairs_are_counted_right(
    database: duckdb.DuckDBPyConnection, truth: SimulationTruth
) -> None:
    pair = truth.affinities[0]
    ((both,),) = rows(
        database,
        f"""select count(*) from (
            select order_id from lines where quantity > 0
            and product_id in ('{pair.product_id}', '{pair.partner_id}')
            group by 1 having count(distinct product_id) = 2)""",
    )
    # Damaged rows are part of the count and not of the table.
    assert 0 <= pair.both_order_count - int(str(both)) <= 5
