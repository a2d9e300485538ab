SELECT
  "t11"."customer_id",
  "t11"."product_id",
  MAKE_DATE(2025, 1, 1) AS "as_of",
  "t11"."view_count",
  "t11"."cart_count",
  "t11"."purchase_count",
  "t11"."quantity",
  "t11"."returned_quantity",
  LEAST(
    GREATEST(
      COALESCE(
        CAST((
          CAST("t11"."quantity" AS DOUBLE PRECISION) - CAST("t11"."returned_quantity" AS DOUBLE PRECISION)
        ) AS DOUBLE PRECISION) / NULLIF(CAST("t11"."quantity" AS DOUBLE PRECISION), 0.0),
        0.0
      ),
      0.0
    ),
    1.0
  ) AS "kept_share",
  "t11"."first_purchase_date",
  "t11"."last_purchase_date",
  "t11"."last_interaction_date",
  CAST("t11"."look_weight" AS DOUBLE PRECISION) + (
    CAST("t11"."purchase_weight" AS DOUBLE PRECISION) * LEAST(
      GREATEST(
        COALESCE(
          CAST((
            CAST("t11"."quantity" AS DOUBLE PRECISION) - CAST("t11"."returned_quantity" AS DOUBLE PRECISION)
          ) AS DOUBLE PRECISION) / NULLIF(CAST("t11"."quantity" AS DOUBLE PRECISION), 0.0),
          0.0
        ),
        0.0
      ),
      1.0
    )
  ) AS "interaction_weight"
