SELECT
  *
FROM (
  SELECT
    `t1`.`customer_id`,
    `t1`.`order_date`,
    COUNT(
      DISTINCT IF(
        NOT (
          `t1`.`is_return`
        ) AND (
          `t1`.`line_type` = 'merchandise'
        ),
        CONCAT(CONCAT(`t1`.`source`, '/'), `t1`.`order_id`),
        NULL
      )
    ) AS `order_count`,
    COUNT(
      DISTINCT IF(
        NOT (
          `t1`.`is_return`
        ) AND (
          `t1`.`line_type` = 'merchandise'
        ),
        `t1`.`product_id`,
        NULL
      )
    ) AS `product_count`,
    COALESCE(SUM(`t1`.`gross_amount`), CAST(0 AS DECIMAL(18, 4))) - COALESCE(SUM(`t1`.`discount_amount`), CAST(0 AS DECIMAL(18, 4))) AS `purchase_amount`
  FROM (
    SELECT
      *
    FROM `order_items` AS `t0`
    WHERE
      `t0`.`line_type` IN ('merchandise', 'discount')
      AND `t0`.`customer_id` IS NOT NULL
      AND NOT (
        `t0`.`is_cancellation`
      )
  ) AS `t1`
  GROUP BY
    1,
    2
) AS `t2`
WHERE
  `t2`.`order_count` > 0
