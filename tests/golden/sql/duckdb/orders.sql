SELECT
  "t1"."source",
  "t1"."order_id",
  "t1"."customer_id",
  "t1"."customer_id" IS NULL AS "is_guest",
  "t1"."ordered_at",
  "t1"."order_date",
  "t1"."country",
  "t1"."channel",
  "t1"."payment_method",
  "t1"."store_id",
  (
    "t1"."sold_lines" > 0
  ) AND NOT (
    "t1"."cancelling_lines" > 0
  ) AS "is_sale",
  "t1"."cancelling_lines" > 0 AS "is_cancellation",
  "t1"."refund_of",
  "t1"."line_count",
  "t1"."product_count",
  "t1"."quantity",
  "t1"."gross_amount",
  "t1"."discount_amount",
  "t1"."refund_amount",
  "t1"."net_amount",
  "t1"."shipping_amount",
  "t1"."other_amount",
  "t1"."total_amount"
FROM (
  SELECT
    "t0"."source",
    "t0"."order_id",
    MIN("t0"."customer_id") AS "customer_id",
    MIN("t0"."ordered_at") AS "ordered_at",
    MIN("t0"."order_date") AS "order_date",
    MIN("t0"."country") AS "country",
    MIN("t0"."channel") AS "channel",
    MIN("t0"."payment_method") AS "payment_method",
    MIN("t0"."store_id") AS "store_id",
    MIN(NULLIF("t0"."refund_of", "t0"."order_id")) AS "refund_of",
    SUM(CASE WHEN "t0"."is_cancellation" THEN 1 ELSE 0 END) AS "cancelling_lines",
    SUM(
      CASE
        WHEN "t0"."line_type" IN ('merchandise', 'discount')
        AND NOT (
          "t0"."is_return"
        )
        AND (
          "t0"."line_type" = 'merchandise'
        )
        THEN 1
        ELSE 0
      END
    ) AS "sold_lines",
    COUNT(*) AS "line_count",
    COUNT(DISTINCT "t0"."product_id") FILTER(WHERE
      "t0"."line_type" IN ('merchandise', 'discount')
      AND NOT (
        "t0"."is_return"
      )
      AND (
        "t0"."line_type" = 'merchandise'
      )) AS "product_count",
    COALESCE(
      SUM("t0"."quantity") FILTER(WHERE
        "t0"."line_type" IN ('merchandise', 'discount')
        AND NOT (
          "t0"."is_return"
        )
        AND (
          "t0"."line_type" = 'merchandise'
        )),
      CAST(0 AS DECIMAL(18, 3))
    ) AS "quantity",
    COALESCE(
      SUM("t0"."gross_amount") FILTER(WHERE
        "t0"."line_type" IN ('merchandise', 'discount')),
      CAST(0 AS DECIMAL(18, 4))
    ) AS "gross_amount",
    COALESCE(
      SUM("t0"."discount_amount") FILTER(WHERE
        "t0"."line_type" IN ('merchandise', 'discount')),
      CAST(0 AS DECIMAL(18, 4))
    ) AS "discount_amount",
    COALESCE(
      SUM("t0"."refund_amount") FILTER(WHERE
        "t0"."line_type" IN ('merchandise', 'discount')),
      CAST(0 AS DECIMAL(18, 4))
    ) AS "refund_amount",
    COALESCE(
      SUM("t0"."net_amount") FILTER(WHERE
        "t0"."line_type" IN ('merchandise', 'discount')),
      CAST(0 AS DECIMAL(18, 4))
    ) AS "net_amount",
    COALESCE(
      SUM("t0"."net_amount") FILTER(WHERE
        "t0"."line_type" = 'shipping'),
      CAST(0 AS DECIMAL(18, 4))
    ) AS "shipping_amount",
    COALESCE(
      SUM("t0"."net_amount") FILTER(WHERE
        NOT (
          "t0"."line_type" IN ('merchandise', 'discount')
        )
        AND NOT (
          "t0"."line_type" = 'shipping'
        )),
      CAST(0 AS DECIMAL(18, 4))
    ) AS "other_amount",
    COALESCE(SUM("t0"."net_amount"), CAST(0 AS DECIMAL(18, 4))) AS "total_amount"
  FROM "order_items" AS "t0"
  GROUP BY
    1,
    2
) AS "t1"
