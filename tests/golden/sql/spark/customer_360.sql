SELECT
  `t23`.`customer_id`,
  MAKE_DATE(2025, 1, 1) AS `as_of`,
  `t23`.`country`,
  `t23`.`email`,
  `t23`.`first_order_date`,
  `t23`.`last_order_date`,
  COALESCE(`t23`.`order_count`, 0) AS `order_count`,
  `t23`.`product_count`,
  `t23`.`quantity`,
  `t23`.`gross_amount`,
  `t23`.`discount_amount`,
  `t23`.`refund_amount`,
  `t23`.`net_amount`,
  CAST(`t23`.`sold_amount` AS DOUBLE) / `t23`.`order_count` AS `average_order_amount`,
  -(
    DATEDIFF(DAY, MAKE_DATE(2025, 1, 1), `t23`.`last_order_date`)
  ) AS `days_since_last_order`,
  -(
    DATEDIFF(DAY, MAKE_DATE(2025, 1, 1), `t23`.`first_order_date`)
  ) AS `tenure_days`,
  CAST(DATEDIFF(DAY, `t23`.`first_order_date`, `t23`.`last_order_date`) AS DOUBLE) / IF(
    COALESCE(`t23`.`order_count`, 0) > 1,
    COALESCE(`t23`.`order_count`, 0) - 1,
    CAST(NULL AS BIGINT)
  ) AS `average_days_between_orders`,
  CAST(`t23`.`refund_amount` AS DOUBLE) / IF(
    CAST(`t23`.`gross_amount` AS DOUBLE) > 0,
    CAST(`t23`.`gross_amount` AS DOUBLE),
    CAST(NULL AS DOUBLE)
  ) AS `refund_share`,
  `t23`.`product_id` AS `favourite_product_id`,
  COALESCE(`t23`.`order_count`, 0) > 1 AS `is_repeat`
