SELECT
  "t8"."customer_id",
  "t8"."order_number",
  "t8"."source",
  "t8"."order_id",
  "t8"."ordered_at",
  "t8"."order_date",
  DATE_DIFF('DAY', "t8"."previous_date", "t8"."order_date") AS "days_since_previous_order",
  "t8"."country",
  "t8"."channel",
  "t8"."product_count",
  "t8"."quantity",
  "t8"."gross_amount",
  "t8"."discount_amount",
  "t8"."refund_amount",
  "t8"."net_amount",
  "t8"."shipping_amount"
FROM (
  SELECT
    "t7"."source",
    "t7"."order_id",
    "t7"."customer_id",
    "t7"."is_guest",
    "t7"."ordered_at",
    "t7"."order_date",
    "t7"."country",
    "t7"."channel",
    "t7"."payment_method",
    "t7"."store_id",
    "t7"."is_sale",
    "t7"."is_cancellation",
    "t7"."refund_of",
    "t7"."line_count",
    "t7"."product_count",
    "t7"."quantity",
    "t7"."gross_amount",
    "t7"."discount_amount",
    COALESCE("t7"."later_amount", CAST(0 AS DECIMAL(18, 4))) AS "refund_amount",
    (
      "t7"."gross_amount" - "t7"."discount_amount"
    ) - COALESCE("t7"."later_amount", CAST(0 AS DECIMAL(18, 4))) AS "net_amount",
    "t7"."shipping_amount",
    "t7"."other_amount",
    "t7"."total_amount",
    "t7"."source_right",
    "t7"."returned_order_id",
    "t7"."later_amount",
    (
      ROW_NUMBER() OVER (
        PARTITION BY "t7"."customer_id"
        ORDER BY "t7"."ordered_at" ASC, "t7"."source" ASC, "t7"."order_id" ASC
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ) - 1
    ) + 1 AS "order_number",
    LAG("t7"."order_date") OVER (
      PARTITION BY "t7"."customer_id"
      ORDER BY "t7"."ordered_at" ASC, "t7"."source" ASC, "t7"."order_id" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "previous_date"
  FROM (
    SELECT
      "t4"."source",
      "t4"."order_id",
      "t4"."customer_id",
      "t4"."is_guest",
      "t4"."ordered_at",
      "t4"."order_date",
      "t4"."country",
      "t4"."channel",
      "t4"."payment_method",
      "t4"."store_id",
      "t4"."is_sale",
      "t4"."is_cancellation",
      "t4"."refund_of",
      "t4"."line_count",
      "t4"."product_count",
      "t4"."quantity",
      "t4"."gross_amount",
      "t4"."discount_amount",
      "t4"."refund_amount",
      "t4"."net_amount",
      "t4"."shipping_amount",
      "t4"."other_amount",
      "t4"."total_amount",
      "t6"."source" AS "source_right",
      "t6"."returned_order_id",
      "t6"."later_amount"
    FROM (
      SELECT
        *
      FROM "orders" AS "t0"
      WHERE
        "t0"."is_sale" AND "t0"."customer_id" IS NOT NULL
    ) AS "t4"
    LEFT OUTER JOIN (
      SELECT
        "t3"."source",
        "t3"."returned_order_id",
        COALESCE(SUM("t3"."refund_amount"), CAST(0 AS DECIMAL(18, 4))) AS "later_amount"
      FROM (
        SELECT
          *
        FROM "refunds" AS "t1"
        WHERE
          "t1"."returned_order_id" IS NOT NULL
      ) AS "t3"
      GROUP BY
        1,
        2
    ) AS "t6"
      ON "t4"."source" = "t6"."source" AND "t4"."order_id" = "t6"."returned_order_id"
  ) AS "t7"
) AS "t8"
