WITH `t5` AS (
  SELECT
    `t4`.`source`,
    `t4`.`batch_id`,
    `t4`.`row_number`,
    `t4`.`loaded_at`,
    `t4`.`event_id`,
    `t4`.`event_at`,
    `t4`.`event_date`,
    `t4`.`event_name`,
    `t4`.`customer_id`,
    `t4`.`visitor_id`,
    `t4`.`session_id`,
    `t4`.`product_id`,
    `t4`.`channel`,
    `t4`.`device`,
    `t4`.`browser`,
    `t4`.`country`,
    `t4`.`is_simulated`,
    `t4`.`reason`
  FROM (
    SELECT
      *
    FROM `source_events` AS `t0`
    WHERE
      `t0`.`reason` IS NULL
  ) AS `t4`
  LEFT ANTI JOIN `repeated_extracts` AS `t2`
    ON `t4`.`source` = `t2`.`source`
    AND `t4`.`batch_id` = `t2`.`batch_id`
    AND `t4`.`row_number` = `t2`.`row_number`
), `t13` AS (
  SELECT
    *
  FROM (
    SELECT
      `t6`.`source`,
      `t6`.`batch_id`,
      `t6`.`row_number`,
      `t6`.`loaded_at`,
      COALESCE(`t6`.`event_id`, CONCAT(`t6`.`batch_id`, '-', CAST(`t6`.`row_number` AS STRING))) AS `event_id`,
      `t6`.`event_at`,
      `t6`.`event_date`,
      `t6`.`event_name`,
      `t6`.`customer_id`,
      `t6`.`visitor_id`,
      `t6`.`session_id`,
      `t6`.`product_id`,
      `t6`.`channel`,
      `t6`.`device`,
      `t6`.`browser`,
      `t6`.`country`,
      `t6`.`is_simulated`,
      `t6`.`reason`
    FROM `t5` AS `t6`
    WHERE
      `t6`.`session_id` IS NOT NULL
  ) AS `t7`
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      `t11`.`source`,
      `t11`.`batch_id`,
      `t11`.`row_number`,
      `t11`.`loaded_at`,
      `t11`.`event_id`,
      `t11`.`event_at`,
      `t11`.`event_date`,
      `t11`.`event_name`,
      `t11`.`customer_id`,
      `t11`.`visitor_id`,
      `t11`.`session_id`,
      `t11`.`product_id`,
      `t11`.`channel`,
      `t11`.`device`,
      `t11`.`browser`,
      `t11`.`country`,
      `t11`.`is_simulated`,
      `t11`.`reason`
    FROM (
      SELECT
        `t10`.`source`,
        `t10`.`batch_id`,
        `t10`.`row_number`,
        `t10`.`loaded_at`,
        `t10`.`event_id`,
        `t10`.`event_at`,
        `t10`.`event_date`,
        `t10`.`event_name`,
        `t10`.`customer_id`,
        `t10`.`visitor_id`,
        CONCAT(
          `t10`.`who`,
          '#',
          CAST(SUM(`t10`.`is_first`) OVER (
            PARTITION BY `t10`.`source`, `t10`.`who`
            ORDER BY `t10`.`event_at` ASC NULLS LAST, `t10`.`event_id` ASC NULLS LAST
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS STRING)
        ) AS `session_id`,
        `t10`.`product_id`,
        `t10`.`channel`,
        `t10`.`device`,
        `t10`.`browser`,
        `t10`.`country`,
        `t10`.`is_simulated`,
        `t10`.`reason`,
        `t10`.`who`,
        `t10`.`before_at`,
        `t10`.`is_first`
      FROM (
        SELECT
          `t9`.`source`,
          `t9`.`batch_id`,
          `t9`.`row_number`,
          `t9`.`loaded_at`,
          `t9`.`event_id`,
          `t9`.`event_at`,
          `t9`.`event_date`,
          `t9`.`event_name`,
          `t9`.`customer_id`,
          `t9`.`visitor_id`,
          `t9`.`session_id`,
          `t9`.`product_id`,
          `t9`.`channel`,
          `t9`.`device`,
          `t9`.`browser`,
          `t9`.`country`,
          `t9`.`is_simulated`,
          `t9`.`reason`,
          `t9`.`who`,
          `t9`.`before_at`,
          IF(
            (
              `t9`.`before_at` IS NULL
            )
            OR (
              `t9`.`event_at` > (
                `t9`.`before_at` + INTERVAL '30' MINUTE
              )
            ),
            1,
            0
          ) AS `is_first`
        FROM (
          SELECT
            `t8`.`source`,
            `t8`.`batch_id`,
            `t8`.`row_number`,
            `t8`.`loaded_at`,
            `t8`.`event_id`,
            `t8`.`event_at`,
            `t8`.`event_date`,
            `t8`.`event_name`,
            `t8`.`customer_id`,
            `t8`.`visitor_id`,
            `t8`.`session_id`,
            `t8`.`product_id`,
            `t8`.`channel`,
            `t8`.`device`,
            `t8`.`browser`,
            `t8`.`country`,
            `t8`.`is_simulated`,
            `t8`.`reason`,
            `t8`.`who`,
            LAG(`t8`.`event_at`) OVER (
              PARTITION BY `t8`.`source`, `t8`.`who`
              ORDER BY `t8`.`event_at` ASC NULLS LAST, `t8`.`event_id` ASC NULLS LAST
            ) AS `before_at`
          FROM (
            SELECT
              `t6`.`source`,
              `t6`.`batch_id`,
              `t6`.`row_number`,
              `t6`.`loaded_at`,
              COALESCE(`t6`.`event_id`, CONCAT(`t6`.`batch_id`, '-', CAST(`t6`.`row_number` AS STRING))) AS `event_id`,
              `t6`.`event_at`,
              `t6`.`event_date`,
              `t6`.`event_name`,
              `t6`.`customer_id`,
              `t6`.`visitor_id`,
              `t6`.`session_id`,
              `t6`.`product_id`,
              `t6`.`channel`,
              `t6`.`device`,
              `t6`.`browser`,
              `t6`.`country`,
              `t6`.`is_simulated`,
              `t6`.`reason`,
              COALESCE(
                CONCAT('visitor:', `t6`.`visitor_id`),
                `t6`.`customer_id`,
                CONCAT(
                  'event:',
                  COALESCE(`t6`.`event_id`, CONCAT(`t6`.`batch_id`, '-', CAST(`t6`.`row_number` AS STRING)))
                )
              ) AS `who`
            FROM `t5` AS `t6`
            WHERE
              `t6`.`session_id` IS NULL
          ) AS `t8`
        ) AS `t9`
      ) AS `t10`
    ) AS `t11`
  ) AS `t12`
)
SELECT
  `t20`.`source`,
  `t20`.`event_id`,
  `t20`.`event_at`,
  `t20`.`event_date`,
  `t20`.`event_name`,
  COALESCE(
    COALESCE(`t20`.`customer_id`, `t20`.`session_customer_id`),
    CONCAT('visitor:', `t20`.`visitor_id`),
    CONCAT('session:', `t20`.`session_id`)
  ) AS `person_id`,
  COALESCE(`t20`.`customer_id`, `t20`.`session_customer_id`) AS `customer_id`,
  `t20`.`session_id`,
  `t20`.`product_id`,
  `t20`.`channel`,
  `t20`.`device`,
  `t20`.`browser`,
  `t20`.`country`,
  `t20`.`is_simulated`
