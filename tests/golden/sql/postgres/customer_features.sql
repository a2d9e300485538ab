WITH "t6" AS (
  SELECT
    *
  FROM "events" AS "t1"
  WHERE
    "t1"."event_date" < MAKE_DATE(2025, 1, 1)
), "t9" AS (
  SELECT
    "t2"."customer_id",
    "t2"."order_date",
    "t2"."order_count",
    "t2"."product_count",
    "t2"."purchase_amount",
    MAKE_DATE(2025, 1, 1) AS "as_of",
    -(
      CAST(EXTRACT(epoch FROM CAST("t2"."order_date" AS TIMESTAMP) - CAST(MAKE_DATE(2025, 1, 1) AS TIMESTAMP)) / 86400 AS BIGINT)
    ) AS "days_ago"
  FROM "purchases" AS "t2"
  WHERE
    "t2"."order_date" < MAKE_DATE(2025, 1, 1)
), "t51" AS (
  SELECT
    "t48"."customer_id",
    "t48"."source",
    "t48"."order_id",
    "t48"."order_date",
    "t48"."sold_at",
    "t48"."sold_line_count",
    "t48"."quantity",
    "t48"."gross_amount",
    "t48"."discount_amount",
    "t48"."refund_amount",
    "t48"."refund_line_count",
    "t48"."cancelling_line_count",
    "t48"."country",
    "t48"."channel",
    "t48"."is_start",
    "t48"."order_number",
    "t48"."gap_days",
    "t48"."hour",
    MAKE_DATE(2025, 1, 1) AS "as_of",
    -(
      CAST(EXTRACT(epoch FROM CAST("t48"."order_date" AS TIMESTAMP) - CAST(MAKE_DATE(2025, 1, 1) AS TIMESTAMP)) / 86400 AS BIGINT)
    ) AS "days_ago"
  FROM (
    SELECT
      "t47"."customer_id",
      "t47"."source",
      "t47"."order_id",
      "t47"."order_date",
      "t47"."sold_at",
      "t47"."sold_line_count",
      "t47"."quantity",
      "t47"."gross_amount",
      "t47"."discount_amount",
      "t47"."refund_amount",
      "t47"."refund_line_count",
      "t47"."cancelling_line_count",
      "t47"."country",
      "t47"."channel",
      "t47"."is_start",
      "t47"."order_number",
      "t47"."gap_days",
      "t47"."hour"
    FROM (
      SELECT
        "t46"."customer_id",
        "t46"."source",
        "t46"."order_id",
        "t46"."order_date",
        "t46"."sold_at",
        "t46"."sold_line_count",
        "t46"."quantity",
        "t46"."gross_amount",
        "t46"."discount_amount",
        "t46"."refund_amount",
        "t46"."refund_line_count",
        "t46"."cancelling_line_count",
        "t46"."country",
        "t46"."channel",
        "t46"."is_start",
        "t46"."local_at",
        "t46"."order_number",
        "t46"."gap_days",
        "t46"."hour"
      FROM (
        SELECT
          "t45"."customer_id",
          "t45"."source",
          "t45"."order_id",
          "t45"."order_date",
          "t45"."sold_at",
          "t45"."sold_line_count",
          "t45"."quantity",
          "t45"."gross_amount",
          "t45"."discount_amount",
          "t45"."refund_amount",
          "t45"."refund_line_count",
          "t45"."cancelling_line_count",
          "t45"."country",
          "t45"."channel",
          "t45"."is_start",
          "t45"."previous_date",
          "t45"."local_at",
          "t45"."order_number",
          "t45"."gap_days",
          "t45"."hour"
        FROM (
          SELECT
            "t44"."customer_id",
            "t44"."source",
            "t44"."order_id",
            "t44"."order_date",
            "t44"."sold_at",
            "t44"."sold_line_count",
            "t44"."quantity",
            "t44"."gross_amount",
            "t44"."discount_amount",
            "t44"."refund_amount",
            "t44"."refund_line_count",
            "t44"."cancelling_line_count",
            "t44"."country",
            "t44"."channel",
            "t44"."is_start",
            "t44"."place",
            "t44"."previous_date",
            "t44"."local_at",
            CASE WHEN "t44"."is_start" THEN "t44"."place" ELSE CAST(NULL AS BIGINT) END AS "order_number",
            CASE
              WHEN "t44"."is_start"
              THEN CAST(EXTRACT(epoch FROM CAST("t44"."order_date" AS TIMESTAMP) - CAST("t44"."previous_date" AS TIMESTAMP)) / 86400 AS BIGINT)
              ELSE CAST(NULL AS BIGINT)
            END AS "gap_days",
            CASE
              WHEN "t44"."is_start"
              THEN CASE
                WHEN (
                  EXTRACT(hour FROM "t44"."local_at") = 0
                )
                AND (
                  EXTRACT(minute FROM "t44"."local_at") = 0
                )
                AND (
                  CAST(FLOOR(EXTRACT('second' FROM "t44"."local_at")) AS INT) = 0
                )
                THEN CAST(NULL AS BIGINT)
                ELSE CAST(EXTRACT(hour FROM "t44"."local_at") AS BIGINT)
              END
              ELSE CAST(NULL AS BIGINT)
            END AS "hour"
          FROM (
            SELECT
              "t43"."customer_id",
              "t43"."source",
              "t43"."order_id",
              "t43"."order_date",
              "t43"."sold_at",
              "t43"."sold_line_count",
              "t43"."quantity",
              "t43"."gross_amount",
              "t43"."discount_amount",
              "t43"."refund_amount",
              "t43"."refund_line_count",
              "t43"."cancelling_line_count",
              "t43"."country",
              "t43"."channel",
              "t43"."is_start",
              "t43"."place",
              "t43"."previous_date",
              "t43"."local_at",
              RANDOM() AS "_stage"
            FROM (
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
                (
                  ROW_NUMBER() OVER (
                    PARTITION BY "t38"."customer_id", "t38"."is_start"
                    ORDER BY "t38"."order_date" ASC, "t38"."sold_at" ASC, "t38"."source" ASC, "t38"."order_id" ASC
                    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                  ) - 1
                ) + 1 AS "place",
                LAG("t38"."order_date") OVER (
                  PARTITION BY "t38"."customer_id", "t38"."is_start"
                  ORDER BY "t38"."order_date" ASC, "t38"."sold_at" ASC, "t38"."source" ASC, "t38"."order_id" ASC
                  ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                ) AS "previous_date",
                "t38"."sold_at" AS "local_at"
              FROM (
                SELECT
                  "t37"."customer_id",
                  "t37"."source",
                  "t37"."order_id",
                  "t37"."order_date",
                  "t37"."sold_at",
                  "t37"."sold_line_count",
                  "t37"."quantity",
                  "t37"."gross_amount",
                  "t37"."discount_amount",
                  "t37"."refund_amount",
                  "t37"."refund_line_count",
                  "t37"."cancelling_line_count",
                  "t37"."country",
                  "t37"."channel",
                  "t37"."is_start"
                FROM (
                  SELECT
                    "t35"."customer_id",
                    "t35"."source",
                    "t35"."order_id",
                    "t35"."order_date",
                    "t35"."sold_at",
                    "t35"."sold_line_count",
                    "t35"."quantity",
                    "t35"."gross_amount",
                    "t35"."discount_amount",
                    "t35"."refund_amount",
                    "t35"."refund_line_count",
                    "t35"."cancelling_line_count",
                    "t35"."country",
                    "t35"."channel",
                    "t35"."is_start",
                    RANDOM() AS "_stage"
                  FROM (
                    SELECT
                      "t25"."customer_id",
                      "t25"."source",
                      "t25"."order_id",
                      "t25"."order_date",
                      "t25"."sold_at",
                      "t25"."sold_line_count",
                      "t25"."quantity",
                      "t25"."gross_amount",
                      "t25"."discount_amount",
                      "t25"."refund_amount",
                      "t25"."refund_line_count",
                      "t25"."cancelling_line_count",
                      "t25"."country",
                      "t25"."channel",
                      COALESCE(
                        "t25"."order_date" = MIN("t25"."order_date") FILTER(WHERE
                          "t25"."sold_line_count" > 0) OVER (
                          PARTITION BY "t25"."customer_id", "t25"."source", "t25"."order_id"
                          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                        ),
                        FALSE
                      ) AS "is_start"
                    FROM (
                      SELECT
                        "t23"."customer_id",
                        "t23"."source",
                        "t23"."order_id",
                        "t23"."order_date",
                        "t23"."sold_at",
                        "t23"."sold_line_count",
                        "t23"."quantity",
                        "t23"."gross_amount",
                        "t23"."discount_amount",
                        "t23"."refund_amount",
                        "t23"."refund_line_count",
                        "t23"."cancelling_line_count",
                        "t23"."country",
                        "t23"."channel"
                      FROM (
                        SELECT
                          "t17"."customer_id",
                          "t17"."source",
                          "t17"."order_id",
                          "t17"."order_date",
                          "t17"."sold_at",
                          "t17"."sold_line_count",
                          "t17"."quantity",
                          "t17"."gross_amount",
                          "t17"."discount_amount",
                          "t17"."refund_amount",
                          "t17"."refund_line_count",
                          "t17"."cancelling_line_count",
                          "t17"."country",
                          "t17"."channel",
                          RANDOM() AS "_stage"
                        FROM (
                          SELECT
                            "t3"."customer_id",
                            "t3"."source",
                            "t3"."order_id",
                            "t3"."order_date",
                            MIN("t3"."ordered_at") FILTER(WHERE
                              (
                                "t3"."line_type" = 'merchandise'
                              )
                              AND NOT (
                                "t3"."is_return"
                              )
                              AND NOT (
                                "t3"."is_cancellation"
                              )) AS "sold_at",
                            SUM(
                              CASE
                                WHEN (
                                  "t3"."line_type" = 'merchandise'
                                )
                                AND NOT (
                                  "t3"."is_return"
                                )
                                AND NOT (
                                  "t3"."is_cancellation"
                                )
                                THEN 1
                                ELSE 0
                              END
                            ) AS "sold_line_count",
                            COALESCE(
                              SUM("t3"."quantity") FILTER(WHERE
                                (
                                  "t3"."line_type" = 'merchandise'
                                )
                                AND NOT (
                                  "t3"."is_return"
                                )
                                AND NOT (
                                  "t3"."is_cancellation"
                                )),
                              CAST(0 AS DECIMAL(18, 3))
                            ) AS "quantity",
                            COALESCE(
                              SUM("t3"."gross_amount") FILTER(WHERE
                                "t3"."line_type" IN ('merchandise', 'discount')
                                AND NOT (
                                  "t3"."is_cancellation"
                                )),
                              CAST(0 AS DECIMAL(18, 4))
                            ) AS "gross_amount",
                            COALESCE(
                              SUM("t3"."discount_amount") FILTER(WHERE
                                "t3"."line_type" IN ('merchandise', 'discount')
                                AND NOT (
                                  "t3"."is_cancellation"
                                )),
                              CAST(0 AS DECIMAL(18, 4))
                            ) AS "discount_amount",
                            COALESCE(
                              SUM("t3"."refund_amount") FILTER(WHERE
                                "t3"."line_type" IN ('merchandise', 'discount')),
                              CAST(0 AS DECIMAL(18, 4))
                            ) AS "refund_amount",
                            SUM(
                              CASE
                                WHEN "t3"."line_type" IN ('merchandise', 'discount') AND "t3"."is_return"
                                THEN 1
                                ELSE 0
                              END
                            ) AS "refund_line_count",
                            SUM(CASE WHEN "t3"."is_cancellation" THEN 1 ELSE 0 END) AS "cancelling_line_count",
                            MIN("t3"."country") AS "country",
                            MIN("t3"."channel") FILTER(WHERE
                              (
                                "t3"."line_type" = 'merchandise'
                              )
                              AND NOT (
                                "t3"."is_return"
                              )
                              AND NOT (
                                "t3"."is_cancellation"
                              )) AS "channel"
                          FROM (
                            SELECT
                              *
                            FROM "order_items" AS "t0"
                            WHERE
                              "t0"."order_date" < MAKE_DATE(2025, 1, 1) AND "t0"."customer_id" IS NOT NULL
                          ) AS "t3"
                          GROUP BY
                            1,
                            2,
                            3,
                            4
                        ) AS "t17"
                      ) AS "t23"
                    ) AS "t25"
                  ) AS "t35"
                ) AS "t37"
              ) AS "t38"
            ) AS "t43"
          ) AS "t44"
        ) AS "t45"
      ) AS "t46"
    ) AS "t47"
  ) AS "t48"
  WHERE
    "t48"."order_date" < MAKE_DATE(2025, 1, 1)
), "t55" AS (
  SELECT
    "t53"."as_of",
    "t53"."customer_id",
    "t53"."source",
    "t53"."order_id",
    MIN("t53"."order_date") FILTER(WHERE
      "t53"."is_start") AS "order_date",
    MAX("t53"."days_ago") FILTER(WHERE
      "t53"."is_start") AS "days_ago",
    MAX("t53"."order_number") AS "order_number",
    MAX("t53"."gap_days") AS "gap_days",
    MAX("t53"."hour") AS "hour",
    MIN("t53"."channel") FILTER(WHERE
      "t53"."is_start") AS "channel",
    SUM("t53"."quantity") AS "quantity",
    COALESCE(SUM("t53"."gross_amount"), CAST(0 AS DECIMAL(18, 4))) AS "gross",
    COALESCE(SUM("t53"."discount_amount"), CAST(0 AS DECIMAL(18, 4))) AS "discount",
    SUM("t53"."refund_line_count") AS "refund_line_count",
    SUM("t53"."cancelling_line_count") AS "cancelling_line_count"
  FROM "t51" AS "t53"
  GROUP BY
    1,
    2,
    3,
    4
)
SELECT
  "t86"."customer_id",
  "t86"."as_of",
  "t86"."purchase_count",
  "t86"."purchase_amount",
  "t86"."largest_purchase_amount",
  "t86"."days_since_first_purchase",
  "t86"."days_since_last_purchase",
  "t86"."last_30_days_purchase_count",
  "t86"."last_30_days_amount",
  "t86"."last_90_days_purchase_count",
  "t86"."last_90_days_amount",
  "t86"."last_180_days_purchase_count",
  "t86"."last_180_days_amount",
  "t86"."last_365_days_purchase_count",
  "t86"."last_365_days_amount",
  "t86"."year_ago_30_days_amount",
  "t86"."year_ago_90_days_amount",
  "t86"."year_ago_180_days_amount",
  "t86"."order_count",
  "t86"."quantity",
  COALESCE("t86"."product_count", 0) AS "product_count",
  "t86"."category_count",
  "t86"."last_30_days_order_count",
  "t86"."last_30_days_quantity",
  COALESCE("t86"."last_30_days_product_count", 0) AS "last_30_days_product_count",
  "t86"."last_30_days_category_count",
  "t86"."last_90_days_order_count",
  "t86"."last_90_days_quantity",
  COALESCE("t86"."last_90_days_product_count", 0) AS "last_90_days_product_count",
  "t86"."last_90_days_category_count",
  "t86"."last_180_days_order_count",
  "t86"."last_180_days_quantity",
  COALESCE("t86"."last_180_days_product_count", 0) AS "last_180_days_product_count",
  "t86"."last_180_days_category_count",
  "t86"."last_365_days_order_count",
  "t86"."last_365_days_quantity",
  COALESCE("t86"."last_365_days_product_count", 0) AS "last_365_days_product_count",
  "t86"."last_365_days_category_count",
  "t86"."average_order_amount",
  "t86"."median_order_amount",
  "t86"."largest_order_amount",
  "t86"."discount_share",
  "t86"."average_days_between_orders",
  "t86"."days_between_orders_deviation",
  "t86"."favourite_weekday",
  "t86"."favourite_hour",
  "t86"."average_monthly_amount",
  "t86"."monthly_amount_deviation",
  "t86"."monthly_amount_trend",
  "t86"."refund_count",
  "t86"."refund_amount",
  "t86"."last_90_days_refund_amount",
  "t86"."last_365_days_refund_amount",
  "t86"."days_since_last_refund",
  CAST("t86"."refund_amount" AS DOUBLE PRECISION) / CASE
    WHEN CAST("t86"."sold_amount" AS DOUBLE PRECISION) > 0
    THEN CAST("t86"."sold_amount" AS DOUBLE PRECISION)
    ELSE CAST(NULL AS DOUBLE PRECISION)
  END AS "refund_share",
  "t86"."cancellation_count",
  CAST("t86"."cancellation_count" AS DOUBLE PRECISION) / CASE
    WHEN CAST("t86"."either_count" AS DOUBLE PRECISION) > 0
    THEN CAST("t86"."either_count" AS DOUBLE PRECISION)
    ELSE CAST(NULL AS DOUBLE PRECISION)
  END AS "cancellation_share",
  "t86"."first_order_amount",
  "t86"."first_order_quantity",
  "t86"."is_first_order_discounted",
  "t86"."first_channel",
  "t86"."days_to_second_order",
  "t86"."country",
  CASE
    WHEN "t86"."log_days_ago" IS NOT NULL
    THEN COALESCE("t86"."last_30_days_session_count", 0)
    ELSE CAST(NULL AS BIGINT)
  END AS "last_30_days_session_count",
  CASE
    WHEN "t86"."log_days_ago" IS NOT NULL
    THEN COALESCE("t86"."last_30_days_view_count", 0)
    ELSE CAST(NULL AS BIGINT)
  END AS "last_30_days_view_count",
  CASE
    WHEN "t86"."log_days_ago" IS NOT NULL
    THEN COALESCE("t86"."last_30_days_cart_count", 0)
    ELSE CAST(NULL AS BIGINT)
  END AS "last_30_days_cart_count",
  CASE
    WHEN "t86"."log_days_ago" IS NOT NULL
    THEN COALESCE("t86"."last_90_days_session_count", 0)
    ELSE CAST(NULL AS BIGINT)
  END AS "last_90_days_session_count",
  CASE
    WHEN "t86"."log_days_ago" IS NOT NULL
    THEN COALESCE("t86"."last_90_days_view_count", 0)
    ELSE CAST(NULL AS BIGINT)
  END AS "last_90_days_view_count",
  CASE
    WHEN "t86"."log_days_ago" IS NOT NULL
    THEN COALESCE("t86"."last_90_days_cart_count", 0)
    ELSE CAST(NULL AS BIGINT)
  END AS "last_90_days_cart_count",
  "t86"."days_since_last_session"
