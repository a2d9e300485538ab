WITH "t35" AS (
  SELECT
    *
  FROM (
    SELECT
      *
    FROM (
      SELECT
        *
      FROM (
        SELECT
          *
        FROM (
          SELECT
            *
          FROM (
            SELECT
              *
            FROM (
              SELECT
                *
              FROM (
                SELECT
                  *
                FROM (
                  SELECT
                    CAST(1 AS BIGINT) AS "step_number",
                    'files' AS "step",
                    'total' AS "item",
                    "t16"."row_count",
                    CAST(NULL AS DECIMAL(18, 4)) AS "amount",
                    CAST(0 AS BIGINT) AS "unreadable_count"
                  FROM (
                    SELECT
                      COALESCE(SUM("t7"."row_count"), 0) AS "row_count"
                    FROM (
                      SELECT DISTINCT
                        "t6"."source",
                        "t6"."batch_id",
                        "t6"."row_count"
                      FROM "batches" AS "t6"
                      WHERE
                        "t6"."is_current"
                    ) AS "t7"
                  ) AS "t16"
                ) AS "t17"
                UNION ALL
                SELECT
                  *
                FROM (
                  SELECT
                    CAST(2 AS BIGINT) AS "step_number",
                    'raw' AS "step",
                    'total' AS "item",
                    "t15"."row_count",
                    CAST("t15"."amount" AS DECIMAL(18, 4)) AS "amount",
                    "t15"."unreadable_count"
                  FROM (
                    SELECT
                      COUNT(*) AS "row_count",
                      COALESCE(SUM("t5"."amount"), CAST(0 AS DECIMAL(18, 4))) AS "amount",
                      COALESCE(SUM(CASE WHEN "t5"."amount" IS NULL THEN 1 ELSE 0 END), 0) AS "unreadable_count"
                    FROM "source_lines" AS "t5"
                  ) AS "t15"
                ) AS "t25"
              ) AS "t26"
              UNION ALL
              SELECT
                *
              FROM (
                SELECT
                  CAST(3 AS BIGINT) AS "step_number",
                  'quarantined' AS "step",
                  "t14"."reason" AS "item",
                  "t14"."row_count",
                  CAST("t14"."amount" AS DECIMAL(18, 4)) AS "amount",
                  "t14"."unreadable_count"
                FROM (
                  SELECT
                    "t4"."reason",
                    COUNT(*) AS "row_count",
                    COALESCE(SUM("t4"."amount"), CAST(0 AS DECIMAL(18, 4))) AS "amount",
                    COALESCE(SUM(CASE WHEN "t4"."amount" IS NULL THEN 1 ELSE 0 END), 0) AS "unreadable_count"
                  FROM "quarantine" AS "t4"
                  GROUP BY
                    1
                ) AS "t14"
              ) AS "t24"
            ) AS "t27"
            UNION ALL
            SELECT
              *
            FROM (
              SELECT
                CAST(4 AS BIGINT) AS "step_number",
                'kept' AS "step",
                "t11"."line_type" AS "item",
                "t11"."row_count",
                CAST("t11"."amount" AS DECIMAL(18, 4)) AS "amount",
                "t11"."unreadable_count"
              FROM (
                SELECT
                  "t1"."line_type",
                  COUNT(*) AS "row_count",
                  COALESCE(SUM("t1"."net_amount"), CAST(0 AS DECIMAL(18, 4))) AS "amount",
                  COALESCE(SUM(CASE WHEN "t1"."net_amount" IS NULL THEN 1 ELSE 0 END), 0) AS "unreadable_count"
                FROM "order_items" AS "t1"
                GROUP BY
                  1
              ) AS "t11"
            ) AS "t21"
          ) AS "t30"
          UNION ALL
          SELECT
            *
          FROM (
            SELECT
              CAST(5 AS BIGINT) AS "step_number",
              'orders' AS "step",
              'total' AS "item",
              "t13"."row_count",
              CAST("t13"."amount" AS DECIMAL(18, 4)) AS "amount",
              "t13"."unreadable_count"
            FROM (
              SELECT
                COUNT(*) AS "row_count",
                COALESCE(SUM("t3"."total_amount"), CAST(0 AS DECIMAL(18, 4))) AS "amount",
                COALESCE(SUM(CASE WHEN "t3"."total_amount" IS NULL THEN 1 ELSE 0 END), 0) AS "unreadable_count"
              FROM "orders" AS "t3"
            ) AS "t13"
          ) AS "t23"
        ) AS "t31"
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            CAST(6 AS BIGINT) AS "step_number",
            'daily_sales' AS "step",
            'total' AS "item",
            "t12"."row_count",
            CAST("t12"."amount" AS DECIMAL(18, 4)) AS "amount",
            "t12"."unreadable_count"
          FROM (
            SELECT
              COUNT(*) AS "row_count",
              COALESCE(SUM("t2"."total_amount"), CAST(0 AS DECIMAL(18, 4))) AS "amount",
              COALESCE(SUM(CASE WHEN "t2"."total_amount" IS NULL THEN 1 ELSE 0 END), 0) AS "unreadable_count"
            FROM "daily_sales" AS "t2"
          ) AS "t12"
        ) AS "t22"
      ) AS "t32"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          CAST(7 AS BIGINT) AS "step_number",
          'net_sales' AS "step",
          'total' AS "item",
          "t20"."row_count",
          CAST("t20"."amount" AS DECIMAL(18, 4)) AS "amount",
          "t20"."unreadable_count"
        FROM (
          SELECT
            COUNT(*) AS "row_count",
            COALESCE(SUM("t9"."net_amount"), CAST(0 AS DECIMAL(18, 4))) AS "amount",
            COALESCE(SUM(CASE WHEN "t9"."net_amount" IS NULL THEN 1 ELSE 0 END), 0) AS "unreadable_count"
          FROM (
            SELECT
              *
            FROM "order_items" AS "t1"
            WHERE
              "t1"."line_type" IN ('merchandise', 'discount')
              AND "t1"."order_date" < MAKE_DATE(2025, 1, 1)
          ) AS "t9"
        ) AS "t20"
      ) AS "t29"
    ) AS "t33"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        CAST(8 AS BIGINT) AS "step_number",
        'customers' AS "step",
        'named' AS "item",
        "t10"."row_count",
        CAST("t10"."amount" AS DECIMAL(18, 4)) AS "amount",
        "t10"."unreadable_count"
      FROM (
        SELECT
          COUNT(*) AS "row_count",
          COALESCE(SUM("t0"."net_amount"), CAST(0 AS DECIMAL(18, 4))) AS "amount",
          COALESCE(SUM(CASE WHEN "t0"."net_amount" IS NULL THEN 1 ELSE 0 END), 0) AS "unreadable_count"
        FROM "customer_360" AS "t0"
      ) AS "t10"
    ) AS "t18"
  ) AS "t34"
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      CAST(8 AS BIGINT) AS "step_number",
      'customers' AS "step",
      'guests' AS "item",
      "t19"."row_count",
      CAST("t19"."amount" AS DECIMAL(18, 4)) AS "amount",
      "t19"."unreadable_count"
    FROM (
      SELECT
        COUNT(*) AS "row_count",
        COALESCE(SUM("t8"."net_amount"), CAST(0 AS DECIMAL(18, 4))) AS "amount",
        COALESCE(SUM(CASE WHEN "t8"."net_amount" IS NULL THEN 1 ELSE 0 END), 0) AS "unreadable_count"
      FROM (
        SELECT
          *
        FROM "order_items" AS "t1"
        WHERE
          "t1"."line_type" IN ('merchandise', 'discount')
          AND "t1"."order_date" < MAKE_DATE(2025, 1, 1)
          AND "t1"."customer_id" IS NULL
      ) AS "t8"
    ) AS "t19"
  ) AS "t28"
), "t43" AS (
  SELECT
    SUM("t39"."row_count") AS "rows",
    SUM("t39"."amount") AS "money"
  FROM (
    SELECT
      *
    FROM "t35" AS "t36"
    WHERE
      "t36"."step" IN ('kept')
  ) AS "t39"
)
SELECT
  *
