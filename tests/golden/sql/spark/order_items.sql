SELECT
  `t8`.`source`,
  `t8`.`order_id`,
  `t8`.`line_number`,
  `t8`.`customer_id`,
  `t8`.`email`,
  `t8`.`ordered_at`,
  `t8`.`order_date`,
  `t8`.`product_id`,
  `t8`.`product_name`,
  `t8`.`category`,
  `t8`.`country`,
  `t8`.`channel`,
  `t8`.`payment_method`,
  `t8`.`store_id`,
  `t8`.`promotion`,
  `t8`.`line_type`,
  `t8`.`is_return`,
  `t8`.`is_cancellation`,
  `t8`.`quantity`,
  `t8`.`unit_price_amount`,
  `t8`.`gross_amount`,
  `t8`.`discount_amount`,
  `t8`.`refund_amount`,
  `t8`.`net_amount`,
  `t8`.`refund_of`,
  `t8`.`loaded_at`
FROM (
  SELECT
    `t7`.`source`,
    `t7`.`order_id`,
    `t7`.`customer_id`,
    `t7`.`email`,
    `t7`.`ordered_at`,
    `t7`.`order_date`,
    `t7`.`product_id`,
    `t7`.`product_name`,
    `t7`.`category`,
    `t7`.`country`,
    `t7`.`channel`,
    `t7`.`payment_method`,
    `t7`.`store_id`,
    `t7`.`promotion`,
    `t7`.`line_type`,
    `t7`.`is_return`,
    `t7`.`is_cancellation`,
    `t7`.`quantity`,
    `t7`.`unit_price_amount`,
    `t7`.`gross_amount`,
    `t7`.`discount_amount`,
    `t7`.`refund_amount`,
    `t7`.`net_amount`,
    `t7`.`refund_of`,
    `t7`.`loaded_at`,
    (
      ROW_NUMBER() OVER (
        PARTITION BY `t7`.`source`, `t7`.`order_id`
        ORDER BY `t7`.`product_id` ASC, `t7`.`ordered_at` ASC, `t7`.`quantity` ASC, `t7`.`unit_price_amount` ASC, `t7`.`discount_amount` ASC, `t7`.`net_amount` ASC, `t7`.`product_name` ASC, `t7`.`customer_id` ASC, `t7`.`email` ASC, `t7`.`category` ASC, `t7`.`country` ASC, `t7`.`channel` ASC, `t7`.`payment_method` ASC, `t7`.`store_id` ASC, `t7`.`promotion` ASC, `t7`.`line_type` ASC, `t7`.`is_cancellation` ASC, `t7`.`refund_of` ASC, `t7`.`loaded_at` ASC
      ) - 1
    ) + 1 AS `line_number`
  FROM (
    SELECT
      `t6`.`source`,
      `t6`.`order_id`,
      `t6`.`customer_id`,
      `t6`.`email`,
      `t6`.`ordered_at`,
      `t6`.`order_date`,
      `t6`.`product_id`,
      `t6`.`product_name`,
      `t6`.`category`,
      `t6`.`country`,
      `t6`.`channel`,
      `t6`.`payment_method`,
      `t6`.`store_id`,
      `t6`.`promotion`,
      `t6`.`line_type`,
      (
        `t6`.`quantity` < 0
      ) AND NOT (
        `t6`.`line_type` = 'discount'
      ) AS `is_return`,
      `t6`.`is_cancellation`,
      `t6`.`quantity`,
      `t6`.`unit_price_amount`,
      IF(
        (
          (
            `t6`.`quantity` < 0
          ) AND NOT (
            `t6`.`line_type` = 'discount'
          )
        )
        OR (
          `t6`.`line_type` = 'discount'
        ),
        CAST(0 AS DECIMAL(18, 4)),
        `t6`.`amount` + `t6`.`discount_amount`
      ) AS `gross_amount`,
      IF(
        `t6`.`line_type` = 'discount',
        -(
          `t6`.`amount`
        ),
        IF(
          (
            `t6`.`quantity` < 0
          ) AND NOT (
            `t6`.`line_type` = 'discount'
          ),
          CAST(0 AS DECIMAL(18, 4)),
          `t6`.`discount_amount`
        )
      ) AS `discount_amount`,
      IF(
        (
          `t6`.`quantity` < 0
        ) AND NOT (
          `t6`.`line_type` = 'discount'
        ),
        -(
          `t6`.`amount`
        ),
        CAST(0 AS DECIMAL(18, 4))
      ) AS `refund_amount`,
      `t6`.`net_amount`,
      `t6`.`refund_of`,
      `t6`.`loaded_at`
    FROM (
      SELECT
        `t5`.`source`,
        `t5`.`batch_id`,
        `t5`.`row_number`,
        `t5`.`part`,
        `t5`.`loaded_at`,
        `t5`.`order_id`,
        `t5`.`ordered_at`,
        `t5`.`order_date`,
        `t5`.`customer_id`,
        `t5`.`email`,
        `t5`.`product_id`,
        `t5`.`product_name`,
        `t5`.`category`,
        `t5`.`country`,
        `t5`.`channel`,
        `t5`.`payment_method`,
        `t5`.`store_id`,
        `t5`.`promotion`,
        `t5`.`quantity`,
        `t5`.`unit_price_amount`,
        `t5`.`discount_amount`,
        `t5`.`amount`,
        IF(
          (
            `t5`.`quantity` < 0
          )
          AND NOT (
            `t5`.`is_cancellation`
          )
          AND (
            `t5`.`customer_id` IS NULL
          )
          AND (
            `t5`.`unit_price_amount` = 0
          ),
          'stock_adjustment',
          `t5`.`line_type`
        ) AS `line_type`,
        `t5`.`is_cancellation`,
        `t5`.`refund_of`,
        `t5`.`reason`,
        `t5`.`amount` AS `net_amount`
      FROM (
        SELECT
          `t4`.`source`,
          `t4`.`batch_id`,
          `t4`.`row_number`,
          `t4`.`part`,
          `t4`.`loaded_at`,
          `t4`.`order_id`,
          `t4`.`ordered_at`,
          `t4`.`order_date`,
          `t4`.`customer_id`,
          `t4`.`email`,
          `t4`.`product_id`,
          `t4`.`product_name`,
          `t4`.`category`,
          `t4`.`country`,
          `t4`.`channel`,
          `t4`.`payment_method`,
          `t4`.`store_id`,
          `t4`.`promotion`,
          `t4`.`quantity`,
          `t4`.`unit_price_amount`,
          `t4`.`discount_amount`,
          `t4`.`amount`,
          `t4`.`line_type`,
          `t4`.`is_cancellation`,
          `t4`.`refund_of`,
          `t4`.`reason`
        FROM (
          SELECT
            *
          FROM `source_lines` AS `t0`
          WHERE
            `t0`.`reason` IS NULL
        ) AS `t4`
        LEFT ANTI JOIN `repeated_extracts` AS `t2`
          ON `t4`.`source` = `t2`.`source`
          AND `t4`.`batch_id` = `t2`.`batch_id`
          AND `t4`.`row_number` = `t2`.`row_number`
          AND `t4`.`part` = `t2`.`part`
      ) AS `t5`
    ) AS `t6`
  ) AS `t7`
) AS `t8`
