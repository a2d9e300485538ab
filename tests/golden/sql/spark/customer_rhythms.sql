WITH `t3` AS (
  SELECT
    *
  FROM `purchases` AS `t1`
  WHERE
    `t1`.`order_date` < MAKE_DATE(2025, 1, 1)
), `t7` AS (
  SELECT
    `t5`.`customer_id`,
    MIN(`t5`.`order_date`) AS `first_purchase_date`,
    MAX(`t5`.`order_date`) AS `last_purchase_date`,
    COUNT(*) AS `purchase_day_count`
  FROM `t3` AS `t5`
  GROUP BY
    1
)
SELECT
  `t29`.`customer_id`,
  MAKE_DATE(2025, 1, 1) AS `as_of`,
  `t29`.`first_purchase_date`,
  `t29`.`last_purchase_date`,
  `t29`.`purchase_day_count`,
  `t29`.`purchase_day_count` - 1 AS `gap_count`,
  CAST(`t29`.`lower_gap_days` + `t29`.`upper_gap_days` AS DOUBLE) / 2 AS `median_gap_days`,
  `t29`.`long_gap_days`,
  `t29`.`longest_gap_days`,
  `t29`.`silent_days`,
  COALESCE(`t29`.`longer_gap_count`, 0) AS `longer_gap_count`,
  COALESCE(`t29`.`year_amount`, CAST(0 AS DECIMAL(18, 4))) AS `year_amount`
