SELECT
  "t26"."product_id",
  "t26"."product_name",
  "t26"."name_count",
  "t26"."category",
  "t26"."line_type",
  "t26"."first_sold_at",
  "t26"."last_sold_at",
  "t26"."sale_count",
  "t26"."lowest_price_amount",
  "t26"."highest_price_amount"
FROM (
  SELECT
    "t25"."product_id",
    "t25"."name_count",
    "t25"."first_sold_at",
    "t25"."last_sold_at",
    "t25"."sale_count",
    "t25"."lowest_price_amount",
    "t25"."highest_price_amount",
    "t25"."product_name",
    "t25"."category",
    "t25"."line_type"
  FROM (
    SELECT
      "t24"."product_id",
      "t24"."name_count",
      "t24"."first_sold_at",
      "t24"."last_sold_at",
      "t24"."sale_count",
      "t24"."lowest_price_amount",
      "t24"."highest_price_amount",
      "t24"."product_name",
      "t24"."category",
      "t18"."product_id" AS "product_id_right",
      "t18"."line_type"
    FROM (
      SELECT
        "t22"."product_id",
        "t22"."name_count",
        "t22"."first_sold_at",
        "t22"."last_sold_at",
        "t22"."sale_count",
        "t22"."lowest_price_amount",
        "t22"."highest_price_amount",
        "t22"."product_name",
        "t22"."category"
      FROM (
        SELECT
          "t21"."product_id",
          "t21"."name_count",
          "t21"."first_sold_at",
          "t21"."last_sold_at",
          "t21"."sale_count",
          "t21"."lowest_price_amount",
          "t21"."highest_price_amount",
          "t21"."product_name",
          "t17"."product_id" AS "product_id_right",
          "t17"."category"
        FROM (
          SELECT
            "t19"."product_id",
            "t19"."name_count",
            "t19"."first_sold_at",
            "t19"."last_sold_at",
            "t19"."sale_count",
            "t19"."lowest_price_amount",
            "t19"."highest_price_amount",
            "t19"."product_name"
          FROM (
            SELECT
              "t9"."product_id",
              "t9"."name_count",
              "t9"."first_sold_at",
              "t9"."last_sold_at",
              "t9"."sale_count",
              "t9"."lowest_price_amount",
              "t9"."highest_price_amount",
              "t16"."product_id" AS "product_id_right",
              "t16"."product_name"
            FROM (
              SELECT
                "t1"."product_id",
                COUNT(DISTINCT "t1"."product_name") AS "name_count",
                MIN("t1"."ordered_at") FILTER(WHERE
                  NOT (
                    "t1"."is_return"
                  )) AS "first_sold_at",
                MAX("t1"."ordered_at") FILTER(WHERE
                  NOT (
                    "t1"."is_return"
                  )) AS "last_sold_at",
                SUM(CASE WHEN NOT (
                  "t1"."is_return"
                ) THEN 1 ELSE 0 END) AS "sale_count",
                MIN("t1"."unit_price_amount") FILTER(WHERE
                  "t1"."unit_price_amount" > 0) AS "lowest_price_amount",
                MAX("t1"."unit_price_amount") FILTER(WHERE
                  "t1"."unit_price_amount" > 0) AS "highest_price_amount"
              FROM (
                SELECT
                  *
                FROM "order_items" AS "t0"
                WHERE
                  "t0"."product_id" IS NOT NULL
              ) AS "t1"
              GROUP BY
                1
            ) AS "t9"
            LEFT OUTER JOIN (
              SELECT
                "t10"."product_id",
                "t10"."product_name"
              FROM (
                SELECT
                  "t5"."product_id",
                  "t5"."product_name",
                  "t5"."row_count",
                  ROW_NUMBER() OVER (
                    PARTITION BY "t5"."product_id"
                    ORDER BY "t5"."row_count" DESC NULLS LAST, "t5"."product_name" ASC
                    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                  ) - 1 AS "place"
                FROM (
                  SELECT
                    "t2"."product_id",
                    "t2"."product_name",
                    COUNT(*) AS "row_count"
                  FROM (
                    SELECT
                      *
                    FROM "order_items" AS "t0"
                    WHERE
                      "t0"."product_id" IS NOT NULL AND "t0"."product_name" IS NOT NULL
                  ) AS "t2"
                  GROUP BY
                    1,
                    2
                ) AS "t5"
              ) AS "t10"
              WHERE
                "t10"."place" = 0
            ) AS "t16"
              ON "t9"."product_id" = "t16"."product_id"
          ) AS "t19"
        ) AS "t21"
        LEFT OUTER JOIN (
          SELECT
            "t11"."product_id",
            "t11"."category"
          FROM (
            SELECT
              "t6"."product_id",
              "t6"."category",
              "t6"."row_count",
              ROW_NUMBER() OVER (
                PARTITION BY "t6"."product_id"
                ORDER BY "t6"."row_count" DESC NULLS LAST, "t6"."category" ASC
                ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
              ) - 1 AS "place"
            FROM (
              SELECT
                "t3"."product_id",
                "t3"."category",
                COUNT(*) AS "row_count"
              FROM (
                SELECT
                  *
                FROM "order_items" AS "t0"
                WHERE
                  "t0"."product_id" IS NOT NULL AND "t0"."category" IS NOT NULL
              ) AS "t3"
              GROUP BY
                1,
                2
            ) AS "t6"
          ) AS "t11"
          WHERE
            "t11"."place" = 0
        ) AS "t17"
          ON "t21"."product_id" = "t17"."product_id"
      ) AS "t22"
    ) AS "t24"
    LEFT OUTER JOIN (
      SELECT
        "t12"."product_id",
        "t12"."line_type"
      FROM (
        SELECT
          "t7"."product_id",
          "t7"."line_type",
          "t7"."row_count",
          ROW_NUMBER() OVER (
            PARTITION BY "t7"."product_id"
            ORDER BY "t7"."row_count" DESC NULLS LAST, "t7"."line_type" ASC
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
          ) - 1 AS "place"
        FROM (
          SELECT
            "t4"."product_id",
            "t4"."line_type",
            COUNT(*) AS "row_count"
          FROM (
            SELECT
              *
            FROM "order_items" AS "t0"
            WHERE
              "t0"."product_id" IS NOT NULL AND "t0"."line_type" IS NOT NULL
          ) AS "t4"
          GROUP BY
            1,
            2
        ) AS "t7"
      ) AS "t12"
      WHERE
        "t12"."place" = 0
    ) AS "t18"
      ON "t24"."product_id" = "t18"."product_id"
  ) AS "t25"
) AS "t26"
