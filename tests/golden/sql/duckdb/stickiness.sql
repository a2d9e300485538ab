WITH "t6" AS (
  SELECT
    "t5"."activity",
    "t5"."member_id",
    "t5"."active_date",
    LEAD("t5"."active_date") OVER (
      PARTITION BY "t5"."activity", "t5"."member_id"
      ORDER BY "t5"."active_date" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS "following"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        'orders' AS "activity",
        "t3"."member_id",
        "t3"."active_date"
      FROM (
        SELECT DISTINCT
          "t1"."customer_id" AS "member_id",
          "t1"."order_date" AS "active_date"
        FROM "customer_orders" AS "t1"
        WHERE
          "t1"."order_date" < MAKE_DATE(2025, 1, 1)
      ) AS "t3"
    ) AS "t4"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        'events' AS "activity",
        "t0"."person_id" AS "member_id",
        "t0"."event_date" AS "active_date"
      FROM "person_days" AS "t0"
      WHERE
        "t0"."event_date" < MAKE_DATE(2025, 1, 1)
    ) AS "t2"
  ) AS "t5"
)
SELECT
  "t24"."activity",
  "t24"."active_date",
  "t24"."as_of",
  "t24"."daily_count",
  "t24"."weekly_count",
  "t24"."monthly_count"
FROM (
  SELECT
    "t23"."activity",
    "t23"."active_date",
    SUM("t23"."daily_count") OVER (
      PARTITION BY "t23"."activity"
      ORDER BY "t23"."active_date" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS "daily_count",
    SUM("t23"."weekly_count") OVER (
      PARTITION BY "t23"."activity"
      ORDER BY "t23"."active_date" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS "weekly_count",
    SUM("t23"."monthly_count") OVER (
      PARTITION BY "t23"."activity"
      ORDER BY "t23"."active_date" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS "monthly_count",
    MAKE_DATE(2025, 1, 1) AS "as_of"
  FROM (
    SELECT
      "t22"."activity",
      "t22"."active_date",
      SUM("t22"."daily_count") AS "daily_count",
      SUM("t22"."weekly_count") AS "weekly_count",
      SUM("t22"."monthly_count") AS "monthly_count"
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
                "t8"."activity",
                "t8"."active_date",
                "t8"."count" AS "daily_count",
                "t8"."count" AS "weekly_count",
                "t8"."count" AS "monthly_count"
              FROM (
                SELECT
                  "t7"."activity",
                  "t7"."active_date",
                  COUNT(*) AS "count"
                FROM "t6" AS "t7"
                GROUP BY
                  1,
                  2
              ) AS "t8"
            ) AS "t9"
            UNION ALL
            SELECT
              *
            FROM (
              SELECT
                "t15"."activity",
                "t15"."active_date",
                -(
                  "t15"."count"
                ) AS "daily_count",
                0 AS "weekly_count",
                0 AS "monthly_count"
              FROM (
                SELECT
                  "t12"."activity",
                  "t12"."active_date",
                  COUNT(*) AS "count"
                FROM (
                  SELECT
                    "t7"."activity",
                    COALESCE(
                      LEAST("t7"."following", "t7"."active_date" + INTERVAL '1' DAY),
                      "t7"."active_date" + INTERVAL '1' DAY
                    ) AS "active_date"
                  FROM "t6" AS "t7"
                ) AS "t12"
                GROUP BY
                  1,
                  2
              ) AS "t15"
            ) AS "t18"
          ) AS "t19"
          UNION ALL
          SELECT
            *
          FROM (
            SELECT
              "t14"."activity",
              "t14"."active_date",
              0 AS "daily_count",
              -(
                "t14"."count"
              ) AS "weekly_count",
              0 AS "monthly_count"
            FROM (
              SELECT
                "t11"."activity",
                "t11"."active_date",
                COUNT(*) AS "count"
              FROM (
                SELECT
                  "t7"."activity",
                  COALESCE(
                    LEAST("t7"."following", "t7"."active_date" + INTERVAL '7' DAY),
                    "t7"."active_date" + INTERVAL '7' DAY
                  ) AS "active_date"
                FROM "t6" AS "t7"
              ) AS "t11"
              GROUP BY
                1,
                2
            ) AS "t14"
          ) AS "t17"
        ) AS "t20"
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            "t13"."activity",
            "t13"."active_date",
            0 AS "daily_count",
            0 AS "weekly_count",
            -(
              "t13"."count"
            ) AS "monthly_count"
          FROM (
            SELECT
              "t10"."activity",
              "t10"."active_date",
              COUNT(*) AS "count"
            FROM (
              SELECT
                "t7"."activity",
                COALESCE(
                  LEAST("t7"."following", "t7"."active_date" + INTERVAL '30' DAY),
                  "t7"."active_date" + INTERVAL '30' DAY
                ) AS "active_date"
              FROM "t6" AS "t7"
            ) AS "t10"
            GROUP BY
              1,
              2
          ) AS "t13"
        ) AS "t16"
      ) AS "t21"
      WHERE
        "t21"."active_date" < MAKE_DATE(2025, 1, 1)
    ) AS "t22"
    GROUP BY
      1,
      2
  ) AS "t23"
) AS "t24"
