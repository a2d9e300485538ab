WITH `t1` AS (
  SELECT
    `t0`.`source`,
    `t0`.`batch_id`,
    `t0`.`row_number`,
    `t0`.`order_id`,
    `t0`.`ordered_at`,
    `t0`.`customer_id`,
    `t0`.`product_id`,
    `t0`.`product_name`,
    `t0`.`quantity`,
    `t0`.`unit_price_amount`,
    `t0`.`discount_amount`,
    `t0`.`email`,
    `t0`.`category`,
    `t0`.`country`,
    `t0`.`channel`,
    `t0`.`payment_method`,
    `t0`.`promotion`,
    `t0`.`line_type`,
    `t0`.`is_cancellation`,
    `t0`.`refund_of`,
    `t0`.`order_date`,
    `t0`.`loaded_at`
  FROM `source_lines` AS `t0`
  WHERE
    `t0`.`reason` IS NULL
), `t4` AS (
  SELECT
    `t2`.`source`,
    `t2`.`order_date`,
    `t2`.`batch_id`,
    `t2`.`order_id`,
    COUNT(*) AS `line_count`
  FROM `t1` AS `t2`
  GROUP BY
    1,
    2,
    3,
    4
), `t13` AS (
  SELECT
    `t12`.`source`,
    `t12`.`order_date`,
    `t12`.`batch_id`,
    1 AS `is_doubled`
  FROM (
    SELECT
      `t11`.`source`,
      `t11`.`order_date`,
      `t11`.`batch_id`,
      COUNT(*) AS `distinct_rows`,
      SUM(`t11`.`copies` % 2) AS `uneven`
    FROM (
      SELECT
        `t10`.`source`,
        `t10`.`order_id`,
        `t10`.`ordered_at`,
        `t10`.`customer_id`,
        `t10`.`product_id`,
        `t10`.`product_name`,
        `t10`.`quantity`,
        `t10`.`unit_price_amount`,
        `t10`.`discount_amount`,
        `t10`.`order_date`,
        `t10`.`batch_id`,
        COUNT(*) AS `copies`
      FROM (
        SELECT
          `t3`.`source`,
          `t3`.`batch_id`,
          `t3`.`row_number`,
          `t3`.`order_id`,
          `t3`.`ordered_at`,
          `t3`.`customer_id`,
          `t3`.`product_id`,
          `t3`.`product_name`,
          `t3`.`quantity`,
          `t3`.`unit_price_amount`,
          `t3`.`discount_amount`,
          `t3`.`email`,
          `t3`.`category`,
          `t3`.`country`,
          `t3`.`channel`,
          `t3`.`payment_method`,
          `t3`.`promotion`,
          `t3`.`line_type`,
          `t3`.`is_cancellation`,
          `t3`.`refund_of`,
          `t3`.`order_date`,
          `t3`.`loaded_at`
        FROM `t1` AS `t3`
        LEFT SEMI JOIN (
          SELECT
            *
          FROM (
            SELECT
              `t5`.`source`,
              `t5`.`order_date`,
              `t5`.`batch_id`,
              SUM(`t5`.`line_count` % 2) AS `uneven`
            FROM `t4` AS `t5`
            GROUP BY
              1,
              2,
              3
          ) AS `t7`
          WHERE
            `t7`.`uneven` = 0
        ) AS `t9`
          ON `t3`.`source` = `t9`.`source`
          AND `t3`.`order_date` = `t9`.`order_date`
          AND `t3`.`batch_id` = `t9`.`batch_id`
      ) AS `t10`
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
    ) AS `t11`
    GROUP BY
      1,
      2,
      3
  ) AS `t12`
  WHERE
    `t12`.`uneven` = 0 AND `t12`.`distinct_rows` >= 10
)
SELECT
  `t24`.`source`,
  `t24`.`batch_id`,
  `t24`.`row_number`
