SELECT
  "t15"."order_date",
  "t15"."order_count",
  "t15"."customer_count",
  COALESCE("t15"."new_customer_count", 0) AS "new_customer_count",
  "t15"."guest_order_count",
  "t15"."quantity",
  "t15"."gross_amount",
  "t15"."discount_amount",
  "t15"."refund_amount",
  "t15"."net_amount",
  "t15"."shipping_amount",
  "t15"."other_amount",
  "t15"."total_amount",
  COALESCE("t15"."refunded_later_amount", CAST(0 AS DECIMAL(18, 4))) AS "refunded_later_amount"
FROM (
  SELECT
    "t14".*
    EXCLUDE ("order_date_right")
  FROM (
    SELECT
      "t13"."order_date",
      "t13"."order_count",
      "t13"."customer_count",
      "t13"."guest_order_count",
      "t13"."quantity",
      "t13"."gross_amount",
      "t13"."discount_amount",
      "t13"."refund_amount",
      "t13"."net_amount",
      "t13"."shipping_amount",
      "t13"."other_amount",
      "t13"."total_amount",
      "t13"."new_customer_count",
      "t10"."order_date" AS "order_date_right",
      "t10"."refunded_later_amount"
    FROM (
      SELECT
        "t11".*
        EXCLUDE ("order_date_right")
      FROM (
        SELECT
          "t7"."order_date",
          "t7"."order_count",
          "t7"."customer_count",
          "t7"."guest_order_count",
          "t7"."quantity",
          "t7"."gross_amount",
          "t7"."discount_amount",
          "t7"."refund_amount",
          "t7"."net_amount",
          "t7"."shipping_amount",
          "t7"."other_amount",
          "t7"."total_amount",
          "t8"."order_date" AS "order_date_right",
          "t8"."new_customer_count"
        FROM (
          SELECT
            "t1"."order_date",
            SUM(CASE WHEN "t1"."is_sale" THEN 1 ELSE 0 END) AS "order_count",
            COUNT(DISTINCT "t1"."customer_id") FILTER(WHERE
              "t1"."is_sale") AS "customer_count",
            SUM(CASE WHEN "t1"."is_sale" AND "t1"."is_guest" THEN 1 ELSE 0 END) AS "guest_order_count",
            COALESCE(SUM("t1"."quantity"), CAST(0 AS DECIMAL(18, 3))) AS "quantity",
            COALESCE(SUM("t1"."gross_amount"), CAST(0 AS DECIMAL(18, 4))) AS "gross_amount",
            COALESCE(SUM("t1"."discount_amount"), CAST(0 AS DECIMAL(18, 4))) AS "discount_amount",
            COALESCE(SUM("t1"."refund_amount"), CAST(0 AS DECIMAL(18, 4))) AS "refund_amount",
            COALESCE(SUM("t1"."net_amount"), CAST(0 AS DECIMAL(18, 4))) AS "net_amount",
            COALESCE(SUM("t1"."shipping_amount"), CAST(0 AS DECIMAL(18, 4))) AS "shipping_amount",
            COALESCE(SUM("t1"."other_amount"), CAST(0 AS DECIMAL(18, 4))) AS "other_amount",
            COALESCE(SUM("t1"."total_amount"), CAST(0 AS DECIMAL(18, 4))) AS "total_amount"
          FROM "orders" AS "t1"
          GROUP BY
            1
        ) AS "t7"
        LEFT OUTER JOIN (
          SELECT
            "t4"."order_date",
            COUNT(*) AS "new_customer_count"
          FROM (
            SELECT
              *
            FROM "customer_orders" AS "t2"
            WHERE
              "t2"."order_number" = 1
          ) AS "t4"
          GROUP BY
            1
        ) AS "t8"
          ON "t7"."order_date" = "t8"."order_date"
      ) AS "t11"
    ) AS "t13"
    LEFT OUTER JOIN (
      SELECT
        "t3"."returned_order_date" AS "order_date",
        COALESCE(SUM("t3"."refund_amount"), CAST(0 AS DECIMAL(18, 4))) AS "refunded_later_amount"
      FROM (
        SELECT
          *
        FROM "refunds" AS "t0"
        WHERE
          "t0"."returned_order_date" IS NOT NULL
      ) AS "t3"
      GROUP BY
        1
    ) AS "t10"
      ON "t13"."order_date" = "t10"."order_date"
  ) AS "t14"
) AS "t15"
