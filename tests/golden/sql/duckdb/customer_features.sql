WITH "t5" AS (
  SELECT
    "t1"."customer_id",
    "t1"."order_date",
    "t1"."order_count",
    "t1"."product_count",
    "t1"."purchase_amount",
    MAKE_DATE(2025, 1, 1) AS "as_of",
    -(
      DATE_DIFF('DAY', MAKE_DATE(2025, 1, 1), "t1"."order_date")
    ) AS "days_ago"
  FROM "purchases" AS "t1"
  WHERE
    "t1"."order_date" < MAKE_DATE(2025, 1, 1)
), "t25" AS (
  SELECT
    "t24"."customer_id",
    "t24"."source",
    "t24"."order_id",
    "t24"."order_date",
    "t24"."sold_at",
    "t24"."sold_line_count",
    "t24"."quantity",
    "t24"."gross_amount",
    "t24"."discount_amount",
    "t24"."refund_amount",
    "t24"."refund_line_count",
    "t24"."cancelling_line_count",
    "t24"."country",
    "t24"."channel",
    "t24"."is_start",
    RANDOM() AS "_stage"
  FROM (
    SELECT
      "t16"."customer_id",
      "t16"."source",
      "t16"."order_id",
      "t16"."order_date",
      "t16"."sold_at",
      "t16"."sold_line_count",
      "t16"."quantity",
      "t16"."gross_amount",
      "t16"."discount_amount",
      "t16"."refund_amount",
      "t16"."refund_line_count",
      "t16"."cancelling_line_count",
      "t16"."country",
      "t16"."channel",
      COALESCE(
        "t16"."order_date" = MIN("t16"."order_date") FILTER(WHERE
          "t16"."sold_line_count" > 0) OVER (
          PARTITION BY "t16"."customer_id", "t16"."source", "t16"."order_id"
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ),
        FALSE
      ) AS "is_start"
    FROM (
      SELECT
        "t15"."customer_id",
        "t15"."source",
        "t15"."order_id",
        "t15"."order_date",
        "t15"."sold_at",
        "t15"."sold_line_count",
        "t15"."quantity",
        "t15"."gross_amount",
        "t15"."discount_amount",
        "t15"."refund_amount",
        "t15"."refund_line_count",
        "t15"."cancelling_line_count",
        "t15"."country",
        "t15"."channel"
      FROM (
        SELECT
          "t10"."customer_id",
          "t10"."source",
          "t10"."order_id",
          "t10"."order_date",
          "t10"."sold_at",
          "t10"."sold_line_count",
          "t10"."quantity",
          "t10"."gross_amount",
          "t10"."discount_amount",
          "t10"."refund_amount",
          "t10"."refund_line_count",
          "t10"."cancelling_line_count",
          "t10"."country",
          "t10"."channel",
          RANDOM() AS "_stage"
        FROM (
          SELECT
            "t2"."customer_id",
            "t2"."source",
            "t2"."order_id",
            "t2"."order_date",
            MIN("t2"."ordered_at") FILTER(WHERE
              (
                "t2"."line_type" = 'merchandise'
              )
              AND NOT (
                "t2"."is_return"
              )
              AND NOT (
                "t2"."is_cancellation"
              )) AS "sold_at",
            SUM(
              CASE
                WHEN (
                  "t2"."line_type" = 'merchandise'
                )
                AND NOT (
                  "t2"."is_return"
                )
                AND NOT (
                  "t2"."is_cancellation"
                )
                THEN 1
                ELSE 0
              END
            ) AS "sold_line_count",
            COALESCE(
              SUM("t2"."quantity") FILTER(WHERE
                (
                  "t2"."line_type" = 'merchandise'
                )
                AND NOT (
                  "t2"."is_return"
                )
                AND NOT (
                  "t2"."is_cancellation"
                )),
              CAST(0 AS DECIMAL(18, 3))
            ) AS "quantity",
            COALESCE(
              SUM("t2"."gross_amount") FILTER(WHERE
                "t2"."line_type" IN ('merchandise', 'discount')
                AND NOT (
                  "t2"."is_cancellation"
                )),
              CAST(0 AS DECIMAL(18, 4))
            ) AS "gross_amount",
            COALESCE(
              SUM("t2"."discount_amount") FILTER(WHERE
                "t2"."line_type" IN ('merchandise', 'discount')
                AND NOT (
                  "t2"."is_cancellation"
                )),
              CAST(0 AS DECIMAL(18, 4))
            ) AS "discount_amount",
            COALESCE(
              SUM("t2"."refund_amount") FILTER(WHERE
                "t2"."line_type" IN ('merchandise', 'discount')),
              CAST(0 AS DECIMAL(18, 4))
            ) AS "refund_amount",
            SUM(
              CASE
                WHEN "t2"."line_type" IN ('merchandise', 'discount') AND "t2"."is_return"
                THEN 1
                ELSE 0
              END
            ) AS "refund_line_count",
            SUM(CASE WHEN "t2"."is_cancellation" THEN 1 ELSE 0 END) AS "cancelling_line_count",
            MIN("t2"."country") AS "country",
            MIN("t2"."channel") FILTER(WHERE
              (
                "t2"."line_type" = 'merchandise'
              )
              AND NOT (
                "t2"."is_return"
              )
              AND NOT (
                "t2"."is_cancellation"
              )) AS "channel"
          FROM (
            SELECT
              *
            FROM "order_items" AS "t0"
            WHERE
              "t0"."order_date" < MAKE_DATE(2025, 1, 1) AND "t0"."customer_id" IS NOT NULL
          ) AS "t2"
          GROUP BY
            1,
            2,
            3,
            4
        ) AS "t10"
      ) AS "t15"
    ) AS "t16"
  ) AS "t24"
), "t36" AS (
  SELECT
    "t29"."customer_id",
    "t29"."source",
    "t29"."order_id",
    "t29"."order_date",
    "t29"."sold_at",
    "t29"."sold_line_count",
    "t29"."quantity",
    "t29"."gross_amount",
    "t29"."discount_amount",
    "t29"."refund_amount",
    "t29"."refund_line_count",
    "t29"."cancelling_line_count",
    "t29"."country",
    "t29"."channel",
    "t29"."is_start",
    "t35"."order_number",
    "t35"."gap_days",
    "t35"."hour"
  FROM (
    SELECT
      "t26"."customer_id",
      "t26"."source",
      "t26"."order_id",
      "t26"."order_date",
      "t26"."sold_at",
      "t26"."sold_line_count",
      "t26"."quantity",
      "t26"."gross_amount",
      "t26"."discount_amount",
      "t26"."refund_amount",
      "t26"."refund_line_count",
      "t26"."cancelling_line_count",
      "t26"."country",
      "t26"."channel",
      "t26"."is_start"
    FROM "t25" AS "t26"
  ) AS "t29"
  LEFT OUTER JOIN (
    SELECT
      "t33"."customer_id",
      "t33"."source",
      "t33"."order_id",
      "t33"."order_date",
      "t33"."order_number",
      DATE_DIFF('DAY', "t33"."previous_date", "t33"."order_date") AS "gap_days",
      CASE
        WHEN (
          EXTRACT(hour FROM "t33"."local_at") = 0
        )
        AND (
          EXTRACT(minute FROM "t33"."local_at") = 0
        )
        AND (
          EXTRACT(second FROM "t33"."local_at") = 0
        )
        THEN CAST(NULL AS BIGINT)
        ELSE CAST(EXTRACT(hour FROM "t33"."local_at") AS BIGINT)
      END AS "hour"
    FROM (
      SELECT
        "t32"."customer_id",
        "t32"."source",
        "t32"."order_id",
        "t32"."order_date",
        "t32"."local_at",
        "t32"."order_number",
        "t32"."previous_date",
        RANDOM() AS "_stage"
      FROM (
        SELECT
          "t28"."customer_id",
          "t28"."source",
          "t28"."order_id",
          "t28"."order_date",
          "t28"."sold_at" AS "local_at",
          (
            ROW_NUMBER() OVER (
              PARTITION BY "t28"."customer_id"
              ORDER BY "t28"."order_date" ASC, "t28"."sold_at" ASC, "t28"."source" ASC, "t28"."order_id" ASC
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) - 1
          ) + 1 AS "order_number",
          LAG("t28"."order_date") OVER (
            PARTITION BY "t28"."customer_id"
            ORDER BY "t28"."order_date" ASC, "t28"."sold_at" ASC, "t28"."source" ASC, "t28"."order_id" ASC
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
          ) AS "previous_date"
        FROM (
          SELECT
            "t26"."customer_id",
            "t26"."source",
            "t26"."order_id",
            "t26"."order_date",
            "t26"."sold_at",
            "t26"."sold_line_count",
            "t26"."quantity",
            "t26"."gross_amount",
            "t26"."discount_amount",
            "t26"."refund_amount",
            "t26"."refund_line_count",
            "t26"."cancelling_line_count",
            "t26"."country",
            "t26"."channel",
            "t26"."is_start"
          FROM "t25" AS "t26"
          WHERE
            "t26"."is_start"
        ) AS "t28"
      ) AS "t32"
    ) AS "t33"
  ) AS "t35"
    ON "t29"."customer_id" = "t35"."customer_id"
    AND "t29"."source" = "t35"."source"
    AND "t29"."order_id" = "t35"."order_id"
    AND "t29"."order_date" = "t35"."order_date"
), "t41" AS (
  SELECT
    "t38"."customer_id",
    "t38"."source",
    "t38"."order_id",
    "t38"."order_date",
    "t38"."sold_at",
    "t38"."sold_line_count",
    "t38"."quantity",
    "t38"."gross_amount",
    "t38"."discount_amount",
    "t38"."refund_amount",
    "t38"."refund_line_count",
    "t38"."cancelling_line_count",
    "t38"."country",
    "t38"."channel",
    "t38"."is_start",
    "t38"."order_number",
    "t38"."gap_days",
    "t38"."hour",
    MAKE_DATE(2025, 1, 1) AS "as_of",
    -(
      DATE_DIFF('DAY', MAKE_DATE(2025, 1, 1), "t38"."order_date")
    ) AS "days_ago"
  FROM "t36" AS "t38"
  WHERE
    "t38"."order_date" < MAKE_DATE(2025, 1, 1)
), "t44" AS (
  SELECT
    "t42"."as_of",
    "t42"."customer_id",
    "t42"."source",
    "t42"."order_id",
    MIN("t42"."order_date") FILTER(WHERE
      "t42"."is_start") AS "order_date",
    MAX("t42"."days_ago") FILTER(WHERE
      "t42"."is_start") AS "days_ago",
    MAX("t42"."order_number") AS "order_number",
    MAX("t42"."gap_days") AS "gap_days",
    MAX("t42"."hour") AS "hour",
    MIN("t42"."channel") FILTER(WHERE
      "t42"."is_start") AS "channel",
    SUM("t42"."quantity") AS "quantity",
    COALESCE(SUM("t42"."gross_amount"), CAST(0 AS DECIMAL(18, 4))) AS "gross",
    COALESCE(SUM("t42"."discount_amount"), CAST(0 AS DECIMAL(18, 4))) AS "discount",
    SUM("t42"."refund_line_count") AS "refund_line_count",
    SUM("t42"."cancelling_line_count") AS "cancelling_line_count"
  FROM "t41" AS "t42"
  GROUP BY
    1,
    2,
    3,
    4
)
SELECT
  "t75"."customer_id",
  "t75"."as_of",
  "t75"."purchase_count",
  "t75"."purchase_amount",
  "t75"."largest_purchase_amount",
  "t75"."days_since_first_purchase",
  "t75"."days_since_last_purchase",
  "t75"."last_30_days_purchase_count",
  "t75"."last_30_days_amount",
  "t75"."last_90_days_purchase_count",
  "t75"."last_90_days_amount",
  "t75"."last_180_days_purchase_count",
  "t75"."last_180_days_amount",
  "t75"."last_365_days_purchase_count",
  "t75"."last_365_days_amount",
  "t75"."year_ago_30_days_amount",
  "t75"."year_ago_90_days_amount",
  "t75"."year_ago_180_days_amount",
  "t75"."order_count",
  "t75"."quantity",
  COALESCE("t75"."product_count", 0) AS "product_count",
  "t75"."category_count",
  "t75"."last_30_days_order_count",
  "t75"."last_30_days_quantity",
  COALESCE("t75"."last_30_days_product_count", 0) AS "last_30_days_product_count",
  "t75"."last_30_days_category_count",
  "t75"."last_90_days_order_count",
  "t75"."last_90_days_quantity",
  COALESCE("t75"."last_90_days_product_count", 0) AS "last_90_days_product_count",
  "t75"."last_90_days_category_count",
  "t75"."last_180_days_order_count",
  "t75"."last_180_days_quantity",
  COALESCE("t75"."last_180_days_product_count", 0) AS "last_180_days_product_count",
  "t75"."last_180_days_category_count",
  "t75"."last_365_days_order_count",
  "t75"."last_365_days_quantity",
  COALESCE("t75"."last_365_days_product_count", 0) AS "last_365_days_product_count",
  "t75"."last_365_days_category_count",
  "t75"."average_order_amount",
  "t75"."median_order_amount",
  "t75"."largest_order_amount",
  "t75"."discount_share",
  "t75"."average_days_between_orders",
  "t75"."days_between_orders_deviation",
  "t75"."favourite_weekday",
  "t75"."favourite_hour",
  "t75"."average_monthly_amount",
  "t75"."monthly_amount_deviation",
  "t75"."monthly_amount_trend",
  "t75"."refund_count",
  "t75"."refund_amount",
  "t75"."last_90_days_refund_amount",
  "t75"."last_365_days_refund_amount",
  "t75"."days_since_last_refund",
  CAST("t75"."refund_amount" AS DOUBLE) / CASE
    WHEN CAST("t75"."sold_amount" AS DOUBLE) > 0
    THEN CAST("t75"."sold_amount" AS DOUBLE)
    ELSE CAST(NULL AS DOUBLE)
  END AS "refund_share",
  "t75"."cancellation_count",
  CAST("t75"."cancellation_count" AS DOUBLE) / CAST("t75"."either_count" AS DOUBLE) AS "cancellation_share",
  "t75"."first_order_amount",
  "t75"."first_order_quantity",
  "t75"."is_first_order_discounted",
  "t75"."first_channel",
  "t75"."days_to_second_order",
  "t75"."country"