FROM (
  SELECT
    `t23`.`source`,
    `t23`.`batch_id`,
    `t23`.`row_number`,
    `t23`.`order_id`,
    `t23`.`ordered_at`,
    `t23`.`customer_id`,
    `t23`.`product_id`,
    `t23`.`product_name`,
    `t23`.`quantity`,
    `t23`.`unit_price_amount`,
    `t23`.`discount_amount`,
    `t23`.`email`,
    `t23`.`category`,
    `t23`.`country`,
    `t23`.`channel`,
    `t23`.`payment_method`,
    `t23`.`promotion`,
    `t23`.`line_type`,
    `t23`.`is_cancellation`,
    `t23`.`refund_of`,
    `t23`.`order_date`,
    `t23`.`loaded_at`,
    `t23`.`source_right`,
    `t23`.`order_date_right`,
    `t23`.`batch_id_right`,
    `t23`.`is_doubled`,
    `t23`.`copy`,
    `t23`.`is_surplus`,
    ROW_NUMBER() OVER (
      PARTITION BY `t23`.`source`, `t23`.`order_id`, `t23`.`ordered_at`, `t23`.`customer_id`, `t23`.`product_id`, `t23`.`product_name`, `t23`.`quantity`, `t23`.`unit_price_amount`, `t23`.`discount_amount`, `t23`.`copy`, `t23`.`is_surplus`
      ORDER BY `t23`.`loaded_at` ASC NULLS LAST, `t23`.`batch_id` ASC NULLS LAST
    ) - 1 AS `place`
  FROM (
    SELECT
      `t22`.`source`,
      `t22`.`batch_id`,
      `t22`.`row_number`,
      `t22`.`order_id`,
      `t22`.`ordered_at`,
      `t22`.`customer_id`,
      `t22`.`product_id`,
      `t22`.`product_name`,
      `t22`.`quantity`,
      `t22`.`unit_price_amount`,
      `t22`.`discount_amount`,
      `t22`.`email`,
      `t22`.`category`,
      `t22`.`country`,
      `t22`.`channel`,
      `t22`.`payment_method`,
      `t22`.`promotion`,
      `t22`.`line_type`,
      `t22`.`is_cancellation`,
      `t22`.`refund_of`,
      `t22`.`order_date`,
      `t22`.`loaded_at`,
      `t22`.`source_right`,
      `t22`.`order_date_right`,
      `t22`.`batch_id_right`,
      `t22`.`is_doubled`,
      IF(
        COALESCE(`t22`.`is_doubled`, 0) = 1,
        CAST(FLOOR((
          `t22`.`copy`
        ) / (
          2
        )) AS BIGINT),
        `t22`.`copy`
      ) AS `copy`,
      (
        COALESCE(`t22`.`is_doubled`, 0) = 1
      )
      AND (
        (
          `t22`.`copy` % 2
        ) = 1
      ) AS `is_surplus`
    FROM (
      SELECT
        `t21`.`source`,
        `t21`.`batch_id`,
        `t21`.`row_number`,
        `t21`.`order_id`,
        `t21`.`ordered_at`,
        `t21`.`customer_id`,
        `t21`.`product_id`,
        `t21`.`product_name`,
        `t21`.`quantity`,
        `t21`.`unit_price_amount`,
        `t21`.`discount_amount`,
        `t21`.`email`,
        `t21`.`category`,
        `t21`.`country`,
        `t21`.`channel`,
        `t21`.`payment_method`,
        `t21`.`promotion`,
        `t21`.`line_type`,
        `t21`.`is_cancellation`,
        `t21`.`refund_of`,
        `t21`.`order_date`,
        `t21`.`loaded_at`,
        `t21`.`source_right`,
        `t21`.`order_date_right`,
        `t21`.`batch_id_right`,
        `t21`.`is_doubled`,
        ROW_NUMBER() OVER (
          PARTITION BY `t21`.`source`, `t21`.`order_id`, `t21`.`ordered_at`, `t21`.`customer_id`, `t21`.`product_id`, `t21`.`product_name`, `t21`.`quantity`, `t21`.`unit_price_amount`, `t21`.`discount_amount`, `t21`.`batch_id`
          ORDER BY `t21`.`email` ASC, `t21`.`category` ASC, `t21`.`country` ASC, `t21`.`channel` ASC, `t21`.`payment_method` ASC, `t21`.`promotion` ASC, `t21`.`line_type` ASC, `t21`.`is_cancellation` ASC, `t21`.`refund_of` ASC, `t21`.`row_number` ASC
        ) - 1 AS `copy`
      FROM (
        SELECT
          `t3`.`source`,
          `t3`.`batch_id`,
          `t3`.`row_number`,
          `t3`.`order_id`,
          `t3`.`ordered_at`,
          `t3`.`customer_id`,
          `t3`.`product_id`,
          `t3`.`product_name`,
          `t3`.`quantity`,
          `t3`.`unit_price_amount`,
          `t3`.`discount_amount`,
          `t3`.`email`,
          `t3`.`category`,
          `t3`.`country`,
          `t3`.`channel`,
          `t3`.`payment_method`,
          `t3`.`promotion`,
          `t3`.`line_type`,
          `t3`.`is_cancellation`,
          `t3`.`refund_of`,
          `t3`.`order_date`,
          `t3`.`loaded_at`,
          `t15`.`source` AS `source_right`,
          `t15`.`order_date` AS `order_date_right`,
          `t15`.`batch_id` AS `batch_id_right`,
          `t15`.`is_doubled`
        FROM `t1` AS `t3`
        LEFT SEMI JOIN (
          SELECT
            *
          FROM (
            SELECT
              `t17`.`source`,
              `t17`.`order_id`,
              MAX(COALESCE(`t17`.`is_doubled`, 0)) AS `is_doubled`,
              MIN(`t17`.`batch_id`) AS `first_batch`,
              MAX(`t17`.`batch_id`) AS `last_batch`
            FROM (
              SELECT
                `t6`.`source`,
                `t6`.`order_date`,
                `t6`.`batch_id`,
                `t6`.`order_id`,
                `t6`.`line_count`,
                `t16`.`source` AS `source_right`,
                `t16`.`order_date` AS `order_date_right`,
                `t16`.`batch_id` AS `batch_id_right`,
                `t16`.`is_doubled`
              FROM `t4` AS `t6`
              LEFT OUTER JOIN `t13` AS `t16`
                ON `t6`.`source` = `t16`.`source`
                AND `t6`.`order_date` = `t16`.`order_date`
                AND `t6`.`batch_id` = `t16`.`batch_id`
            ) AS `t17`
            GROUP BY
              1,
              2
          ) AS `t18`
          WHERE
            (
              `t18`.`is_doubled` = 1
            ) OR (
              `t18`.`first_batch` <> `t18`.`last_batch`
            )
        ) AS `t20`
          ON `t3`.`source` = `t20`.`source` AND `t3`.`order_id` = `t20`.`order_id`
        LEFT OUTER JOIN `t13` AS `t15`
          ON `t3`.`source` = `t15`.`source`
          AND `t3`.`order_date` = `t15`.`order_date`
          AND `t3`.`batch_id` = `t15`.`batch_id`
      ) AS `t21`
    ) AS `t22`
  ) AS `t23`
) AS `t24`
WHERE
  `t24`.`is_surplus` OR (
    `t24`.`place` > 0
  )
