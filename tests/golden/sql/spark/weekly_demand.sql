WITH `t14` AS (
  SELECT
    `t13`.`product_id`,
    `t13`.`week_number`,
    `t13`.`quantity`,
    `t13`.`sales_amount`,
    `t13`.`first_date`,
    `t13`.`category`,
    RAND() AS `_stage`
  FROM (
    SELECT
      `t12`.`product_id`,
      `t12`.`period_number` AS `week_number`,
      `t12`.`quantity`,
      `t12`.`sales_amount`,
      `t12`.`first_date`,
      COALESCE(`t12`.`category`, '(no category)') AS `category`
    FROM (
      SELECT
        `t11`.`product_id`,
        `t11`.`period_number`,
        `t11`.`quantity`,
        `t11`.`sales_amount`,
        `t11`.`first_date`,
        `t11`.`category`
      FROM (
        SELECT
          `t10`.`product_id`,
          `t10`.`period_number`,
          `t10`.`quantity`,
          `t10`.`sales_amount`,
          `t10`.`first_date`,
          `t4`.`product_id` AS `product_id_right`,
          `t4`.`category`
        FROM (
          SELECT
            `t8`.`product_id`,
            `t8`.`period_number`,
            GREATEST(`t8`.`quantity`, CAST(0 AS DECIMAL(18, 3))) AS `quantity`,
            GREATEST(`t8`.`sales_amount`, CAST(0 AS DECIMAL(18, 4))) AS `sales_amount`,
            `t8`.`first_date`
          FROM (
            SELECT
              `t7`.`product_id`,
              CAST(FLOOR((
                DATEDIFF(DAY, MAKE_DATE(1900, 1, 1), `t7`.`order_date`)
              ) / (
                7
              )) AS BIGINT) AS `period_number`,
              CAST(SUM(`t7`.`quantity`) AS DECIMAL(18, 3)) AS `quantity`,
              CAST(SUM(`t7`.`paid`) AS DECIMAL(18, 4)) AS `sales_amount`,
              MIN(`t7`.`order_date`) AS `first_date`
            FROM (
              SELECT
                *
              FROM (
                SELECT
                  `t1`.`product_id`,
                  `t1`.`order_date`,
                  `t1`.`quantity`,
                  `t1`.`gross_amount` - `t1`.`discount_amount` AS `paid`
                FROM `order_items` AS `t1`
                WHERE
                  `t1`.`line_type` = 'merchandise'
                  AND `t1`.`product_id` IS NOT NULL
                  AND NOT (
                    `t1`.`is_return`
                  )
                  AND NOT (
                    `t1`.`is_cancellation`
                  )
                  AND `t1`.`gross_amount` > 0
                  AND `t1`.`order_date` < MAKE_DATE(2025, 1, 1)
              ) AS `t5`
              UNION ALL
              SELECT
                *
              FROM (
                SELECT
                  `t2`.`product_id`,
                  `t2`.`refund_date` AS `order_date`,
                  -(
                    `t2`.`quantity`
                  ) AS `quantity`,
                  -(
                    `t2`.`refund_amount`
                  ) AS `paid`
                FROM `refunds` AS `t2`
                WHERE
                  `t2`.`refund_date` < MAKE_DATE(2025, 1, 1)
                  AND `t2`.`product_id` IS NOT NULL
                  AND `t2`.`returned_order_date` = `t2`.`refund_date`
              ) AS `t6`
            ) AS `t7`
            GROUP BY
              1,
              2
          ) AS `t8`
        ) AS `t10`
        LEFT OUTER JOIN (
          SELECT
            `t0`.`product_id`,
            `t0`.`category`
          FROM `products` AS `t0`
        ) AS `t4`
          ON `t10`.`product_id` = `t4`.`product_id`
      ) AS `t11`
    ) AS `t12`
  ) AS `t13`
), `t31` AS (
  SELECT
    `t30`.`series_id`,
    `t30`.`category`,
    `t30`.`week_number`,
    `t30`.`quantity`,
    `t30`.`sales_amount`,
    `t30`.`series_level`
  FROM (
    SELECT
      `t29`.`series_id`,
      `t29`.`category`,
      `t29`.`week_number`,
      `t29`.`quantity`,
      `t29`.`sales_amount`,
      `t29`.`series_level`,
      RAND() AS `_stage`
    FROM (
      SELECT
        *
      FROM (
        SELECT
          `t23`.`series_id`,
          `t23`.`category`,
          `t23`.`week_number`,
          `t23`.`quantity`,
          `t23`.`sales_amount`,
          'product' AS `series_level`
        FROM (
          SELECT
            `t18`.`series_id`,
            `t18`.`category`,
            `t18`.`week_number`,
            CAST(SUM(`t18`.`quantity`) AS DECIMAL(18, 3)) AS `quantity`,
            CAST(SUM(`t18`.`sales_amount`) AS DECIMAL(18, 4)) AS `sales_amount`
          FROM (
            SELECT
              `t15`.`week_number`,
              `t15`.`quantity`,
              `t15`.`sales_amount`,
              `t15`.`product_id` AS `series_id`,
              `t15`.`category`
            FROM `t14` AS `t15`
          ) AS `t18`
          GROUP BY
            1,
            2,
            3
        ) AS `t23`
      ) AS `t26`
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          *
        FROM (
          SELECT
            `t21`.`series_id`,
            `t21`.`category`,
            `t21`.`week_number`,
            `t21`.`quantity`,
            `t21`.`sales_amount`,
            'total' AS `series_level`
          FROM (
            SELECT
              `t16`.`series_id`,
              `t16`.`category`,
              `t16`.`week_number`,
              CAST(SUM(`t16`.`quantity`) AS DECIMAL(18, 3)) AS `quantity`,
              CAST(SUM(`t16`.`sales_amount`) AS DECIMAL(18, 4)) AS `sales_amount`
            FROM (
              SELECT
                `t15`.`week_number`,
                `t15`.`quantity`,
                `t15`.`sales_amount`,
                'all' AS `series_id`,
                'all' AS `category`
              FROM `t14` AS `t15`
            ) AS `t16`
            GROUP BY
              1,
              2,
              3
          ) AS `t21`
        ) AS `t25`
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            `t24`.`series_id`,
            `t24`.`category`,
            `t24`.`week_number`,
            `t24`.`quantity`,
            `t24`.`sales_amount`,
            'category' AS `series_level`
          FROM (
            SELECT
              `t19`.`series_id`,
              `t19`.`category`,
              `t19`.`week_number`,
              CAST(SUM(`t19`.`quantity`) AS DECIMAL(18, 3)) AS `quantity`,
              CAST(SUM(`t19`.`sales_amount`) AS DECIMAL(18, 4)) AS `sales_amount`
            FROM (
              SELECT
                `t15`.`week_number`,
                `t15`.`quantity`,
                `t15`.`sales_amount`,
                `t15`.`category` AS `series_id`,
                `t15`.`category`
              FROM `t14` AS `t15`
            ) AS `t19`
            GROUP BY
              1,
              2,
              3
          ) AS `t24`
        ) AS `t27`
      ) AS `t28`
    ) AS `t29`
  ) AS `t30`
)
SELECT
  `t40`.`series_level`,
  `t40`.`series_id`,
  `t40`.`category`,
  MAKE_DATE(1900, 1, 1) + CAST(CONCAT(CAST(`t40`.`week_number` * 7 AS INT), ' days') AS INTERVAL) AS `week_date`,
  MAKE_DATE(2025, 1, 1) AS `as_of`,
  (
    `t40`.`week_number` < 6522
  )
  AND (
    (
      `t40`.`week_number` * 7
    ) >= DATEDIFF(DAY, MAKE_DATE(1900, 1, 1), `t40`.`opened_date`)
  ) AS `is_complete`,
  `t40`.`quantity`,
  `t40`.`sales_amount`
