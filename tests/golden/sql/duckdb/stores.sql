SELECT
  "t6"."store_id",
  COALESCE("t6"."name", "t6"."store_id") AS "name",
  "t6"."city",
  "t6"."state",
  "t6"."country"
FROM (
  SELECT
    "t5"."store_id",
    MIN("t5"."name") AS "name",
    MIN("t5"."city") AS "city",
    MIN("t5"."state") AS "state",
    MIN("t5"."country") AS "country"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t0"."store_id",
        "t0"."name",
        "t0"."city",
        "t0"."state",
        "t0"."country"
      FROM "source_stores" AS "t0"
      WHERE
        "t0"."store_id" IS NOT NULL
    ) AS "t2"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        "t3"."store_id",
        CAST(NULL AS TEXT) AS "name",
        CAST(NULL AS TEXT) AS "city",
        CAST(NULL AS TEXT) AS "state",
        CAST(NULL AS TEXT) AS "country"
      FROM (
        SELECT DISTINCT
          "t1"."store_id"
        FROM "order_items" AS "t1"
        WHERE
          "t1"."store_id" IS NOT NULL
      ) AS "t3"
    ) AS "t4"
  ) AS "t5"
  GROUP BY
    1
) AS "t6"
