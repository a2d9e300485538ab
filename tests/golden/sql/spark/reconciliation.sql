WITH `t72` AS (
  SELECT
    *
  FROM (
    SELECT
      *
    FROM (
      SELECT
        *
      FROM (
        SELECT
          *
        FROM (
          SELECT
            *
          FROM (
            SELECT
              *
            FROM (
              SELECT
                *
              FROM (
                SELECT
                  *
                FROM (
                  SELECT
                    *
                  FROM (
                    SELECT
                      *
                    FROM (
                      SELECT
                        *
                      FROM (
                        SELECT
                          *
                        FROM (
                          SELECT
                            *
                          FROM (
                            SELECT
                              *
                            FROM (
                              SELECT
                                *
                              FROM (
                                SELECT
                                  *
                                FROM (
                                  SELECT
                                    *
                                  FROM (
                                    SELECT
                                      CAST(1 AS BIGINT) AS `step_number`,
                                      'files' AS `step`,
                                      'total' AS `item`,
                                      `t34`.`row_count`,
                                      CAST(NULL AS DECIMAL(18, 4)) AS `amount`,
                                      CAST(0 AS BIGINT) AS `unreadable_count`
                                    FROM (
                                      SELECT
                                        COALESCE(SUM(`t18`.`row_count`), 0) AS `row_count`
                                      FROM (
                                        SELECT DISTINCT
                                          `t4`.`source`,
                                          `t4`.`batch_id`,
                                          `t4`.`row_count`
                                        FROM `batches` AS `t4`
                                        WHERE
                                          `t4`.`is_current` AND `t4`.`row_kind` = 'lines'
                                      ) AS `t18`
                                    ) AS `t34`
                                  ) AS `t40`
                                  UNION ALL
                                  SELECT
                                    *
                                  FROM (
                                    SELECT
                                      CAST(2 AS BIGINT) AS `step_number`,
                                      'raw' AS `step`,
                                      'total' AS `item`,
                                      `t31`.`row_count`,
                                      CAST(`t31`.`amount` AS DECIMAL(18, 4)) AS `amount`,
                                      `t31`.`unreadable_count`
                                    FROM (
                                      SELECT
                                        COUNT(*) AS `row_count`,
                                        COALESCE(SUM(`t10`.`amount`), CAST(0 AS DECIMAL(18, 4))) AS `amount`,
                                        COALESCE(SUM(IF(`t10`.`amount` IS NULL, 1, 0)), 0) AS `unreadable_count`
                                      FROM `source_lines` AS `t10`
                                    ) AS `t31`
                                  ) AS `t48`
                                ) AS `t51`
                                UNION ALL
                                SELECT
                                  *
                                FROM (
                                  SELECT
                                    CAST(3 AS BIGINT) AS `step_number`,
                                    'further_lines' AS `step`,
                                    `t47`.`part` AS `item`,
                                    `t47`.`row_count`,
                                    CAST(`t47`.`amount` AS DECIMAL(18, 4)) AS `amount`,
                                    `t47`.`unreadable_count`
                                  FROM (
                                    SELECT
                                      `t21`.`part`,
                                      COUNT(*) AS `row_count`,
                                      COALESCE(SUM(`t21`.`amount`), CAST(0 AS DECIMAL(18, 4))) AS `amount`,
                                      COALESCE(SUM(IF(`t21`.`amount` IS NULL, 1, 0)), 0) AS `unreadable_count`
                                    FROM (
                                      SELECT
                                        *
                                      FROM `source_lines` AS `t10`
                                      WHERE
                                        `t10`.`part` <> 'item'
                                    ) AS `t21`
                                    GROUP BY
                                      1
                                  ) AS `t47`
                                ) AS `t56`
                              ) AS `t57`
                              UNION ALL
                              SELECT
                                *
                              FROM (
                                SELECT
                                  CAST(4 AS BIGINT) AS `step_number`,
                                  'quarantined' AS `step`,
                                  `t39`.`reason` AS `item`,
                                  `t39`.`row_count`,
                                  CAST(`t39`.`amount` AS DECIMAL(18, 4)) AS `amount`,
                                  `t39`.`unreadable_count`
                                FROM (
                                  SELECT
                                    `t15`.`reason`,
                                    COUNT(*) AS `row_count`,
                                    COALESCE(SUM(`t15`.`amount`), CAST(0 AS DECIMAL(18, 4))) AS `amount`,
                                    COALESCE(SUM(IF(`t15`.`amount` IS NULL, 1, 0)), 0) AS `unreadable_count`
                                  FROM (
                                    SELECT
                                      *
                                    FROM `quarantine` AS `t2`
                                    WHERE
                                      `t2`.`row_kind` = 'lines'
                                  ) AS `t15`
                                  GROUP BY
                                    1
                                ) AS `t39`
                              ) AS `t53`
                            ) AS `t58`
                            UNION ALL
                            SELECT
                              *
                            FROM (
                              SELECT
                                CAST(5 AS BIGINT) AS `step_number`,
                                'kept' AS `step`,
                                `t28`.`line_type` AS `item`,
                                `t28`.`row_count`,
                                CAST(`t28`.`amount` AS DECIMAL(18, 4)) AS `amount`,
                                `t28`.`unreadable_count`
                              FROM (
                                SELECT
                                  `t7`.`line_type`,
                                  COUNT(*) AS `row_count`,
                                  COALESCE(SUM(`t7`.`net_amount`), CAST(0 AS DECIMAL(18, 4))) AS `amount`,
                                  COALESCE(SUM(IF(`t7`.`net_amount` IS NULL, 1, 0)), 0) AS `unreadable_count`
                                FROM `order_items` AS `t7`
                                GROUP BY
                                  1
                              ) AS `t28`
                            ) AS `t44`
                          ) AS `t59`
                          UNION ALL
                          SELECT
                            *
                          FROM (
                            SELECT
                              CAST(6 AS BIGINT) AS `step_number`,
                              'orders' AS `step`,
                              'total' AS `item`,
                              `t30`.`row_count`,
                              CAST(`t30`.`amount` AS DECIMAL(18, 4)) AS `amount`,
                              `t30`.`unreadable_count`
                            FROM (
                              SELECT
                                COUNT(*) AS `row_count`,
                                COALESCE(SUM(`t9`.`total_amount`), CAST(0 AS DECIMAL(18, 4))) AS `amount`,
                                COALESCE(SUM(IF(`t9`.`total_amount` IS NULL, 1, 0)), 0) AS `unreadable_count`
                              FROM `orders` AS `t9`
                            ) AS `t30`
                          ) AS `t46`
                        ) AS `t60`
                        UNION ALL
                        SELECT
                          *
                        FROM (
                          SELECT
                            CAST(7 AS BIGINT) AS `step_number`,
                            'daily_sales' AS `step`,
                            'total' AS `item`,
                            `t29`.`row_count`,
                            CAST(`t29`.`amount` AS DECIMAL(18, 4)) AS `amount`,
                            `t29`.`unreadable_count`
                          FROM (
                            SELECT
                              COUNT(*) AS `row_count`,
                              COALESCE(SUM(`t8`.`total_amount`), CAST(0 AS DECIMAL(18, 4))) AS `amount`,
                              COALESCE(SUM(IF(`t8`.`total_amount` IS NULL, 1, 0)), 0) AS `unreadable_count`
                            FROM `daily_sales` AS `t8`
                          ) AS `t29`
                        ) AS `t45`
                      ) AS `t61`
                      UNION ALL
                      SELECT
                        *
                      FROM (
                        SELECT
                          CAST(8 AS BIGINT) AS `step_number`,
                          'net_sales' AS `step`,
                          'total' AS `item`,
                          `t43`.`row_count`,
                          CAST(`t43`.`amount` AS DECIMAL(18, 4)) AS `amount`,
                          `t43`.`unreadable_count`
                        FROM (
                          SELECT
                            COUNT(*) AS `row_count`,
                            COALESCE(SUM(`t20`.`net_amount`), CAST(0 AS DECIMAL(18, 4))) AS `amount`,
                            COALESCE(SUM(IF(`t20`.`net_amount` IS NULL, 1, 0)), 0) AS `unreadable_count`
                          FROM (
                            SELECT
                              *
                            FROM `order_items` AS `t7`
                            WHERE
                              `t7`.`line_type` IN ('merchandise', 'discount')
                              AND `t7`.`order_date` < MAKE_DATE(2025, 1, 1)
                          ) AS `t20`
                        ) AS `t43`
                      ) AS `t55`
                    ) AS `t62`
                    UNION ALL
                    SELECT
                      *
                    FROM (
                      SELECT
                        CAST(9 AS BIGINT) AS `step_number`,
                        'customers' AS `step`,
                        'named' AS `item`,
                        `t27`.`row_count`,
                        CAST(`t27`.`amount` AS DECIMAL(18, 4)) AS `amount`,
                        `t27`.`unreadable_count`
                      FROM (
                        SELECT
                          COUNT(*) AS `row_count`,
                          COALESCE(SUM(`t6`.`net_amount`), CAST(0 AS DECIMAL(18, 4))) AS `amount`,
                          COALESCE(SUM(IF(`t6`.`net_amount` IS NULL, 1, 0)), 0) AS `unreadable_count`
                        FROM `customer_360` AS `t6`
                      ) AS `t27`
                    ) AS `t41`
                  ) AS `t63`
                  UNION ALL
                  SELECT
                    *
                  FROM (
                    SELECT
                      CAST(9 AS BIGINT) AS `step_number`,
                      'customers' AS `step`,
                      'guests' AS `item`,
                      `t42`.`row_count`,
                      CAST(`t42`.`amount` AS DECIMAL(18, 4)) AS `amount`,
                      `t42`.`unreadable_count`
                    FROM (
                      SELECT
                        COUNT(*) AS `row_count`,
                        COALESCE(SUM(`t19`.`net_amount`), CAST(0 AS DECIMAL(18, 4))) AS `amount`,
                        COALESCE(SUM(IF(`t19`.`net_amount` IS NULL, 1, 0)), 0) AS `unreadable_count`
                      FROM (
                        SELECT
                          *
                        FROM `order_items` AS `t7`
                        WHERE
                          `t7`.`line_type` IN ('merchandise', 'discount')
                          AND `t7`.`order_date` < MAKE_DATE(2025, 1, 1)
                          AND `t7`.`customer_id` IS NULL
                      ) AS `t19`
                    ) AS `t42`
                  ) AS `t54`
                ) AS `t64`
                UNION ALL
                SELECT
                  *
                FROM (
                  SELECT
                    CAST(10 AS BIGINT) AS `step_number`,
                    'event_files' AS `step`,
                    'total' AS `item`,
                    `t33`.`row_count`,
                    CAST(NULL AS DECIMAL(18, 4)) AS `amount`,
                    CAST(0 AS BIGINT) AS `unreadable_count`
                  FROM (
                    SELECT
                      COALESCE(SUM(`t17`.`row_count`), 0) AS `row_count`
                    FROM (
                      SELECT DISTINCT
                        `t4`.`source`,
                        `t4`.`batch_id`,
                        `t4`.`row_count`
                      FROM `batches` AS `t4`
                      WHERE
                        `t4`.`is_current` AND `t4`.`row_kind` = 'events'
                    ) AS `t17`
                  ) AS `t33`
                  WHERE
                    `t33`.`row_count` > 0
                ) AS `t50`
              ) AS `t65`
              UNION ALL
              SELECT
                *
              FROM (
                SELECT
                  CAST(11 AS BIGINT) AS `step_number`,
                  'raw_events' AS `step`,
                  'total' AS `item`,
                  `t12`.`row_count`,
                  CAST(NULL AS DECIMAL(18, 4)) AS `amount`,
                  CAST(0 AS BIGINT) AS `unreadable_count`
                FROM (
                  SELECT
                    COUNT(*) AS `row_count`
                  FROM `source_events` AS `t5`
                ) AS `t12`
                WHERE
                  `t12`.`row_count` > 0
              ) AS `t24`
            ) AS `t66`
            UNION ALL
            SELECT
              *
            FROM (
              SELECT
                CAST(12 AS BIGINT) AS `step_number`,
                'quarantined_events' AS `step`,
                `t22`.`reason` AS `item`,
                `t22`.`row_count`,
                CAST(NULL AS DECIMAL(18, 4)) AS `amount`,
                CAST(0 AS BIGINT) AS `unreadable_count`
              FROM (
                SELECT
                  `t14`.`reason`,
                  COUNT(*) AS `row_count`
                FROM (
                  SELECT
                    *
                  FROM `quarantine` AS `t2`
                  WHERE
                    `t2`.`row_kind` = 'events'
                ) AS `t14`
                GROUP BY
                  1
              ) AS `t22`
              WHERE
                `t22`.`row_count` > 0
            ) AS `t35`
          ) AS `t67`
          UNION ALL
          SELECT
            *
          FROM (
            SELECT
              CAST(13 AS BIGINT) AS `step_number`,
              'kept_events' AS `step`,
              'total' AS `item`,
              `t11`.`row_count`,
              CAST(NULL AS DECIMAL(18, 4)) AS `amount`,
              CAST(0 AS BIGINT) AS `unreadable_count`
            FROM (
              SELECT
                COUNT(*) AS `row_count`
              FROM `events` AS `t3`
            ) AS `t11`
            WHERE
              `t11`.`row_count` > 0
          ) AS `t23`
        ) AS `t68`
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            CAST(14 AS BIGINT) AS `step_number`,
            'payment_files' AS `step`,
            'total' AS `item`,
            `t32`.`row_count`,
            CAST(NULL AS DECIMAL(18, 4)) AS `amount`,
            CAST(0 AS BIGINT) AS `unreadable_count`
          FROM (
            SELECT
              COALESCE(SUM(`t16`.`row_count`), 0) AS `row_count`
            FROM (
              SELECT DISTINCT
                `t4`.`source`,
                `t4`.`batch_id`,
                `t4`.`row_count`
              FROM `batches` AS `t4`
              WHERE
                `t4`.`is_current` AND `t4`.`row_kind` = 'payments'
            ) AS `t16`
          ) AS `t32`
          WHERE
            `t32`.`row_count` > 0
        ) AS `t49`
      ) AS `t69`
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          CAST(15 AS BIGINT) AS `step_number`,
          'raw_payments' AS `step`,
          'total' AS `item`,
          `t26`.`row_count`,
          CAST(`t26`.`amount` AS DECIMAL(18, 4)) AS `amount`,
          `t26`.`unreadable_count`
        FROM (
          SELECT
            COUNT(*) AS `row_count`,
            COALESCE(SUM(`t1`.`payment_amount`), CAST(0 AS DECIMAL(18, 4))) AS `amount`,
            COALESCE(SUM(IF(`t1`.`payment_amount` IS NULL, 1, 0)), 0) AS `unreadable_count`
          FROM `source_payments` AS `t1`
        ) AS `t26`
        WHERE
          `t26`.`row_count` > 0
      ) AS `t37`
    ) AS `t70`
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        CAST(16 AS BIGINT) AS `step_number`,
        'quarantined_payments' AS `step`,
        `t38`.`reason` AS `item`,
        `t38`.`row_count`,
        CAST(`t38`.`amount` AS DECIMAL(18, 4)) AS `amount`,
        `t38`.`unreadable_count`
      FROM (
        SELECT
          `t13`.`reason`,
          COUNT(*) AS `row_count`,
          COALESCE(SUM(`t13`.`amount`), CAST(0 AS DECIMAL(18, 4))) AS `amount`,
          COALESCE(SUM(IF(`t13`.`amount` IS NULL, 1, 0)), 0) AS `unreadable_count`
        FROM (
          SELECT
            *
          FROM `quarantine` AS `t2`
          WHERE
            `t2`.`row_kind` = 'payments'
        ) AS `t13`
        GROUP BY
          1
      ) AS `t38`
      WHERE
        `t38`.`row_count` > 0
    ) AS `t52`
  ) AS `t71`
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      CAST(17 AS BIGINT) AS `step_number`,
      'kept_payments' AS `step`,
      'total' AS `item`,
      `t25`.`row_count`,
      CAST(`t25`.`amount` AS DECIMAL(18, 4)) AS `amount`,
      `t25`.`unreadable_count`
    FROM (
      SELECT
        COUNT(*) AS `row_count`,
        COALESCE(SUM(`t0`.`payment_amount`), CAST(0 AS DECIMAL(18, 4))) AS `amount`,
        COALESCE(SUM(IF(`t0`.`payment_amount` IS NULL, 1, 0)), 0) AS `unreadable_count`
      FROM `payments` AS `t0`
    ) AS `t25`
    WHERE
      `t25`.`row_count` > 0
  ) AS `t36`
), `t88` AS (
  SELECT
    SUM(IF(`t80`.`step` = 'further_lines', -(
      `t80`.`row_count`
    ), `t80`.`row_count`)) AS `rows`,
    SUM(`t80`.`amount`) AS `money`
  FROM (
    SELECT
      *
    FROM `t72` AS `t73`
    WHERE
      `t73`.`step` IN ('kept')
  ) AS `t80`
)
SELECT
  *
