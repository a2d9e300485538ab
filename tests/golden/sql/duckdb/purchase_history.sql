SELECT
  "t3"."customer_id",
  "t3"."as_of",
  "t3"."purchase_count" - 1 AS "frequency",
  DATE_DIFF('DAY', "t3"."first_order_date", "t3"."last_order_date") AS "recency_days",
  -(
    DATE_DIFF('DAY', "t3"."as_of", "t3"."first_order_date")
  ) - 1 AS "age_days",
  "t3"."first_order_date",
  "t3"."last_order_date",
  "t3"."first_amount",
  "t3"."repeat_amount",
  CAST(CASE
    WHEN "t3"."repeat_amount" < 0
    THEN CAST(0 AS DECIMAL(18, 4))
    ELSE "t3"."repeat_amount"
  END AS DOUBLE) / CAST(NULLIF("t3"."purchase_count" - 1, 0) AS DOUBLE) AS "average_repeat_amount"
FROM (
  SELECT
    "t2"."as_of",
    "t2"."customer_id",
    COUNT(*) AS "purchase_count",
    MIN("t2"."order_date") AS "first_order_date",
    MAX("t2"."order_date") AS "last_order_date",
    COALESCE(
      SUM("t2"."purchase_amount") FILTER(WHERE
        "t2"."order_date" = "t2"."first_order_date"),
      CAST(0 AS DECIMAL(18, 4))
    ) AS "first_amount",
    COALESCE(
      SUM("t2"."purchase_amount") FILTER(WHERE
        NOT (
          "t2"."order_date" = "t2"."first_order_date"
        )),
      CAST(0 AS DECIMAL(18, 4))
    ) AS "repeat_amount"
  FROM (
    SELECT
      "t1"."customer_id",
      "t1"."order_date",
      "t1"."order_count",
      "t1"."product_count",
      "t1"."purchase_amount",
      "t1"."as_of",
      MIN("t1"."order_date") OVER (
        PARTITION BY "t1"."as_of", "t1"."customer_id"
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ) AS "first_order_date"
    FROM (
      SELECT
        "t0"."customer_id",
        "t0"."order_date",
        "t0"."order_count",
        "t0"."product_count",
        "t0"."purchase_amount",
        MAKE_DATE(2025, 1, 1) AS "as_of"
      FROM "purchases" AS "t0"
      WHERE
        "t0"."order_date" < MAKE_DATE(2025, 1, 1)
    ) AS "t1"
  ) AS "t2"
  GROUP BY
    1,
    2
) AS "t3"
