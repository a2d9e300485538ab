WITH "t2" AS (
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
), "t3" AS (
  SELECT
    "t0"."source",
    "t0"."customer_id",
    "t0"."product_id",
    "t0"."order_id",
    "t0"."line_number",
    "t0"."ordered_at",
    "t0"."order_date",
    0 AS "is_sale"
  FROM "order_items" AS "t0"
  WHERE
    "t0"."line_type" IN ('merchandise', 'discount')
    AND "t0"."is_return"
    AND "t0"."refund_of" IS NULL
    AND "t0"."customer_id" IS NOT NULL
    AND "t0"."product_id" IS NOT NULL
), "t16" AS (
  SELECT
    "t15"."source",
    "t15"."customer_id",
    "t15"."product_id",
    "t15"."order_id",
    "t15"."line_number",
    "t15"."ordered_at",
    "t15"."order_date",
    "t15"."is_sale",
    "t15"."place",
    MAX(CASE WHEN "t15"."is_sale" = 1 THEN "t15"."place" ELSE -1 END) OVER (
      PARTITION BY "t15"."source", "t15"."customer_id", "t15"."product_id"
      ORDER BY "t15"."place" ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS "latest_sale"
  FROM (
    SELECT
      "t12"."source",
      "t12"."customer_id",
      "t12"."product_id",
      "t12"."order_id",
      "t12"."line_number",
      "t12"."ordered_at",
      "t12"."order_date",
      "t12"."is_sale",
      ROW_NUMBER() OVER (
        PARTITION BY "t12"."source", "t12"."customer_id", "t12"."product_id"
        ORDER BY "t12"."ordered_at" ASC, "t12"."is_sale" DESC, "t12"."order_id" ASC, "t12"."line_number" ASC
        ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
      ) - 1 AS "place"
    FROM (
      SELECT
        *
      FROM "t3" AS "t6"
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          "t7"."source",
          "t7"."customer_id",
          "t7"."product_id",
          "t7"."order_id",
          "t7"."line_number",
          "t7"."ordered_at",
          "t7"."order_date",
          1 AS "is_sale"
        FROM "t2" AS "t7"
        SEMI JOIN "t3" AS "t8"
          ON "t7"."source" = "t8"."source"
          AND "t7"."customer_id" = "t8"."customer_id"
          AND "t7"."product_id" = "t8"."product_id"
      ) AS "t11"
    ) AS "t12"
  ) AS "t15"
)
SELECT
  "t26"."source",
  "t26"."order_id",
  "t26"."line_number",
  "t26"."customer_id",
  "t26"."product_id",
  "t26"."refunded_at",
  "t26"."refund_date",
  "t26"."quantity",
  "t26"."refund_amount",
  "t26"."returned_order_id",
  "t26"."returned_at",
  "t26"."returned_order_date",
  "t26"."link"
FROM (
  SELECT
    "t4"."source",
    "t4"."order_id",
    "t4"."line_number",
    "t4"."customer_id",
    "t4"."product_id",
    "t25"."returned_order_id",
    "t25"."returned_at",
    "t25"."returned_order_date",
    "t4"."refund_amount",
    "t4"."ordered_at" AS "refunded_at",
    "t4"."order_date" AS "refund_date",
    -(
      "t4"."quantity"
    ) AS "quantity",
    COALESCE("t25"."link", 'none') AS "link"
  FROM (
    SELECT
      *
    FROM "order_items" AS "t0"
    WHERE
      "t0"."line_type" IN ('merchandise', 'discount') AND "t0"."is_return"
  ) AS "t4"
  LEFT OUTER JOIN (
    SELECT
      *
    FROM (
      SELECT
        "t13"."source",
        "t13"."order_id",
        "t13"."line_number",
        "t13"."returned_order_id",
        "t13"."returned_at",
        "t13"."returned_order_date",
        'stated' AS "link"
      FROM (
        SELECT
          "t4"."source",
          "t4"."order_id",
          "t4"."line_number",
          "t4"."customer_id",
          "t4"."email",
          "t4"."ordered_at",
          "t4"."order_date",
          "t4"."product_id",
          "t4"."product_name",
          "t4"."category",
          "t4"."country",
          "t4"."channel",
          "t4"."payment_method",
          "t4"."promotion",
          "t4"."line_type",
          "t4"."is_return",
          "t4"."is_cancellation",
          "t4"."quantity",
          "t4"."unit_price_amount",
          "t4"."gross_amount",
          "t4"."discount_amount",
          "t4"."refund_amount",
          "t4"."net_amount",
          "t4"."refund_of",
          "t4"."loaded_at",
          "t10"."returned_order_id",
          "t10"."returned_at",
          "t10"."returned_order_date"
        FROM (
          SELECT
            *
          FROM "order_items" AS "t0"
          WHERE
            "t0"."line_type" IN ('merchandise', 'discount') AND "t0"."is_return"
        ) AS "t4"
        INNER JOIN (
          SELECT
            "t5"."source",
            "t5"."order_id" AS "returned_order_id",
            MIN("t5"."ordered_at") AS "returned_at",
            MIN("t5"."order_date") AS "returned_order_date"
          FROM "t2" AS "t5"
          GROUP BY
            1,
            2
        ) AS "t10"
          ON "t4"."source" = "t10"."source" AND "t4"."refund_of" = "t10"."returned_order_id"
      ) AS "t13"
      WHERE
        "t13"."returned_at" <= "t13"."ordered_at"
    ) AS "t14"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        "t22"."source",
        "t22"."order_id",
        "t22"."line_number",
        "t20"."returned_order_id",
        "t20"."returned_at",
        "t20"."returned_order_date",
        'matched' AS "link"
      FROM (
        SELECT
          "t19".*
          EXCLUDE ("is_sale")
        FROM (
          SELECT
            *
          FROM "t16" AS "t17"
          WHERE
            "t17"."is_sale" = 0 AND "t17"."latest_sale" >= 0
        ) AS "t19"
      ) AS "t22"
      INNER JOIN (
        SELECT
          "t17"."source",
          "t17"."customer_id",
          "t17"."product_id",
          "t17"."place" AS "latest_sale",
          "t17"."order_id" AS "returned_order_id",
          "t17"."ordered_at" AS "returned_at",
          "t17"."order_date" AS "returned_order_date"
        FROM "t16" AS "t17"
        WHERE
          "t17"."is_sale" = 1
      ) AS "t20"
        ON "t22"."source" = "t20"."source"
        AND "t22"."customer_id" = "t20"."customer_id"
        AND "t22"."product_id" = "t20"."product_id"
        AND "t22"."latest_sale" = "t20"."latest_sale"
    ) AS "t23"
  ) AS "t25"
    ON "t4"."source" = "t25"."source"
    AND "t4"."order_id" = "t25"."order_id"
    AND "t4"."line_number" = "t25"."line_number"
) AS "t26"
