SELECT
  "t5"."customer_id",
  MAKE_DATE(2025, 1, 1) AS "as_of",
  "t5"."purchase_count" - 1 AS "frequency",
  DATE_DIFF('DAY', "t5"."first_order_date", "t5"."last_order_date") AS "recency_days",
  -(
    DATE_DIFF('DAY', MAKE_DATE(2025, 1, 1), "t5"."first_order_date")
  ) - 1 AS "age_days",
  "t5"."first_order_date",
  "t5"."last_order_date",
  "t5"."first_amount",
  "t5"."repeat_amount",
  CAST(CASE
    WHEN "t5"."repeat_amount" < 0
    THEN CAST(0 AS DECIMAL(18, 4))
    ELSE "t5"."repeat_amount"
  END AS DOUBLE) / CAST(NULLIF("t5"."purchase_count" - 1, 0) AS DOUBLE) AS "average_repeat_amount"
FROM (
  SELECT
    "t4"."customer_id",
    COUNT(*) AS "purchase_count",
    MIN("t4"."order_date") AS "first_order_date",
    MAX("t4"."order_date") AS "last_order_date",
    COALESCE(
      SUM("t4"."amount") FILTER(WHERE
        "t4"."order_date" = "t4"."first_order_date"),
      CAST(0 AS DECIMAL(18, 4))
    ) AS "first_amount",
    COALESCE(
      SUM("t4"."amount") FILTER(WHERE
        NOT (
          "t4"."order_date" = "t4"."first_order_date"
        )),
      CAST(0 AS DECIMAL(18, 4))
    ) AS "repeat_amount"
  FROM (
    SELECT
      "t3"."customer_id",
      "t3"."order_date",
      "t3"."sold_lines",
      "t3"."amount",
      MIN("t3"."order_date") OVER (
        PARTITION BY "t3"."customer_id"
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ) AS "first_order_date"
    FROM (
      SELECT
        *
      FROM (
        SELECT
          "t1"."customer_id",
          "t1"."order_date",
          SUM(CASE WHEN "t1"."line_type" = 'merchandise' THEN 1 ELSE 0 END) AS "sold_lines",
          COALESCE(SUM("t1"."gross_amount"), CAST(0 AS DECIMAL(18, 4))) - COALESCE(SUM("t1"."discount_amount"), CAST(0 AS DECIMAL(18, 4))) AS "amount"
        FROM (
          SELECT
            *
          FROM "order_items" AS "t0"
          WHERE
            "t0"."order_date" < MAKE_DATE(2025, 1, 1)
            AND "t0"."line_type" IN ('merchandise', 'discount')
            AND "t0"."customer_id" IS NOT NULL
            AND NOT (
              "t0"."is_return"
            )
            AND NOT (
              "t0"."is_cancellation"
            )
        ) AS "t1"
        GROUP BY
          1,
          2
      ) AS "t2"
      WHERE
        "t2"."sold_lines" > 0
    ) AS "t3"
  ) AS "t4"
  GROUP BY
    1
) AS "t5"