FROM (
  SELECT
    `t28`.`customer_id`,
    `t28`.`first_purchase_date`,
    `t28`.`last_purchase_date`,
    `t28`.`purchase_day_count`,
    `t28`.`silent_days`,
    `t28`.`lower_gap_days`,
    `t28`.`upper_gap_days`,
    `t28`.`long_gap_days`,
    `t28`.`longest_gap_days`,
    `t28`.`longer_gap_count`,
    `t28`.`year_amount`
  FROM (
    SELECT
      `t27`.`customer_id`,
      `t27`.`first_purchase_date`,
      `t27`.`last_purchase_date`,
      `t27`.`purchase_day_count`,
      `t27`.`silent_days`,
      `t27`.`lower_gap_days`,
      `t27`.`upper_gap_days`,
      `t27`.`long_gap_days`,
      `t27`.`longest_gap_days`,
      `t27`.`longer_gap_count`,
      `t21`.`customer_id` AS `customer_id_right`,
      `t21`.`year_amount`
    FROM (
      SELECT
        `t25`.`customer_id`,
        `t25`.`first_purchase_date`,
        `t25`.`last_purchase_date`,
        `t25`.`purchase_day_count`,
        `t25`.`silent_days`,
        `t25`.`lower_gap_days`,
        `t25`.`upper_gap_days`,
        `t25`.`long_gap_days`,
        `t25`.`longest_gap_days`,
        `t25`.`longer_gap_count`
      FROM (
        SELECT
          `t13`.`customer_id`,
          `t13`.`first_purchase_date`,
          `t13`.`last_purchase_date`,
          `t13`.`purchase_day_count`,
          `t13`.`silent_days`,
          `t24`.`customer_id` AS `customer_id_right`,
          `t24`.`lower_gap_days`,
          `t24`.`upper_gap_days`,
          `t24`.`long_gap_days`,
          `t24`.`longest_gap_days`,
          `t24`.`longer_gap_count`
        FROM (
          SELECT
            `t8`.`customer_id`,
            `t8`.`first_purchase_date`,
            `t8`.`last_purchase_date`,
            `t8`.`purchase_day_count`,
            -(
              DATEDIFF(DAY, MAKE_DATE(2025, 1, 1), `t8`.`last_purchase_date`)
            ) AS `silent_days`
          FROM `t7` AS `t8`
        ) AS `t13`
        LEFT OUTER JOIN (
          SELECT
            `t22`.`customer_id`,
            MAX(
              IF((
                `t22`.`rank` * 2
              ) <= (
                `t22`.`gap_count` + 1
              ), `t22`.`gap_days`, NULL)
            ) AS `lower_gap_days`,
            MAX(
              IF((
                (
                  `t22`.`rank` - 1
                ) * 2
              ) <= `t22`.`gap_count`, `t22`.`gap_days`, NULL)
            ) AS `upper_gap_days`,
            MAX(
              IF(
                (
                  (
                    `t22`.`rank` - 1
                  ) * 10
                ) < (
                  `t22`.`gap_count` * 9
                ),
                `t22`.`gap_days`,
                NULL
              )
            ) AS `long_gap_days`,
            MAX(`t22`.`gap_days`) AS `longest_gap_days`,
            SUM(IF(`t22`.`gap_days` >= `t22`.`silent_days`, 1, 0)) AS `longer_gap_count`
          FROM (
            SELECT
              `t20`.`customer_id`,
              `t20`.`order_date`,
              `t20`.`order_count`,
              `t20`.`product_count`,
              `t20`.`purchase_amount`,
              `t20`.`silent_days`,
              `t20`.`previous_date`,
              `t20`.`gap_days`,
              (
                ROW_NUMBER() OVER (
                  PARTITION BY `t20`.`customer_id`
                  ORDER BY `t20`.`gap_days` ASC NULLS LAST, `t20`.`order_date` ASC NULLS LAST
                ) - 1
              ) + 1 AS `rank`,
              COUNT(*) OVER (
                PARTITION BY `t20`.`customer_id`
                ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
              ) AS `gap_count`
            FROM (
              SELECT
                `t18`.`customer_id`,
                `t18`.`order_date`,
                `t18`.`order_count`,
                `t18`.`product_count`,
                `t18`.`purchase_amount`,
                `t18`.`silent_days`,
                `t18`.`previous_date`,
                DATEDIFF(DAY, `t18`.`previous_date`, `t18`.`order_date`) AS `gap_days`
              FROM (
                SELECT
                  `t16`.`customer_id`,
                  `t16`.`order_date`,
                  `t16`.`order_count`,
                  `t16`.`product_count`,
                  `t16`.`purchase_amount`,
                  `t16`.`silent_days`,
                  LAG(`t16`.`order_date`) OVER (PARTITION BY `t16`.`customer_id` ORDER BY `t16`.`order_date` ASC NULLS LAST) AS `previous_date`
                FROM (
                  SELECT
                    `t6`.`customer_id`,
                    `t6`.`order_date`,
                    `t6`.`order_count`,
                    `t6`.`product_count`,
                    `t6`.`purchase_amount`,
                    `t14`.`silent_days`
                  FROM `t3` AS `t6`
                  INNER JOIN (
                    SELECT
                      `t8`.`customer_id`,
                      -(
                        DATEDIFF(DAY, MAKE_DATE(2025, 1, 1), `t8`.`last_purchase_date`)
                      ) AS `silent_days`
                    FROM `t7` AS `t8`
                  ) AS `t14`
                    ON `t6`.`customer_id` = `t14`.`customer_id`
                ) AS `t16`
              ) AS `t18`
              WHERE
                `t18`.`previous_date` IS NOT NULL
            ) AS `t20`
          ) AS `t22`
          GROUP BY
            1
        ) AS `t24`
          ON `t13`.`customer_id` = `t24`.`customer_id`
      ) AS `t25`
    ) AS `t27`
    LEFT OUTER JOIN (
      SELECT
        `t17`.`customer_id`,
        COALESCE(SUM(`t17`.`net_amount`), CAST(0 AS DECIMAL(18, 4))) AS `year_amount`
      FROM (
        SELECT
          *
        FROM (
          SELECT
            `t4`.`source`,
            `t4`.`order_id`,
            `t4`.`line_number`,
            `t4`.`customer_id`,
            `t4`.`email`,
            `t4`.`phone`,
            `t4`.`person_key`,
            `t4`.`ordered_at`,
            `t4`.`order_date`,
            `t4`.`product_id`,
            `t4`.`product_name`,
            `t4`.`category`,
            `t4`.`country`,
            `t4`.`channel`,
            `t4`.`payment_method`,
            `t4`.`store_id`,
            `t4`.`promotion`,
            `t4`.`line_type`,
            `t4`.`is_return`,
            `t4`.`is_cancellation`,
            `t4`.`quantity`,
            `t4`.`unit_price_amount`,
            `t4`.`gross_amount`,
            `t4`.`discount_amount`,
            `t4`.`refund_amount`,
            `t4`.`net_amount`,
            `t4`.`refund_of`,
            `t4`.`source_customer_id`,
            `t4`.`loaded_at`,
            `t10`.`last_purchase_date`
          FROM (
            SELECT
              *
            FROM `order_items` AS `t0`
            WHERE
              `t0`.`line_type` IN ('merchandise', 'discount')
              AND `t0`.`order_date` < MAKE_DATE(2025, 1, 1)
          ) AS `t4`
          INNER JOIN (
            SELECT
              `t8`.`customer_id`,
              `t8`.`last_purchase_date`
            FROM `t7` AS `t8`
          ) AS `t10`
            ON `t4`.`customer_id` = `t10`.`customer_id`
        ) AS `t15`
        WHERE
          DATEDIFF(DAY, `t15`.`order_date`, `t15`.`last_purchase_date`) < 365
      ) AS `t17`
      GROUP BY
        1
    ) AS `t21`
      ON `t27`.`customer_id` = `t21`.`customer_id`
  ) AS `t28`
) AS `t29`