FROM (
  SELECT
    `t15`.`source`,
    `t15`.`batch_id`,
    `t15`.`row_number`,
    `t15`.`loaded_at`,
    `t15`.`event_id`,
    `t15`.`event_at`,
    `t15`.`event_date`,
    `t15`.`event_name`,
    `t15`.`customer_id`,
    `t15`.`visitor_id`,
    `t15`.`session_id`,
    `t15`.`product_id`,
    `t15`.`channel`,
    `t15`.`device`,
    `t15`.`browser`,
    `t15`.`country`,
    `t15`.`is_simulated`,
    `t15`.`reason`,
    `t19`.`source` AS `source_right`,
    `t19`.`session_id` AS `session_id_right`,
    `t19`.`session_customer_id`
  FROM `t13` AS `t15`
  LEFT OUTER JOIN (
    SELECT
      `t17`.`source`,
      `t17`.`session_id`,
      `t17`.`session_customer_id`
    FROM (
      SELECT
        `t16`.`source`,
        `t16`.`session_id`,
        MIN(`t16`.`customer_id`) AS `session_customer_id`,
        MAX(`t16`.`customer_id`) AS `other_id`
      FROM (
        SELECT
          *
        FROM `t13` AS `t14`
        WHERE
          `t14`.`customer_id` IS NOT NULL
      ) AS `t16`
      GROUP BY
        1,
        2
    ) AS `t17`
    WHERE
      `t17`.`session_customer_id` = `t17`.`other_id`
  ) AS `t19`
    ON `t15`.`source` = `t19`.`source` AND `t15`.`session_id` = `t19`.`session_id`
) AS `t20`
