SELECT
  "t18"."customer_id",
  "t18"."email",
  "t18"."country",
  "t18"."country_count",
  "t18"."first_seen_at",
  "t18"."last_seen_at"
FROM (
  SELECT
    "t17"."customer_id",
    "t17"."country_count",
    "t17"."first_seen_at",
    "t17"."last_seen_at",
    "t17"."country",
    "t17"."email"
  FROM (
    SELECT
      "t16"."customer_id",
      "t16"."country_count",
      "t16"."first_seen_at",
      "t16"."last_seen_at",
      "t16"."country",
      "t12"."customer_id" AS "customer_id_right",
      "t12"."email"
    FROM (
      SELECT
        "t14"."customer_id",
        "t14"."country_count",
        "t14"."first_seen_at",
        "t14"."last_seen_at",
        "t14"."country"
      FROM (
        SELECT
          "t7"."customer_id",
          "t7"."country_count",
          "t7"."first_seen_at",
          "t7"."last_seen_at",
          "t13"."customer_id" AS "customer_id_right",
          "t13"."country"
        FROM (
          SELECT
            "t1"."customer_id",
            COUNT(DISTINCT "t1"."country") AS "country_count",
            MIN("t1"."ordered_at") AS "first_seen_at",
            MAX("t1"."ordered_at") AS "last_seen_at"
          FROM (
            SELECT
              *
            FROM "order_items" AS "t0"
            WHERE
              "t0"."customer_id" IS NOT NULL
          ) AS "t1"
          GROUP BY
            1
        ) AS "t7"
        LEFT OUTER JOIN (
          SELECT
            "t9"."customer_id",
            "t9"."country"
          FROM (
            SELECT
              "t6"."customer_id",
              "t6"."country",
              "t6"."latest_at",
              ROW_NUMBER() OVER (
                PARTITION BY "t6"."customer_id"
                ORDER BY "t6"."latest_at" DESC NULLS LAST, "t6"."country" ASC
                ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
              ) - 1 AS "place"
            FROM (
              SELECT
                "t3"."customer_id",
                "t3"."country",
                MAX("t3"."ordered_at") AS "latest_at"
              FROM (
                SELECT
                  *
                FROM "order_items" AS "t0"
                WHERE
                  "t0"."customer_id" IS NOT NULL AND "t0"."country" IS NOT NULL
              ) AS "t3"
              GROUP BY
                1,
                2
            ) AS "t6"
          ) AS "t9"
          WHERE
            "t9"."place" = 0
        ) AS "t13"
          ON "t7"."customer_id" = "t13"."customer_id"
      ) AS "t14"
    ) AS "t16"
    LEFT OUTER JOIN (
      SELECT
        "t8"."customer_id",
        "t8"."email"
      FROM (
        SELECT
          "t5"."customer_id",
          "t5"."email",
          "t5"."latest_at",
          ROW_NUMBER() OVER (
            PARTITION BY "t5"."customer_id"
            ORDER BY "t5"."latest_at" DESC NULLS LAST, "t5"."email" ASC
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
          ) - 1 AS "place"
        FROM (
          SELECT
            "t2"."customer_id",
            "t2"."email",
            MAX("t2"."ordered_at") AS "latest_at"
          FROM (
            SELECT
              *
            FROM "order_items" AS "t0"
            WHERE
              "t0"."customer_id" IS NOT NULL AND "t0"."email" IS NOT NULL
          ) AS "t2"
          GROUP BY
            1,
            2
        ) AS "t5"
      ) AS "t8"
      WHERE
        "t8"."place" = 0
    ) AS "t12"
      ON "t16"."customer_id" = "t12"."customer_id"
  ) AS "t17"
) AS "t18"
