SELECT
  `t24`.`customer_id`,
  `t24`.`email`,
  `t24`.`country`,
  COALESCE(`t24`.`linked_count`, 1) AS `source_customer_count`,
  `t24`.`country_count`,
  `t24`.`first_seen_at`,
  `t24`.`last_seen_at`
FROM (
  SELECT
    `t23`.`customer_id`,
    `t23`.`country_count`,
    `t23`.`first_seen_at`,
    `t23`.`last_seen_at`,
    `t23`.`country`,
    `t23`.`email`,
    `t23`.`linked_count`
  FROM (
    SELECT
      `t22`.`customer_id`,
      `t22`.`country_count`,
      `t22`.`first_seen_at`,
      `t22`.`last_seen_at`,
      `t22`.`country`,
      `t22`.`email`,
      `t3`.`customer_id` AS `customer_id_right`,
      `t3`.`linked_count`
    FROM (
      SELECT
        `t20`.`customer_id`,
        `t20`.`country_count`,
        `t20`.`first_seen_at`,
        `t20`.`last_seen_at`,
        `t20`.`country`,
        `t20`.`email`
      FROM (
        SELECT
          `t19`.`customer_id`,
          `t19`.`country_count`,
          `t19`.`first_seen_at`,
          `t19`.`last_seen_at`,
          `t19`.`country`,
          `t15`.`customer_id` AS `customer_id_right`,
          `t15`.`email`
        FROM (
          SELECT
            `t17`.`customer_id`,
            `t17`.`country_count`,
            `t17`.`first_seen_at`,
            `t17`.`last_seen_at`,
            `t17`.`country`
          FROM (
            SELECT
              `t10`.`customer_id`,
              `t10`.`country_count`,
              `t10`.`first_seen_at`,
              `t10`.`last_seen_at`,
              `t16`.`customer_id` AS `customer_id_right`,
              `t16`.`country`
            FROM (
              SELECT
                `t4`.`customer_id`,
                COUNT(DISTINCT `t4`.`country`) AS `country_count`,
                MIN(`t4`.`ordered_at`) AS `first_seen_at`,
                MAX(`t4`.`ordered_at`) AS `last_seen_at`
              FROM (
                SELECT
                  *
                FROM `order_items` AS `t1`
                WHERE
                  `t1`.`customer_id` IS NOT NULL
              ) AS `t4`
              GROUP BY
                1
            ) AS `t10`
            LEFT OUTER JOIN (
              SELECT
                `t12`.`customer_id`,
                `t12`.`country`
              FROM (
                SELECT
                  `t9`.`customer_id`,
                  `t9`.`country`,
                  `t9`.`latest_at`,
                  ROW_NUMBER() OVER (
                    PARTITION BY `t9`.`customer_id`
                    ORDER BY `t9`.`latest_at` DESC, `t9`.`country` ASC NULLS LAST
                  ) - 1 AS `place`
                FROM (
                  SELECT
                    `t6`.`customer_id`,
                    `t6`.`country`,
                    MAX(`t6`.`ordered_at`) AS `latest_at`
                  FROM (
                    SELECT
                      *
                    FROM `order_items` AS `t1`
                    WHERE
                      `t1`.`customer_id` IS NOT NULL AND `t1`.`country` IS NOT NULL
                  ) AS `t6`
                  GROUP BY
                    1,
                    2
                ) AS `t9`
              ) AS `t12`
              WHERE
                `t12`.`place` = 0
            ) AS `t16`
              ON `t10`.`customer_id` = `t16`.`customer_id`
          ) AS `t17`
        ) AS `t19`
        LEFT OUTER JOIN (
          SELECT
            `t11`.`customer_id`,
            `t11`.`email`
          FROM (
            SELECT
              `t8`.`customer_id`,
              `t8`.`email`,
              `t8`.`latest_at`,
              ROW_NUMBER() OVER (
                PARTITION BY `t8`.`customer_id`
                ORDER BY `t8`.`latest_at` DESC, `t8`.`email` ASC NULLS LAST
              ) - 1 AS `place`
            FROM (
              SELECT
                `t5`.`customer_id`,
                `t5`.`email`,
                MAX(`t5`.`ordered_at`) AS `latest_at`
              FROM (
                SELECT
                  *
                FROM `order_items` AS `t1`
                WHERE
                  `t1`.`customer_id` IS NOT NULL AND `t1`.`email` IS NOT NULL
              ) AS `t5`
              GROUP BY
                1,
                2
            ) AS `t8`
          ) AS `t11`
          WHERE
            `t11`.`place` = 0
        ) AS `t15`
          ON `t19`.`customer_id` = `t15`.`customer_id`
      ) AS `t20`
    ) AS `t22`
    LEFT OUTER JOIN (
      SELECT
        `t0`.`customer_id`,
        COUNT(*) AS `linked_count`
      FROM `identities` AS `t0`
      GROUP BY
        1
    ) AS `t3`
      ON `t22`.`customer_id` = `t3`.`customer_id`
  ) AS `t23`
) AS `t24`