FROM (
  SELECT
    `t110`.`step_number`,
    `t110`.`step`,
    `t110`.`item`,
    `t110`.`row_count`,
    `t110`.`amount`,
    `t110`.`unreadable_count`,
    `t110`.`expected_count`,
    `t110`.`expected_amount`
  FROM (
    SELECT
      `t74`.`step_number`,
      `t74`.`step`,
      `t74`.`item`,
      `t74`.`row_count`,
      `t74`.`amount`,
      `t74`.`unreadable_count`,
      `t109`.`step` AS `step_right`,
      `t109`.`expected_count`,
      `t109`.`expected_amount`
    FROM `t72` AS `t74`
    LEFT OUTER JOIN (
      SELECT
        *
      FROM (
        SELECT
          *
        FROM (
          SELECT
            *
          FROM (
            SELECT
              *
            FROM (
              SELECT
                *
              FROM (
                SELECT
                  *
                FROM (
                  SELECT
                    *
                  FROM (
                    SELECT
                      *
                    FROM (
                      SELECT
                        'files' AS `step`,
                        `t89`.`rows` AS `expected_count`,
                        CAST(NULL AS DECIMAL(18, 4)) AS `expected_amount`
                      FROM (
                        SELECT
                          SUM(IF(`t81`.`step` = 'further_lines', -(
                            `t81`.`row_count`
                          ), `t81`.`row_count`)) AS `rows`,
                          SUM(`t81`.`amount`) AS `money`
                        FROM (
                          SELECT
                            *
                          FROM `t72` AS `t73`
                          WHERE
                            `t73`.`step` IN ('raw', 'further_lines')
                        ) AS `t81`
                      ) AS `t89`
                    ) AS `t94`
                    UNION ALL
                    SELECT
                      *
                    FROM (
                      SELECT
                        'raw' AS `step`,
                        `t90`.`rows` AS `expected_count`,
                        CAST(`t90`.`money` AS DECIMAL(18, 4)) AS `expected_amount`
                      FROM (
                        SELECT
                          SUM(IF(`t82`.`step` = 'further_lines', -(
                            `t82`.`row_count`
                          ), `t82`.`row_count`)) AS `rows`,
                          SUM(`t82`.`amount`) AS `money`
                        FROM (
                          SELECT
                            *
                          FROM `t72` AS `t73`
                          WHERE
                            `t73`.`step` IN ('quarantined', 'kept')
                        ) AS `t82`
                      ) AS `t90`
                    ) AS `t98`
                  ) AS `t101`
                  UNION ALL
                  SELECT
                    *
                  FROM (
                    SELECT
                      'orders' AS `step`,
                      CAST(NULL AS BIGINT) AS `expected_count`,
                      CAST(`t91`.`money` AS DECIMAL(18, 4)) AS `expected_amount`
                    FROM `t88` AS `t91`
                  ) AS `t100`
                ) AS `t102`
                UNION ALL
                SELECT
                  *
                FROM (
                  SELECT
                    'daily_sales' AS `step`,
                    CAST(NULL AS BIGINT) AS `expected_count`,
                    CAST(`t91`.`money` AS DECIMAL(18, 4)) AS `expected_amount`
                  FROM `t88` AS `t91`
                ) AS `t99`
              ) AS `t103`
              UNION ALL
              SELECT
                *
              FROM (
                SELECT
                  'net_sales' AS `step`,
                  CAST(NULL AS BIGINT) AS `expected_count`,
                  CAST(`t87`.`money` AS DECIMAL(18, 4)) AS `expected_amount`
                FROM (
                  SELECT
                    SUM(IF(`t79`.`step` = 'further_lines', -(
                      `t79`.`row_count`
                    ), `t79`.`row_count`)) AS `rows`,
                    SUM(`t79`.`amount`) AS `money`
                  FROM (
                    SELECT
                      *
                    FROM `t72` AS `t73`
                    WHERE
                      `t73`.`step` IN ('customers')
                  ) AS `t79`
                ) AS `t87`
              ) AS `t97`
            ) AS `t104`
            UNION ALL
            SELECT
              *
            FROM (
              SELECT
                'event_files' AS `step`,
                `t86`.`rows` AS `expected_count`,
                CAST(NULL AS DECIMAL(18, 4)) AS `expected_amount`
              FROM (
                SELECT
                  SUM(IF(`t78`.`step` = 'further_lines', -(
                    `t78`.`row_count`
                  ), `t78`.`row_count`)) AS `rows`,
                  SUM(`t78`.`amount`) AS `money`
                FROM (
                  SELECT
                    *
                  FROM `t72` AS `t73`
                  WHERE
                    `t73`.`step` IN ('raw_events')
                ) AS `t78`
              ) AS `t86`
            ) AS `t93`
          ) AS `t105`
          UNION ALL
          SELECT
            *
          FROM (
            SELECT
              'raw_events' AS `step`,
              `t85`.`rows` AS `expected_count`,
              CAST(`t85`.`money` AS DECIMAL(18, 4)) AS `expected_amount`
            FROM (
              SELECT
                SUM(IF(`t77`.`step` = 'further_lines', -(
                  `t77`.`row_count`
                ), `t77`.`row_count`)) AS `rows`,
                SUM(`t77`.`amount`) AS `money`
              FROM (
                SELECT
                  *
                FROM `t72` AS `t73`
                WHERE
                  `t73`.`step` IN ('quarantined_events', 'kept_events')
              ) AS `t77`
            ) AS `t85`
          ) AS `t96`
        ) AS `t106`
        UNION ALL
        SELECT
          *
        FROM (
          SELECT
            'payment_files' AS `step`,
            `t84`.`rows` AS `expected_count`,
            CAST(NULL AS DECIMAL(18, 4)) AS `expected_amount`
          FROM (
            SELECT
              SUM(IF(`t76`.`step` = 'further_lines', -(
                `t76`.`row_count`
              ), `t76`.`row_count`)) AS `rows`,
              SUM(`t76`.`amount`) AS `money`
            FROM (
              SELECT
                *
              FROM `t72` AS `t73`
              WHERE
                `t73`.`step` IN ('raw_payments')
            ) AS `t76`
          ) AS `t84`
        ) AS `t92`
      ) AS `t107`
      UNION ALL
      SELECT
        *
      FROM (
        SELECT
          'raw_payments' AS `step`,
          `t83`.`rows` AS `expected_count`,
          CAST(`t83`.`money` AS DECIMAL(18, 4)) AS `expected_amount`
        FROM (
          SELECT
            SUM(IF(`t75`.`step` = 'further_lines', -(
              `t75`.`row_count`
            ), `t75`.`row_count`)) AS `rows`,
            SUM(`t75`.`amount`) AS `money`
          FROM (
            SELECT
              *
            FROM `t72` AS `t73`
            WHERE
              `t73`.`step` IN ('quarantined_payments', 'kept_payments')
          ) AS `t75`
        ) AS `t83`
      ) AS `t95`
    ) AS `t109`
      ON `t74`.`step` = `t109`.`step`
  ) AS `t110`
) AS `t111`
