WITH "t17" AS (
  SELECT
    "t16"."product_id",
    "t16"."period_number",
    "t16"."quantity",
    "t16"."sales_amount",
    "t16"."first_date",
    "t16"."category",
    RANDOM() AS "_stage"
  FROM (
    SELECT
      "t15"."product_id",
      "t15"."period_number",
      "t15"."quantity",
      "t15"."sales_amount",
      "t15"."first_date",
      COALESCE("t15"."category", '(no category)') AS "category"
    FROM (
      SELECT
        "t14".*
        EXCLUDE ("product_id_right")
      FROM (
        SELECT
          "t13"."product_id",
          "t13"."period_number",
          "t13"."quantity",
          "t13"."sales_amount",
          "t13"."first_date",
          "t6"."product_id" AS "product_id_right",
          "t6"."category"
        FROM (
          SELECT
            "t11"."product_id",
            "t11"."period_number",
            GREATEST("t11"."quantity", CAST(0 AS DECIMAL(18, 3))) AS "quantity",
            GREATEST("t11"."sales_amount", CAST(0 AS DECIMAL(18, 4))) AS "sales_amount",
            "t11"."first_date"
          FROM (
            SELECT
              "t8"."product_id",
              DATE_DIFF('DAY', MAKE_DATE(1900, 1, 1), "t8"."order_date") AS "period_number",
              CAST(SUM("t8"."quantity") AS DECIMAL(18, 3)) AS "quantity",
              CAST(SUM("t8"."paid") AS DECIMAL(18, 4)) AS "sales_amount",
              MIN("t8"."order_date") AS "first_date"
            FROM (
              SELECT
                *
              FROM (
                SELECT
                  "t0"."product_id",
                  "t0"."order_date",
                  "t0"."quantity",
                  "t0"."gross_amount" - "t0"."discount_amount" AS "paid"
                FROM "order_items" AS "t0"
                WHERE
                  "t0"."line_type" = 'merchandise'
                  AND "t0"."product_id" IS NOT NULL
                  AND NOT (
                    "t0"."is_return"
                  )
                  AND NOT (
                    "t0"."is_cancellation"
                  )
                  AND "t0"."gross_amount" > 0
                  AND "t0"."order_date" < MAKE_DATE(2025, 1, 1)
              ) AS "t5"
              UNION ALL
              SELECT
                *
              FROM (
                SELECT
                  "t2"."product_id",
                  "t2"."refund_date" AS "order_date",
                  -(
                    "t2"."quantity"
                  ) AS "quantity",
                  -(
                    "t2"."refund_amount"
                  ) AS "paid"
                FROM "refunds" AS "t2"
                WHERE
                  "t2"."refund_date" < MAKE_DATE(2025, 1, 1)
                  AND "t2"."product_id" IS NOT NULL
                  AND "t2"."returned_order_date" = "t2"."refund_date"
              ) AS "t7"
            ) AS "t8"
            GROUP BY
              1,
              2
          ) AS "t11"
        ) AS "t13"
        LEFT OUTER JOIN (
          SELECT
            "t1"."product_id",
            "t1"."category"
          FROM "products" AS "t1"
        ) AS "t6"
          ON "t13"."product_id" = "t6"."product_id"
      ) AS "t14"
    ) AS "t15"
  ) AS "t16"
), "t27" AS (
  SELECT
    "t26"."series_id",
    "t26"."day_number",
    "t26"."quantity",
    "t26"."sales_amount",
    "t26"."series_level"
  FROM (
    SELECT
      "t25"."series_id",
      "t25"."day_number",
      "t25"."quantity",
      "t25"."sales_amount",
      "t25"."series_level",
      RANDOM() AS "_stage"
    FROM (
      SELECT
        *
      FROM (
        SELECT
          "t21"."series_id",
          "t21"."day_number",
          "t21"."quantity",
          "t21"."sales_amount",
          'total' AS "series_level"
        FROM (
          SELECT
            "t19"."series_id",
            "t19"."day_number",
            CAST(SUM("t19"."quantity") AS DECIMAL(18, 3)) AS "quantity",
            CAST(SUM("t19"."sales_amount") AS DECIMAL(18, 4)) AS "sales_amount"
          FROM (
            SELECT
              "t18"."quantity",
              "t18"."sales_amount",
              "t18"."period_number" AS "day_number",
              'all' AS "series_id"
            FROM "t17" AS "t18"
          ) AS "t19"
          GROUP BY
            1,
            2
        ) AS "t21"
      ) AS "t23"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t22"."series_id",
          "t22"."day_number",
          "t22"."quantity",
          "t22"."sales_amount",
          'category' AS "series_level"
        FROM (
          SELECT
            "t20"."series_id",
            "t20"."day_number",
            CAST(SUM("t20"."quantity") AS DECIMAL(18, 3)) AS "quantity",
            CAST(SUM("t20"."sales_amount") AS DECIMAL(18, 4)) AS "sales_amount"
          FROM (
            SELECT
              "t18"."quantity",
              "t18"."sales_amount",
              "t18"."period_number" AS "day_number",
              "t18"."category" AS "series_id"
            FROM "t17" AS "t18"
          ) AS "t20"
          GROUP BY
            1,
            2
        ) AS "t22"
      ) AS "t24"
    ) AS "t25"
  ) AS "t26"
)
SELECT
  "t36"."series_level",
  "t36"."series_id",
  MAKE_DATE(1900, 1, 1) + TO_DAYS(CAST("t36"."day_number" AS INT)) AS "sales_date",
  MAKE_DATE(2025, 1, 1) AS "as_of",
  (
    "t36"."day_number" > "t36"."opened_number"
  )
  AND (
    "t36"."day_number" < "t36"."ended_number"
  ) AS "is_complete",
  "t36"."quantity",
  "t36"."sales_amount"