FROM (
  SELECT
    "t57".*
    EXCLUDE ("step_right")
  FROM (
    SELECT
      "t37"."step_number",
      "t37"."step",
      "t37"."item",
      "t37"."row_count",
      "t37"."amount",
      "t37"."unreadable_count",
      "t56"."step" AS "step_right",
      "t56"."expected_count",
      "t56"."expected_amount"
    FROM "t35" AS "t37"
    LEFT OUTER JOIN (
      SELECT
        *
      FROM (
        SELECT
          *
        FROM (
          SELECT
            *
          FROM (
            SELECT
              *
            FROM (
              SELECT
                'files' AS "step",
                "t44"."rows" AS "expected_count",
                CAST(NULL AS DECIMAL(18, 4)) AS "expected_amount"
              FROM (
                SELECT
                  SUM("t40"."row_count") AS "rows",
                  SUM("t40"."amount") AS "money"
                FROM (
                  SELECT
                    *
                  FROM "t35" AS "t36"
                  WHERE
                    "t36"."step" IN ('raw')
                ) AS "t40"
              ) AS "t44"
            ) AS "t47"
            UNION ALL
            SELECT
              *
            FROM (
              SELECT
                'raw' AS "step",
                "t45"."rows" AS "expected_count",
                CAST("t45"."money" AS DECIMAL(18, 4)) AS "expected_amount"
              FROM (
                SELECT
                  SUM("t41"."row_count") AS "rows",
                  SUM("t41"."amount") AS "money"
                FROM (
                  SELECT
                    *
                  FROM "t35" AS "t36"
                  WHERE
                    "t36"."step" IN ('quarantined', 'kept')
                ) AS "t41"
              ) AS "t45"
            ) AS "t49"
          ) AS "t52"
          UNION ALL
          SELECT
            *
          FROM (
            SELECT
              'orders' AS "step",
              CAST(NULL AS BIGINT) AS "expected_count",
              CAST("t46"."money" AS DECIMAL(18, 4)) AS "expected_amount"
            FROM "t43" AS "t46"
          ) AS "t51"
        ) AS "t53"
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            'daily_sales' AS "step",
            CAST(NULL AS BIGINT) AS "expected_count",
            CAST("t46"."money" AS DECIMAL(18, 4)) AS "expected_amount"
          FROM "t43" AS "t46"
        ) AS "t50"
      ) AS "t54"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          'net_sales' AS "step",
          CAST(NULL AS BIGINT) AS "expected_count",
          CAST("t42"."money" AS DECIMAL(18, 4)) AS "expected_amount"
        FROM (
          SELECT
            SUM("t38"."row_count") AS "rows",
            SUM("t38"."amount") AS "money"
          FROM (
            SELECT
              *
            FROM "t35" AS "t36"
            WHERE
              "t36"."step" IN ('customers')
          ) AS "t38"
        ) AS "t42"
      ) AS "t48"
    ) AS "t56"
      ON "t37"."step" = "t56"."step"
  ) AS "t57"
) AS "t58"
