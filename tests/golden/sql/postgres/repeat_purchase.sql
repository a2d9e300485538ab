SELECT
  "t2"."customer_id",
  "t2"."order_number",
  MAKE_DATE(2025, 1, 1) AS "as_of",
  "t2"."source",
  "t2"."order_id",
  "t2"."order_date",
  "t2"."next_order_date",
  "t2"."next_order_date" IS NOT NULL AS "has_next",
  CASE
    WHEN "t2"."next_order_date" IS NOT NULL
    THEN CAST(EXTRACT(epoch FROM CAST("t2"."next_order_date" AS TIMESTAMP) - CAST("t2"."order_date" AS TIMESTAMP)) / 86400 AS BIGINT)
    ELSE -(
      CAST(EXTRACT(epoch FROM CAST("t2"."order_date" AS TIMESTAMP) - CAST(MAKE_DATE(2025, 1, 1) AS TIMESTAMP)) / 86400 AS BIGINT)
    ) - 1
  END AS "observed_days"
FROM (
  SELECT
    "t1"."customer_id",
    "t1"."order_number",
    "t1"."source",
    "t1"."order_id",
    "t1"."ordered_at",
    "t1"."order_date",
    "t1"."days_since_previous_order",
    "t1"."country",
    "t1"."channel",
    "t1"."product_count",
    "t1"."quantity",
    "t1"."gross_amount",
    "t1"."discount_amount",
    "t1"."refund_amount",
    "t1"."net_amount",
    "t1"."shipping_amount",
    LEAD("t1"."order_date") OVER (
      PARTITION BY "t1"."customer_id"
      ORDER BY "t1"."order_number" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "next_order_date"
  FROM (
    SELECT
      *
    FROM "customer_orders" AS "t0"
    WHERE
      "t0"."order_date" < MAKE_DATE(2025, 1, 1)
  ) AS "t1"
) AS "t2"
