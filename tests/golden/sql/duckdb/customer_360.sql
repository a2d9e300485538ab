WITH "t4" AS (
  SELECT
    *
  FROM "order_items" AS "t1"
  WHERE
    "t1"."order_date" < MAKE_DATE(2025, 1, 1) AND "t1"."customer_id" IS NOT NULL
)
SELECT
  "t24"."customer_id",
  MAKE_DATE(2025, 1, 1) AS "as_of",
  "t24"."country",
  "t24"."email",
  "t24"."first_order_date",
  "t24"."last_order_date",
  COALESCE("t24"."order_count", 0) AS "order_count",
  "t24"."product_count",
  "t24"."quantity",
  "t24"."gross_amount",
  "t24"."discount_amount",
  "t24"."refund_amount",
  "t24"."net_amount",
  CAST("t24"."sold_amount" AS DOUBLE) / "t24"."order_count" AS "average_order_amount",
  -(
    DATE_DIFF('DAY', MAKE_DATE(2025, 1, 1), "t24"."last_order_date")
  ) AS "days_since_last_order",
  -(
    DATE_DIFF('DAY', MAKE_DATE(2025, 1, 1), "t24"."first_order_date")
  ) AS "tenure_days",
  CAST(DATE_DIFF('DAY', "t24"."first_order_date", "t24"."last_order_date") AS DOUBLE) / CASE
    WHEN COALESCE("t24"."order_count", 0) > 1
    THEN COALESCE("t24"."order_count", 0) - 1
    ELSE CAST(NULL AS BIGINT)
  END AS "average_days_between_orders",
  CAST("t24"."refund_amount" AS DOUBLE) / CASE
    WHEN CAST("t24"."gross_amount" AS DOUBLE) > 0
    THEN CAST("t24"."gross_amount" AS DOUBLE)
    ELSE CAST(NULL AS DOUBLE)
  END AS "refund_share",
  "t24"."product_id" AS "favourite_product_id",
  COALESCE("t24"."order_count", 0) > 1 AS "is_repeat"
