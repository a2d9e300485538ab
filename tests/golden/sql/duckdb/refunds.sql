WITH "t3" AS (
  SELECT
    *
  FROM "order_items" AS "t0"
  WHERE
    "t0"."line_type" IN ('merchandise', 'discount')
    AND NOT (
      "t0"."is_return"
    )
    AND NOT (
      "t0"."is_cancellation"
    )
), "t4" AS (
  SELECT
    "t0"."source",
    "t0"."customer_id",
    "t0"."product_id",
    "t0"."order_id",
    "t0"."line_number",
    "t0"."ordered_at",
    0 AS "is_sale"
  FROM "order_items" AS "t0"
  WHERE
    "t0"."line_type" IN ('merchandise', 'discount')
    AND "t0"."is_return"
    AND "t0"."refund_of" IS NULL
    AND "t0"."customer_id" IS NOT NULL
    AND "t0"."product_id" IS NOT NULL
), "t18" AS (
  SELECT
    "t17"."source",
    "t17"."customer_id",
    "t17"."product_id",
    "t17"."order_id",
    "t17"."line_number",
    "t17"."ordered_at",
    "t17"."is_sale",
    "t17"."place",
    MAX(CASE WHEN "t17"."is_sale" = 1 THEN "t17"."place" ELSE -1 END) OVER (
      PARTITION BY "t17"."source", "t17"."customer_id", "t17"."product_id"
      ORDER BY "t17"."place" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS "latest_sale"
  FROM (
    SELECT
      "t14"."source",
      "t14"."customer_id",
      "t14"."product_id",
      "t14"."order_id",
      "t14"."line_number",
      "t14"."ordered_at",
      "t14"."is_sale",
      ROW_NUMBER() OVER (
        PARTITION BY "t14"."source", "t14"."customer_id", "t14"."product_id"
        ORDER BY "t14"."ordered_at" ASC, "t14"."is_sale" DESC, "t14"."order_id" ASC, "t14"."line_number" ASC
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ) - 1 AS "place"
    FROM (
      SELECT
        *
      FROM "t4" AS "t8"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t9"."source",
          "t9"."customer_id",
          "t9"."product_id",
          "t9"."order_id",
          "t9"."line_number",
          "t9"."ordered_at",
          1 AS "is_sale"
        FROM "t3" AS "t9"
        SEMI JOIN "t4" AS "t10"
          ON "t9"."source" = "t10"."source"
          AND "t9"."customer_id" = "t10"."customer_id"
          AND "t9"."product_id" = "t10"."product_id"
      ) AS "t13"
    ) AS "t14"
  ) AS "t17"
)
SELECT
  "t30"."source",
  "t30"."order_id",
  "t30"."line_number",
  "t30"."customer_id",
  "t30"."product_id",
  "t30"."refunded_at",
  "t30"."refund_date",
  "t30"."quantity",
  "t30"."refund_amount",
  "t30"."returned_order_id",
  "t30"."returned_at",
  "t30"."returned_order_date",
  "t30"."link"
FROM (
  SELECT
    "t6"."source",
    "t6"."order_id",
    "t6"."line_number",
    "t6"."customer_id",
    "t6"."product_id",
    "t29"."returned_order_id",
    "t29"."returned_at",
    "t29"."returned_order_date",
    "t6"."refund_amount",
    "t6"."ordered_at" AS "refunded_at",
    "t6"."order_date" AS "refund_date",
    -(
      "t6"."quantity"
    ) AS "quantity",
    COALESCE("t29"."link", 'none') AS "link"
  FROM (
    SELECT
      *
    FROM "order_items" AS "t0"
    WHERE
      "t0"."line_type" IN ('merchandise', 'discount') AND "t0"."is_return"
  ) AS "t6"
  LEFT OUTER JOIN (
    SELECT
      "t27"."source",
      "t27"."order_id",
      "t27"."line_number",
      "t27"."returned_order_id",
      "t5"."returned_at",
      "t5"."returned_order_date",
      "t27"."link"
    FROM (
      SELECT
        *
      FROM (
        SELECT
          "t15"."source",
          "t15"."order_id",
          "t15"."line_number",
          "t15"."returned_order_id",
          'stated' AS "link"
        FROM (
          SELECT
            "t6"."source",
            "t6"."order_id",
            "t6"."line_number",
            "t6"."customer_id",
            "t6"."email",
            "t6"."phone",
            "t6"."person_key",
            "t6"."ordered_at",
            "t6"."order_date",
            "t6"."product_id",
            "t6"."product_name",
            "t6"."category",
            "t6"."country",
            "t6"."channel",
            "t6"."payment_method",
            "t6"."store_id",
            "t6"."promotion",
            "t6"."line_type",
            "t6"."is_return",
            "t6"."is_cancellation",
            "t6"."quantity",
            "t6"."unit_price_amount",
            "t6"."gross_amount",
            "t6"."discount_amount",
            "t6"."refund_amount",
            "t6"."net_amount",
            "t6"."refund_of",
            "t6"."source_customer_id",
            "t6"."loaded_at",
            "t12"."returned_order_id",
            "t12"."sold_at"
          FROM (
            SELECT
              *
            FROM "order_items" AS "t0"
            WHERE
              "t0"."line_type" IN ('merchandise', 'discount') AND "t0"."is_return"
          ) AS "t6"
          INNER JOIN (
            SELECT
              "t7"."source",
              "t7"."order_id" AS "returned_order_id",
              MIN("t7"."ordered_at") AS "sold_at"
            FROM "t3" AS "t7"
            GROUP BY
              1,
              2
          ) AS "t12"
            ON "t6"."source" = "t12"."source" AND "t6"."refund_of" = "t12"."returned_order_id"
        ) AS "t15"
        WHERE
          "t15"."sold_at" <= "t15"."ordered_at"
      ) AS "t16"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t24"."source",
          "t24"."order_id",
          "t24"."line_number",
          "t22"."returned_order_id",
          'matched' AS "link"
        FROM (
          SELECT
            "t21".*
            EXCLUDE ("is_sale")
          FROM (
            SELECT
              *
            FROM "t18" AS "t19"
            WHERE
              "t19"."is_sale" = 0 AND "t19"."latest_sale" >= 0
          ) AS "t21"
        ) AS "t24"
        INNER JOIN (
          SELECT
            "t19"."source",
            "t19"."customer_id",
            "t19"."product_id",
            "t19"."place" AS "latest_sale",
            "t19"."order_id" AS "returned_order_id"
          FROM "t18" AS "t19"
          WHERE
            "t19"."is_sale" = 1
        ) AS "t22"
          ON "t24"."source" = "t22"."source"
          AND "t24"."customer_id" = "t22"."customer_id"
          AND "t24"."product_id" = "t22"."product_id"
          AND "t24"."latest_sale" = "t22"."latest_sale"
      ) AS "t25"
    ) AS "t27"
    INNER JOIN (
      SELECT
        "t0"."source",
        "t0"."order_id" AS "returned_order_id",
        MIN("t0"."ordered_at") AS "returned_at",
        MIN("t0"."order_date") AS "returned_order_date"
      FROM "order_items" AS "t0"
      GROUP BY
        1,
        2
    ) AS "t5"
      ON "t27"."source" = "t5"."source"
      AND "t27"."returned_order_id" = "t5"."returned_order_id"
  ) AS "t29"
    ON "t6"."source" = "t29"."source"
    AND "t6"."order_id" = "t29"."order_id"
    AND "t6"."line_number" = "t29"."line_number"
) AS "t30"
