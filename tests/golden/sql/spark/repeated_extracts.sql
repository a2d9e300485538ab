WITH `t3` AS (
  SELECT
    `t0`.`source`,
    `t0`.`order_id`,
    `t0`.`payment_number`,
    `t0`.`batch_id`,
    `t0`.`row_number`,
    `t0`.`loaded_at`
  FROM `source_payments` AS `t0`
  WHERE
    `t0`.`payment_number` IS NOT NULL AND `t0`.`reason` IS NULL
), `t4` AS (
  SELECT
    `t1`.`source`,
    `t1`.`event_id`,
    `t1`.`batch_id`,
    `t1`.`row_number`,
    `t1`.`loaded_at`
  FROM `source_events` AS `t1`
  WHERE
    `t1`.`event_id` IS NOT NULL AND `t1`.`reason` IS NULL
), `t5` AS (
  SELECT
    `t2`.`source`,
    `t2`.`batch_id`,
    `t2`.`row_number`,
    `t2`.`part`,
    `t2`.`order_id`,
    `t2`.`ordered_at`,
    `t2`.`customer_id`,
    `t2`.`product_id`,
    `t2`.`product_name`,
    `t2`.`quantity`,
    `t2`.`unit_price_amount`,
    `t2`.`discount_amount`,
    `t2`.`email`,
    `t2`.`phone`,
    `t2`.`person_key`,
    `t2`.`category`,
    `t2`.`country`,
    `t2`.`channel`,
    `t2`.`payment_method`,
    `t2`.`store_id`,
    `t2`.`promotion`,
    `t2`.`line_type`,
    `t2`.`is_cancellation`,
    `t2`.`refund_of`,
    `t2`.`order_date`,
    `t2`.`loaded_at`
  FROM `source_lines` AS `t2`
  WHERE
    `t2`.`reason` IS NULL
), `t16` AS (
  SELECT
    `t8`.`source`,
    `t8`.`order_date`,
    `t8`.`batch_id`,
    `t8`.`order_id`,
    SUM(IF(`t8`.`part` = 'item', 1, 0)) AS `line_count`
  FROM `t5` AS `t8`
  GROUP BY
    1,
    2,
    3,
    4
), `t33` AS (
  SELECT
    `t32`.`source`,
    `t32`.`order_date`,
    `t32`.`batch_id`,
    1 AS `is_doubled`
  FROM (
    SELECT
      `t31`.`source`,
      `t31`.`order_date`,
      `t31`.`batch_id`,
      COUNT(*) AS `distinct_rows`,
      SUM(`t31`.`copies` % 2) AS `uneven`
    FROM (
      SELECT
        `t30`.`source`,
        `t30`.`order_id`,
        `t30`.`ordered_at`,
        `t30`.`customer_id`,
        `t30`.`product_id`,
        `t30`.`product_name`,
        `t30`.`quantity`,
        `t30`.`unit_price_amount`,
        `t30`.`discount_amount`,
        `t30`.`part`,
        `t30`.`order_date`,
        `t30`.`batch_id`,
        COUNT(*) AS `copies`
      FROM (
        SELECT
          `t11`.`source`,
          `t11`.`batch_id`,
          `t11`.`row_number`,
          `t11`.`part`,
          `t11`.`order_id`,
          `t11`.`ordered_at`,
          `t11`.`customer_id`,
          `t11`.`product_id`,
          `t11`.`product_name`,
          `t11`.`quantity`,
          `t11`.`unit_price_amount`,
          `t11`.`discount_amount`,
          `t11`.`email`,
          `t11`.`phone`,
          `t11`.`person_key`,
          `t11`.`category`,
          `t11`.`country`,
          `t11`.`channel`,
          `t11`.`payment_method`,
          `t11`.`store_id`,
          `t11`.`promotion`,
          `t11`.`line_type`,
          `t11`.`is_cancellation`,
          `t11`.`refund_of`,
          `t11`.`order_date`,
          `t11`.`loaded_at`
        FROM `t5` AS `t11`
        LEFT SEMI JOIN (
          SELECT
            *
          FROM (
            SELECT
              `t19`.`source`,
              `t19`.`order_date`,
              `t19`.`batch_id`,
              SUM(`t19`.`line_count` % 2) AS `uneven`
            FROM `t16` AS `t19`
            GROUP BY
              1,
              2,
              3
          ) AS `t23`
          WHERE
            `t23`.`uneven` = 0
        ) AS `t25`
          ON `t11`.`source` = `t25`.`source`
          AND `t11`.`order_date` = `t25`.`order_date`
          AND `t11`.`batch_id` = `t25`.`batch_id`
      ) AS `t30`
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
        11,
        12
    ) AS `t31`
    GROUP BY
      1,
      2,
      3
  ) AS `t32`
  WHERE
    `t32`.`uneven` = 0 AND `t32`.`distinct_rows` >= 10
)
SELECT
  *
