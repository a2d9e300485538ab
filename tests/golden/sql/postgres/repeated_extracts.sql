WITH "t1" AS (
  SELECT
    "t0"."source",
    "t0"."batch_id",
    "t0"."row_number",
    "t0"."order_id",
    "t0"."ordered_at",
    "t0"."customer_id",
    "t0"."product_id",
    "t0"."product_name",
    "t0"."quantity",
    "t0"."unit_price_amount",
    "t0"."discount_amount",
    "t0"."order_date",
    "t0"."loaded_at"
  FROM "source_lines" AS "t0"
  WHERE
    "t0"."reason" IS NULL
), "t4" AS (
  SELECT
    "t2"."source",
    "t2"."order_id",
    "t2"."order_date",
    "t2"."batch_id",
    COUNT(*) AS "line_count"
  FROM "t1" AS "t2"
  GROUP BY
    1,
    2,
    3,
    4
)
SELECT
  "t22"."source",
  "t22"."batch_id",
  "t22"."row_number"
FROM (
  SELECT
    "t21"."source",
    "t21"."batch_id",
    "t21"."row_number",
    "t21"."order_id",
    "t21"."ordered_at",
    "t21"."customer_id",
    "t21"."product_id",
    "t21"."product_name",
    "t21"."quantity",
    "t21"."unit_price_amount",
    "t21"."discount_amount",
    "t21"."order_date",
    "t21"."loaded_at",
    "t21"."is_doubled",
    "t21"."copy",
    "t21"."copies",
    "t21"."is_surplus",
    ROW_NUMBER() OVER (
      PARTITION BY "t21"."source", "t21"."order_id", "t21"."ordered_at", "t21"."customer_id", "t21"."product_id", "t21"."product_name", "t21"."quantity", "t21"."unit_price_amount", "t21"."discount_amount", "t21"."copy", "t21"."is_surplus"
      ORDER BY "t21"."loaded_at" ASC, "t21"."batch_id" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) - 1 AS "place"
  FROM (
    SELECT
      "t20"."source",
      "t20"."batch_id",
      "t20"."row_number",
      "t20"."order_id",
      "t20"."ordered_at",
      "t20"."customer_id",
      "t20"."product_id",
      "t20"."product_name",
      "t20"."quantity",
      "t20"."unit_price_amount",
      "t20"."discount_amount",
      "t20"."order_date",
      "t20"."loaded_at",
      "t20"."is_doubled",
      "t20"."copy",
      "t20"."copies",
      "t20"."copy" >= CASE
        WHEN "t20"."is_doubled" = 1
        THEN CAST(FLOOR(CAST((
          "t20"."copies" + 1
        ) AS DOUBLE PRECISION) / (
          2
        )) AS BIGINT)
        ELSE "t20"."copies"
      END AS "is_surplus"
    FROM (
      SELECT
        "t19"."source",
        "t19"."batch_id",
        "t19"."row_number",
        "t19"."order_id",
        "t19"."ordered_at",
        "t19"."customer_id",
        "t19"."product_id",
        "t19"."product_name",
        "t19"."quantity",
        "t19"."unit_price_amount",
        "t19"."discount_amount",
        "t19"."order_date",
        "t19"."loaded_at",
        "t19"."is_doubled",
        ROW_NUMBER() OVER (
          PARTITION BY "t19"."source", "t19"."order_id", "t19"."ordered_at", "t19"."customer_id", "t19"."product_id", "t19"."product_name", "t19"."quantity", "t19"."unit_price_amount", "t19"."discount_amount", "t19"."batch_id"
          ORDER BY "t19"."row_number" ASC
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) - 1 AS "copy",
        COUNT(*) OVER (
          PARTITION BY "t19"."source", "t19"."order_id", "t19"."ordered_at", "t19"."customer_id", "t19"."product_id", "t19"."product_name", "t19"."quantity", "t19"."unit_price_amount", "t19"."discount_amount", "t19"."batch_id"
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) AS "copies"
      FROM (
        SELECT
          "t3"."source",
          "t3"."batch_id",
          "t3"."row_number",
          "t3"."order_id",
          "t3"."ordered_at",
          "t3"."customer_id",
          "t3"."product_id",
          "t3"."product_name",
          "t3"."quantity",
          "t3"."unit_price_amount",
          "t3"."discount_amount",
          "t3"."order_date",
          "t3"."loaded_at",
          "t18"."is_doubled"
        FROM "t1" AS "t3"
        INNER JOIN (
          SELECT
            "t16"."source",
            "t16"."order_id",
            "t16"."is_doubled"
          FROM (
            SELECT
              "t15"."source",
              "t15"."order_id",
              MAX(COALESCE("t15"."is_doubled", 0)) AS "is_doubled",
              MIN("t15"."batch_id") AS "first_batch",
              MAX("t15"."batch_id") AS "last_batch"
            FROM (
              SELECT
                "t6"."source",
                "t6"."order_id",
                "t6"."order_date",
                "t6"."batch_id",
                "t6"."line_count",
                "t14"."source" AS "source_right",
                "t14"."order_date" AS "order_date_right",
                "t14"."batch_id" AS "batch_id_right",
                "t14"."is_doubled"
              FROM "t4" AS "t6"
              LEFT OUTER JOIN (
                SELECT
                  "t12"."source",
                  "t12"."order_date",
                  "t12"."batch_id",
                  1 AS "is_doubled"
                FROM (
                  SELECT
                    "t11"."source",
                    "t11"."order_date",
                    "t11"."batch_id",
                    COUNT(*) AS "distinct_rows",
                    SUM("t11"."copies" % 2) AS "uneven"
                  FROM (
                    SELECT
                      "t10"."source",
                      "t10"."order_id",
                      "t10"."ordered_at",
                      "t10"."customer_id",
                      "t10"."product_id",
                      "t10"."product_name",
                      "t10"."quantity",
                      "t10"."unit_price_amount",
                      "t10"."discount_amount",
                      "t10"."order_date",
                      "t10"."batch_id",
                      COUNT(*) AS "copies"
                    FROM (
                      SELECT
                        "t3"."source",
                        "t3"."batch_id",
                        "t3"."row_number",
                        "t3"."order_id",
                        "t3"."ordered_at",
                        "t3"."customer_id",
                        "t3"."product_id",
                        "t3"."product_name",
                        "t3"."quantity",
                        "t3"."unit_price_amount",
                        "t3"."discount_amount",
                        "t3"."order_date",
                        "t3"."loaded_at"
                      FROM "t1" AS "t3"
                      WHERE
                        EXISTS(
                          SELECT
                            1
                          FROM (
                            SELECT
                              *
                            FROM (
                              SELECT
                                "t5"."source",
                                "t5"."order_date",
                                "t5"."batch_id",
                                SUM("t5"."line_count" % 2) AS "uneven"
                              FROM "t4" AS "t5"
                              GROUP BY
                                1,
                                2,
                                3
                            ) AS "t7"
                            WHERE
                              "t7"."uneven" = 0
                          ) AS "t9"
                          WHERE
                            "t3"."source" = "t9"."source"
                            AND "t3"."order_date" = "t9"."order_date"
                            AND "t3"."batch_id" = "t9"."batch_id"
                        )
                    ) AS "t10"
                    GROUP BY
                      1,
                      2,
                      3,
                      4,
                      5,
                      6,
                      7,
                      8,
                      9,
                      10,
                      11
                  ) AS "t11"
                  GROUP BY
                    1,
                    2,
                    3
                ) AS "t12"
                WHERE
                  "t12"."uneven" = 0 AND "t12"."distinct_rows" >= 10
              ) AS "t14"
                ON "t6"."source" = "t14"."source"
                AND "t6"."order_date" = "t14"."order_date"
                AND "t6"."batch_id" = "t14"."batch_id"
            ) AS "t15"
            GROUP BY
              1,
              2
          ) AS "t16"
          WHERE
            (
              "t16"."is_doubled" = 1
            ) OR (
              "t16"."first_batch" <> "t16"."last_batch"
            )
        ) AS "t18"
          ON "t3"."source" = "t18"."source" AND "t3"."order_id" = "t18"."order_id"
      ) AS "t19"
    ) AS "t20"
  ) AS "t21"
) AS "t22"
WHERE
  "t22"."is_surplus" OR (
    "t22"."place" > 0
  )
