SELECT
  "t8"."product_id",
  MAKE_DATE(2025, 1, 1) AS "as_of",
  "t8"."product_name",
  "t8"."category",
  "t8"."quantity",
  "t8"."returned_quantity",
  "t8"."gross_amount",
  "t8"."discount_amount",
  "t8"."refund_amount",
  "t8"."net_amount",
  "t8"."order_count",
  "t8"."customer_count",
  "t8"."first_sold_date",
  "t8"."last_sold_date",
  "t8"."recent_amount",
  "t8"."previous_amount",
  "t8"."year_before_amount"
FROM (
  SELECT
    "t7".*
    EXCLUDE ("product_id_right")
  FROM (
    SELECT
      "t6"."product_id",
      "t6"."quantity",
      "t6"."returned_quantity",
      "t6"."gross_amount",
      "t6"."discount_amount",
      "t6"."refund_amount",
      "t6"."net_amount",
      "t6"."order_count",
      "t6"."customer_count",
      "t6"."first_sold_date",
      "t6"."last_sold_date",
      "t6"."recent_amount",
      "t6"."previous_amount",
      "t6"."year_before_amount",
      "t4"."product_id" AS "product_id_right",
      "t4"."product_name",
      "t4"."category"
    FROM (
      SELECT
        "t3"."product_id",
        COALESCE(
          SUM("t3"."quantity") FILTER(WHERE
            NOT (
              "t3"."is_return"
            )),
          CAST(0 AS DECIMAL(18, 3))
        ) AS "quantity",
        COALESCE(
          SUM(-(
            "t3"."quantity"
          )) FILTER(WHERE
            "t3"."is_return"),
          CAST(0 AS DECIMAL(18, 3))
        ) AS "returned_quantity",
        COALESCE(SUM("t3"."gross_amount"), CAST(0 AS DECIMAL(18, 4))) AS "gross_amount",
        COALESCE(SUM("t3"."discount_amount"), CAST(0 AS DECIMAL(18, 4))) AS "discount_amount",
        COALESCE(SUM("t3"."refund_amount"), CAST(0 AS DECIMAL(18, 4))) AS "refund_amount",
        COALESCE(SUM("t3"."net_amount"), CAST(0 AS DECIMAL(18, 4))) AS "net_amount",
        COUNT(DISTINCT "t3"."source" || '/' || "t3"."order_id") FILTER(WHERE
          NOT (
            "t3"."is_return"
          ) AND NOT (
            "t3"."is_cancellation"
          )) AS "order_count",
        COUNT(DISTINCT "t3"."customer_id") FILTER(WHERE
          NOT (
            "t3"."is_return"
          ) AND NOT (
            "t3"."is_cancellation"
          )) AS "customer_count",
        MIN("t3"."order_date") FILTER(WHERE
          NOT (
            "t3"."is_return"
          ) AND NOT (
            "t3"."is_cancellation"
          )) AS "first_sold_date",
        MAX("t3"."order_date") FILTER(WHERE
          NOT (
            "t3"."is_return"
          ) AND NOT (
            "t3"."is_cancellation"
          )) AS "last_sold_date",
        COALESCE(
          SUM("t3"."net_amount") FILTER(WHERE
            (
              "t3"."order_date" >= MAKE_DATE(2024, 10, 2)
            )
            AND (
              "t3"."order_date" < MAKE_DATE(2025, 1, 1)
            )),
          CAST(0 AS DECIMAL(18, 4))
        ) AS "recent_amount",
        COALESCE(
          SUM("t3"."net_amount") FILTER(WHERE
            (
              "t3"."order_date" >= MAKE_DATE(2024, 7, 3)
            )
            AND (
              "t3"."order_date" < MAKE_DATE(2024, 10, 2)
            )),
          CAST(0 AS DECIMAL(18, 4))
        ) AS "previous_amount",
        COALESCE(
          SUM("t3"."net_amount") FILTER(WHERE
            (
              "t3"."order_date" >= MAKE_DATE(2023, 10, 4)
            )
            AND (
              "t3"."order_date" < MAKE_DATE(2024, 1, 3)
            )),
          CAST(0 AS DECIMAL(18, 4))
        ) AS "year_before_amount"
      FROM (
        SELECT
          *
        FROM "order_items" AS "t0"
        WHERE
          "t0"."line_type" = 'merchandise'
          AND "t0"."product_id" IS NOT NULL
          AND "t0"."order_date" < MAKE_DATE(2025, 1, 1)
      ) AS "t3"
      GROUP BY
        1
    ) AS "t6"
    LEFT OUTER JOIN (
      SELECT
        "t1"."product_id",
        "t1"."product_name",
        "t1"."category"
      FROM "products" AS "t1"
    ) AS "t4"
      ON "t6"."product_id" = "t4"."product_id"
  ) AS "t7"
) AS "t8"