FROM (
  SELECT
    "t10"."customer_id",
    "t10"."product_id",
    SUM("t10"."view_count") AS "view_count",
    SUM("t10"."cart_count") AS "cart_count",
    SUM("t10"."purchase_count") AS "purchase_count",
    CAST(SUM("t10"."quantity") AS DECIMAL(18, 3)) AS "quantity",
    CAST(SUM("t10"."returned_quantity") AS DECIMAL(18, 3)) AS "returned_quantity",
    MIN("t10"."interaction_date") FILTER(WHERE
      "t10"."purchase_count" > 0) AS "first_purchase_date",
    MAX("t10"."interaction_date") FILTER(WHERE
      "t10"."purchase_count" > 0) AS "last_purchase_date",
    MAX("t10"."interaction_date") FILTER(WHERE
      (
        "t10"."purchase_count" > 0
      )
      OR (
        "t10"."view_count" > 0
      )
      OR (
        "t10"."cart_count" > 0
      )) AS "last_interaction_date",
    SUM("t10"."look_weight") AS "look_weight",
    SUM("t10"."purchase_weight") AS "purchase_weight"
  FROM (
    SELECT
      "t9"."customer_id",
      "t9"."product_id",
      "t9"."interaction_date",
      "t9"."view_count",
      "t9"."cart_count",
      "t9"."purchase_count",
      "t9"."quantity",
      "t9"."returned_quantity",
      CAST((
        (
          CAST("t9"."view_count" AS DOUBLE PRECISION) * 1.0
        ) + (
          CAST("t9"."cart_count" AS DOUBLE PRECISION) * 3.0
        )
      ) * (
        POW(
          0.5,
          (
            CAST(-(
              CAST(EXTRACT(epoch FROM CAST("t9"."interaction_date" AS TIMESTAMP) - CAST(MAKE_DATE(2025, 1, 1) AS TIMESTAMP)) / 86400 AS BIGINT)
            ) AS DOUBLE PRECISION) / 180.0
          )
        )
      ) AS DECIMAL(18, 9)) AS "look_weight",
      CAST(CAST("t9"."purchase_count" AS DOUBLE PRECISION) * 5.0 * (
        POW(
          0.5,
          (
            CAST(-(
              CAST(EXTRACT(epoch FROM CAST("t9"."interaction_date" AS TIMESTAMP) - CAST(MAKE_DATE(2025, 1, 1) AS TIMESTAMP)) / 86400 AS BIGINT)
            ) AS DOUBLE PRECISION) / 180.0
          )
        )
      ) AS DECIMAL(18, 9)) AS "purchase_weight"
    FROM (
      SELECT
        "t8"."customer_id",
        "t8"."product_id",
        "t8"."interaction_date",
        SUM("t8"."view_count") AS "view_count",
        SUM("t8"."cart_count") AS "cart_count",
        SUM("t8"."purchase_count") AS "purchase_count",
        SUM("t8"."quantity") AS "quantity",
        SUM("t8"."returned_quantity") AS "returned_quantity"
      FROM (
        SELECT
          *
        FROM (
          SELECT
            "t5"."customer_id",
            "t5"."product_id",
            "t5"."interaction_date",
            "t5"."purchase_count",
            "t5"."quantity",
            "t5"."returned_quantity",
            CAST(0 AS BIGINT) AS "view_count",
            CAST(0 AS BIGINT) AS "cart_count"
          FROM (
            SELECT
              "t2"."customer_id",
              "t2"."product_id",
              "t2"."order_date" AS "interaction_date",
              COUNT(DISTINCT "t2"."ordered_at") FILTER(WHERE
                NOT (
                  "t2"."is_return" OR "t2"."is_cancellation"
                )) AS "purchase_count",
              CAST(COALESCE(
                SUM("t2"."quantity") FILTER(WHERE
                  NOT (
                    "t2"."is_return" OR "t2"."is_cancellation"
                  )),
                CAST(CAST('0' AS DECIMAL) AS DECIMAL(18, 3))
              ) AS DECIMAL(18, 3)) AS "quantity",
              CAST(COALESCE(
                SUM(-(
                  "t2"."quantity"
                )) FILTER(WHERE
                  "t2"."is_return" OR "t2"."is_cancellation"),
                CAST(CAST('0' AS DECIMAL) AS DECIMAL(18, 3))
              ) AS DECIMAL(18, 3)) AS "returned_quantity"
            FROM (
              SELECT
                *
              FROM "order_items" AS "t0"
              WHERE
                "t0"."line_type" = 'merchandise'
                AND "t0"."customer_id" IS NOT NULL
                AND "t0"."product_id" IS NOT NULL
            ) AS "t2"
            GROUP BY
              1,
              2,
              3
          ) AS "t5"
        ) AS "t7"
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            "t4"."customer_id",
            "t4"."product_id",
            "t4"."interaction_date",
            CAST(0 AS BIGINT) AS "purchase_count",
            CAST(CAST('0' AS DECIMAL) AS DECIMAL(18, 3)) AS "quantity",
            CAST(CAST('0' AS DECIMAL) AS DECIMAL(18, 3)) AS "returned_quantity",
            "t4"."view_count",
            "t4"."cart_count"
          FROM (
            SELECT
              "t3"."customer_id",
              "t3"."product_id",
              "t3"."event_date" AS "interaction_date",
              SUM(CASE WHEN "t3"."event_name" = 'view' THEN 1 ELSE 0 END) AS "view_count",
              SUM(CASE WHEN "t3"."event_name" = 'cart' THEN 1 ELSE 0 END) AS "cart_count"
            FROM (
              SELECT
                *
              FROM "events" AS "t1"
              WHERE
                "t1"."customer_id" IS NOT NULL
                AND "t1"."product_id" IS NOT NULL
                AND "t1"."event_name" IN ('view', 'cart')
            ) AS "t3"
            GROUP BY
              1,
              2,
              3
          ) AS "t4"
        ) AS "t6"
      ) AS "t8"
      GROUP BY
        1,
        2,
        3
    ) AS "t9"
    WHERE
      "t9"."interaction_date" < MAKE_DATE(2025, 1, 1)
  ) AS "t10"
  GROUP BY
    1,
    2
) AS "t11"
WHERE
  "t11"."last_interaction_date" IS NOT NULL
