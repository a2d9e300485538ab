WITH `t3` AS (
  SELECT
    *
  FROM (
    SELECT
      `t0`.`person_id`,
      `t0`.`event_at`,
      `t0`.`event_date`,
      `t0`.`event_id`,
      `t0`.`channel`,
      `t0`.`device`,
      `t0`.`browser`,
      `t0`.`country`,
      CAST(CASE
        WHEN `t0`.`event_name` = 'view'
        THEN 1
        WHEN `t0`.`event_name` = 'cart'
        THEN 2
        WHEN `t0`.`event_name` = 'purchase'
        THEN 3
        ELSE 4
      END AS BIGINT) AS `step`
    FROM `events` AS `t0`
    WHERE
      `t0`.`event_date` < MAKE_DATE(2025, 1, 1)
      AND `t0`.`event_name` IN ('view', 'cart', 'purchase')
  ) AS `t1`
  WHERE
    `t1`.`step` = 1
)
SELECT
  `t24`.`person_id`,
  MAKE_DATE(2025, 1, 1) AS `as_of`,
  `t24`.`entered_at`,
  `t24`.`entered_date`,
  COALESCE(`t24`.`later_count`, 0) + 1 AS `step_count`,
  `t24`.`seconds_to_step_2`,
  `t24`.`seconds_to_step_3`,
  (
    `t24`.`last_entry_date` > MAKE_DATE(2024, 12, 17)
  )
  AND (
    (
      COALESCE(`t24`.`later_count`, 0) + 1
    ) < 3
  ) AS `is_open`,
  `t24`.`channel`,
  `t24`.`device`,
  `t24`.`browser`,
  `t24`.`country`
