SELECT
  `t14`.`source`,
  `t14`.`order_id`,
  `t14`.`line_number`,
  `t14`.`customer_id`,
  `t14`.`email`,
  `t14`.`phone`,
  `t14`.`person_key`,
  `t14`.`ordered_at`,
  `t14`.`order_date`,
  `t14`.`product_id`,
  `t14`.`product_name`,
  `t14`.`category`,
  `t14`.`country`,
  `t14`.`channel`,
  `t14`.`payment_method`,
  `t14`.`store_id`,
  `t14`.`promotion`,
  `t14`.`line_type`,
  `t14`.`is_return`,
  `t14`.`is_cancellation`,
  `t14`.`quantity`,
  `t14`.`unit_price_amount`,
  `t14`.`gross_amount`,
  `t14`.`discount_amount`,
  `t14`.`refund_amount`,
  `t14`.`net_amount`,
  `t14`.`refund_of`,
  `t14`.`source_customer_id`,
  `t14`.`loaded_at`
FROM (
  SELECT
    `t13`.`source`,
    `t13`.`order_id`,
    `t13`.`customer_id`,
    `t13`.`email`,
    `t13`.`phone`,
    `t13`.`person_key`,
    `t13`.`ordered_at`,
    `t13`.`order_date`,
    `t13`.`product_id`,
    `t13`.`product_name`,
    `t13`.`category`,
    `t13`.`country`,
    `t13`.`channel`,
    `t13`.`payment_method`,
    `t13`.`store_id`,
    `t13`.`promotion`,
    `t13`.`line_type`,
    `t13`.`is_return`,
    `t13`.`is_cancellation`,
    `t13`.`quantity`,
    `t13`.`unit_price_amount`,
    `t13`.`gross_amount`,
    `t13`.`discount_amount`,
    `t13`.`refund_amount`,
    `t13`.`net_amount`,
    `t13`.`refund_of`,
    `t13`.`source_customer_id`,
    `t13`.`loaded_at`,
    (
      ROW_NUMBER() OVER (
        PARTITION BY `t13`.`source`, `t13`.`order_id`
        ORDER BY `t13`.`product_id` ASC, `t13`.`ordered_at` ASC, `t13`.`quantity` ASC, `t13`.`unit_price_amount` ASC, `t13`.`discount_amount` ASC, `t13`.`net_amount` ASC, `t13`.`product_name` ASC, `t13`.`customer_id` ASC, `t13`.`email` ASC, `t13`.`phone` ASC, `t13`.`person_key` ASC, `t13`.`category` ASC, `t13`.`country` ASC, `t13`.`channel` ASC, `t13`.`payment_method` ASC, `t13`.`store_id` ASC, `t13`.`promotion` ASC, `t13`.`line_type` ASC, `t13`.`is_cancellation` ASC, `t13`.`refund_of` ASC, `t13`.`source_customer_id` ASC, `t13`.`loaded_at` ASC
      ) - 1
    ) + 1 AS `line_number`
  FROM (
    SELECT
      `t12`.`source`,
      `t12`.`order_id`,
      `t12`.`customer_id`,
      `t12`.`email`,
      `t12`.`phone`,
      `t12`.`person_key`,
      `t12`.`ordered_at`,
      `t12`.`order_date`,
      `t12`.`product_id`,
      `t12`.`product_name`,
      `t12`.`category`,
      `t12`.`country`,
      `t12`.`channel`,
      `t12`.`payment_method`,
      `t12`.`store_id`,
      `t12`.`promotion`,
      `t12`.`line_type`,
      (
        `t12`.`quantity` < 0
      ) AND NOT (
        `t12`.`line_type` = 'discount'
      ) AS `is_return`,
      `t12`.`is_cancellation`,
      `t12`.`quantity`,
      `t12`.`unit_price_amount`,
      IF(
        (
          (
            `t12`.`quantity` < 0
          ) AND NOT (
            `t12`.`line_type` = 'discount'
          )
        )
        OR (
          `t12`.`line_type` = 'discount'
        ),
        CAST(0 AS DECIMAL(18, 4)),
        `t12`.`amount` + `t12`.`discount_amount`
      ) AS `gross_amount`,
      IF(
        `t12`.`line_type` = 'discount',
        -(
          `t12`.`amount`
        ),
        IF(
          (
            `t12`.`quantity` < 0
          ) AND NOT (
            `t12`.`line_type` = 'discount'
          ),
          CAST(0 AS DECIMAL(18, 4)),
          `t12`.`discount_amount`
        )
      ) AS `discount_amount`,
      IF(
        (
          `t12`.`quantity` < 0
        ) AND NOT (
          `t12`.`line_type` = 'discount'
        ),
        -(
          `t12`.`amount`
        ),
        CAST(0 AS DECIMAL(18, 4))
      ) AS `refund_amount`,
      `t12`.`net_amount`,
      `t12`.`refund_of`,
      `t12`.`source_customer_id`,
      `t12`.`loaded_at`
    FROM (
      SELECT
        `t11`.`source`,
        `t11`.`batch_id`,
        `t11`.`row_number`,
        `t11`.`part`,
        `t11`.`loaded_at`,
        `t11`.`order_id`,
        `t11`.`ordered_at`,
        `t11`.`order_date`,
        `t11`.`email`,
        `t11`.`phone`,
        `t11`.`person_key`,
        `t11`.`product_id`,
        `t11`.`product_name`,
        `t11`.`category`,
        `t11`.`country`,
        `t11`.`channel`,
        `t11`.`payment_method`,
        `t11`.`store_id`,
        `t11`.`promotion`,
        `t11`.`quantity`,
        `t11`.`unit_price_amount`,
        `t11`.`discount_amount`,
        `t11`.`amount`,
        IF(
          (
            `t11`.`quantity` < 0
          )
          AND NOT (
            `t11`.`is_cancellation`
          )
          AND (
            `t11`.`customer_id` IS NULL
          )
          AND (
            `t11`.`unit_price_amount` = 0
          ),
          'stock_adjustment',
          `t11`.`line_type`
        ) AS `line_type`,
        `t11`.`is_cancellation`,
        `t11`.`refund_of`,
        `t11`.`reason`,
        `t11`.`source_customer_id`,
        `t11`.`customer_id`,
        `t11`.`amount` AS `net_amount`
      FROM (
        SELECT
          `t10`.`source`,
          `t10`.`batch_id`,
          `t10`.`row_number`,
          `t10`.`part`,
          `t10`.`loaded_at`,
          `t10`.`order_id`,
          `t10`.`ordered_at`,
          `t10`.`order_date`,
          `t10`.`email`,
          `t10`.`phone`,
          `t10`.`person_key`,
          `t10`.`product_id`,
          `t10`.`product_name`,
          `t10`.`category`,
          `t10`.`country`,
          `t10`.`channel`,
          `t10`.`payment_method`,
          `t10`.`store_id`,
          `t10`.`promotion`,
          `t10`.`quantity`,
          `t10`.`unit_price_amount`,
          `t10`.`discount_amount`,
          `t10`.`amount`,
          `t10`.`line_type`,
          `t10`.`is_cancellation`,
          `t10`.`refund_of`,
          `t10`.`reason`,
          `t10`.`source_customer_id`,
          COALESCE(`t5`.`linked_id`, `t10`.`source_customer_id`) AS `customer_id`
        FROM (
          SELECT
            `t8`.`source`,
            `t8`.`batch_id`,
            `t8`.`row_number`,
            `t8`.`part`,
            `t8`.`loaded_at`,
            `t8`.`order_id`,
            `t8`.`ordered_at`,
            `t8`.`order_date`,
            `t8`.`email`,
            `t8`.`phone`,
            `t8`.`person_key`,
            `t8`.`product_id`,
            `t8`.`product_name`,
            `t8`.`category`,
            `t8`.`country`,
            `t8`.`channel`,
            `t8`.`payment_method`,
            `t8`.`store_id`,
            `t8`.`promotion`,
            `t8`.`quantity`,
            `t8`.`unit_price_amount`,
            `t8`.`discount_amount`,
            `t8`.`amount`,
            `t8`.`line_type`,
            `t8`.`is_cancellation`,
            `t8`.`refund_of`,
            `t8`.`reason`,
            `t8`.`source_customer_id`,
            COALESCE(
              `t8`.`source_customer_id`,
              CONCAT(
                'email:',
                IF(
                  TRIM(' \t\n\r\v\f' FROM `t8`.`email`) RLIKE '^[^@ ]+@[^@ ]+$',
                  TRANSLATE(
                    TRIM(' \t\n\r\v\f' FROM `t8`.`email`),
                    'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
                    'abcdefghijklmnopqrstuvwxyz'
                  ),
                  CAST(NULL AS STRING)
                )
              ),
              CONCAT(
                'phone:',
                IF(
                  LENGTH(REGEXP_REPLACE(REGEXP_REPLACE(`t8`.`phone`, '[^0-9]', ''), '^00', '')) >= 7,
                  REGEXP_REPLACE(REGEXP_REPLACE(`t8`.`phone`, '[^0-9]', ''), '^00', ''),
                  CAST(NULL AS STRING)
                )
              ),
              CONCAT('person_key:', NULLIF(TRIM(' \t\n\r\v\f' FROM `t8`.`person_key`), ''))
            ) AS `party`
          FROM (
            SELECT
              `t7`.`source`,
              `t7`.`batch_id`,
              `t7`.`row_number`,
              `t7`.`part`,
              `t7`.`loaded_at`,
              `t7`.`order_id`,
              `t7`.`ordered_at`,
              `t7`.`order_date`,
              `t7`.`email`,
              `t7`.`phone`,
              `t7`.`person_key`,
              `t7`.`product_id`,
              `t7`.`product_name`,
              `t7`.`category`,
              `t7`.`country`,
              `t7`.`channel`,
              `t7`.`payment_method`,
              `t7`.`store_id`,
              `t7`.`promotion`,
              `t7`.`quantity`,
              `t7`.`unit_price_amount`,
              `t7`.`discount_amount`,
              `t7`.`amount`,
              `t7`.`line_type`,
              `t7`.`is_cancellation`,
              `t7`.`refund_of`,
              `t7`.`reason`,
              `t7`.`customer_id` AS `source_customer_id`
            FROM (
              SELECT
                *
              FROM `source_lines` AS `t1`
              WHERE
                `t1`.`reason` IS NULL
            ) AS `t7`
            LEFT ANTI JOIN `repeated_extracts` AS `t3`
              ON `t7`.`source` = `t3`.`source`
              AND `t7`.`batch_id` = `t3`.`batch_id`
              AND `t7`.`row_number` = `t3`.`row_number`
              AND `t7`.`part` = `t3`.`part`
          ) AS `t8`
        ) AS `t10`
        LEFT OUTER JOIN (
          SELECT
            `t0`.`source_customer_id` AS `party`,
            `t0`.`customer_id` AS `linked_id`
          FROM `identities` AS `t0`
        ) AS `t5`
          ON `t10`.`party` = `t5`.`party`
      ) AS `t11`
    ) AS `t12`
  ) AS `t13`
) AS `t14`