FROM (
  SELECT
    "t34"."as_of",
    "t34"."customer_id",
    "t34"."purchase_count",
    "t34"."total_amount",
    "t34"."largest_purchase_amount",
    "t34"."days_since_first_purchase",
    "t34"."days_since_last_purchase",
    "t34"."last_30_days_purchase_count",
    "t34"."last_30_days_amount",
    "t34"."last_90_days_purchase_count",
    "t34"."last_90_days_amount",
    "t34"."last_180_days_purchase_count",
    "t34"."last_180_days_amount",
    "t34"."last_365_days_purchase_count",
    "t34"."last_365_days_amount",
    "t34"."year_ago_30_days_amount",
    "t34"."year_ago_90_days_amount",
    "t34"."year_ago_180_days_amount",
    "t34"."purchase_amount",
    "t75"."average_monthly_amount",
    "t75"."monthly_amount_deviation",
    "t75"."monthly_amount_trend",
    "t82"."order_count",
    "t82"."bought_amount",
    "t82"."full_amount",
    "t82"."taken_off_amount",
    "t82"."largest_order_amount",
    "t82"."last_30_days_order_count",
    "t82"."last_90_days_order_count",
    "t82"."last_180_days_order_count",
    "t82"."last_365_days_order_count",
    "t82"."gap_count",
    "t82"."gap_sum",
    "t82"."gap_squares",
    "t82"."refund_count",
    "t82"."cancellation_count",
    "t82"."either_count",
    "t82"."first_order_amount",
    "t82"."first_order_quantity",
    "t82"."is_first_order_discounted",
    "t82"."first_channel",
    "t82"."days_to_second_order",
    "t82"."average_order_amount",
    "t82"."discount_share",
    "t82"."average_days_between_orders",
    "t82"."days_between_orders_deviation",
    "t59"."quantity",
    "t59"."last_30_days_quantity",
    "t59"."last_90_days_quantity",
    "t59"."last_180_days_quantity",
    "t59"."last_365_days_quantity",
    "t59"."refund_amount",
    "t59"."sold_amount",
    "t59"."days_since_last_refund",
    "t59"."last_90_days_refund_amount",
    "t59"."last_365_days_refund_amount",
    "t85"."median_order_amount",
    "t29"."product_count",
    "t29"."last_30_days_product_count",
    "t29"."last_90_days_product_count",
    "t29"."last_180_days_product_count",
    "t29"."last_365_days_product_count",
    "t30"."category_count",
    "t30"."last_30_days_category_count",
    "t30"."last_90_days_category_count",
    "t30"."last_180_days_category_count",
    "t30"."last_365_days_category_count",
    "t83"."favourite_weekday",
    "t80"."favourite_hour",
    "t65"."country",
    "t40"."days_since_last_session",
    "t40"."last_30_days_session_count",
    "t40"."last_30_days_view_count",
    "t40"."last_30_days_cart_count",
    "t40"."last_90_days_session_count",
    "t40"."last_90_days_view_count",
    "t40"."last_90_days_cart_count",
    "t24"."as_of" AS "as_of_right",
    "t24"."log_days_ago"
  FROM (
    SELECT
      "t31"."as_of",
      "t31"."customer_id",
      "t31"."purchase_count",
      "t31"."total_amount",
      "t31"."largest_purchase_amount",
      "t31"."days_since_first_purchase",
      "t31"."days_since_last_purchase",
      "t31"."last_30_days_purchase_count",
      "t31"."last_30_days_amount",
      "t31"."last_90_days_purchase_count",
      "t31"."last_90_days_amount",
      "t31"."last_180_days_purchase_count",
      "t31"."last_180_days_amount",
      "t31"."last_365_days_purchase_count",
      "t31"."last_365_days_amount",
      "t31"."year_ago_30_days_amount",
      "t31"."year_ago_90_days_amount",
      "t31"."year_ago_180_days_amount",
      "t31"."total_amount" AS "purchase_amount"
    FROM (
      SELECT
        "t20"."as_of",
        "t20"."customer_id",
        COUNT(*) AS "purchase_count",
        COALESCE(SUM("t20"."purchase_amount"), CAST(0 AS DECIMAL(18, 4))) AS "total_amount",
        MAX("t20"."purchase_amount") AS "largest_purchase_amount",
        MAX("t20"."days_ago") AS "days_since_first_purchase",
        MIN("t20"."days_ago") AS "days_since_last_purchase",
        SUM(CASE WHEN "t20"."days_ago" <= 30 THEN 1 ELSE 0 END) AS "last_30_days_purchase_count",
        COALESCE(
          SUM("t20"."purchase_amount") FILTER(WHERE
            "t20"."days_ago" <= 30),
          CAST(0 AS DECIMAL(18, 4))
        ) AS "last_30_days_amount",
        SUM(CASE WHEN "t20"."days_ago" <= 90 THEN 1 ELSE 0 END) AS "last_90_days_purchase_count",
        COALESCE(
          SUM("t20"."purchase_amount") FILTER(WHERE
            "t20"."days_ago" <= 90),
          CAST(0 AS DECIMAL(18, 4))
        ) AS "last_90_days_amount",
        SUM(CASE WHEN "t20"."days_ago" <= 180 THEN 1 ELSE 0 END) AS "last_180_days_purchase_count",
        COALESCE(
          SUM("t20"."purchase_amount") FILTER(WHERE
            "t20"."days_ago" <= 180),
          CAST(0 AS DECIMAL(18, 4))
        ) AS "last_180_days_amount",
        SUM(CASE WHEN "t20"."days_ago" <= 365 THEN 1 ELSE 0 END) AS "last_365_days_purchase_count",
        COALESCE(
          SUM("t20"."purchase_amount") FILTER(WHERE
            "t20"."days_ago" <= 365),
          CAST(0 AS DECIMAL(18, 4))
        ) AS "last_365_days_amount",
        COALESCE(
          SUM("t20"."purchase_amount") FILTER(WHERE
            (
              "t20"."days_ago" <= 365
            ) AND (
              "t20"."days_ago" > 335
            )),
          CAST(0 AS DECIMAL(18, 4))
        ) AS "year_ago_30_days_amount",
        COALESCE(
          SUM("t20"."purchase_amount") FILTER(WHERE
            (
              "t20"."days_ago" <= 365
            ) AND (
              "t20"."days_ago" > 275
            )),
          CAST(0 AS DECIMAL(18, 4))
        ) AS "year_ago_90_days_amount",
        COALESCE(
          SUM("t20"."purchase_amount") FILTER(WHERE
            (
              "t20"."days_ago" <= 365
            ) AND (
              "t20"."days_ago" > 185
            )),
          CAST(0 AS DECIMAL(18, 4))
        ) AS "year_ago_180_days_amount"
      FROM (
        SELECT
          "t13"."customer_id",
          "t13"."order_date",
          "t13"."order_count",
          "t13"."product_count",
          "t13"."purchase_amount",
          "t13"."as_of",
          -(
            CAST(EXTRACT(epoch FROM CAST("t13"."order_date" AS TIMESTAMP) - CAST("t13"."as_of" AS TIMESTAMP)) / 86400 AS BIGINT)
          ) AS "days_ago"
        FROM (
          SELECT
            "t10"."customer_id",
            "t10"."order_date",
            "t10"."order_count",
            "t10"."product_count",
            "t10"."purchase_amount",
            "t10"."as_of"
          FROM "t9" AS "t10"
        ) AS "t13"
      ) AS "t20"
      GROUP BY
        1,
        2
    ) AS "t31"
  ) AS "t34"
  LEFT OUTER JOIN (
    SELECT
      "t52"."as_of",
      "t52"."customer_id",
      "t52"."mean" AS "average_monthly_amount",
      SQRT(
        CAST((
          CASE
            WHEN "t52"."month_count" >= 1
            THEN (
              "t52"."month_1" - "t52"."mean"
            ) * (
              "t52"."month_1" - "t52"."mean"
            )
            ELSE CAST(0 AS DOUBLE PRECISION)
          END + CASE
            WHEN "t52"."month_count" >= 2
            THEN (
              "t52"."month_2" - "t52"."mean"
            ) * (
              "t52"."month_2" - "t52"."mean"
            )
            ELSE CAST(0 AS DOUBLE PRECISION)
          END + CASE
            WHEN "t52"."month_count" >= 3
            THEN (
              "t52"."month_3" - "t52"."mean"
            ) * (
              "t52"."month_3" - "t52"."mean"
            )
            ELSE CAST(0 AS DOUBLE PRECISION)
          END + CASE
            WHEN "t52"."month_count" >= 4
            THEN (
              "t52"."month_4" - "t52"."mean"
            ) * (
              "t52"."month_4" - "t52"."mean"
            )
            ELSE CAST(0 AS DOUBLE PRECISION)
          END + CASE
            WHEN "t52"."month_count" >= 5
            THEN (
              "t52"."month_5" - "t52"."mean"
            ) * (
              "t52"."month_5" - "t52"."mean"
            )
            ELSE CAST(0 AS DOUBLE PRECISION)
          END + CASE
            WHEN "t52"."month_count" >= 6
            THEN (
              "t52"."month_6" - "t52"."mean"
            ) * (
              "t52"."month_6" - "t52"."mean"
            )
            ELSE CAST(0 AS DOUBLE PRECISION)
          END + CASE
            WHEN "t52"."month_count" >= 7
            THEN (
              "t52"."month_7" - "t52"."mean"
            ) * (
              "t52"."month_7" - "t52"."mean"
            )
            ELSE CAST(0 AS DOUBLE PRECISION)
          END + CASE
            WHEN "t52"."month_count" >= 8
            THEN (
              "t52"."month_8" - "t52"."mean"
            ) * (
              "t52"."month_8" - "t52"."mean"
            )
            ELSE CAST(0 AS DOUBLE PRECISION)
          END + CASE
            WHEN "t52"."month_count" >= 9
            THEN (
              "t52"."month_9" - "t52"."mean"
            ) * (
              "t52"."month_9" - "t52"."mean"
            )
            ELSE CAST(0 AS DOUBLE PRECISION)
          END + CASE
            WHEN "t52"."month_count" >= 10
            THEN (
              "t52"."month_10" - "t52"."mean"
            ) * (
              "t52"."month_10" - "t52"."mean"
            )
            ELSE CAST(0 AS DOUBLE PRECISION)
          END + CASE
            WHEN "t52"."month_count" >= 11
            THEN (
              "t52"."month_11" - "t52"."mean"
            ) * (
              "t52"."month_11" - "t52"."mean"
            )
            ELSE CAST(0 AS DOUBLE PRECISION)
          END + CASE
            WHEN "t52"."month_count" >= 12
            THEN (
              "t52"."month_12" - "t52"."mean"
            ) * (
              "t52"."month_12" - "t52"."mean"
            )
            ELSE CAST(0 AS DOUBLE PRECISION)
          END
        ) AS DOUBLE PRECISION) / (
          CASE
            WHEN "t52"."month_count" >= 2
            THEN "t52"."month_count"
            ELSE CAST(NULL AS DOUBLE PRECISION)
          END - 1
        )
      ) AS "monthly_amount_deviation",
      CAST("t52"."rise" AS DOUBLE PRECISION) / (
        CAST((
          CASE
            WHEN "t52"."month_count" >= 2
            THEN "t52"."month_count"
            ELSE CAST(NULL AS DOUBLE PRECISION)
          END * (
            (
              CASE
                WHEN "t52"."month_count" >= 2
                THEN "t52"."month_count"
                ELSE CAST(NULL AS DOUBLE PRECISION)
              END * CASE
                WHEN "t52"."month_count" >= 2
                THEN "t52"."month_count"
                ELSE CAST(NULL AS DOUBLE PRECISION)
              END
            ) - 1
          )
        ) AS DOUBLE PRECISION) / 12
      ) AS "monthly_amount_trend"
    FROM (
      SELECT
        "t49"."as_of",
        "t49"."customer_id",
        "t49"."month_count",
        "t49"."month_1",
        "t49"."month_2",
        "t49"."month_3",
        "t49"."month_4",
        "t49"."month_5",
        "t49"."month_6",
        "t49"."month_7",
        "t49"."month_8",
        "t49"."month_9",
        "t49"."month_10",
        "t49"."month_11",
        "t49"."month_12",
        "t49"."mean",
        "t49"."rise",
        RANDOM() AS "_stage"
      FROM (
        SELECT
          "t42"."as_of",
          "t42"."customer_id",
          "t42"."month_count",
          "t42"."month_1",
          "t42"."month_2",
          "t42"."month_3",
          "t42"."month_4",
          "t42"."month_5",
          "t42"."month_6",
          "t42"."month_7",
          "t42"."month_8",
          "t42"."month_9",
          "t42"."month_10",
          "t42"."month_11",
          "t42"."month_12",
          CAST((
            "t42"."month_1" + "t42"."month_2" + "t42"."month_3" + "t42"."month_4" + "t42"."month_5" + "t42"."month_6" + "t42"."month_7" + "t42"."month_8" + "t42"."month_9" + "t42"."month_10" + "t42"."month_11" + "t42"."month_12"
          ) AS DOUBLE PRECISION) / NULLIF("t42"."month_count", 0) AS "mean",
          (
            (
              (
                CAST((
                  "t42"."month_count" + 1
                ) AS DOUBLE PRECISION) / 2
              ) - 1
            ) * "t42"."month_1"
          ) + (
            (
              (
                CAST((
                  "t42"."month_count" + 1
                ) AS DOUBLE PRECISION) / 2
              ) - 2
            ) * "t42"."month_2"
          ) + (
            (
              (
                CAST((
                  "t42"."month_count" + 1
                ) AS DOUBLE PRECISION) / 2
              ) - 3
            ) * "t42"."month_3"
          ) + (
            (
              (
                CAST((
                  "t42"."month_count" + 1
                ) AS DOUBLE PRECISION) / 2
              ) - 4
            ) * "t42"."month_4"
          ) + (
            (
              (
                CAST((
                  "t42"."month_count" + 1
                ) AS DOUBLE PRECISION) / 2
              ) - 5
            ) * "t42"."month_5"
          ) + (
            (
              (
                CAST((
                  "t42"."month_count" + 1
                ) AS DOUBLE PRECISION) / 2
              ) - 6
            ) * "t42"."month_6"
          ) + (
            (
              (
                CAST((
                  "t42"."month_count" + 1
                ) AS DOUBLE PRECISION) / 2
              ) - 7
            ) * "t42"."month_7"
          ) + (
            (
              (
                CAST((
                  "t42"."month_count" + 1
                ) AS DOUBLE PRECISION) / 2
              ) - 8
            ) * "t42"."month_8"
          ) + (
            (
              (
                CAST((
                  "t42"."month_count" + 1
                ) AS DOUBLE PRECISION) / 2
              ) - 9
            ) * "t42"."month_9"
          ) + (
            (
              (
                CAST((
                  "t42"."month_count" + 1
                ) AS DOUBLE PRECISION) / 2
              ) - 10
            ) * "t42"."month_10"
          ) + (
            (
              (
                CAST((
                  "t42"."month_count" + 1
                ) AS DOUBLE PRECISION) / 2
              ) - 11
            ) * "t42"."month_11"
          ) + (
            (
              (
                CAST((
                  "t42"."month_count" + 1
                ) AS DOUBLE PRECISION) / 2
              ) - 12
            ) * "t42"."month_12"
          ) AS "rise"
        FROM (
          SELECT
            "t41"."as_of",
            "t41"."customer_id",
            "t41"."month_count",
            "t41"."month_1",
            "t41"."month_2",
            "t41"."month_3",
            "t41"."month_4",
            "t41"."month_5",
            "t41"."month_6",
            "t41"."month_7",
            "t41"."month_8",
            "t41"."month_9",
            "t41"."month_10",
            "t41"."month_11",
            "t41"."month_12",
            RANDOM() AS "_stage"
          FROM (
            SELECT
              "t22"."as_of",
              "t22"."customer_id",
              CAST(CASE WHEN "t22"."first_days_ago" > 30 THEN 1 ELSE 0 END + CASE WHEN "t22"."first_days_ago" > 60 THEN 1 ELSE 0 END + CASE WHEN "t22"."first_days_ago" > 90 THEN 1 ELSE 0 END + CASE WHEN "t22"."first_days_ago" > 120 THEN 1 ELSE 0 END + CASE WHEN "t22"."first_days_ago" > 150 THEN 1 ELSE 0 END + CASE WHEN "t22"."first_days_ago" > 180 THEN 1 ELSE 0 END + CASE WHEN "t22"."first_days_ago" > 210 THEN 1 ELSE 0 END + CASE WHEN "t22"."first_days_ago" > 240 THEN 1 ELSE 0 END + CASE WHEN "t22"."first_days_ago" > 270 THEN 1 ELSE 0 END + CASE WHEN "t22"."first_days_ago" > 300 THEN 1 ELSE 0 END + CASE WHEN "t22"."first_days_ago" > 330 THEN 1 ELSE 0 END + 1 AS DOUBLE PRECISION) AS "month_count",
              CAST("t22"."month_1" AS DOUBLE PRECISION) AS "month_1",
              CAST("t22"."month_2" AS DOUBLE PRECISION) AS "month_2",
              CAST("t22"."month_3" AS DOUBLE PRECISION) AS "month_3",
              CAST("t22"."month_4" AS DOUBLE PRECISION) AS "month_4",
              CAST("t22"."month_5" AS DOUBLE PRECISION) AS "month_5",
              CAST("t22"."month_6" AS DOUBLE PRECISION) AS "month_6",
              CAST("t22"."month_7" AS DOUBLE PRECISION) AS "month_7",
              CAST("t22"."month_8" AS DOUBLE PRECISION) AS "month_8",
              CAST("t22"."month_9" AS DOUBLE PRECISION) AS "month_9",
              CAST("t22"."month_10" AS DOUBLE PRECISION) AS "month_10",
              CAST("t22"."month_11" AS DOUBLE PRECISION) AS "month_11",
              CAST("t22"."month_12" AS DOUBLE PRECISION) AS "month_12"
            FROM (
              SELECT
                "t10"."as_of",
                "t10"."customer_id",
                MAX("t10"."days_ago") AS "first_days_ago",
                COALESCE(
                  SUM("t10"."purchase_amount") FILTER(WHERE
                    (
                      "t10"."days_ago" > 0
                    ) AND (
                      "t10"."days_ago" <= 30
                    )),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "month_1",
                COALESCE(
                  SUM("t10"."purchase_amount") FILTER(WHERE
                    (
                      "t10"."days_ago" > 30
                    ) AND (
                      "t10"."days_ago" <= 60
                    )),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "month_2",
                COALESCE(
                  SUM("t10"."purchase_amount") FILTER(WHERE
                    (
                      "t10"."days_ago" > 60
                    ) AND (
                      "t10"."days_ago" <= 90
                    )),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "month_3",
                COALESCE(
                  SUM("t10"."purchase_amount") FILTER(WHERE
                    (
                      "t10"."days_ago" > 90
                    ) AND (
                      "t10"."days_ago" <= 120
                    )),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "month_4",
                COALESCE(
                  SUM("t10"."purchase_amount") FILTER(WHERE
                    (
                      "t10"."days_ago" > 120
                    ) AND (
                      "t10"."days_ago" <= 150
                    )),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "month_5",
                COALESCE(
                  SUM("t10"."purchase_amount") FILTER(WHERE
                    (
                      "t10"."days_ago" > 150
                    ) AND (
                      "t10"."days_ago" <= 180
                    )),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "month_6",
                COALESCE(
                  SUM("t10"."purchase_amount") FILTER(WHERE
                    (
                      "t10"."days_ago" > 180
                    ) AND (
                      "t10"."days_ago" <= 210
                    )),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "month_7",
                COALESCE(
                  SUM("t10"."purchase_amount") FILTER(WHERE
                    (
                      "t10"."days_ago" > 210
                    ) AND (
                      "t10"."days_ago" <= 240
                    )),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "month_8",
                COALESCE(
                  SUM("t10"."purchase_amount") FILTER(WHERE
                    (
                      "t10"."days_ago" > 240
                    ) AND (
                      "t10"."days_ago" <= 270
                    )),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "month_9",
                COALESCE(
                  SUM("t10"."purchase_amount") FILTER(WHERE
                    (
                      "t10"."days_ago" > 270
                    ) AND (
                      "t10"."days_ago" <= 300
                    )),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "month_10",
                COALESCE(
                  SUM("t10"."purchase_amount") FILTER(WHERE
                    (
                      "t10"."days_ago" > 300
                    ) AND (
                      "t10"."days_ago" <= 330
                    )),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "month_11",
                COALESCE(
                  SUM("t10"."purchase_amount") FILTER(WHERE
                    (
                      "t10"."days_ago" > 330
                    ) AND (
                      "t10"."days_ago" <= 360
                    )),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS "month_12"
              FROM "t9" AS "t10"
              GROUP BY
                1,
                2
            ) AS "t22"
          ) AS "t41"
        ) AS "t42"
      ) AS "t49"
    ) AS "t52"
  ) AS "t75"
    ON "t34"."as_of" = "t75"."as_of" AND "t34"."customer_id" = "t75"."customer_id"
  LEFT OUTER JOIN (
    SELECT
      "t68"."as_of",
      "t68"."customer_id",
      "t68"."order_count",
      "t68"."bought_amount",
      "t68"."full_amount",
      "t68"."taken_off_amount",
      "t68"."largest_order_amount",
      "t68"."last_30_days_order_count",
      "t68"."last_90_days_order_count",
      "t68"."last_180_days_order_count",
      "t68"."last_365_days_order_count",
      "t68"."gap_count",
      "t68"."gap_sum",
      "t68"."gap_squares",
      "t68"."refund_count",
      "t68"."cancellation_count",
      "t68"."either_count",
      "t68"."first_order_amount",
      "t68"."first_order_quantity",
      "t68"."is_first_order_discounted",
      "t68"."first_channel",
      "t68"."days_to_second_order",
      CAST("t68"."bought_amount" AS DOUBLE PRECISION) / CASE
        WHEN CAST("t68"."order_count" AS DOUBLE PRECISION) > 0
        THEN CAST("t68"."order_count" AS DOUBLE PRECISION)
        ELSE CAST(NULL AS DOUBLE PRECISION)
      END AS "average_order_amount",
      CAST("t68"."taken_off_amount" AS DOUBLE PRECISION) / CASE
        WHEN CAST("t68"."full_amount" AS DOUBLE PRECISION) > 0
        THEN CAST("t68"."full_amount" AS DOUBLE PRECISION)
        ELSE CAST(NULL AS DOUBLE PRECISION)
      END AS "discount_share",
      CAST("t68"."gap_sum" AS DOUBLE PRECISION) / CASE
        WHEN "t68"."gap_count" >= 1
        THEN CAST("t68"."gap_count" AS DOUBLE PRECISION)
        ELSE CAST(NULL AS DOUBLE PRECISION)
      END AS "average_days_between_orders",
      SQRT(
        CAST((
          (
            CAST("t68"."gap_squares" AS DOUBLE PRECISION) * CAST("t68"."gap_count" AS DOUBLE PRECISION)
          ) - (
            CAST("t68"."gap_sum" AS DOUBLE PRECISION) * CAST("t68"."gap_sum" AS DOUBLE PRECISION)
          )
        ) AS DOUBLE PRECISION) / (
          CASE
            WHEN "t68"."gap_count" >= 2
            THEN CAST("t68"."gap_count" AS DOUBLE PRECISION)
            ELSE CAST(NULL AS DOUBLE PRECISION)
          END * (
            CASE
              WHEN "t68"."gap_count" >= 2
              THEN CAST("t68"."gap_count" AS DOUBLE PRECISION)
              ELSE CAST(NULL AS DOUBLE PRECISION)
            END - 1
          )
        )
      ) AS "days_between_orders_deviation"
    FROM (
      SELECT
        "t60"."as_of",
        "t60"."customer_id",
        COUNT("t60"."order_number") AS "order_count",
        COALESCE(SUM("t60"."order_amount"), CAST(0 AS DECIMAL(18, 4))) AS "bought_amount",
        COALESCE(SUM("t60"."gross_amount"), CAST(0 AS DECIMAL(18, 4))) AS "full_amount",
        COALESCE(SUM("t60"."discount_amount"), CAST(0 AS DECIMAL(18, 4))) AS "taken_off_amount",
        MAX("t60"."order_amount") AS "largest_order_amount",
        SUM(CASE WHEN "t60"."days_ago" <= 30 THEN 1 ELSE 0 END) AS "last_30_days_order_count",
        SUM(CASE WHEN "t60"."days_ago" <= 90 THEN 1 ELSE 0 END) AS "last_90_days_order_count",
        SUM(CASE WHEN "t60"."days_ago" <= 180 THEN 1 ELSE 0 END) AS "last_180_days_order_count",
        SUM(CASE WHEN "t60"."days_ago" <= 365 THEN 1 ELSE 0 END) AS "last_365_days_order_count",
        COUNT("t60"."gap_days") AS "gap_count",
        SUM("t60"."gap_days") AS "gap_sum",
        SUM("t60"."gap_days" * "t60"."gap_days") AS "gap_squares",
        SUM(CASE WHEN "t60"."refund_line_count" > 0 THEN 1 ELSE 0 END) AS "refund_count",
        SUM(CASE WHEN "t60"."cancelling_line_count" > 0 THEN 1 ELSE 0 END) AS "cancellation_count",
        SUM(
          CASE
            WHEN (
              "t60"."cancelling_line_count" > 0
            ) OR (
              "t60"."order_date" IS NOT NULL
            )
            THEN 1
            ELSE 0
          END
        ) AS "either_count",
        COALESCE(
          SUM("t60"."order_amount") FILTER(WHERE
            "t60"."order_number" = 1),
          CAST(0 AS DECIMAL(18, 4))
        ) AS "first_order_amount",
        COALESCE(
          SUM("t60"."quantity") FILTER(WHERE
            "t60"."order_number" = 1),
          CAST(0 AS DECIMAL(18, 3))
        ) AS "first_order_quantity",
        COALESCE(
          SUM("t60"."discount_amount") FILTER(WHERE
            "t60"."order_number" = 1),
          CAST(0 AS DECIMAL(18, 4))
        ) > 0 AS "is_first_order_discounted",
        MIN("t60"."channel") FILTER(WHERE
          "t60"."order_number" = 1) AS "first_channel",
        MAX("t60"."gap_days") FILTER(WHERE
          "t60"."order_number" = 2) AS "days_to_second_order"
      FROM (
        SELECT
          "t57"."as_of",
          "t57"."customer_id",
          "t57"."source",
          "t57"."order_id",
          "t57"."order_date",
          "t57"."days_ago",
          "t57"."order_number",
          "t57"."gap_days",
          "t57"."hour",
          "t57"."channel",
          "t57"."quantity",
          "t57"."gross",
          "t57"."discount",
          "t57"."refund_line_count",
          "t57"."cancelling_line_count",
          CASE
            WHEN "t57"."order_date" IS NOT NULL
            THEN "t57"."gross"
            ELSE CAST(NULL AS DECIMAL(18, 4))
          END AS "gross_amount",
          CASE
            WHEN "t57"."order_date" IS NOT NULL
            THEN "t57"."discount"
            ELSE CAST(NULL AS DECIMAL(18, 4))
          END AS "discount_amount",
          CASE
            WHEN "t57"."order_date" IS NOT NULL
            THEN "t57"."gross" - "t57"."discount"
            ELSE CAST(NULL AS DECIMAL(18, 4))
          END AS "order_amount"
        FROM "t55" AS "t57"
      ) AS "t60"
      GROUP BY
        1,
        2
    ) AS "t68"
  ) AS "t82"
    ON "t34"."as_of" = "t82"."as_of" AND "t34"."customer_id" = "t82"."customer_id"
  LEFT OUTER JOIN (
    SELECT
      "t53"."as_of",
      "t53"."customer_id",
      SUM("t53"."quantity") AS "quantity",
      COALESCE(
        SUM("t53"."quantity") FILTER(WHERE
          "t53"."days_ago" <= 30),
        CAST(0 AS DECIMAL(18, 3))
      ) AS "last_30_days_quantity",
      COALESCE(
        SUM("t53"."quantity") FILTER(WHERE
          "t53"."days_ago" <= 90),
        CAST(0 AS DECIMAL(18, 3))
      ) AS "last_90_days_quantity",
      COALESCE(
        SUM("t53"."quantity") FILTER(WHERE
          "t53"."days_ago" <= 180),
        CAST(0 AS DECIMAL(18, 3))
      ) AS "last_180_days_quantity",
      COALESCE(
        SUM("t53"."quantity") FILTER(WHERE
          "t53"."days_ago" <= 365),
        CAST(0 AS DECIMAL(18, 3))
      ) AS "last_365_days_quantity",
      COALESCE(SUM("t53"."refund_amount"), CAST(0 AS DECIMAL(18, 4))) AS "refund_amount",
      COALESCE(SUM("t53"."gross_amount"), CAST(0 AS DECIMAL(18, 4))) AS "sold_amount",
      MIN("t53"."days_ago") FILTER(WHERE
        "t53"."refund_line_count" > 0) AS "days_since_last_refund",
      COALESCE(
        SUM("t53"."refund_amount") FILTER(WHERE
          "t53"."days_ago" <= 90),
        CAST(0 AS DECIMAL(18, 4))
      ) AS "last_90_days_refund_amount",
      COALESCE(
        SUM("t53"."refund_amount") FILTER(WHERE
          "t53"."days_ago" <= 365),
        CAST(0 AS DECIMAL(18, 4))
      ) AS "last_365_days_refund_amount"
    FROM "t51" AS "t53"
    GROUP BY
      1,
      2
  ) AS "t59"
    ON "t34"."as_of" = "t59"."as_of" AND "t34"."customer_id" = "t59"."customer_id"
  LEFT OUTER JOIN (
    SELECT
      "t81"."as_of",
      "t81"."customer_id",
      CAST(ROUND(
        CAST((
          "t81"."lower_amount" + "t81"."upper_amount"
        ) * CAST('0.5' AS DECIMAL(2, 1)) AS DECIMAL),
        4
      ) AS DECIMAL(38, 4)) AS "median_order_amount"
    FROM (
      SELECT
        "t76"."as_of",
        "t76"."customer_id",
        MIN("t76"."order_amount") AS "lower_amount",
        MAX("t76"."order_amount") AS "upper_amount"
      FROM (
        SELECT
          *
        FROM (
          SELECT
            "t64"."as_of",
            "t64"."customer_id",
            "t64"."order_amount",
            (
              ROW_NUMBER() OVER (
                PARTITION BY "t64"."as_of", "t64"."customer_id"
                ORDER BY "t64"."order_amount" ASC, "t64"."source" ASC, "t64"."order_id" ASC
                ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
              ) - 1
            ) + 1 AS "place",
            COUNT(*) OVER (
              PARTITION BY "t64"."as_of", "t64"."customer_id"
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS "all_orders"
          FROM (
            SELECT
              "t57"."as_of",
              "t57"."customer_id",
              "t57"."source",
              "t57"."order_id",
              "t57"."order_date",
              "t57"."days_ago",
              "t57"."order_number",
              "t57"."gap_days",
              "t57"."hour",
              "t57"."channel",
              "t57"."quantity",
              "t57"."gross",
              "t57"."discount",
              "t57"."refund_line_count",
              "t57"."cancelling_line_count",
              CASE
                WHEN "t57"."order_date" IS NOT NULL
                THEN "t57"."gross"
                ELSE CAST(NULL AS DECIMAL(18, 4))
              END AS "gross_amount",
              CASE
                WHEN "t57"."order_date" IS NOT NULL
                THEN "t57"."discount"
                ELSE CAST(NULL AS DECIMAL(18, 4))
              END AS "discount_amount",
              CASE
                WHEN "t57"."order_date" IS NOT NULL
                THEN "t57"."gross" - "t57"."discount"
                ELSE CAST(NULL AS DECIMAL(18, 4))
              END AS "order_amount"
            FROM "t55" AS "t57"
            WHERE
              CASE
                WHEN "t57"."order_date" IS NOT NULL
                THEN "t57"."gross" - "t57"."discount"
                ELSE CAST(NULL AS DECIMAL(18, 4))
              END IS NOT NULL
          ) AS "t64"
        ) AS "t71"
        WHERE
          (
            "t71"."place" * 2
          ) >= "t71"."all_orders"
          AND (
            "t71"."place" * 2
          ) <= (
            "t71"."all_orders" + 2
          )
      ) AS "t76"
      GROUP BY
        1,
        2
    ) AS "t81"
  ) AS "t85"
    ON "t34"."as_of" = "t85"."as_of" AND "t34"."customer_id" = "t85"."customer_id"
  LEFT OUTER JOIN (
    SELECT
      "t18"."as_of",
      "t18"."customer_id",
      COUNT(*) AS "product_count",
      SUM(CASE WHEN "t18"."days_ago" <= 30 THEN 1 ELSE 0 END) AS "last_30_days_product_count",
      SUM(CASE WHEN "t18"."days_ago" <= 90 THEN 1 ELSE 0 END) AS "last_90_days_product_count",
      SUM(CASE WHEN "t18"."days_ago" <= 180 THEN 1 ELSE 0 END) AS "last_180_days_product_count",
      SUM(CASE WHEN "t18"."days_ago" <= 365 THEN 1 ELSE 0 END) AS "last_365_days_product_count"
    FROM (
      SELECT
        "t11"."customer_id",
        "t11"."product_id",
        "t11"."order_date",
        MAKE_DATE(2025, 1, 1) AS "as_of",
        -(
          CAST(EXTRACT(epoch FROM CAST("t11"."order_date" AS TIMESTAMP) - CAST(MAKE_DATE(2025, 1, 1) AS TIMESTAMP)) / 86400 AS BIGINT)
        ) AS "days_ago"
      FROM (
        SELECT
          "t4"."customer_id",
          "t4"."product_id",
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
            AND "t0"."product_id" IS NOT NULL
        ) AS "t4"
        GROUP BY
          1,
          2
      ) AS "t11"
      WHERE
        "t11"."order_date" < MAKE_DATE(2025, 1, 1)
    ) AS "t18"
    GROUP BY
      1,
      2
  ) AS "t29"
    ON "t34"."as_of" = "t29"."as_of" AND "t34"."customer_id" = "t29"."customer_id"
  LEFT OUTER JOIN (
    SELECT
      "t19"."as_of",
      "t19"."customer_id",
      COUNT(*) AS "category_count",
      SUM(CASE WHEN "t19"."days_ago" <= 30 THEN 1 ELSE 0 END) AS "last_30_days_category_count",
      SUM(CASE WHEN "t19"."days_ago" <= 90 THEN 1 ELSE 0 END) AS "last_90_days_category_count",
      SUM(CASE WHEN "t19"."days_ago" <= 180 THEN 1 ELSE 0 END) AS "last_180_days_category_count",
      SUM(CASE WHEN "t19"."days_ago" <= 365 THEN 1 ELSE 0 END) AS "last_365_days_category_count"
    FROM (
      SELECT
        "t12"."customer_id",
        "t12"."category",
        "t12"."order_date",
        MAKE_DATE(2025, 1, 1) AS "as_of",
        -(
          CAST(EXTRACT(epoch FROM CAST("t12"."order_date" AS TIMESTAMP) - CAST(MAKE_DATE(2025, 1, 1) AS TIMESTAMP)) / 86400 AS BIGINT)
        ) AS "days_ago"
      FROM (
        SELECT
          "t5"."customer_id",
          "t5"."category",
          MAX("t5"."order_date") AS "order_date"
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
        ) AS "t5"
        GROUP BY
          1,
          2
      ) AS "t12"
      WHERE
        "t12"."order_date" < MAKE_DATE(2025, 1, 1)
    ) AS "t19"
    GROUP BY
      1,
      2
  ) AS "t30"
    ON "t34"."as_of" = "t30"."as_of" AND "t34"."customer_id" = "t30"."customer_id"
  LEFT OUTER JOIN (
    SELECT
      "t73"."as_of",
      "t73"."customer_id",
      (
        6 - (
          "t73"."best" % 7
        )
      ) + 1 AS "favourite_weekday"
    FROM (
      SELECT
        "t69"."as_of",
        "t69"."customer_id",
        MAX("t69"."rank") AS "best"
      FROM (
        SELECT
          "t66"."as_of",
          "t66"."customer_id",
          "t66"."value",
          "t66"."order_count",
          (
            "t66"."order_count" * 7
          ) + (
            6 - "t66"."value"
          ) AS "rank"
        FROM (
          SELECT
            "t61"."as_of",
            "t61"."customer_id",
            "t61"."value",
            COUNT(*) AS "order_count"
          FROM (
            SELECT
              "t57"."as_of",
              "t57"."customer_id",
              "t57"."source",
              "t57"."order_id",
              "t57"."order_date",
              "t57"."days_ago",
              "t57"."order_number",
              "t57"."gap_days",
              "t57"."hour",
              "t57"."channel",
              "t57"."quantity",
              "t57"."gross",
              "t57"."discount",
              "t57"."refund_line_count",
              "t57"."cancelling_line_count",
              CASE
                WHEN "t57"."order_date" IS NOT NULL
                THEN "t57"."gross"
                ELSE CAST(NULL AS DECIMAL(18, 4))
              END AS "gross_amount",
              CASE
                WHEN "t57"."order_date" IS NOT NULL
                THEN "t57"."discount"
                ELSE CAST(NULL AS DECIMAL(18, 4))
              END AS "discount_amount",
              CASE
                WHEN "t57"."order_date" IS NOT NULL
                THEN "t57"."gross" - "t57"."discount"
                ELSE CAST(NULL AS DECIMAL(18, 4))
              END AS "order_amount",
              CAST(CAST(EXTRACT('dow' FROM "t57"."order_date") + 6 AS SMALLINT) % 7 AS BIGINT) AS "value"
            FROM "t55" AS "t57"
            WHERE
              "t57"."order_date" IS NOT NULL
          ) AS "t61"
          GROUP BY
            1,
            2,
            3
        ) AS "t66"
      ) AS "t69"
      GROUP BY
        1,
        2
    ) AS "t73"
  ) AS "t83"
    ON "t34"."as_of" = "t83"."as_of" AND "t34"."customer_id" = "t83"."customer_id"
  LEFT OUTER JOIN (
    SELECT
      "t74"."as_of",
      "t74"."customer_id",
      23 - (
        "t74"."best" % 24
      ) AS "favourite_hour"
    FROM (
      SELECT
        "t70"."as_of",
        "t70"."customer_id",
        MAX("t70"."rank") AS "best"
      FROM (
        SELECT
          "t67"."as_of",
          "t67"."customer_id",
          "t67"."value",
          "t67"."order_count",
          (
            "t67"."order_count" * 24
          ) + (
            23 - "t67"."value"
          ) AS "rank"
        FROM (
          SELECT
            "t62"."as_of",
            "t62"."customer_id",
            "t62"."value",
            COUNT(*) AS "order_count"
          FROM (
            SELECT
              "t57"."as_of",
              "t57"."customer_id",
              "t57"."source",
              "t57"."order_id",
              "t57"."order_date",
              "t57"."days_ago",
              "t57"."order_number",
              "t57"."gap_days",
              "t57"."hour",
              "t57"."channel",
              "t57"."quantity",
              "t57"."gross",
              "t57"."discount",
              "t57"."refund_line_count",
              "t57"."cancelling_line_count",
              CASE
                WHEN "t57"."order_date" IS NOT NULL
                THEN "t57"."gross"
                ELSE CAST(NULL AS DECIMAL(18, 4))
              END AS "gross_amount",
              CASE
                WHEN "t57"."order_date" IS NOT NULL
                THEN "t57"."discount"
                ELSE CAST(NULL AS DECIMAL(18, 4))
              END AS "discount_amount",
              CASE
                WHEN "t57"."order_date" IS NOT NULL
                THEN "t57"."gross" - "t57"."discount"
                ELSE CAST(NULL AS DECIMAL(18, 4))
              END AS "order_amount",
              "t57"."hour" AS "value"
            FROM "t55" AS "t57"
            WHERE
              "t57"."hour" IS NOT NULL
          ) AS "t62"
          GROUP BY
            1,
            2,
            3
        ) AS "t67"
      ) AS "t70"
      GROUP BY
        1,
        2
    ) AS "t74"
  ) AS "t80"
    ON "t34"."as_of" = "t80"."as_of" AND "t34"."customer_id" = "t80"."customer_id"
  LEFT OUTER JOIN (
    SELECT
      MAKE_DATE(2025, 1, 1) AS "as_of",
      "t58"."customer_id",
      "t58"."country"
    FROM (
      SELECT
        "t54"."customer_id",
        "t54"."order_date",
        "t54"."country",
        LEAD("t54"."order_date") OVER (
          PARTITION BY "t54"."customer_id"
          ORDER BY "t54"."order_date" ASC
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS "until"
      FROM (
        SELECT
          "t50"."customer_id",
          "t50"."order_date",
          MIN("t50"."country") AS "country"
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t47"."customer_id",
              "t47"."source",
              "t47"."order_id",
              "t47"."order_date",
              "t47"."sold_at",
              "t47"."sold_line_count",
              "t47"."quantity",
              "t47"."gross_amount",
              "t47"."discount_amount",
              "t47"."refund_amount",
              "t47"."refund_line_count",
              "t47"."cancelling_line_count",
              "t47"."country",
              "t47"."channel",
              "t47"."is_start",
              "t47"."order_number",
              "t47"."gap_days",
              "t47"."hour"
            FROM (
              SELECT
                "t46"."customer_id",
                "t46"."source",
                "t46"."order_id",
                "t46"."order_date",
                "t46"."sold_at",
                "t46"."sold_line_count",
                "t46"."quantity",
                "t46"."gross_amount",
                "t46"."discount_amount",
                "t46"."refund_amount",
                "t46"."refund_line_count",
                "t46"."cancelling_line_count",
                "t46"."country",
                "t46"."channel",
                "t46"."is_start",
                "t46"."local_at",
                "t46"."order_number",
                "t46"."gap_days",
                "t46"."hour"
              FROM (
                SELECT
                  "t45"."customer_id",
                  "t45"."source",
                  "t45"."order_id",
                  "t45"."order_date",
                  "t45"."sold_at",
                  "t45"."sold_line_count",
                  "t45"."quantity",
                  "t45"."gross_amount",
                  "t45"."discount_amount",
                  "t45"."refund_amount",
                  "t45"."refund_line_count",
                  "t45"."cancelling_line_count",
                  "t45"."country",
                  "t45"."channel",
                  "t45"."is_start",
                  "t45"."previous_date",
                  "t45"."local_at",
                  "t45"."order_number",
                  "t45"."gap_days",
                  "t45"."hour"
                FROM (
                  SELECT
                    "t44"."customer_id",
                    "t44"."source",
                    "t44"."order_id",
                    "t44"."order_date",
                    "t44"."sold_at",
                    "t44"."sold_line_count",
                    "t44"."quantity",
                    "t44"."gross_amount",
                    "t44"."discount_amount",
                    "t44"."refund_amount",
                    "t44"."refund_line_count",
                    "t44"."cancelling_line_count",
                    "t44"."country",
                    "t44"."channel",
                    "t44"."is_start",
                    "t44"."place",
                    "t44"."previous_date",
                    "t44"."local_at",
                    CASE WHEN "t44"."is_start" THEN "t44"."place" ELSE CAST(NULL AS BIGINT) END AS "order_number",
                    CASE
                      WHEN "t44"."is_start"
                      THEN CAST(EXTRACT(epoch FROM CAST("t44"."order_date" AS TIMESTAMP) - CAST("t44"."previous_date" AS TIMESTAMP)) / 86400 AS BIGINT)
                      ELSE CAST(NULL AS BIGINT)
                    END AS "gap_days",
                    CASE
                      WHEN "t44"."is_start"
                      THEN CASE
                        WHEN (
                          EXTRACT(hour FROM "t44"."local_at") = 0
                        )
                        AND (
                          EXTRACT(minute FROM "t44"."local_at") = 0
                        )
                        AND (
                          CAST(FLOOR(EXTRACT('second' FROM "t44"."local_at")) AS INT) = 0
                        )
                        THEN CAST(NULL AS BIGINT)
                        ELSE CAST(EXTRACT(hour FROM "t44"."local_at") AS BIGINT)
                      END
                      ELSE CAST(NULL AS BIGINT)
                    END AS "hour"
                  FROM (
                    SELECT
                      "t43"."customer_id",
                      "t43"."source",
                      "t43"."order_id",
                      "t43"."order_date",
                      "t43"."sold_at",
                      "t43"."sold_line_count",
                      "t43"."quantity",
                      "t43"."gross_amount",
                      "t43"."discount_amount",
                      "t43"."refund_amount",
                      "t43"."refund_line_count",
                      "t43"."cancelling_line_count",
                      "t43"."country",
                      "t43"."channel",
                      "t43"."is_start",
                      "t43"."place",
                      "t43"."previous_date",
                      "t43"."local_at",
                      RANDOM() AS "_stage"
                    FROM (
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
                        (
                          ROW_NUMBER() OVER (
                            PARTITION BY "t38"."customer_id", "t38"."is_start"
                            ORDER BY "t38"."order_date" ASC, "t38"."sold_at" ASC, "t38"."source" ASC, "t38"."order_id" ASC
                            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                          ) - 1
                        ) + 1 AS "place",
                        LAG("t38"."order_date") OVER (
                          PARTITION BY "t38"."customer_id", "t38"."is_start"
                          ORDER BY "t38"."order_date" ASC, "t38"."sold_at" ASC, "t38"."source" ASC, "t38"."order_id" ASC
                          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                        ) AS "previous_date",
                        "t38"."sold_at" AS "local_at"
                      FROM (
                        SELECT
                          "t37"."customer_id",
                          "t37"."source",
                          "t37"."order_id",
                          "t37"."order_date",
                          "t37"."sold_at",
                          "t37"."sold_line_count",
                          "t37"."quantity",
                          "t37"."gross_amount",
                          "t37"."discount_amount",
                          "t37"."refund_amount",
                          "t37"."refund_line_count",
                          "t37"."cancelling_line_count",
                          "t37"."country",
                          "t37"."channel",
                          "t37"."is_start"
                        FROM (
                          SELECT
                            "t35"."customer_id",
                            "t35"."source",
                            "t35"."order_id",
                            "t35"."order_date",
                            "t35"."sold_at",
                            "t35"."sold_line_count",
                            "t35"."quantity",
                            "t35"."gross_amount",
                            "t35"."discount_amount",
                            "t35"."refund_amount",
                            "t35"."refund_line_count",
                            "t35"."cancelling_line_count",
                            "t35"."country",
                            "t35"."channel",
                            "t35"."is_start",
                            RANDOM() AS "_stage"
                          FROM (
                            SELECT
                              "t25"."customer_id",
                              "t25"."source",
                              "t25"."order_id",
                              "t25"."order_date",
                              "t25"."sold_at",
                              "t25"."sold_line_count",
                              "t25"."quantity",
                              "t25"."gross_amount",
                              "t25"."discount_amount",
                              "t25"."refund_amount",
                              "t25"."refund_line_count",
                              "t25"."cancelling_line_count",
                              "t25"."country",
                              "t25"."channel",
                              COALESCE(
                                "t25"."order_date" = MIN("t25"."order_date") FILTER(WHERE
                                  "t25"."sold_line_count" > 0) OVER (
                                  PARTITION BY "t25"."customer_id", "t25"."source", "t25"."order_id"
                                  ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                                ),
                                FALSE
                              ) AS "is_start"
                            FROM (
                              SELECT
                                "t23"."customer_id",
                                "t23"."source",
                                "t23"."order_id",
                                "t23"."order_date",
                                "t23"."sold_at",
                                "t23"."sold_line_count",
                                "t23"."quantity",
                                "t23"."gross_amount",
                                "t23"."discount_amount",
                                "t23"."refund_amount",
                                "t23"."refund_line_count",
                                "t23"."cancelling_line_count",
                                "t23"."country",
                                "t23"."channel"
                              FROM (
                                SELECT
                                  "t17"."customer_id",
                                  "t17"."source",
                                  "t17"."order_id",
                                  "t17"."order_date",
                                  "t17"."sold_at",
                                  "t17"."sold_line_count",
                                  "t17"."quantity",
                                  "t17"."gross_amount",
                                  "t17"."discount_amount",
                                  "t17"."refund_amount",
                                  "t17"."refund_line_count",
                                  "t17"."cancelling_line_count",
                                  "t17"."country",
                                  "t17"."channel",
                                  RANDOM() AS "_stage"
                                FROM (
                                  SELECT
                                    "t3"."customer_id",
                                    "t3"."source",
                                    "t3"."order_id",
                                    "t3"."order_date",
                                    MIN("t3"."ordered_at") FILTER(WHERE
                                      (
                                        "t3"."line_type" = 'merchandise'
                                      )
                                      AND NOT (
                                        "t3"."is_return"
                                      )
                                      AND NOT (
                                        "t3"."is_cancellation"
                                      )) AS "sold_at",
                                    SUM(
                                      CASE
                                        WHEN (
                                          "t3"."line_type" = 'merchandise'
                                        )
                                        AND NOT (
                                          "t3"."is_return"
                                        )
                                        AND NOT (
                                          "t3"."is_cancellation"
                                        )
                                        THEN 1
                                        ELSE 0
                                      END
                                    ) AS "sold_line_count",
                                    COALESCE(
                                      SUM("t3"."quantity") FILTER(WHERE
                                        (
                                          "t3"."line_type" = 'merchandise'
                                        )
                                        AND NOT (
                                          "t3"."is_return"
                                        )
                                        AND NOT (
                                          "t3"."is_cancellation"
                                        )),
                                      CAST(0 AS DECIMAL(18, 3))
                                    ) AS "quantity",
                                    COALESCE(
                                      SUM("t3"."gross_amount") FILTER(WHERE
                                        "t3"."line_type" IN ('merchandise', 'discount')
                                        AND NOT (
                                          "t3"."is_cancellation"
                                        )),
                                      CAST(0 AS DECIMAL(18, 4))
                                    ) AS "gross_amount",
                                    COALESCE(
                                      SUM("t3"."discount_amount") FILTER(WHERE
                                        "t3"."line_type" IN ('merchandise', 'discount')
                                        AND NOT (
                                          "t3"."is_cancellation"
                                        )),
                                      CAST(0 AS DECIMAL(18, 4))
                                    ) AS "discount_amount",
                                    COALESCE(
                                      SUM("t3"."refund_amount") FILTER(WHERE
                                        "t3"."line_type" IN ('merchandise', 'discount')),
                                      CAST(0 AS DECIMAL(18, 4))
                                    ) AS "refund_amount",
                                    SUM(
                                      CASE
                                        WHEN "t3"."line_type" IN ('merchandise', 'discount') AND "t3"."is_return"
                                        THEN 1
                                        ELSE 0
                                      END
                                    ) AS "refund_line_count",
                                    SUM(CASE WHEN "t3"."is_cancellation" THEN 1 ELSE 0 END) AS "cancelling_line_count",
                                    MIN("t3"."country") AS "country",
                                    MIN("t3"."channel") FILTER(WHERE
                                      (
                                        "t3"."line_type" = 'merchandise'
                                      )
                                      AND NOT (
                                        "t3"."is_return"
                                      )
                                      AND NOT (
                                        "t3"."is_cancellation"
                                      )) AS "channel"
                                  FROM (
                                    SELECT
                                      *
                                    FROM "order_items" AS "t0"
                                    WHERE
                                      "t0"."order_date" < MAKE_DATE(2025, 1, 1) AND "t0"."customer_id" IS NOT NULL
                                  ) AS "t3"
                                  GROUP BY
                                    1,
                                    2,
                                    3,
                                    4
                                ) AS "t17"
                              ) AS "t23"
                            ) AS "t25"
                          ) AS "t35"
                        ) AS "t37"
                      ) AS "t38"
                    ) AS "t43"
                  ) AS "t44"
                ) AS "t45"
              ) AS "t46"
            ) AS "t47"
          ) AS "t48"
          WHERE
            "t48"."country" IS NOT NULL
        ) AS "t50"
        GROUP BY
          1,
          2
      ) AS "t54"
    ) AS "t58"
    WHERE
      "t58"."order_date" < MAKE_DATE(2025, 1, 1)
      AND (
        (
          "t58"."until" IS NULL
        ) OR (
          "t58"."until" >= MAKE_DATE(2025, 1, 1)
        )
      )
  ) AS "t65"
    ON "t34"."as_of" = "t65"."as_of" AND "t34"."customer_id" = "t65"."customer_id"
  LEFT OUTER JOIN (
    SELECT
      "t36"."as_of",
      "t36"."customer_id",
      MIN("t36"."days_ago") AS "days_since_last_session",
      SUM("t36"."session_count") FILTER(WHERE
        "t36"."days_ago" <= 30) AS "last_30_days_session_count",
      SUM("t36"."view_count") FILTER(WHERE
        "t36"."days_ago" <= 30) AS "last_30_days_view_count",
      SUM("t36"."cart_count") FILTER(WHERE
        "t36"."days_ago" <= 30) AS "last_30_days_cart_count",
      SUM("t36"."session_count") FILTER(WHERE
        "t36"."days_ago" <= 90) AS "last_90_days_session_count",
      SUM("t36"."view_count") FILTER(WHERE
        "t36"."days_ago" <= 90) AS "last_90_days_view_count",
      SUM("t36"."cart_count") FILTER(WHERE
        "t36"."days_ago" <= 90) AS "last_90_days_cart_count"
    FROM (
      SELECT
        "t32"."customer_id",
        "t32"."event_date",
        "t32"."session_count",
        "t32"."view_count",
        "t32"."cart_count",
        MAKE_DATE(2025, 1, 1) AS "as_of",
        -(
          CAST(EXTRACT(epoch FROM CAST("t32"."event_date" AS TIMESTAMP) - CAST(MAKE_DATE(2025, 1, 1) AS TIMESTAMP)) / 86400 AS BIGINT)
        ) AS "days_ago"
      FROM (
        SELECT
          "t26"."customer_id",
          "t26"."event_date",
          SUM("t26"."is_begun") AS "session_count",
          SUM("t26"."view_count") AS "view_count",
          SUM("t26"."cart_count") AS "cart_count"
        FROM (
          SELECT
            "t16"."customer_id",
            "t16"."source",
            "t16"."session_id",
            "t16"."event_date",
            "t16"."view_count",
            "t16"."cart_count",
            CASE
              WHEN "t16"."event_date" = MIN("t16"."event_date") OVER (
                PARTITION BY "t16"."customer_id", "t16"."source", "t16"."session_id"
                ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
              )
              THEN 1
              ELSE 0
            END AS "is_begun"
          FROM (
            SELECT
              "t7"."customer_id",
              "t7"."source",
              "t7"."session_id",
              "t7"."event_date",
              SUM(CASE WHEN "t7"."event_name" = 'view' THEN 1 ELSE 0 END) AS "view_count",
              SUM(CASE WHEN "t7"."event_name" = 'cart' THEN 1 ELSE 0 END) AS "cart_count"
            FROM (
              SELECT
                *
              FROM "events" AS "t1"
              WHERE
                "t1"."event_date" < MAKE_DATE(2025, 1, 1) AND "t1"."customer_id" IS NOT NULL
            ) AS "t7"
            GROUP BY
              1,
              2,
              3,
              4
          ) AS "t16"
        ) AS "t26"
        GROUP BY
          1,
          2
      ) AS "t32"
      WHERE
        "t32"."event_date" < MAKE_DATE(2025, 1, 1)
    ) AS "t36"
    GROUP BY
      1,
      2
  ) AS "t40"
    ON "t34"."as_of" = "t40"."as_of" AND "t34"."customer_id" = "t40"."customer_id"
  LEFT OUTER JOIN (
    SELECT
      MAKE_DATE(2025, 1, 1) AS "as_of",
      -(
        CAST(EXTRACT(epoch FROM CAST("t14"."event_date" AS TIMESTAMP) - CAST(MAKE_DATE(2025, 1, 1) AS TIMESTAMP)) / 86400 AS BIGINT)
      ) AS "log_days_ago"
    FROM (
      SELECT
        MIN("t8"."event_date") AS "event_date"
      FROM "t6" AS "t8"
    ) AS "t14"
    WHERE
      (
        SELECT
          MIN("t8"."event_date") AS "Min(event_date)"
        FROM "t6" AS "t8"
      ) < MAKE_DATE(2025, 1, 1)
  ) AS "t24"
    ON "t34"."as_of" = "t24"."as_of"
) AS "t86"