FROM (
  SELECT
    `t14`.`person_id`,
    `t14`.`entered_at`,
    `t14`.`entered_date`,
    `t14`.`last_entry_date`,
    `t14`.`event_id`,
    `t14`.`channel`,
    `t14`.`device`,
    `t14`.`browser`,
    `t14`.`country`,
    `t23`.`person_id` AS `person_id_right`,
    `t23`.`later_count`,
    `t23`.`seconds_to_step_2`,
    `t23`.`seconds_to_step_3`
  FROM (
    SELECT
      `t12`.`person_id`,
      `t12`.`entered_at`,
      `t12`.`entered_date`,
      `t12`.`last_entry_date`,
      `t12`.`event_id`,
      `t12`.`channel`,
      `t12`.`device`,
      `t12`.`browser`,
      `t12`.`country`
    FROM (
      SELECT
        `t10`.`person_id`,
        `t10`.`event_at`,
        `t10`.`event_date`,
        `t10`.`event_id`,
        `t10`.`channel`,
        `t10`.`device`,
        `t10`.`browser`,
        `t10`.`country`,
        `t10`.`step`,
        `t10`.`entered_at`,
        `t10`.`last_entry_date`,
        ROW_NUMBER() OVER (PARTITION BY `t10`.`person_id` ORDER BY `t10`.`event_id` ASC NULLS LAST) - 1 AS `place`,
        `t10`.`event_date` AS `entered_date`
      FROM (
        SELECT
          `t6`.`person_id`,
          `t6`.`event_at`,
          `t6`.`event_date`,
          `t6`.`event_id`,
          `t6`.`channel`,
          `t6`.`device`,
          `t6`.`browser`,
          `t6`.`country`,
          `t6`.`step`,
          `t8`.`entered_at`,
          `t8`.`last_entry_date`
        FROM `t3` AS `t6`
        INNER JOIN (
          SELECT
            `t4`.`person_id`,
            MIN(`t4`.`event_at`) AS `entered_at`,
            MAX(`t4`.`event_date`) AS `last_entry_date`
          FROM `t3` AS `t4`
          GROUP BY
            1
        ) AS `t8`
          ON `t6`.`person_id` = `t8`.`person_id` AND `t6`.`event_at` = `t8`.`entered_at`
      ) AS `t10`
    ) AS `t12`
    WHERE
      `t12`.`place` = 0
  ) AS `t14`
  LEFT OUTER JOIN (
    SELECT
      `t21`.`person_id`,
      CAST(MAX(IF(`t21`.`start_2` IS NOT NULL, 1, 0)) AS BIGINT) + CAST(MAX(IF(`t21`.`start_3` IS NOT NULL, 1, 0)) AS BIGINT) AS `later_count`,
      MIN(
        DATEDIFF(
          SECOND,
          DATE_TRUNC('second', `t21`.`start_2`),
          DATE_TRUNC('second', `t21`.`event_at`)
        )
      ) AS `seconds_to_step_2`,
      MIN(
        DATEDIFF(
          SECOND,
          DATE_TRUNC('second', `t21`.`start_3`),
          DATE_TRUNC('second', `t21`.`event_at`)
        )
      ) AS `seconds_to_step_3`
    FROM (
      SELECT
        `t20`.`person_id`,
        `t20`.`event_at`,
        `t20`.`step`,
        `t20`.`start`,
        IF(`t20`.`step` = 2, `t20`.`start`, CAST(NULL AS TIMESTAMP)) AS `start_2`,
        IF(`t20`.`step` = 3, `t20`.`start`, CAST(NULL AS TIMESTAMP)) AS `start_3`
      FROM (
        SELECT
          `t19`.`person_id`,
          `t19`.`event_at`,
          `t19`.`step`,
          `t19`.`start`
        FROM (
          SELECT
            *
          FROM (
            SELECT
              `t17`.`person_id`,
              `t17`.`event_at`,
              `t17`.`step`,
              IF(
                (
                  `t17`.`step` = 3
                )
                AND (
                  (
                    `t17`.`latest` + INTERVAL '1209600' SECOND
                  ) >= `t17`.`event_at`
                ),
                `t17`.`latest`,
                `t17`.`start`
              ) AS `start`,
              `t17`.`latest`
            FROM (
              SELECT
                `t16`.`person_id`,
                `t16`.`event_at`,
                `t16`.`step`,
                `t16`.`start`,
                MAX(IF(`t16`.`step` = 2, `t16`.`start`, CAST(NULL AS TIMESTAMP))) OVER (
                  PARTITION BY `t16`.`person_id`
                  ORDER BY `t16`.`event_at` ASC NULLS LAST, `t16`.`step` ASC NULLS LAST
                  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                ) AS `latest`
              FROM (
                SELECT
                  `t15`.`person_id`,
                  `t15`.`event_at`,
                  `t15`.`step`,
                  `t15`.`start`
                FROM (
                  SELECT
                    *
                  FROM (
                    SELECT
                      `t9`.`person_id`,
                      `t9`.`event_at`,
                      `t9`.`step`,
                      IF(
                        (
                          `t9`.`step` = 2
                        )
                        AND (
                          (
                            `t9`.`latest` + INTERVAL '1209600' SECOND
                          ) >= `t9`.`event_at`
                        ),
                        `t9`.`latest`,
                        `t9`.`start`
                      ) AS `start`,
                      `t9`.`latest`
                    FROM (
                      SELECT
                        `t5`.`person_id`,
                        `t5`.`event_at`,
                        `t5`.`step`,
                        `t5`.`start`,
                        MAX(IF(`t5`.`step` = 1, `t5`.`start`, CAST(NULL AS TIMESTAMP))) OVER (
                          PARTITION BY `t5`.`person_id`
                          ORDER BY `t5`.`event_at` ASC NULLS LAST, `t5`.`step` ASC NULLS LAST
                          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                        ) AS `latest`
                      FROM (
                        SELECT
                          `t2`.`person_id`,
                          `t2`.`event_at`,
                          `t2`.`step`,
                          IF(`t2`.`step` = 1, `t2`.`event_at`, CAST(NULL AS TIMESTAMP)) AS `start`
                        FROM (
                          SELECT
                            `t0`.`person_id`,
                            `t0`.`event_at`,
                            CAST(CASE
                              WHEN `t0`.`event_name` = 'view'
                              THEN 1
                              WHEN `t0`.`event_name` = 'cart'
                              THEN 2
                              WHEN `t0`.`event_name` = 'purchase'
                              THEN 3
                              ELSE 4
                            END AS BIGINT) AS `step`
                          FROM `events` AS `t0`
                          WHERE
                            `t0`.`event_date` < MAKE_DATE(2025, 1, 1)
                            AND `t0`.`event_name` IN ('view', 'cart', 'purchase')
                        ) AS `t2`
                      ) AS `t5`
                    ) AS `t9`
                  ) AS `t11`
                  WHERE
                    (
                      `t11`.`step` > 2
                    )
                    OR (
                      (
                        `t11`.`step` > 1
                      ) AND (
                        `t11`.`start` IS NOT NULL
                      )
                    )
                ) AS `t15`
              ) AS `t16`
            ) AS `t17`
          ) AS `t18`
          WHERE
            (
              `t18`.`step` > 3
            )
            OR (
              (
                `t18`.`step` > 1
              ) AND (
                `t18`.`start` IS NOT NULL
              )
            )
        ) AS `t19`
      ) AS `t20`
    ) AS `t21`
    GROUP BY
      1
  ) AS `t23`
    ON `t14`.`person_id` = `t23`.`person_id`
) AS `t24`