FROM (
  SELECT
    "t35"."series_level",
    "t35"."series_id",
    "t35"."day_number",
    COALESCE("t29"."quantity", CAST(0 AS DECIMAL(18, 3))) AS "quantity",
    COALESCE("t29"."sales_amount", CAST(0 AS DECIMAL(18, 4))) AS "sales_amount",
    "t10"."opened_number",
    "t10"."ended_number"
  FROM (
    SELECT
      "t33"."series_level",
      "t33"."series_id",
      "t33"."first_number",
      "t33"."end_number",
      UNNEST(RANGE("t33"."first_number", "t33"."end_number", 1)) AS "day_number"
    FROM (
      SELECT
        "t32"."series_level",
        "t32"."series_id",
        "t32"."first_number",
        "t32"."end_number"
      FROM (
        SELECT
          "t31"."series_level",
          "t31"."series_id",
          "t31"."first_number",
          "t31"."end_number",
          RANDOM() AS "_stage"
        FROM (
          SELECT
            "t30"."series_level",
            "t30"."series_id",
            "t30"."first_number",
            45656 AS "end_number"
          FROM (
            SELECT
              "t28"."series_level",
              "t28"."series_id",
              MIN("t28"."day_number") AS "first_number"
            FROM "t27" AS "t28"
            GROUP BY
              1,
              2
          ) AS "t30"
        ) AS "t31"
      ) AS "t32"
    ) AS "t33"
  ) AS "t35"
  LEFT OUTER JOIN "t27" AS "t29"
    ON "t35"."series_level" = "t29"."series_level"
    AND "t35"."series_id" = "t29"."series_id"
    AND "t35"."day_number" = "t29"."day_number"
  CROSS JOIN (
    SELECT
      DATE_DIFF('DAY', MAKE_DATE(1900, 1, 1), MIN("t4"."order_date")) AS "opened_number",
      DATE_DIFF('DAY', MAKE_DATE(1900, 1, 1), MAX("t4"."order_date")) AS "ended_number"
    FROM (
      SELECT
        *
      FROM "order_items" AS "t0"
      WHERE
        "t0"."order_date" < MAKE_DATE(2025, 1, 1)
    ) AS "t4"
  ) AS "t10"
) AS "t36"
