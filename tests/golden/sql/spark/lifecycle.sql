WITH `t7` AS (
  SELECT
    `t6`.`member_id`,
    `t6`.`period_number`,
    `t6`.`period_date`,
    `t6`.`activity`,
    `t6`.`action_count`,
    `t6`.`amount`,
    LAG(`t6`.`period_number`) OVER (
      PARTITION BY `t6`.`activity`, `t6`.`member_id`
      ORDER BY `t6`.`period_number` ASC NULLS LAST
    ) AS `previous`,
    LEAD(`t6`.`period_number`) OVER (
      PARTITION BY `t6`.`activity`, `t6`.`member_id`
      ORDER BY `t6`.`period_number` ASC NULLS LAST
    ) AS `following`,
    MIN(`t6`.`period_number`) OVER (
      PARTITION BY `t6`.`activity`, `t6`.`member_id`
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS `cohort_number`,
    MIN(`t6`.`period_date`) OVER (
      PARTITION BY `t6`.`activity`, `t6`.`member_id`
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) AS `cohort_date`
  FROM (
    SELECT
      `t5`.`member_id`,
      `t5`.`period_number`,
      `t5`.`period_date`,
      `t5`.`activity`,
      SUM(`t5`.`action_count`) AS `action_count`,
      CAST(SUM(`t5`.`amount`) AS DECIMAL(18, 4)) AS `amount`
    FROM (
      SELECT
        `t4`.`activity`,
        `t4`.`member_id`,
        `t4`.`active_date`,
        `t4`.`action_count`,
        `t4`.`amount`,
        (
          (
            CAST(EXTRACT(year FROM `t4`.`active_date`) AS BIGINT) * 12
          ) + CAST(EXTRACT(month FROM `t4`.`active_date`) AS BIGINT)
        ) - 1 AS `period_number`,
        DATE_TRUNC('month', `t4`.`active_date`) AS `period_date`
      FROM (
        SELECT
          *
        FROM (
          SELECT
            'orders' AS `activity`,
            `t0`.`customer_id` AS `member_id`,
            `t0`.`order_date` AS `active_date`,
            1 AS `action_count`,
            `t0`.`gross_amount` - `t0`.`discount_amount` AS `amount`
          FROM `customer_orders` AS `t0`
          WHERE
            `t0`.`order_date` < MAKE_DATE(2025, 1, 1)
        ) AS `t2`
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            'events' AS `activity`,
            `t1`.`person_id` AS `member_id`,
            `t1`.`event_date` AS `active_date`,
            `t1`.`event_count` AS `action_count`,
            CAST(0 AS DECIMAL(18, 4)) AS `amount`
          FROM `person_days` AS `t1`
          WHERE
            `t1`.`event_date` < MAKE_DATE(2025, 1, 1)
        ) AS `t3`
      ) AS `t4`
    ) AS `t5`
    GROUP BY
      1,
      2,
      3,
      4
  ) AS `t6`
)
SELECT
  `t11`.`activity`,
  `t11`.`member_id`,
  `t11`.`period_date` AS `month_date`,
  MAKE_DATE(2025, 1, 1) AS `as_of`,
  `t11`.`state`,
  `t11`.`cohort_date`,
  `t11`.`period_number` - `t11`.`cohort_number` AS `months_since_first`,
  `t11`.`action_count`,
  `t11`.`amount` AS `purchase_amount`,
  `t11`.`period_number` < 24300 AS `is_over`
FROM (
  SELECT
    *
  FROM (
    SELECT
      `t8`.`activity`,
      `t8`.`member_id`,
      `t8`.`period_number`,
      `t8`.`period_date`,
      CASE
        WHEN `t8`.`previous` IS NULL
        THEN 'new'
        WHEN (
          `t8`.`period_number` - `t8`.`previous`
        ) = 1
        THEN 'returning'
        ELSE 'resurrecting'
      END AS `state`,
      `t8`.`cohort_number`,
      `t8`.`cohort_date`,
      `t8`.`action_count`,
      `t8`.`amount`
    FROM `t7` AS `t8`
  ) AS `t9`
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      `t8`.`activity`,
      `t8`.`member_id`,
      `t8`.`period_number` + 1 AS `period_number`,
      `t8`.`period_date` + INTERVAL '1' MONTH AS `period_date`,
      'dormant' AS `state`,
      `t8`.`cohort_number`,
      `t8`.`cohort_date`,
      0 AS `action_count`,
      CAST(0 AS DECIMAL(18, 4)) AS `amount`
    FROM `t7` AS `t8`
    WHERE
      (
        (
          `t8`.`following` IS NULL
        )
        OR (
          (
            `t8`.`following` - `t8`.`period_number`
          ) > 1
        )
      )
      AND (
        `t8`.`period_number` + 1
      ) < 24300
  ) AS `t10`
) AS `t11`