FROM (
  SELECT
    "t23"."as_of",
    "t23"."customer_id",
    "t23"."purchase_count",
    "t23"."total_amount",
    "t23"."largest_purchase_amount",
    "t23"."days_since_first_purchase",
    "t23"."days_since_last_purchase",
    "t23"."last_30_days_purchase_count",
    "t23"."last_30_days_amount",
    "t23"."last_90_days_purchase_count",
    "t23"."last_90_days_amount",
    "t23"."last_180_days_purchase_count",
    "t23"."last_180_days_amount",
    "t23"."last_365_days_purchase_count",
    "t23"."last_365_days_amount",
    "t23"."year_ago_30_days_amount",
    "t23"."year_ago_90_days_amount",
    "t23"."year_ago_180_days_amount",
    "t23"."purchase_amount",
    "t61"."average_monthly_amount",
    "t61"."monthly_amount_deviation",
    "t61"."monthly_amount_trend",
    "t71"."order_count",
    "t71"."bought_amount",
    "t71"."full_amount",
    "t71"."taken_off_amount",
    "t71"."largest_order_amount",
    "t71"."last_30_days_order_count",
    "t71"."last_90_days_order_count",
    "t71"."last_180_days_order_count",
    "t71"."last_365_days_order_count",
    "t71"."gap_count",
    "t71"."gap_sum",
    "t71"."gap_squares",
    "t71"."refund_count",
    "t71"."cancellation_count",
    "t71"."either_count",
    "t71"."first_order_amount",
    "t71"."first_order_quantity",
    "t71"."is_first_order_discounted",
    "t71"."first_channel",
    "t71"."days_to_second_order",
    "t71"."average_order_amount",
    "t71"."discount_share",
    "t71"."average_days_between_orders",
    "t71"."days_between_orders_deviation",
    "t48"."quantity",
    "t48"."last_30_days_quantity",
    "t48"."last_90_days_quantity",
    "t48"."last_180_days_quantity",
    "t48"."last_365_days_quantity",
    "t48"."refund_amount",
    "t48"."sold_amount",
    "t48"."days_since_last_refund",
    "t48"."last_90_days_refund_amount",
    "t48"."last_365_days_refund_amount",
    "t74"."median_order_amount",
    "t19"."product_count",
    "t19"."last_30_days_product_count",
    "t19"."last_90_days_product_count",
    "t19"."last_180_days_product_count",
    "t19"."last_365_days_product_count",
    "t20"."category_count",
    "t20"."last_30_days_category_count",
    "t20"."last_90_days_category_count",
    "t20"."last_180_days_category_count",
    "t20"."last_365_days_category_count",
    "t72"."favourite_weekday",
    "t69"."favourite_hour",
    "t54"."country"
  FROM (
    SELECT
      "t21"."as_of",
      "t21"."customer_id",
      "t21"."purchase_count",
      "t21"."total_amount",
      "t21"."largest_purchase_amount",
      "t21"."days_since_first_purchase",
      "t21"."days_since_last_purchase",
      "t21"."last_30_days_purchase_count",
      "t21"."last_30_days_amount",
      "t21"."last_90_days_purchase_count",
      "t21"."last_90_days_amount",
      "t21"."last_180_days_purchase_count",
      "t21"."last_180_days_amount",
      "t21"."last_365_days_purchase_count",
      "t21"."last_365_days_amount",
      "t21"."year_ago_30_days_amount",
      "t21"."year_ago_90_days_amount",
      "t21"."year_ago_180_days_amount",
      "t21"."total_amount" AS "purchase_amount"
    FROM (
      SELECT
        "t13"."as_of",
        "t13"."customer_id",
        COUNT(*) AS "purchase_count",
        COALESCE(SUM("t13"."purchase_amount"), CAST(0 AS DECIMAL(18, 4))) AS "total_amount",
        MAX("t13"."purchase_amount") AS "largest_purchase_amount",
        MAX("t13"."days_ago") AS "days_since_first_purchase",
        MIN("t13"."days_ago") AS "days_since_last_purchase",
        SUM(CASE WHEN "t13"."days_ago" <= 30 THEN 1 ELSE 0 END) AS "last_30_days_purchase_count",
        COALESCE(
          SUM("t13"."purchase_amount") FILTER(WHERE
            "t13"."days_ago" <= 30),
          CAST(0 AS DECIMAL(18, 4))
        ) AS "last_30_days_amount",
        SUM(CASE WHEN "t13"."days_ago" <= 90 THEN 1 ELSE 0 END) AS "last_90_days_purchase_count",
        COALESCE(
          SUM("t13"."purchase_amount") FILTER(WHERE
            "t13"."days_ago" <= 90),
          CAST(0 AS DECIMAL(18, 4))
        ) AS "last_90_days_amount",
        SUM(CASE WHEN "t13"."days_ago" <= 180 THEN 1 ELSE 0 END) AS "last_180_days_purchase_count",
        COALESCE(
          SUM("t13"."purchase_amount") FILTER(WHERE
            "t13"."days_ago" <= 180),
          CAST(0 AS DECIMAL(18, 4))
        ) AS "last_180_days_amount",
        SUM(CASE WHEN "t13"."days_ago" <= 365 THEN 1 ELSE 0 END) AS "last_365_days_purchase_count",
        COALESCE(
          SUM("t13"."purchase_amount") FILTER(WHERE
            "t13"."days_ago" <= 365),
          CAST(0 AS DECIMAL(18, 4))
        ) AS "last_365_days_amount",
        COALESCE(
          SUM("t13"."purchase_amount") FILTER(WHERE
            (
              "t13"."days_ago" <= 365
            ) AND (
              "t13"."days_ago" > 335
            )),
          CAST(0 AS DECIMAL(18, 4))
        ) AS "year_ago_30_days_amount",
        COALESCE(
          SUM("t13"."purchase_amount") FILTER(WHERE
            (
              "t13"."days_ago" <= 365
            ) AND (
              "t13"."days_ago" > 275
            )),
          CAST(0 AS DECIMAL(18, 4))
        ) AS "year_ago_90_days_amount",
        COALESCE(
          SUM("t13"."purchase_amount") FILTER(WHERE
            (
              "t13"."days_ago" <= 365
            ) AND (
              "t13"."days_ago" > 185
            )),
          CAST(0 AS DECIMAL(18, 4))
        ) AS "year_ago_180_days_amount"
      FROM (
        SELECT
          "t9"."customer_id",
          "t9"."order_date",
          "t9"."order_count",
          "t9"."product_count",
          "t9"."purchase_amount",
          "t9"."as_of",
          -(
            DATE_DIFF('DAY', "t9"."as_of", "t9"."order_date")
          ) AS "days_ago"
        FROM (
          SELECT
            "t6".*
            EXCLUDE ("days_ago")
          FROM "t5" AS "t6"
        ) AS "t9"
      ) AS "t13"
      GROUP BY
        1,
        2
    ) AS "t21"
  ) AS "t23"
  LEFT OUTER JOIN (
    SELECT
      "t39"."as_of",
      "t39"."customer_id",
      "t39"."mean" AS "average_monthly_amount",
      SQRT(
        (
          CASE
            WHEN "t39"."month_count" >= 1
            THEN POWER((
              "t39"."month_1" - "t39"."mean"
            ), 2)
            ELSE CAST(0 AS DOUBLE)
          END + CASE
            WHEN "t39"."month_count" >= 2
            THEN POWER((
              "t39"."month_2" - "t39"."mean"
            ), 2)
            ELSE CAST(0 AS DOUBLE)
          END + CASE
            WHEN "t39"."month_count" >= 3
            THEN POWER((
              "t39"."month_3" - "t39"."mean"
            ), 2)
            ELSE CAST(0 AS DOUBLE)
          END + CASE
            WHEN "t39"."month_count" >= 4
            THEN POWER((
              "t39"."month_4" - "t39"."mean"
            ), 2)
            ELSE CAST(0 AS DOUBLE)
          END + CASE
            WHEN "t39"."month_count" >= 5
            THEN POWER((
              "t39"."month_5" - "t39"."mean"
            ), 2)
            ELSE CAST(0 AS DOUBLE)
          END + CASE
            WHEN "t39"."month_count" >= 6
            THEN POWER((
              "t39"."month_6" - "t39"."mean"
            ), 2)
            ELSE CAST(0 AS DOUBLE)
          END + CASE
            WHEN "t39"."month_count" >= 7
            THEN POWER((
              "t39"."month_7" - "t39"."mean"
            ), 2)
            ELSE CAST(0 AS DOUBLE)
          END + CASE
            WHEN "t39"."month_count" >= 8
            THEN POWER((
              "t39"."month_8" - "t39"."mean"
            ), 2)
            ELSE CAST(0 AS DOUBLE)
          END + CASE
            WHEN "t39"."month_count" >= 9
            THEN POWER((
              "t39"."month_9" - "t39"."mean"
            ), 2)
            ELSE CAST(0 AS DOUBLE)
          END + CASE
            WHEN "t39"."month_count" >= 10
            THEN POWER((
              "t39"."month_10" - "t39"."mean"
            ), 2)
            ELSE CAST(0 AS DOUBLE)
          END + CASE
            WHEN "t39"."month_count" >= 11
            THEN POWER((
              "t39"."month_11" - "t39"."mean"
            ), 2)
            ELSE CAST(0 AS DOUBLE)
          END + CASE
            WHEN "t39"."month_count" >= 12
            THEN POWER((
              "t39"."month_12" - "t39"."mean"
            ), 2)
            ELSE CAST(0 AS DOUBLE)
          END
        ) / (
          CASE
            WHEN "t39"."month_count" >= 2
            THEN "t39"."month_count"
            ELSE CAST(NULL AS DOUBLE)
          END - 1
        )
      ) AS "monthly_amount_deviation",
      "t39"."rise" / (
        (
          CASE
            WHEN "t39"."month_count" >= 2
            THEN "t39"."month_count"
            ELSE CAST(NULL AS DOUBLE)
          END * (
            (
              CASE
                WHEN "t39"."month_count" >= 2
                THEN "t39"."month_count"
                ELSE CAST(NULL AS DOUBLE)
              END * CASE
                WHEN "t39"."month_count" >= 2
                THEN "t39"."month_count"
                ELSE CAST(NULL AS DOUBLE)
              END
            ) - 1
          )
        ) / 12
      ) AS "monthly_amount_trend"
    FROM (
      SELECT
        "t37"."as_of",
        "t37"."customer_id",
        "t37"."month_count",
        "t37"."month_1",
        "t37"."month_2",
        "t37"."month_3",
        "t37"."month_4",
        "t37"."month_5",
        "t37"."month_6",
        "t37"."month_7",
        "t37"."month_8",
        "t37"."month_9",
        "t37"."month_10",
        "t37"."month_11",
        "t37"."month_12",
        "t37"."mean",
        "t37"."rise",
        RANDOM() AS "_stage"
      FROM (
        SELECT
          "t31"."as_of",
          "t31"."customer_id",
          "t31"."month_count",
          "t31"."month_1",
          "t31"."month_2",
          "t31"."month_3",
          "t31"."month_4",
          "t31"."month_5",
          "t31"."month_6",
          "t31"."month_7",
          "t31"."month_8",
          "t31"."month_9",
          "t31"."month_10",
          "t31"."month_11",
          "t31"."month_12",
          (
            "t31"."month_1" + "t31"."month_2" + "t31"."month_3" + "t31"."month_4" + "t31"."month_5" + "t31"."month_6" + "t31"."month_7" + "t31"."month_8" + "t31"."month_9" + "t31"."month_10" + "t31"."month_11" + "t31"."month_12"
          ) / "t31"."month_count" AS "mean",
          (
            (
              (
                (
                  "t31"."month_count" + 1
                ) / 2
              ) - 1
            ) * "t31"."month_1"
          ) + (
            (
              (
                (
                  "t31"."month_count" + 1
                ) / 2
              ) - 2
            ) * "t31"."month_2"
          ) + (
            (
              (
                (
                  "t31"."month_count" + 1
                ) / 2
              ) - 3
            ) * "t31"."month_3"
          ) + (
            (
              (
                (
                  "t31"."month_count" + 1
                ) / 2
              ) - 4
            ) * "t31"."month_4"
          ) + (
            (
              (
                (
                  "t31"."month_count" + 1
                ) / 2
              ) - 5
            ) * "t31"."month_5"
          ) + (
            (
              (
                (
                  "t31"."month_count" + 1
                ) / 2
              ) - 6
            ) * "t31"."month_6"
          ) + (
            (
              (
                (
                  "t31"."month_count" + 1
                ) / 2
              ) - 7
            ) * "t31"."month_7"
          ) + (
            (
              (
                (
                  "t31"."month_count" + 1
                ) / 2
              ) - 8
            ) * "t31"."month_8"
          ) + (
            (
              (
                (
                  "t31"."month_count" + 1
                ) / 2
              ) - 9
            ) * "t31"."month_9"
          ) + (
            (
              (
                (
                  "t31"."month_count" + 1
                ) / 2
              ) - 10
            ) * "t31"."month_10"
          ) + (
            (
              (
                (
                  "t31"."month_count" + 1
                ) / 2
              ) - 11
            ) * "t31"."month_11"
          ) + (
            (
              (
                (
                  "t31"."month_count" + 1
                ) / 2
              ) - 12
            ) * "t31"."month_12"
          ) AS "rise"
        FROM (
          SELECT
            "t30"."as_of",
            "t30"."customer_id",
            "t30"."month_count",
            "t30"."month_1",
            "t30"."month_2",
            "t30"."month_3",
            "t30"."month_4",
            "t30"."month_5",
            "t30"."month_6",
            "t30"."month_7",
            "t30"."month_8",
            "t30"."month_9",
            "t30"."month_10",
            "t30"."month_11",
            "t30"."month_12",
            RANDOM() AS "_stage"
          FROM (
            SELECT
              "t14"."as_of",
              "t14"."customer_id",
              CAST(CASE WHEN "t14"."first_days_ago" > 30 THEN 1 ELSE 0 END + CASE WHEN "t14"."first_days_ago" > 60 THEN 1 ELSE 0 END + CASE WHEN "t14"."first_days_ago" > 90 THEN 1 ELSE 0 END + CASE WHEN "t14"."first_days_ago" > 120 THEN 1 ELSE 0 END + CASE WHEN "t14"."first_days_ago" > 150 THEN 1 ELSE 0 END + CASE WHEN "t14"."first_days_ago" > 180 THEN 1 ELSE 0 END + CASE WHEN "t14"."first_days_ago" > 210 THEN 1 ELSE 0 END + CASE WHEN "t14"."first_days_ago" > 240 THEN 1 ELSE 0 END + CASE WHEN "t14"."first_days_ago" > 270 THEN 1 ELSE 0 END + CASE WHEN "t14"."first_days_ago" > 300 THEN 1 ELSE 0 END + CASE WHEN "t14"."first_days_ago" > 330 THEN 1 ELSE 0 END + 1 AS DOUBLE) AS "month_count",
              CAST("t14"."month_1" AS DOUBLE) AS "month_1",
              CAST("t14"."month_2" AS DOUBLE) AS "month_2",
              CAST("t14"."month_3" AS DOUBLE) AS "month_3",
              CAST("t14"."month_4" AS DOUBLE) AS "month_4",
              CAST("t14"."month_5" AS DOUBLE) AS "month_5",
              CAST("t14"."month_6" AS DOUBLE) AS "month_6",
              CAST("t14"."month_7" AS DOUBLE) AS "month_7",
              CAST("t14"."month_8" AS DOUBLE) AS "month_8",
              CAST("t14"."month_9" AS DOUBLE) AS "month_9",
              CAST("t14"."month_10" AS DOUBLE) AS "month_10",
              CAST("t14"."month_11" AS DOUBLE) AS "month_11",
              CAST("t14"."month_12" AS DOUBLE) AS "month_12"
            FROM (
              SELECT
                "t6"."as_of",
                "t6"."customer_id",
                MAX("t6"."days_ago") AS "first_days_ago",
                COALESCE(
                  SUM("t6"."purchase_amount") FILTER(WHERE
                    (
                      "t6"."days_ago" > 0
                    ) AND (
                      "t6"."days_ago" <= 30
                    )),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "month_1",
                COALESCE(
                  SUM("t6"."purchase_amount") FILTER(WHERE
                    (
                      "t6"."days_ago" > 30
                    ) AND (
                      "t6"."days_ago" <= 60
                    )),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "month_2",
                COALESCE(
                  SUM("t6"."purchase_amount") FILTER(WHERE
                    (
                      "t6"."days_ago" > 60
                    ) AND (
                      "t6"."days_ago" <= 90
                    )),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "month_3",
                COALESCE(
                  SUM("t6"."purchase_amount") FILTER(WHERE
                    (
                      "t6"."days_ago" > 90
                    ) AND (
                      "t6"."days_ago" <= 120
                    )),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "month_4",
                COALESCE(
                  SUM("t6"."purchase_amount") FILTER(WHERE
                    (
                      "t6"."days_ago" > 120
                    ) AND (
                      "t6"."days_ago" <= 150
                    )),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "month_5",
                COALESCE(
                  SUM("t6"."purchase_amount") FILTER(WHERE
                    (
                      "t6"."days_ago" > 150
                    ) AND (
                      "t6"."days_ago" <= 180
                    )),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "month_6",
                COALESCE(
                  SUM("t6"."purchase_amount") FILTER(WHERE
                    (
                      "t6"."days_ago" > 180
                    ) AND (
                      "t6"."days_ago" <= 210
                    )),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "month_7",
                COALESCE(
                  SUM("t6"."purchase_amount") FILTER(WHERE
                    (
                      "t6"."days_ago" > 210
                    ) AND (
                      "t6"."days_ago" <= 240
                    )),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "month_8",
                COALESCE(
                  SUM("t6"."purchase_amount") FILTER(WHERE
                    (
                      "t6"."days_ago" > 240
                    ) AND (
                      "t6"."days_ago" <= 270
                    )),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "month_9",
                COALESCE(
                  SUM("t6"."purchase_amount") FILTER(WHERE
                    (
                      "t6"."days_ago" > 270
                    ) AND (
                      "t6"."days_ago" <= 300
                    )),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "month_10",
                COALESCE(
                  SUM("t6"."purchase_amount") FILTER(WHERE
                    (
                      "t6"."days_ago" > 300
                    ) AND (
                      "t6"."days_ago" <= 330
                    )),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "month_11",
                COALESCE(
                  SUM("t6"."purchase_amount") FILTER(WHERE
                    (
                      "t6"."days_ago" > 330
                    ) AND (
                      "t6"."days_ago" <= 360
                    )),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "month_12"
              FROM "t5" AS "t6"
              GROUP BY
                1,
                2
            ) AS "t14"
          ) AS "t30"
        ) AS "t31"
      ) AS "t37"
    ) AS "t39"
  ) AS "t61"
    ON "t23"."as_of" = "t61"."as_of" AND "t23"."customer_id" = "t61"."customer_id"
  LEFT OUTER JOIN (
    SELECT
      "t58"."as_of",
      "t58"."customer_id",
      "t58"."order_count",
      "t58"."bought_amount",
      "t58"."full_amount",
      "t58"."taken_off_amount",
      "t58"."largest_order_amount",
      "t58"."last_30_days_order_count",
      "t58"."last_90_days_order_count",
      "t58"."last_180_days_order_count",
      "t58"."last_365_days_order_count",
      "t58"."gap_count",
      "t58"."gap_sum",
      "t58"."gap_squares",
      "t58"."refund_count",
      "t58"."cancellation_count",
      "t58"."either_count",
      "t58"."first_order_amount",
      "t58"."first_order_quantity",
      "t58"."is_first_order_discounted",
      "t58"."first_channel",
      "t58"."days_to_second_order",
      CAST("t58"."bought_amount" AS DOUBLE) / CAST("t58"."order_count" AS DOUBLE) AS "average_order_amount",
      CAST("t58"."taken_off_amount" AS DOUBLE) / CASE
        WHEN CAST("t58"."full_amount" AS DOUBLE) > 0
        THEN CAST("t58"."full_amount" AS DOUBLE)
        ELSE CAST(NULL AS DOUBLE)
      END AS "discount_share",
      CAST("t58"."gap_sum" AS DOUBLE) / CASE
        WHEN "t58"."gap_count" >= 1
        THEN CAST("t58"."gap_count" AS DOUBLE)
        ELSE CAST(NULL AS DOUBLE)
      END AS "average_days_between_orders",
      SQRT(
        (
          (
            CAST("t58"."gap_squares" AS DOUBLE) * CAST("t58"."gap_count" AS DOUBLE)
          ) - (
            CAST("t58"."gap_sum" AS DOUBLE) * CAST("t58"."gap_sum" AS DOUBLE)
          )
        ) / (
          CASE
            WHEN "t58"."gap_count" >= 2
            THEN CAST("t58"."gap_count" AS DOUBLE)
            ELSE CAST(NULL AS DOUBLE)
          END * (
            CASE
              WHEN "t58"."gap_count" >= 2
              THEN CAST("t58"."gap_count" AS DOUBLE)
              ELSE CAST(NULL AS DOUBLE)
            END - 1
          )
        )
      ) AS "days_between_orders_deviation"
    FROM (
      SELECT
        "t49"."as_of",
        "t49"."customer_id",
        COUNT("t49"."order_number") AS "order_count",
        COALESCE(SUM("t49"."order_amount"), CAST(0 AS DECIMAL(18, 4))) AS "bought_amount",
        COALESCE(SUM("t49"."gross_amount"), CAST(0 AS DECIMAL(18, 4))) AS "full_amount",
        COALESCE(SUM("t49"."discount_amount"), CAST(0 AS DECIMAL(18, 4))) AS "taken_off_amount",
        MAX("t49"."order_amount") AS "largest_order_amount",
        SUM(CASE WHEN "t49"."days_ago" <= 30 THEN 1 ELSE 0 END) AS "last_30_days_order_count",
        SUM(CASE WHEN "t49"."days_ago" <= 90 THEN 1 ELSE 0 END) AS "last_90_days_order_count",
        SUM(CASE WHEN "t49"."days_ago" <= 180 THEN 1 ELSE 0 END) AS "last_180_days_order_count",
        SUM(CASE WHEN "t49"."days_ago" <= 365 THEN 1 ELSE 0 END) AS "last_365_days_order_count",
        COUNT("t49"."gap_days") AS "gap_count",
        SUM("t49"."gap_days") AS "gap_sum",
        SUM("t49"."gap_days" * "t49"."gap_days") AS "gap_squares",
        SUM(CASE WHEN "t49"."refund_line_count" > 0 THEN 1 ELSE 0 END) AS "refund_count",
        SUM(CASE WHEN "t49"."cancelling_line_count" > 0 THEN 1 ELSE 0 END) AS "cancellation_count",
        SUM(
          CASE
            WHEN (
              "t49"."cancelling_line_count" > 0
            ) OR (
              "t49"."order_date" IS NOT NULL
            )
            THEN 1
            ELSE 0
          END
        ) AS "either_count",
        COALESCE(
          SUM("t49"."order_amount") FILTER(WHERE
            "t49"."order_number" = 1),
          CAST(0 AS DECIMAL(18, 4))
        ) AS "first_order_amount",
        COALESCE(
          SUM("t49"."quantity") FILTER(WHERE
            "t49"."order_number" = 1),
          CAST(0 AS DECIMAL(18, 3))
        ) AS "first_order_quantity",
        COALESCE(
          SUM("t49"."discount_amount") FILTER(WHERE
            "t49"."order_number" = 1),
          CAST(0 AS DECIMAL(18, 4))
        ) > 0 AS "is_first_order_discounted",
        MIN("t49"."channel") FILTER(WHERE
          "t49"."order_number" = 1) AS "first_channel",
        MAX("t49"."gap_days") FILTER(WHERE
          "t49"."order_number" = 2) AS "days_to_second_order"
      FROM (
        SELECT
          "t46"."as_of",
          "t46"."customer_id",
          "t46"."source",
          "t46"."order_id",
          "t46"."order_date",
          "t46"."days_ago",
          "t46"."order_number",
          "t46"."gap_days",
          "t46"."hour",
          "t46"."channel",
          "t46"."quantity",
          "t46"."gross",
          "t46"."discount",
          "t46"."refund_line_count",
          "t46"."cancelling_line_count",
          CASE
            WHEN "t46"."order_date" IS NOT NULL
            THEN "t46"."gross"
            ELSE CAST(NULL AS DECIMAL(18, 4))
          END AS "gross_amount",
          CASE
            WHEN "t46"."order_date" IS NOT NULL
            THEN "t46"."discount"
            ELSE CAST(NULL AS DECIMAL(18, 4))
          END AS "discount_amount",
          CASE
            WHEN "t46"."order_date" IS NOT NULL
            THEN "t46"."gross" - "t46"."discount"
            ELSE CAST(NULL AS DECIMAL(18, 4))
          END AS "order_amount"
        FROM "t44" AS "t46"
      ) AS "t49"
      GROUP BY
        1,
        2
    ) AS "t58"
  ) AS "t71"
    ON "t23"."as_of" = "t71"."as_of" AND "t23"."customer_id" = "t71"."customer_id"
  LEFT OUTER JOIN (
    SELECT
      "t42"."as_of",
      "t42"."customer_id",
      SUM("t42"."quantity") AS "quantity",
      COALESCE(
        SUM("t42"."quantity") FILTER(WHERE
          "t42"."days_ago" <= 30),
        CAST(0 AS DECIMAL(18, 3))
      ) AS "last_30_days_quantity",
      COALESCE(
        SUM("t42"."quantity") FILTER(WHERE
          "t42"."days_ago" <= 90),
        CAST(0 AS DECIMAL(18, 3))
      ) AS "last_90_days_quantity",
      COALESCE(
        SUM("t42"."quantity") FILTER(WHERE
          "t42"."days_ago" <= 180),
        CAST(0 AS DECIMAL(18, 3))
      ) AS "last_180_days_quantity",
      COALESCE(
        SUM("t42"."quantity") FILTER(WHERE
          "t42"."days_ago" <= 365),
        CAST(0 AS DECIMAL(18, 3))
      ) AS "last_365_days_quantity",
      COALESCE(SUM("t42"."refund_amount"), CAST(0 AS DECIMAL(18, 4))) AS "refund_amount",
      COALESCE(SUM("t42"."gross_amount"), CAST(0 AS DECIMAL(18, 4))) AS "sold_amount",
      MIN("t42"."days_ago") FILTER(WHERE
        "t42"."refund_line_count" > 0) AS "days_since_last_refund",
      COALESCE(
        SUM("t42"."refund_amount") FILTER(WHERE
          "t42"."days_ago" <= 90),
        CAST(0 AS DECIMAL(18, 4))
      ) AS "last_90_days_refund_amount",
      COALESCE(
        SUM("t42"."refund_amount") FILTER(WHERE
          "t42"."days_ago" <= 365),
        CAST(0 AS DECIMAL(18, 4))
      ) AS "last_365_days_refund_amount"
    FROM "t41" AS "t42"
    GROUP BY
      1,
      2
  ) AS "t48"
    ON "t23"."as_of" = "t48"."as_of" AND "t23"."customer_id" = "t48"."customer_id"
  LEFT OUTER JOIN (
    SELECT
      "t70"."as_of",
      "t70"."customer_id",
      CAST(ROUND(
        (
          "t70"."lower_amount" + "t70"."upper_amount"
        ) * CAST('0.5' AS DECIMAL(2, 1)),
        4
      ) AS DECIMAL(38, 4)) AS "median_order_amount"
    FROM (
      SELECT
        "t65"."as_of",
        "t65"."customer_id",
        MIN("t65"."order_amount") AS "lower_amount",
        MAX("t65"."order_amount") AS "upper_amount"
      FROM (
        SELECT
          *
        FROM (
          SELECT
            "t53"."as_of",
            "t53"."customer_id",
            "t53"."order_amount",
            (
              ROW_NUMBER() OVER (
                PARTITION BY "t53"."as_of", "t53"."customer_id"
                ORDER BY "t53"."order_amount" ASC, "t53"."source" ASC, "t53"."order_id" ASC
                ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
              ) - 1
            ) + 1 AS "place",
            COUNT(*) OVER (
              PARTITION BY "t53"."as_of", "t53"."customer_id"
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS "all_orders"
          FROM (
            SELECT
              "t46"."as_of",
              "t46"."customer_id",
              "t46"."source",
              "t46"."order_id",
              "t46"."order_date",
              "t46"."days_ago",
              "t46"."order_number",
              "t46"."gap_days",
              "t46"."hour",
              "t46"."channel",
              "t46"."quantity",
              "t46"."gross",
              "t46"."discount",
              "t46"."refund_line_count",
              "t46"."cancelling_line_count",
              CASE
                WHEN "t46"."order_date" IS NOT NULL
                THEN "t46"."gross"
                ELSE CAST(NULL AS DECIMAL(18, 4))
              END AS "gross_amount",
              CASE
                WHEN "t46"."order_date" IS NOT NULL
                THEN "t46"."discount"
                ELSE CAST(NULL AS DECIMAL(18, 4))
              END AS "discount_amount",
              CASE
                WHEN "t46"."order_date" IS NOT NULL
                THEN "t46"."gross" - "t46"."discount"
                ELSE CAST(NULL AS DECIMAL(18, 4))
              END AS "order_amount"
            FROM "t44" AS "t46"
            WHERE
              CASE
                WHEN "t46"."order_date" IS NOT NULL
                THEN "t46"."gross" - "t46"."discount"
                ELSE CAST(NULL AS DECIMAL(18, 4))
              END IS NOT NULL
          ) AS "t53"
        ) AS "t62"
        WHERE
          (
            "t62"."place" * 2
          ) >= "t62"."all_orders"
          AND (
            "t62"."place" * 2
          ) <= (
            "t62"."all_orders" + 2
          )
      ) AS "t65"
      GROUP BY
        1,
        2
    ) AS "t70"
  ) AS "t74"
    ON "t23"."as_of" = "t74"."as_of" AND "t23"."customer_id" = "t74"."customer_id"
  LEFT OUTER JOIN (
    SELECT
      "t11"."as_of",
      "t11"."customer_id",
      COUNT(*) AS "product_count",
      SUM(CASE WHEN "t11"."days_ago" <= 30 THEN 1 ELSE 0 END) AS "last_30_days_product_count",
      SUM(CASE WHEN "t11"."days_ago" <= 90 THEN 1 ELSE 0 END) AS "last_90_days_product_count",
      SUM(CASE WHEN "t11"."days_ago" <= 180 THEN 1 ELSE 0 END) AS "last_180_days_product_count",
      SUM(CASE WHEN "t11"."days_ago" <= 365 THEN 1 ELSE 0 END) AS "last_365_days_product_count"
    FROM (
      SELECT
        "t7"."customer_id",
        "t7"."product_id",
        "t7"."order_date",
        MAKE_DATE(2025, 1, 1) AS "as_of",
        -(
          DATE_DIFF('DAY', MAKE_DATE(2025, 1, 1), "t7"."order_date")
        ) AS "days_ago"
      FROM (
        SELECT
          "t3"."customer_id",
          "t3"."product_id",
          MAX("t3"."order_date") AS "order_date"
        FROM (
          SELECT
            *
          FROM "order_items" AS "t0"
          WHERE
            "t0"."order_date" < MAKE_DATE(2025, 1, 1)
            AND "t0"."line_type" = 'merchandise'
            AND NOT (
              "t0"."is_return"
            )
            AND NOT (
              "t0"."is_cancellation"
            )
            AND "t0"."customer_id" IS NOT NULL
            AND "t0"."product_id" IS NOT NULL
        ) AS "t3"
        GROUP BY
          1,
          2
      ) AS "t7"
      WHERE
        "t7"."order_date" < MAKE_DATE(2025, 1, 1)
    ) AS "t11"
    GROUP BY
      1,
      2
  ) AS "t19"
    ON "t23"."as_of" = "t19"."as_of" AND "t23"."customer_id" = "t19"."customer_id"
  LEFT OUTER JOIN (
    SELECT
      "t12"."as_of",
      "t12"."customer_id",
      COUNT(*) AS "category_count",
      SUM(CASE WHEN "t12"."days_ago" <= 30 THEN 1 ELSE 0 END) AS "last_30_days_category_count",
      SUM(CASE WHEN "t12"."days_ago" <= 90 THEN 1 ELSE 0 END) AS "last_90_days_category_count",
      SUM(CASE WHEN "t12"."days_ago" <= 180 THEN 1 ELSE 0 END) AS "last_180_days_category_count",
      SUM(CASE WHEN "t12"."days_ago" <= 365 THEN 1 ELSE 0 END) AS "last_365_days_category_count"
    FROM (
      SELECT
        "t8"."customer_id",
        "t8"."category",
        "t8"."order_date",
        MAKE_DATE(2025, 1, 1) AS "as_of",
        -(
          DATE_DIFF('DAY', MAKE_DATE(2025, 1, 1), "t8"."order_date")
        ) AS "days_ago"
      FROM (
        SELECT
          "t4"."customer_id",
          "t4"."category",
          MAX("t4"."order_date") AS "order_date"
        FROM (
          SELECT
            *
          FROM "order_items" AS "t0"
          WHERE
            "t0"."order_date" < MAKE_DATE(2025, 1, 1)
            AND "t0"."line_type" = 'merchandise'
            AND NOT (
              "t0"."is_return"
            )
            AND NOT (
              "t0"."is_cancellation"
            )
            AND "t0"."customer_id" IS NOT NULL
            AND "t0"."category" IS NOT NULL
        ) AS "t4"
        GROUP BY
          1,
          2
      ) AS "t8"
      WHERE
        "t8"."order_date" < MAKE_DATE(2025, 1, 1)
    ) AS "t12"
    GROUP BY
      1,
      2
  ) AS "t20"
    ON "t23"."as_of" = "t20"."as_of" AND "t23"."customer_id" = "t20"."customer_id"
  LEFT OUTER JOIN (
    SELECT
      "t63"."as_of",
      "t63"."customer_id",
      (
        6 - (
          "t63"."best" % 7
        )
      ) + 1 AS "favourite_weekday"
    FROM (
      SELECT
        "t59"."as_of",
        "t59"."customer_id",
        MAX("t59"."rank") AS "best"
      FROM (
        SELECT
          "t55"."as_of",
          "t55"."customer_id",
          "t55"."value",
          "t55"."order_count",
          (
            "t55"."order_count" * 7
          ) + (
            6 - "t55"."value"
          ) AS "rank"
        FROM (
          SELECT
            "t50"."as_of",
            "t50"."customer_id",
            "t50"."value",
            COUNT(*) AS "order_count"
          FROM (
            SELECT
              "t46"."as_of",
              "t46"."customer_id",
              "t46"."source",
              "t46"."order_id",
              "t46"."order_date",
              "t46"."days_ago",
              "t46"."order_number",
              "t46"."gap_days",
              "t46"."hour",
              "t46"."channel",
              "t46"."quantity",
              "t46"."gross",
              "t46"."discount",
              "t46"."refund_line_count",
              "t46"."cancelling_line_count",
              CASE
                WHEN "t46"."order_date" IS NOT NULL
                THEN "t46"."gross"
                ELSE CAST(NULL AS DECIMAL(18, 4))
              END AS "gross_amount",
              CASE
                WHEN "t46"."order_date" IS NOT NULL
                THEN "t46"."discount"
                ELSE CAST(NULL AS DECIMAL(18, 4))
              END AS "discount_amount",
              CASE
                WHEN "t46"."order_date" IS NOT NULL
                THEN "t46"."gross" - "t46"."discount"
                ELSE CAST(NULL AS DECIMAL(18, 4))
              END AS "order_amount",
              CAST((
                DAYOFWEEK("t46"."order_date") + 6
              ) % 7 AS BIGINT) AS "value"
            FROM "t44" AS "t46"
            WHERE
              "t46"."order_date" IS NOT NULL
          ) AS "t50"
          GROUP BY
            1,
            2,
            3
        ) AS "t55"
      ) AS "t59"
      GROUP BY
        1,
        2
    ) AS "t63"
  ) AS "t72"
    ON "t23"."as_of" = "t72"."as_of" AND "t23"."customer_id" = "t72"."customer_id"
  LEFT OUTER JOIN (
    SELECT
      "t64"."as_of",
      "t64"."customer_id",
      23 - (
        "t64"."best" % 24
      ) AS "favourite_hour"
    FROM (
      SELECT
        "t60"."as_of",
        "t60"."customer_id",
        MAX("t60"."rank") AS "best"
      FROM (
        SELECT
          "t56"."as_of",
          "t56"."customer_id",
          "t56"."value",
          "t56"."order_count",
          (
            "t56"."order_count" * 24
          ) + (
            23 - "t56"."value"
          ) AS "rank"
        FROM (
          SELECT
            "t51"."as_of",
            "t51"."customer_id",
            "t51"."value",
            COUNT(*) AS "order_count"
          FROM (
            SELECT
              "t46"."as_of",
              "t46"."customer_id",
              "t46"."source",
              "t46"."order_id",
              "t46"."order_date",
              "t46"."days_ago",
              "t46"."order_number",
              "t46"."gap_days",
              "t46"."hour",
              "t46"."channel",
              "t46"."quantity",
              "t46"."gross",
              "t46"."discount",
              "t46"."refund_line_count",
              "t46"."cancelling_line_count",
              CASE
                WHEN "t46"."order_date" IS NOT NULL
                THEN "t46"."gross"
                ELSE CAST(NULL AS DECIMAL(18, 4))
              END AS "gross_amount",
              CASE
                WHEN "t46"."order_date" IS NOT NULL
                THEN "t46"."discount"
                ELSE CAST(NULL AS DECIMAL(18, 4))
              END AS "discount_amount",
              CASE
                WHEN "t46"."order_date" IS NOT NULL
                THEN "t46"."gross" - "t46"."discount"
                ELSE CAST(NULL AS DECIMAL(18, 4))
              END AS "order_amount",
              "t46"."hour" AS "value"
            FROM "t44" AS "t46"
            WHERE
              "t46"."hour" IS NOT NULL
          ) AS "t51"
          GROUP BY
            1,
            2,
            3
        ) AS "t56"
      ) AS "t60"
      GROUP BY
        1,
        2
    ) AS "t64"
  ) AS "t69"
    ON "t23"."as_of" = "t69"."as_of" AND "t23"."customer_id" = "t69"."customer_id"
  LEFT OUTER JOIN (
    SELECT
      MAKE_DATE(2025, 1, 1) AS "as_of",
      "t47"."customer_id",
      "t47"."country"
    FROM (
      SELECT
        "t43"."customer_id",
        "t43"."order_date",
        "t43"."country",
        LEAD("t43"."order_date") OVER (
          PARTITION BY "t43"."customer_id"
          ORDER BY "t43"."order_date" ASC
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS "until"
      FROM (
        SELECT
          "t40"."customer_id",
          "t40"."order_date",
          MIN("t40"."country") AS "country"
        FROM (
          SELECT
            *
          FROM "t36" AS "t38"
          WHERE
            "t38"."country" IS NOT NULL
        ) AS "t40"
        GROUP BY
          1,
          2
      ) AS "t43"
    ) AS "t47"
    WHERE
      "t47"."order_date" < MAKE_DATE(2025, 1, 1)
      AND (
        (
          "t47"."until" IS NULL
        ) OR (
          "t47"."until" >= MAKE_DATE(2025, 1, 1)
        )
      )
  ) AS "t54"
    ON "t23"."as_of" = "t54"."as_of" AND "t23"."customer_id" = "t54"."customer_id"
) AS "t75"
