WITH "t2" AS (
  SELECT
    "t1"."activity",
    "t1"."cohort_date",
    "t1"."months_since_first",
    COUNT(*) AS "active_count",
    SUM("t1"."action_count") AS "action_count",
    CAST(SUM("t1"."purchase_amount") AS DECIMAL(18, 4)) AS "purchase_amount"
  FROM (
    SELECT
      *
    FROM "lifecycle" AS "t0"
    WHERE
      "t0"."action_count" > 0
  ) AS "t1"
  GROUP BY
    1,
    2,
    3
)
SELECT
  "t10"."activity",
  "t10"."cohort_date",
  "t10"."months_since_first",
  "t10"."as_of",
  "t10"."cohort_member_count",
  "t10"."active_count",
  CAST("t10"."active_count" AS DOUBLE PRECISION) / CAST("t10"."cohort_member_count" AS DOUBLE PRECISION) AS "active_rate",
  "t10"."action_count",
  "t10"."purchase_amount"
FROM (
  SELECT
    "t9"."activity",
    "t9"."cohort_date",
    "t9"."months_since_first",
    "t9"."cohort_member_count",
    MAKE_DATE(2025, 1, 1) AS "as_of",
    CASE
      WHEN (
        (
          (
            (
              CAST(EXTRACT(year FROM "t9"."cohort_date") AS BIGINT) * 12
            ) + CAST(EXTRACT(month FROM "t9"."cohort_date") AS BIGINT)
          ) - 1
        ) + "t9"."months_since_first"
      ) < 24300
      THEN COALESCE("t4"."active_count", 0)
      ELSE CAST(NULL AS BIGINT)
    END AS "active_count",
    CASE
      WHEN (
        (
          (
            (
              CAST(EXTRACT(year FROM "t9"."cohort_date") AS BIGINT) * 12
            ) + CAST(EXTRACT(month FROM "t9"."cohort_date") AS BIGINT)
          ) - 1
        ) + "t9"."months_since_first"
      ) < 24300
      THEN COALESCE("t4"."action_count", 0)
      ELSE CAST(NULL AS BIGINT)
    END AS "action_count",
    CASE
      WHEN (
        (
          (
            (
              CAST(EXTRACT(year FROM "t9"."cohort_date") AS BIGINT) * 12
            ) + CAST(EXTRACT(month FROM "t9"."cohort_date") AS BIGINT)
          ) - 1
        ) + "t9"."months_since_first"
      ) < 24300
      THEN COALESCE("t4"."purchase_amount", CAST(0 AS DECIMAL(18, 4)))
      ELSE CAST(NULL AS DECIMAL(18, 4))
    END AS "purchase_amount"
  FROM (
    SELECT
      "t7"."activity",
      "t7"."cohort_date",
      "t7"."cohort_member_count",
      "t7"."ends",
      UNNEST(
        CASE
          WHEN NULLIF(1, 0) IS NOT NULL AND SIGN(1) = SIGN("t7"."ends" - 0)
          THEN ARRAY_REMOVE(ARRAY(SELECT
            *
          FROM GENERATE_SERIES(0, "t7"."ends", 1)), "t7"."ends")
          ELSE CAST(ARRAY[] AS BIGINT[])
        END
      ) AS "months_since_first"
    FROM (
      SELECT
        "t6"."activity",
        "t6"."cohort_date",
        "t6"."cohort_member_count",
        "t6"."ends"
      FROM (
        SELECT
          "t5"."activity",
          "t5"."cohort_date",
          "t5"."cohort_member_count",
          "t5"."ends",
          RANDOM() AS "_stage"
        FROM (
          SELECT
            "t3"."activity",
            "t3"."cohort_date",
            "t3"."active_count" AS "cohort_member_count",
            (
              24299 - (
                (
                  (
                    CAST(EXTRACT(year FROM "t3"."cohort_date") AS BIGINT) * 12
                  ) + CAST(EXTRACT(month FROM "t3"."cohort_date") AS BIGINT)
                ) - 1
              )
            ) + 1 AS "ends"
          FROM "t2" AS "t3"
          WHERE
            "t3"."months_since_first" = 0
        ) AS "t5"
      ) AS "t6"
    ) AS "t7"
  ) AS "t9"
  LEFT OUTER JOIN "t2" AS "t4"
    ON "t9"."activity" = "t4"."activity"
    AND "t9"."cohort_date" = "t4"."cohort_date"
    AND "t9"."months_since_first" = "t4"."months_since_first"
) AS "t10"