FROM (
  SELECT
    `t39`.`series_level`,
    `t39`.`series_id`,
    `t39`.`category`,
    `t39`.`week_number`,
    COALESCE(`t33`.`quantity`, CAST(0 AS DECIMAL(18, 3))) AS `quantity`,
    COALESCE(`t33`.`sales_amount`, CAST(0 AS DECIMAL(18, 4))) AS `sales_amount`,
    `t22`.`opened_date`
  FROM (
    SELECT
      `t37`.`series_level`,
      `t37`.`series_id`,
      `t37`.`category`,
      `t37`.`first_number`,
      `t37`.`end_number`,
      EXPLODE(
        IF(
          (
            1 <> 0
          ) AND (
            SIGN(1) = SIGN(`t37`.`end_number` - `t37`.`first_number`)
          ),
          IF(
            ELEMENT_AT(
              SEQUENCE(`t37`.`first_number`, `t37`.`end_number`, 1),
              SIZE(SEQUENCE(`t37`.`first_number`, `t37`.`end_number`, 1))
            ) = `t37`.`end_number`,
            SLICE(
              SEQUENCE(`t37`.`first_number`, `t37`.`end_number`, 1),
              1,
              SIZE(SEQUENCE(`t37`.`first_number`, `t37`.`end_number`, 1)) - 1
            ),
            SEQUENCE(`t37`.`first_number`, `t37`.`end_number`, 1)
          ),
          ARRAY()
        )
      ) AS `week_number`
    FROM (
      SELECT
        `t36`.`series_level`,
        `t36`.`series_id`,
        `t36`.`category`,
        `t36`.`first_number`,
        `t36`.`end_number`
      FROM (
        SELECT
          `t35`.`series_level`,
          `t35`.`series_id`,
          `t35`.`category`,
          `t35`.`first_number`,
          `t35`.`end_number`,
          RAND() AS `_stage`
        FROM (
          SELECT
            `t34`.`series_level`,
            `t34`.`series_id`,
            `t34`.`category`,
            `t34`.`first_number`,
            6523 AS `end_number`
          FROM (
            SELECT
              `t32`.`series_level`,
              `t32`.`series_id`,
              `t32`.`category`,
              MIN(`t32`.`week_number`) AS `first_number`
            FROM `t31` AS `t32`
            GROUP BY
              1,
              2,
              3
          ) AS `t34`
        ) AS `t35`
      ) AS `t36`
    ) AS `t37`
  ) AS `t39`
  LEFT OUTER JOIN `t31` AS `t33`
    ON `t39`.`series_level` = `t33`.`series_level`
    AND `t39`.`series_id` = `t33`.`series_id`
    AND `t39`.`category` = `t33`.`category`
    AND `t39`.`week_number` = `t33`.`week_number`
  CROSS JOIN (
    SELECT
      MIN(`t17`.`first_date`) AS `opened_date`
    FROM (
      SELECT
        `t15`.`product_id`,
        `t15`.`week_number`,
        `t15`.`quantity`,
        `t15`.`sales_amount`,
        `t15`.`first_date`,
        `t15`.`category`
      FROM `t14` AS `t15`
    ) AS `t17`
  ) AS `t22`
) AS `t40`
