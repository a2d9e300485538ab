WITH `t1` AS (
  SELECT DISTINCT
    `t0`.`source`,
    `t0`.`order_id`,
    `t0`.`product_id`
  FROM `order_items` AS `t0`
  WHERE
    `t0`.`line_type` = 'merchandise'
    AND NOT (
      `t0`.`is_return`
    )
    AND NOT (
      `t0`.`is_cancellation`
    )
    AND `t0`.`product_id` IS NOT NULL
    AND `t0`.`order_date` < MAKE_DATE(2025, 1, 1)
)
SELECT
  `t23`.`first_product_id`,
  `t23`.`second_product_id`,
  MAKE_DATE(2025, 1, 1) AS `as_of`,
  `t23`.`pair_order_count`,
  `t23`.`first_order_count`,
  `t23`.`second_order_count`,
  `t23`.`order_count`
FROM (
  SELECT
    `t22`.`first_product_id`,
    `t22`.`second_product_id`,
    `t22`.`first_order_count`,
    `t22`.`second_order_count`,
    `t22`.`pair_order_count`,
    `t7`.`order_count`
  FROM (
    SELECT
      *
    FROM (
      SELECT
        `t19`.`first_product_id`,
        `t19`.`second_product_id`,
        MIN(`t19`.`first_order_count`) AS `first_order_count`,
        MIN(`t19`.`second_order_count`) AS `second_order_count`,
        COUNT(*) AS `pair_order_count`
      FROM (
        SELECT
          *
        FROM (
          SELECT
            `t16`.`source`,
            `t16`.`order_id`,
            `t16`.`first_product_id`,
            `t16`.`first_order_count`,
            `t17`.`second_product_id`,
            `t17`.`second_order_count`
          FROM (
            SELECT
              `t13`.`source`,
              `t13`.`order_id`,
              `t13`.`product_id` AS `first_product_id`,
              `t13`.`product_order_count` AS `first_order_count`
            FROM (
              SELECT
                `t12`.`source`,
                `t12`.`order_id`,
                `t12`.`product_id`,
                `t12`.`product_order_count`
              FROM (
                SELECT
                  *
                FROM (
                  SELECT
                    `t3`.`source`,
                    `t3`.`order_id`,
                    `t3`.`product_id`,
                    `t10`.`product_order_count`,
                    `t10`.`place`
                  FROM `t1` AS `t3`
                  INNER JOIN (
                    SELECT
                      `t8`.`product_id`,
                      `t8`.`product_order_count`,
                      ROW_NUMBER() OVER (ORDER BY `t8`.`product_order_count` DESC, `t8`.`product_id` ASC NULLS LAST) - 1 AS `place`
                    FROM (
                      SELECT
                        *
                      FROM (
                        SELECT
                          `t2`.`product_id`,
                          COUNT(*) AS `product_order_count`
                        FROM `t1` AS `t2`
                        GROUP BY
                          1
                      ) AS `t5`
                      WHERE
                        `t5`.`product_order_count` >= 10
                    ) AS `t8`
                  ) AS `t10`
                    ON `t3`.`product_id` = `t10`.`product_id`
                ) AS `t11`
                WHERE
                  `t11`.`place` < 300
              ) AS `t12`
            ) AS `t13`
          ) AS `t16`
          INNER JOIN (
            SELECT
              `t13`.`source`,
              `t13`.`order_id`,
              `t13`.`product_id` AS `second_product_id`,
              `t13`.`product_order_count` AS `second_order_count`
            FROM (
              SELECT
                `t12`.`source`,
                `t12`.`order_id`,
                `t12`.`product_id`,
                `t12`.`product_order_count`
              FROM (
                SELECT
                  *
                FROM (
                  SELECT
                    `t3`.`source`,
                    `t3`.`order_id`,
                    `t3`.`product_id`,
                    `t10`.`product_order_count`,
                    `t10`.`place`
                  FROM `t1` AS `t3`
                  INNER JOIN (
                    SELECT
                      `t8`.`product_id`,
                      `t8`.`product_order_count`,
                      ROW_NUMBER() OVER (ORDER BY `t8`.`product_order_count` DESC, `t8`.`product_id` ASC NULLS LAST) - 1 AS `place`
                    FROM (
                      SELECT
                        *
                      FROM (
                        SELECT
                          `t2`.`product_id`,
                          COUNT(*) AS `product_order_count`
                        FROM `t1` AS `t2`
                        GROUP BY
                          1
                      ) AS `t5`
                      WHERE
                        `t5`.`product_order_count` >= 10
                    ) AS `t8`
                  ) AS `t10`
                    ON `t3`.`product_id` = `t10`.`product_id`
                ) AS `t11`
                WHERE
                  `t11`.`place` < 300
              ) AS `t12`
            ) AS `t13`
          ) AS `t17`
            ON `t16`.`source` = `t17`.`source` AND `t16`.`order_id` = `t17`.`order_id`
        ) AS `t18`
        WHERE
          `t18`.`first_product_id` < `t18`.`second_product_id`
      ) AS `t19`
      GROUP BY
        1,
        2
    ) AS `t20`
    WHERE
      `t20`.`pair_order_count` >= 10
  ) AS `t22`
  CROSS JOIN (
    SELECT
      COUNT(*) AS `order_count`
    FROM (
      SELECT DISTINCT
        `t2`.`source`,
        `t2`.`order_id`
      FROM `t1` AS `t2`
    ) AS `t4`
  ) AS `t7`
) AS `t23`