FROM (
  SELECT
    `t22`.`customer_id`,
    `t22`.`product_count`,
    `t22`.`quantity`,
    `t22`.`gross_amount`,
    `t22`.`discount_amount`,
    `t22`.`refund_amount`,
    `t22`.`net_amount`,
    `t22`.`order_count`,
    `t22`.`first_order_date`,
    `t22`.`last_order_date`,
    `t22`.`sold_amount`,
    `t22`.`product_id`,
    `t22`.`country`,
    `t22`.`email`
  FROM (
    SELECT
      `t21`.`customer_id`,
      `t21`.`product_count`,
      `t21`.`quantity`,
      `t21`.`gross_amount`,
      `t21`.`discount_amount`,
      `t21`.`refund_amount`,
      `t21`.`net_amount`,
      `t21`.`order_count`,
      `t21`.`first_order_date`,
      `t21`.`last_order_date`,
      `t21`.`sold_amount`,
      `t21`.`product_id`,
      `t4`.`customer_id` AS `customer_id_right`,
      `t4`.`country`,
      `t4`.`email`
    FROM (
      SELECT
        `t19`.`customer_id`,
        `t19`.`product_count`,
        `t19`.`quantity`,
        `t19`.`gross_amount`,
        `t19`.`discount_amount`,
        `t19`.`refund_amount`,
        `t19`.`net_amount`,
        `t19`.`order_count`,
        `t19`.`first_order_date`,
        `t19`.`last_order_date`,
        `t19`.`sold_amount`,
        `t19`.`product_id`
      FROM (
        SELECT
          `t18`.`customer_id`,
          `t18`.`product_count`,
          `t18`.`quantity`,
          `t18`.`gross_amount`,
          `t18`.`discount_amount`,
          `t18`.`refund_amount`,
          `t18`.`net_amount`,
          `t18`.`order_count`,
          `t18`.`first_order_date`,
          `t18`.`last_order_date`,
          `t18`.`sold_amount`,
          `t16`.`customer_id` AS `customer_id_right`,
          `t16`.`product_id`
        FROM (
          SELECT
            `t15`.`customer_id`,
            `t15`.`product_count`,
            `t15`.`quantity`,
            `t15`.`gross_amount`,
            `t15`.`discount_amount`,
            `t15`.`refund_amount`,
            `t15`.`net_amount`,
            `t15`.`order_count`,
            `t15`.`first_order_date`,
            `t15`.`last_order_date`,
            `t15`.`sold_amount`
          FROM (
            SELECT
              `t12`.`customer_id`,
              `t12`.`product_count`,
              `t12`.`quantity`,
              `t12`.`gross_amount`,
              `t12`.`discount_amount`,
              `t12`.`refund_amount`,
              `t12`.`net_amount`,
              `t11`.`customer_id` AS `customer_id_right`,
              `t11`.`order_count`,
              `t11`.`first_order_date`,
              `t11`.`last_order_date`,
              `t11`.`sold_amount`
            FROM (
              SELECT
                `t5`.`customer_id`,
                COUNT(
                  DISTINCT IF(
                    `t5`.`line_type` IN ('merchandise', 'discount') AND NOT (
                      `t5`.`is_return`
                    ),
                    `t5`.`product_id`,
                    NULL
                  )
                ) AS `product_count`,
                COALESCE(
                  SUM(
                    IF(
                      `t5`.`line_type` IN ('merchandise', 'discount') AND NOT (
                        `t5`.`is_return`
                      ),
                      `t5`.`quantity`,
                      NULL
                    )
                  ),
                  CAST(0 AS DECIMAL(18, 3))
                ) AS `quantity`,
                COALESCE(
                  SUM(IF(`t5`.`line_type` IN ('merchandise', 'discount'), `t5`.`gross_amount`, NULL)),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS `gross_amount`,
                COALESCE(
                  SUM(
                    IF(`t5`.`line_type` IN ('merchandise', 'discount'), `t5`.`discount_amount`, NULL)
                  ),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS `discount_amount`,
                COALESCE(
                  SUM(IF(`t5`.`line_type` IN ('merchandise', 'discount'), `t5`.`refund_amount`, NULL)),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS `refund_amount`,
                COALESCE(
                  SUM(IF(`t5`.`line_type` IN ('merchandise', 'discount'), `t5`.`net_amount`, NULL)),
                  CAST(0 AS DECIMAL(18, 4))
                ) AS `net_amount`
              FROM (
                SELECT
                  *
                FROM `order_items` AS `t1`
                WHERE
                  `t1`.`order_date` < MAKE_DATE(2025, 1, 1) AND `t1`.`customer_id` IS NOT NULL
              ) AS `t5`
              GROUP BY
                1
            ) AS `t12`
            LEFT OUTER JOIN (
              SELECT
                `t7`.`customer_id`,
                COUNT(*) AS `order_count`,
                MIN(`t7`.`order_date`) AS `first_order_date`,
                MAX(`t7`.`order_date`) AS `last_order_date`,
                COALESCE(SUM(`t7`.`gross_amount` - `t7`.`discount_amount`), CAST(0 AS DECIMAL(18, 4))) AS `sold_amount`
              FROM (
                SELECT
                  *
                FROM `orders` AS `t2`
                WHERE
                  `t2`.`is_sale`
                  AND `t2`.`customer_id` IS NOT NULL
                  AND `t2`.`order_date` < MAKE_DATE(2025, 1, 1)
              ) AS `t7`
              GROUP BY
                1
            ) AS `t11`
              ON `t12`.`customer_id` = `t11`.`customer_id`
          ) AS `t15`
        ) AS `t18`
        LEFT OUTER JOIN (
          SELECT
            `t13`.`customer_id`,
            `t13`.`product_id`
          FROM (
            SELECT
              `t8`.`customer_id`,
              `t8`.`product_id`,
              `t8`.`row_count`,
              ROW_NUMBER() OVER (
                PARTITION BY `t8`.`customer_id`
                ORDER BY `t8`.`row_count` DESC, `t8`.`product_id` ASC NULLS LAST
              ) - 1 AS `place`
            FROM (
              SELECT
                `t6`.`customer_id`,
                `t6`.`product_id`,
                COUNT(*) AS `row_count`
              FROM (
                SELECT
                  *
                FROM `order_items` AS `t1`
                WHERE
                  `t1`.`order_date` < MAKE_DATE(2025, 1, 1)
                  AND `t1`.`customer_id` IS NOT NULL
                  AND `t1`.`line_type` IN ('merchandise', 'discount')
                  AND NOT (
                    `t1`.`is_return`
                  )
                  AND `t1`.`product_id` IS NOT NULL
              ) AS `t6`
              GROUP BY
                1,
                2
            ) AS `t8`
          ) AS `t13`
          WHERE
            `t13`.`place` = 0
        ) AS `t16`
          ON `t18`.`customer_id` = `t16`.`customer_id`
      ) AS `t19`
    ) AS `t21`
    LEFT OUTER JOIN (
      SELECT
        `t0`.`customer_id`,
        `t0`.`country`,
        `t0`.`email`
      FROM `customers` AS `t0`
    ) AS `t4`
      ON `t21`.`customer_id` = `t4`.`customer_id`
  ) AS `t22`
) AS `t23`
