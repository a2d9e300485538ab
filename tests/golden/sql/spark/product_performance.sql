SELECT
  `t8`.`product_id`,
  MAKE_DATE(2025, 1, 1) AS `as_of`,
  `t8`.`product_name`,
  `t8`.`category`,
  `t8`.`quantity`,
  `t8`.`returned_quantity`,
  `t8`.`gross_amount`,
  `t8`.`discount_amount`,
  `t8`.`refund_amount`,
  `t8`.`net_amount`,
  `t8`.`order_count`,
  `t8`.`customer_count`,
  `t8`.`first_sold_date`,
  `t8`.`last_sold_date`,
  `t8`.`recent_amount`,
  `t8`.`previous_amount`,
  `t8`.`year_before_amount`
FROM (
  SELECT
    `t7`.`product_id`,
    `t7`.`quantity`,
    `t7`.`returned_quantity`,
    `t7`.`gross_amount`,
    `t7`.`discount_amount`,
    `t7`.`refund_amount`,
    `t7`.`net_amount`,
    `t7`.`order_count`,
    `t7`.`customer_count`,
    `t7`.`first_sold_date`,
    `t7`.`last_sold_date`,
    `t7`.`recent_amount`,
    `t7`.`previous_amount`,
    `t7`.`year_before_amount`,
    `t7`.`product_name`,
    `t7`.`category`
  FROM (
    SELECT
      `t6`.`product_id`,
      `t6`.`quantity`,
      `t6`.`returned_quantity`,
      `t6`.`gross_amount`,
      `t6`.`discount_amount`,
      `t6`.`refund_amount`,
      `t6`.`net_amount`,
      `t6`.`order_count`,
      `t6`.`customer_count`,
      `t6`.`first_sold_date`,
      `t6`.`last_sold_date`,
      `t6`.`recent_amount`,
      `t6`.`previous_amount`,
      `t6`.`year_before_amount`,
      `t4`.`product_id` AS `product_id_right`,
      `t4`.`product_name`,
      `t4`.`category`
    FROM (
      SELECT
        `t3`.`product_id`,
        COALESCE(
          SUM(IF(NOT (
            `t3`.`is_return`
          ), `t3`.`quantity`, NULL)),
          CAST(0 AS DECIMAL(18, 3))
        ) AS `quantity`,
        COALESCE(SUM(IF(`t3`.`is_return`, -(
          `t3`.`quantity`
        ), NULL)), CAST(0 AS DECIMAL(18, 3))) AS `returned_quantity`,
        COALESCE(SUM(`t3`.`gross_amount`), CAST(0 AS DECIMAL(18, 4))) AS `gross_amount`,
        COALESCE(SUM(`t3`.`discount_amount`), CAST(0 AS DECIMAL(18, 4))) AS `discount_amount`,
        COALESCE(SUM(`t3`.`refund_amount`), CAST(0 AS DECIMAL(18, 4))) AS `refund_amount`,
        COALESCE(SUM(`t3`.`net_amount`), CAST(0 AS DECIMAL(18, 4))) AS `net_amount`,
        COUNT(
          DISTINCT IF(
            NOT (
              `t3`.`is_return`
            ) AND NOT (
              `t3`.`is_cancellation`
            ),
            CONCAT(CONCAT(`t3`.`source`, '/'), `t3`.`order_id`),
            NULL
          )
        ) AS `order_count`,
        COUNT(
          DISTINCT IF(
            NOT (
              `t3`.`is_return`
            ) AND NOT (
              `t3`.`is_cancellation`
            ),
            `t3`.`customer_id`,
            NULL
          )
        ) AS `customer_count`,
        MIN(
          IF(
            NOT (
              `t3`.`is_return`
            ) AND NOT (
              `t3`.`is_cancellation`
            ),
            `t3`.`order_date`,
            NULL
          )
        ) AS `first_sold_date`,
        MAX(
          IF(
            NOT (
              `t3`.`is_return`
            ) AND NOT (
              `t3`.`is_cancellation`
            ),
            `t3`.`order_date`,
            NULL
          )
        ) AS `last_sold_date`,
        COALESCE(
          SUM(
            IF(
              (
                `t3`.`order_date` >= MAKE_DATE(2024, 10, 2)
              )
              AND (
                `t3`.`order_date` < MAKE_DATE(2025, 1, 1)
              ),
              `t3`.`net_amount`,
              NULL
            )
          ),
          CAST(0 AS DECIMAL(18, 4))
        ) AS `recent_amount`,
        COALESCE(
          SUM(
            IF(
              (
                `t3`.`order_date` >= MAKE_DATE(2024, 7, 3)
              )
              AND (
                `t3`.`order_date` < MAKE_DATE(2024, 10, 2)
              ),
              `t3`.`net_amount`,
              NULL
            )
          ),
          CAST(0 AS DECIMAL(18, 4))
        ) AS `previous_amount`,
        COALESCE(
          SUM(
            IF(
              (
                `t3`.`order_date` >= MAKE_DATE(2023, 10, 4)
              )
              AND (
                `t3`.`order_date` < MAKE_DATE(2024, 1, 3)
              ),
              `t3`.`net_amount`,
              NULL
            )
          ),
          CAST(0 AS DECIMAL(18, 4))
        ) AS `year_before_amount`
      FROM (
        SELECT
          *
        FROM `order_items` AS `t0`
        WHERE
          `t0`.`line_type` = 'merchandise'
          AND `t0`.`product_id` IS NOT NULL
          AND `t0`.`order_date` < MAKE_DATE(2025, 1, 1)
      ) AS `t3`
      GROUP BY
        1
    ) AS `t6`
    LEFT OUTER JOIN (
      SELECT
        `t1`.`product_id`,
        `t1`.`product_name`,
        `t1`.`category`
      FROM `products` AS `t1`
    ) AS `t4`
      ON `t6`.`product_id` = `t4`.`product_id`
  ) AS `t7`
) AS `t8`
