SELECT
  `t29`.`source`,
  `t29`.`batch_id`,
  `t29`.`row_number`,
  `t29`.`part`,
  `t29`.`row_kind`,
  `t29`.`reason`,
  `t29`.`amount`,
  `t5`.`raw_text`
FROM (
  SELECT
    *
  FROM (
    SELECT
      `t22`.`source`,
      `t22`.`batch_id`,
      `t22`.`row_number`,
      `t22`.`part`,
      `t22`.`reason`,
      `t22`.`amount`,
      'payments' AS `row_kind`
    FROM (
      SELECT
        *
      FROM (
        SELECT
          `t1`.`source`,
          `t1`.`batch_id`,
          `t1`.`row_number`,
          'item' AS `part`,
          `t1`.`reason`,
          `t1`.`payment_amount` AS `amount`
        FROM `source_payments` AS `t1`
        WHERE
          `t1`.`reason` IS NOT NULL
      ) AS `t10`
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          `t16`.`source`,
          `t16`.`batch_id`,
          `t16`.`row_number`,
          `t16`.`part`,
          'repeated_extract' AS `reason`,
          `t16`.`amount`
        FROM (
          SELECT
            `t11`.`source`,
            `t11`.`batch_id`,
            `t11`.`row_number`,
            `t11`.`loaded_at`,
            `t11`.`order_id`,
            `t11`.`payment_number`,
            `t11`.`payment_method`,
            `t11`.`installment_count`,
            `t11`.`payment_amount`,
            `t11`.`reason`,
            `t11`.`part`,
            `t11`.`amount`
          FROM (
            SELECT
              `t1`.`source`,
              `t1`.`batch_id`,
              `t1`.`row_number`,
              `t1`.`loaded_at`,
              `t1`.`order_id`,
              `t1`.`payment_number`,
              `t1`.`payment_method`,
              `t1`.`installment_count`,
              `t1`.`payment_amount`,
              `t1`.`reason`,
              'item' AS `part`,
              `t1`.`payment_amount` AS `amount`
            FROM `source_payments` AS `t1`
          ) AS `t11`
          LEFT SEMI JOIN `repeated_extracts` AS `t7`
            ON `t11`.`source` = `t7`.`source`
            AND `t11`.`batch_id` = `t7`.`batch_id`
            AND `t11`.`row_number` = `t7`.`row_number`
            AND `t11`.`part` = `t7`.`part`
        ) AS `t16`
      ) AS `t20`
    ) AS `t22`
  ) AS `t25`
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      *
    FROM (
      SELECT
        `t19`.`source`,
        `t19`.`batch_id`,
        `t19`.`row_number`,
        `t19`.`part`,
        `t19`.`reason`,
        `t19`.`amount`,
        'lines' AS `row_kind`
      FROM (
        SELECT
          *
        FROM (
          SELECT
            `t2`.`source`,
            `t2`.`batch_id`,
            `t2`.`row_number`,
            `t2`.`part`,
            `t2`.`reason`,
            `t2`.`amount`
          FROM `source_lines` AS `t2`
          WHERE
            `t2`.`reason` IS NOT NULL
        ) AS `t12`
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            `t15`.`source`,
            `t15`.`batch_id`,
            `t15`.`row_number`,
            `t15`.`part`,
            'repeated_extract' AS `reason`,
            `t15`.`amount`
          FROM (
            SELECT
              `t6`.`source`,
              `t6`.`batch_id`,
              `t6`.`row_number`,
              `t6`.`part`,
              `t6`.`loaded_at`,
              `t6`.`order_id`,
              `t6`.`ordered_at`,
              `t6`.`order_date`,
              `t6`.`customer_id`,
              `t6`.`email`,
              `t6`.`phone`,
              `t6`.`person_key`,
              `t6`.`product_id`,
              `t6`.`product_name`,
              `t6`.`category`,
              `t6`.`country`,
              `t6`.`channel`,
              `t6`.`payment_method`,
              `t6`.`store_id`,
              `t6`.`promotion`,
              `t6`.`quantity`,
              `t6`.`unit_price_amount`,
              `t6`.`discount_amount`,
              `t6`.`amount`,
              `t6`.`line_type`,
              `t6`.`is_cancellation`,
              `t6`.`refund_of`,
              `t6`.`reason`
            FROM `source_lines` AS `t6`
            LEFT SEMI JOIN `repeated_extracts` AS `t7`
              ON `t6`.`source` = `t7`.`source`
              AND `t6`.`batch_id` = `t7`.`batch_id`
              AND `t6`.`row_number` = `t7`.`row_number`
              AND `t6`.`part` = `t7`.`part`
          ) AS `t15`
        ) AS `t18`
      ) AS `t19`
    ) AS `t24`
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        `t23`.`source`,
        `t23`.`batch_id`,
        `t23`.`row_number`,
        `t23`.`part`,
        `t23`.`reason`,
        `t23`.`amount`,
        'events' AS `row_kind`
      FROM (
        SELECT
          *
        FROM (
          SELECT
            `t3`.`source`,
            `t3`.`batch_id`,
            `t3`.`row_number`,
            'item' AS `part`,
            `t3`.`reason`,
            CAST(NULL AS DECIMAL(18, 4)) AS `amount`
          FROM `source_events` AS `t3`
          WHERE
            `t3`.`reason` IS NOT NULL
        ) AS `t13`
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            `t17`.`source`,
            `t17`.`batch_id`,
            `t17`.`row_number`,
            `t17`.`part`,
            'repeated_extract' AS `reason`,
            `t17`.`amount`
          FROM (
            SELECT
              `t14`.`source`,
              `t14`.`batch_id`,
              `t14`.`row_number`,
              `t14`.`loaded_at`,
              `t14`.`event_id`,
              `t14`.`event_at`,
              `t14`.`event_date`,
              `t14`.`event_name`,
              `t14`.`customer_id`,
              `t14`.`visitor_id`,
              `t14`.`session_id`,
              `t14`.`product_id`,
              `t14`.`channel`,
              `t14`.`device`,
              `t14`.`browser`,
              `t14`.`country`,
              `t14`.`is_simulated`,
              `t14`.`reason`,
              `t14`.`part`,
              `t14`.`amount`
            FROM (
              SELECT
                `t3`.`source`,
                `t3`.`batch_id`,
                `t3`.`row_number`,
                `t3`.`loaded_at`,
                `t3`.`event_id`,
                `t3`.`event_at`,
                `t3`.`event_date`,
                `t3`.`event_name`,
                `t3`.`customer_id`,
                `t3`.`visitor_id`,
                `t3`.`session_id`,
                `t3`.`product_id`,
                `t3`.`channel`,
                `t3`.`device`,
                `t3`.`browser`,
                `t3`.`country`,
                `t3`.`is_simulated`,
                `t3`.`reason`,
                'item' AS `part`,
                CAST(NULL AS DECIMAL(18, 4)) AS `amount`
              FROM `source_events` AS `t3`
            ) AS `t14`
            LEFT SEMI JOIN `repeated_extracts` AS `t7`
              ON `t14`.`source` = `t7`.`source`
              AND `t14`.`batch_id` = `t7`.`batch_id`
              AND `t14`.`row_number` = `t7`.`row_number`
              AND `t14`.`part` = `t7`.`part`
          ) AS `t17`
        ) AS `t21`
      ) AS `t23`
    ) AS `t26`
  ) AS `t27`
) AS `t29`
INNER JOIN `raw_texts` AS `t5`
  ON `t29`.`source` = `t5`.`source`
  AND `t29`.`batch_id` = `t5`.`batch_id`
  AND `t29`.`row_number` = `t5`.`row_number`