FROM (
  SELECT
    "t23".*
    EXCLUDE ("customer_id_right")
  FROM (
    SELECT
      "t22"."customer_id",
      "t22"."product_count",
      "t22"."quantity",
      "t22"."gross_amount",
      "t22"."discount_amount",
      "t22"."refund_amount",
      "t22"."net_amount",
      "t22"."order_count",
      "t22"."first_order_date",
      "t22"."last_order_date",
      "t22"."sold_amount",
      "t22"."product_id",
      "t3"."customer_id" AS "customer_id_right",
      "t3"."country",
      "t3"."email"
    FROM (
      SELECT
        "t20".*
        EXCLUDE ("customer_id_right")
      FROM (
        SELECT
          "t19"."customer_id",
          "t19"."product_count",
          "t19"."quantity",
          "t19"."gross_amount",
          "t19"."discount_amount",
          "t19"."refund_amount",
          "t19"."net_amount",
          "t19"."order_count",
          "t19"."first_order_date",
          "t19"."last_order_date",
          "t19"."sold_amount",
          "t14"."customer_id" AS "customer_id_right",
          "t14"."product_id"
        FROM (
          SELECT
            "t17".*
            EXCLUDE ("customer_id_right")
          FROM (
            SELECT
              "t11"."customer_id",
              "t11"."product_count",
              "t11"."quantity",
              "t11"."gross_amount",
              "t11"."discount_amount",
              "t11"."refund_amount",
              "t11"."net_amount",
              "t16"."customer_id" AS "customer_id_right",
              "t16"."order_count",
              "t16"."first_order_date",
              "t16"."last_order_date",
              "t16"."sold_amount"
            FROM (
              SELECT
                "t6"."customer_id",
                COUNT(DISTINCT "t6"."product_id") FILTER(WHERE
                  (
                    "t6"."line_type" = 'merchandise'
                  ) AND NOT (
                    "t6"."is_return"
                  )) AS "product_count",
                COALESCE(
                  SUM("t6"."quantity") FILTER(WHERE
                    (
                      "t6"."line_type" = 'merchandise'
                    ) AND NOT (
                      "t6"."is_return"
                    )),
                  CAST(0 AS DECIMAL(18, 3))
                ) AS "quantity",
                COALESCE(
                  SUM("t6"."gross_amount") FILTER(WHERE
                    "t6"."line_type" IN ('merchandise', 'discount')),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "gross_amount",
                COALESCE(
                  SUM("t6"."discount_amount") FILTER(WHERE
                    "t6"."line_type" IN ('merchandise', 'discount')),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "discount_amount",
                COALESCE(
                  SUM("t6"."refund_amount") FILTER(WHERE
                    "t6"."line_type" IN ('merchandise', 'discount')),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "refund_amount",
                COALESCE(
                  SUM("t6"."net_amount") FILTER(WHERE
                    "t6"."line_type" IN ('merchandise', 'discount')),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "net_amount"
              FROM "t4" AS "t6"
              GROUP BY
                1
            ) AS "t11"
            LEFT OUTER JOIN (
              SELECT
                "t12"."customer_id",
                COUNT(*) AS "order_count",
                MIN("t12"."order_date") AS "first_order_date",
                MAX("t12"."order_date") AS "last_order_date",
                COALESCE(SUM("t12"."sold_amount"), CAST(0 AS DECIMAL(18, 4))) AS "sold_amount"
              FROM (
                SELECT
                  *
                FROM (
                  SELECT
                    "t6"."customer_id",
                    "t6"."source",
                    "t6"."order_id",
                    MIN("t6"."order_date") AS "order_date",
                    SUM(
                      CASE
                        WHEN (
                          "t6"."line_type" = 'merchandise'
                        ) AND NOT (
                          "t6"."is_return"
                        )
                        THEN 1
                        ELSE 0
                      END
                    ) AS "sold_lines",
                    SUM(CASE WHEN "t6"."is_cancellation" THEN 1 ELSE 0 END) AS "cancelling_lines",
                    COALESCE(
                      SUM("t6"."gross_amount" - "t6"."discount_amount") FILTER(WHERE
                        "t6"."line_type" IN ('merchandise', 'discount')),
                      CAST(0 AS DECIMAL(18, 4))
                    ) AS "sold_amount"
                  FROM "t4" AS "t6"
                  GROUP BY
                    1,
                    2,
                    3
                ) AS "t9"
                WHERE
                  "t9"."sold_lines" > 0 AND "t9"."cancelling_lines" = 0
              ) AS "t12"
              GROUP BY
                1
            ) AS "t16"
              ON "t11"."customer_id" = "t16"."customer_id"
          ) AS "t17"
        ) AS "t19"
        LEFT OUTER JOIN (
          SELECT
            "t10"."customer_id",
            "t10"."product_id"
          FROM (
            SELECT
              "t7"."customer_id",
              "t7"."product_id",
              "t7"."row_count",
              ROW_NUMBER() OVER (
                PARTITION BY "t7"."customer_id"
                ORDER BY "t7"."row_count" DESC, "t7"."product_id" ASC
                ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
              ) - 1 AS "place"
            FROM (
              SELECT
                "t5"."customer_id",
                "t5"."product_id",
                COUNT(*) AS "row_count"
              FROM (
                SELECT
                  *
                FROM "order_items" AS "t1"
                WHERE
                  "t1"."order_date" < MAKE_DATE(2025, 1, 1)
                  AND "t1"."customer_id" IS NOT NULL
                  AND "t1"."line_type" = 'merchandise'
                  AND NOT (
                    "t1"."is_return"
                  )
                  AND "t1"."product_id" IS NOT NULL
              ) AS "t5"
              GROUP BY
                1,
                2
            ) AS "t7"
          ) AS "t10"
          WHERE
            "t10"."place" = 0
        ) AS "t14"
          ON "t19"."customer_id" = "t14"."customer_id"
      ) AS "t20"
    ) AS "t22"
    LEFT OUTER JOIN (
      SELECT
        "t0"."customer_id",
        "t0"."country",
        "t0"."email"
      FROM "customers" AS "t0"
    ) AS "t3"
      ON "t22"."customer_id" = "t3"."customer_id"
  ) AS "t23"
) AS "t24"
