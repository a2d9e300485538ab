SELECT
  "t2"."customer_id",
  MAKE_DATE(2025, 1, 1) AS "as_of",
  -(
    DATE_DIFF('DAY', MAKE_DATE(2025, 1, 1), "t2"."last_order_date")
  ) AS "days_since_last_order",
  "t2"."order_count",
  "t2"."order_amount",
  "t2"."first_order_date",
  "t2"."last_order_date"
FROM (
  SELECT
    "t1"."customer_id",
    COUNT(DISTINCT "t1"."source" || '/' || "t1"."order_id") FILTER(WHERE
      NOT (
        "t1"."is_return"
      )
      AND NOT (
        "t1"."is_cancellation"
      )
      AND (
        "t1"."line_type" = 'merchandise'
      )) AS "order_count",
    COALESCE(SUM("t1"."net_amount"), CAST(0 AS DECIMAL(18, 4))) AS "order_amount",
    MIN("t1"."order_date") FILTER(WHERE
      NOT (
        "t1"."is_return"
      )
      AND NOT (
        "t1"."is_cancellation"
      )
      AND (
        "t1"."line_type" = 'merchandise'
      )) AS "first_order_date",
    MAX("t1"."order_date") FILTER(WHERE
      NOT (
        "t1"."is_return"
      )
      AND NOT (
        "t1"."is_cancellation"
      )
      AND (
        "t1"."line_type" = 'merchandise'
      )) AS "last_order_date"
  FROM (
    SELECT
      *
    FROM "order_items" AS "t0"
    WHERE
      "t0"."line_type" IN ('merchandise', 'discount')
      AND "t0"."customer_id" IS NOT NULL
      AND "t0"."order_date" < MAKE_DATE(2025, 1, 1)
  ) AS "t1"
  GROUP BY
    1
) AS "t2"
WHERE
  "t2"."order_count" > 0