FROM (
  SELECT
    *
  FROM (
    SELECT
      `t26`.`source`,
      `t26`.`batch_id`,
      `t26`.`row_number`,
      'item' AS `part`
    FROM (
      SELECT
        `t21`.`source`,
        `t21`.`order_id`,
        `t21`.`payment_number`,
        `t21`.`batch_id`,
        `t21`.`row_number`,
        `t21`.`loaded_at`,
        ROW_NUMBER() OVER (
          PARTITION BY `t21`.`source`, `t21`.`order_id`, `t21`.`payment_number`
          ORDER BY `t21`.`loaded_at` ASC NULLS LAST, `t21`.`batch_id` ASC NULLS LAST, `t21`.`row_number` ASC NULLS LAST
        ) - 1 AS `place`
      FROM (
        SELECT
          `t9`.`source`,
          `t9`.`order_id`,
          `t9`.`payment_number`,
          `t9`.`batch_id`,
          `t9`.`row_number`,
          `t9`.`loaded_at`
        FROM `t3` AS `t9`
        LEFT SEMI JOIN (
          SELECT
            *
          FROM (
            SELECT
              `t6`.`source`,
              `t6`.`order_id`,
              `t6`.`payment_number`,
              COUNT(*) AS `copy_count`
            FROM `t3` AS `t6`
            GROUP BY
              1,
              2,
              3
          ) AS `t12`
          WHERE
            `t12`.`copy_count` > 1
        ) AS `t17`
          ON `t9`.`source` = `t17`.`source`
          AND `t9`.`order_id` = `t17`.`order_id`
          AND `t9`.`payment_number` = `t17`.`payment_number`
      ) AS `t21`
    ) AS `t26`
    WHERE
      `t26`.`place` > 0
  ) AS `t28`
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      *
    FROM (
      SELECT
        `t44`.`source`,
        `t44`.`batch_id`,
        `t44`.`row_number`,
        `t44`.`part`
      FROM (
        SELECT
          `t43`.`source`,
          `t43`.`batch_id`,
          `t43`.`row_number`,
          `t43`.`part`,
          `t43`.`order_id`,
          `t43`.`ordered_at`,
          `t43`.`customer_id`,
          `t43`.`product_id`,
          `t43`.`product_name`,
          `t43`.`quantity`,
          `t43`.`unit_price_amount`,
          `t43`.`discount_amount`,
          `t43`.`email`,
          `t43`.`phone`,
          `t43`.`person_key`,
          `t43`.`category`,
          `t43`.`country`,
          `t43`.`channel`,
          `t43`.`payment_method`,
          `t43`.`store_id`,
          `t43`.`promotion`,
          `t43`.`line_type`,
          `t43`.`is_cancellation`,
          `t43`.`refund_of`,
          `t43`.`order_date`,
          `t43`.`loaded_at`,
          `t43`.`source_right`,
          `t43`.`order_date_right`,
          `t43`.`batch_id_right`,
          `t43`.`is_doubled`,
          `t43`.`copy`,
          `t43`.`is_surplus`,
          ROW_NUMBER() OVER (
            PARTITION BY `t43`.`source`, `t43`.`order_id`, `t43`.`ordered_at`, `t43`.`customer_id`, `t43`.`product_id`, `t43`.`product_name`, `t43`.`quantity`, `t43`.`unit_price_amount`, `t43`.`discount_amount`, `t43`.`part`, `t43`.`copy`, `t43`.`is_surplus`
            ORDER BY `t43`.`loaded_at` ASC NULLS LAST, `t43`.`batch_id` ASC NULLS LAST
          ) - 1 AS `place`
        FROM (
          SELECT
            `t42`.`source`,
            `t42`.`batch_id`,
            `t42`.`row_number`,
            `t42`.`part`,
            `t42`.`order_id`,
            `t42`.`ordered_at`,
            `t42`.`customer_id`,
            `t42`.`product_id`,
            `t42`.`product_name`,
            `t42`.`quantity`,
            `t42`.`unit_price_amount`,
            `t42`.`discount_amount`,
            `t42`.`email`,
            `t42`.`phone`,
            `t42`.`person_key`,
            `t42`.`category`,
            `t42`.`country`,
            `t42`.`channel`,
            `t42`.`payment_method`,
            `t42`.`store_id`,
            `t42`.`promotion`,
            `t42`.`line_type`,
            `t42`.`is_cancellation`,
            `t42`.`refund_of`,
            `t42`.`order_date`,
            `t42`.`loaded_at`,
            `t42`.`source_right`,
            `t42`.`order_date_right`,
            `t42`.`batch_id_right`,
            `t42`.`is_doubled`,
            IF(
              COALESCE(`t42`.`is_doubled`, 0) = 1,
              CAST(FLOOR((
                `t42`.`copy`
              ) / (
                2
              )) AS BIGINT),
              `t42`.`copy`
            ) AS `copy`,
            (
              COALESCE(`t42`.`is_doubled`, 0) = 1
            )
            AND (
              (
                `t42`.`copy` % 2
              ) = 1
            ) AS `is_surplus`
          FROM (
            SELECT
              `t41`.`source`,
              `t41`.`batch_id`,
              `t41`.`row_number`,
              `t41`.`part`,
              `t41`.`order_id`,
              `t41`.`ordered_at`,
              `t41`.`customer_id`,
              `t41`.`product_id`,
              `t41`.`product_name`,
              `t41`.`quantity`,
              `t41`.`unit_price_amount`,
              `t41`.`discount_amount`,
              `t41`.`email`,
              `t41`.`phone`,
              `t41`.`person_key`,
              `t41`.`category`,
              `t41`.`country`,
              `t41`.`channel`,
              `t41`.`payment_method`,
              `t41`.`store_id`,
              `t41`.`promotion`,
              `t41`.`line_type`,
              `t41`.`is_cancellation`,
              `t41`.`refund_of`,
              `t41`.`order_date`,
              `t41`.`loaded_at`,
              `t41`.`source_right`,
              `t41`.`order_date_right`,
              `t41`.`batch_id_right`,
              `t41`.`is_doubled`,
              ROW_NUMBER() OVER (
                PARTITION BY `t41`.`source`, `t41`.`order_id`, `t41`.`ordered_at`, `t41`.`customer_id`, `t41`.`product_id`, `t41`.`product_name`, `t41`.`quantity`, `t41`.`unit_price_amount`, `t41`.`discount_amount`, `t41`.`part`, `t41`.`batch_id`
                ORDER BY `t41`.`email` ASC, `t41`.`phone` ASC, `t41`.`person_key` ASC, `t41`.`category` ASC, `t41`.`country` ASC, `t41`.`channel` ASC, `t41`.`payment_method` ASC, `t41`.`store_id` ASC, `t41`.`promotion` ASC, `t41`.`line_type` ASC, `t41`.`is_cancellation` ASC, `t41`.`refund_of` ASC, `t41`.`row_number` ASC
              ) - 1 AS `copy`
            FROM (
              SELECT
                `t11`.`source`,
                `t11`.`batch_id`,
                `t11`.`row_number`,
                `t11`.`part`,
                `t11`.`order_id`,
                `t11`.`ordered_at`,
                `t11`.`customer_id`,
                `t11`.`product_id`,
                `t11`.`product_name`,
                `t11`.`quantity`,
                `t11`.`unit_price_amount`,
                `t11`.`discount_amount`,
                `t11`.`email`,
                `t11`.`phone`,
                `t11`.`person_key`,
                `t11`.`category`,
                `t11`.`country`,
                `t11`.`channel`,
                `t11`.`payment_method`,
                `t11`.`store_id`,
                `t11`.`promotion`,
                `t11`.`line_type`,
                `t11`.`is_cancellation`,
                `t11`.`refund_of`,
                `t11`.`order_date`,
                `t11`.`loaded_at`,
                `t35`.`source` AS `source_right`,
                `t35`.`order_date` AS `order_date_right`,
                `t35`.`batch_id` AS `batch_id_right`,
                `t35`.`is_doubled`
              FROM `t5` AS `t11`
              LEFT SEMI JOIN (
                SELECT
                  *
                FROM (
                  SELECT
                    `t37`.`source`,
                    `t37`.`order_id`,
                    MAX(COALESCE(`t37`.`is_doubled`, 0)) AS `is_doubled`,
                    MIN(`t37`.`batch_id`) AS `first_batch`,
                    MAX(`t37`.`batch_id`) AS `last_batch`
                  FROM (
                    SELECT
                      `t20`.`source`,
                      `t20`.`order_date`,
                      `t20`.`batch_id`,
                      `t20`.`order_id`,
                      `t20`.`line_count`,
                      `t36`.`source` AS `source_right`,
                      `t36`.`order_date` AS `order_date_right`,
                      `t36`.`batch_id` AS `batch_id_right`,
                      `t36`.`is_doubled`
                    FROM `t16` AS `t20`
                    LEFT OUTER JOIN `t33` AS `t36`
                      ON `t20`.`source` = `t36`.`source`
                      AND `t20`.`order_date` = `t36`.`order_date`
                      AND `t20`.`batch_id` = `t36`.`batch_id`
                  ) AS `t37`
                  GROUP BY
                    1,
                    2
                ) AS `t38`
                WHERE
                  (
                    `t38`.`is_doubled` = 1
                  ) OR (
                    `t38`.`first_batch` <> `t38`.`last_batch`
                  )
              ) AS `t40`
                ON `t11`.`source` = `t40`.`source` AND `t11`.`order_id` = `t40`.`order_id`
              LEFT OUTER JOIN `t33` AS `t35`
                ON `t11`.`source` = `t35`.`source`
                AND `t11`.`order_date` = `t35`.`order_date`
                AND `t11`.`batch_id` = `t35`.`batch_id`
            ) AS `t41`
          ) AS `t42`
        ) AS `t43`
      ) AS `t44`
      WHERE
        `t44`.`is_surplus` OR (
          `t44`.`place` > 0
        )
    ) AS `t45`
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        `t27`.`source`,
        `t27`.`batch_id`,
        `t27`.`row_number`,
        'item' AS `part`
      FROM (
        SELECT
          `t22`.`source`,
          `t22`.`event_id`,
          `t22`.`batch_id`,
          `t22`.`row_number`,
          `t22`.`loaded_at`,
          ROW_NUMBER() OVER (
            PARTITION BY `t22`.`source`, `t22`.`event_id`
            ORDER BY `t22`.`loaded_at` ASC NULLS LAST, `t22`.`batch_id` ASC NULLS LAST, `t22`.`row_number` ASC NULLS LAST
          ) - 1 AS `place`
        FROM (
          SELECT
            `t10`.`source`,
            `t10`.`event_id`,
            `t10`.`batch_id`,
            `t10`.`row_number`,
            `t10`.`loaded_at`
          FROM `t4` AS `t10`
          LEFT SEMI JOIN (
            SELECT
              *
            FROM (
              SELECT
                `t7`.`source`,
                `t7`.`event_id`,
                COUNT(*) AS `copy_count`
              FROM `t4` AS `t7`
              GROUP BY
                1,
                2
            ) AS `t13`
            WHERE
              `t13`.`copy_count` > 1
          ) AS `t18`
            ON `t10`.`source` = `t18`.`source` AND `t10`.`event_id` = `t18`.`event_id`
        ) AS `t22`
      ) AS `t27`
      WHERE
        `t27`.`place` > 0
    ) AS `t29`
  ) AS `t46`
) AS `t47`
