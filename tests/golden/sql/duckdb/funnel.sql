SELECT
  "t25"."person_id",
  MAKE_DATE(2025, 1, 1) AS "as_of",
  "t25"."entered_at",
  "t25"."entered_date",
  COALESCE("t25"."later_count", 0) + 1 AS "step_count",
  "t25"."seconds_to_step_2",
  "t25"."seconds_to_step_3",
  (
    "t25"."last_entry_date" > MAKE_DATE(2024, 12, 17)
  )
  AND (
    (
      COALESCE("t25"."later_count", 0) + 1
    ) < 3
  ) AS "is_open",
  "t25"."channel",
  "t25"."device",
  "t25"."browser",
  "t25"."country"
FROM (
  SELECT
    "t15"."person_id",
    "t15"."entered_at",
    "t15"."entered_date",
    "t15"."last_entry_date",
    "t15"."event_id",
    "t15"."channel",
    "t15"."device",
    "t15"."browser",
    "t15"."country",
    "t24"."person_id" AS "person_id_right",
    "t24"."later_count",
    "t24"."seconds_to_step_2",
    "t24"."seconds_to_step_3"
  FROM (
    SELECT
      "t12"."person_id",
      "t12"."entered_at",
      "t12"."entered_date",
      "t12"."last_entry_date",
      "t12"."event_id",
      "t12"."channel",
      "t12"."device",
      "t12"."browser",
      "t12"."country"
    FROM (
      SELECT
        "t11"."person_id",
        "t11"."event_at",
        "t11"."event_date",
        "t11"."event_id",
        "t11"."channel",
        "t11"."device",
        "t11"."browser",
        "t11"."country",
        "t11"."step",
        "t11"."entered_at",
        "t11"."last_entry_date",
        ROW_NUMBER() OVER (
          PARTITION BY "t11"."person_id"
          ORDER BY "t11"."event_id" ASC
          ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
        ) - 1 AS "place",
        "t11"."event_date" AS "entered_date"
      FROM (
        SELECT
          "t6"."person_id",
          "t6"."event_at",
          "t6"."event_date",
          "t6"."event_id",
          "t6"."channel",
          "t6"."device",
          "t6"."browser",
          "t6"."country",
          "t6"."step",
          "t9"."entered_at",
          "t9"."last_entry_date"
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t0"."person_id",
              "t0"."event_at",
              "t0"."event_date",
              "t0"."event_id",
              "t0"."channel",
              "t0"."device",
              "t0"."browser",
              "t0"."country",
              CAST(CASE
                WHEN "t0"."event_name" = 'view'
                THEN 1
                WHEN "t0"."event_name" = 'cart'
                THEN 2
                WHEN "t0"."event_name" = 'purchase'
                THEN 3
                ELSE 4
              END AS BIGINT) AS "step"
            FROM "events" AS "t0"
            WHERE
              "t0"."event_date" < MAKE_DATE(2025, 1, 1)
              AND "t0"."event_name" IN ('view', 'cart', 'purchase')
          ) AS "t1"
          WHERE
            "t1"."step" = 1
        ) AS "t6"
        INNER JOIN (
          SELECT
            "t5"."person_id",
            MIN("t5"."event_at") AS "entered_at",
            MAX("t5"."event_date") AS "last_entry_date"
          FROM (
            SELECT
              *
            FROM (
              SELECT
                "t0"."person_id",
                "t0"."event_at",
                "t0"."event_date",
                CAST(CASE
                  WHEN "t0"."event_name" = 'view'
                  THEN 1
                  WHEN "t0"."event_name" = 'cart'
                  THEN 2
                  WHEN "t0"."event_name" = 'purchase'
                  THEN 3
                  ELSE 4
                END AS BIGINT) AS "step"
              FROM "events" AS "t0"
              WHERE
                "t0"."event_date" < MAKE_DATE(2025, 1, 1)
                AND "t0"."event_name" IN ('view', 'cart', 'purchase')
            ) AS "t2"
            WHERE
              "t2"."step" = 1
          ) AS "t5"
          GROUP BY
            1
        ) AS "t9"
          ON "t6"."person_id" = "t9"."person_id" AND "t6"."event_at" = "t9"."entered_at"
      ) AS "t11"
    ) AS "t12"
    WHERE
      "t12"."place" = 0
  ) AS "t15"
  LEFT OUTER JOIN (
    SELECT
      "t22"."person_id",
      CAST(MAX(CASE WHEN "t22"."start_2" IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) + CAST(MAX(CASE WHEN "t22"."start_3" IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) AS "later_count",
      MIN(
        DATE_DIFF(
          'SECOND',
          DATE_TRUNC('SECOND', "t22"."start_2"),
          DATE_TRUNC('SECOND', "t22"."event_at")
        )
      ) AS "seconds_to_step_2",
      MIN(
        DATE_DIFF(
          'SECOND',
          DATE_TRUNC('SECOND', "t22"."start_3"),
          DATE_TRUNC('SECOND', "t22"."event_at")
        )
      ) AS "seconds_to_step_3"
    FROM (
      SELECT
        "t21"."person_id",
        "t21"."event_at",
        "t21"."step",
        "t21"."start",
        CASE WHEN "t21"."step" = 2 THEN "t21"."start" ELSE CAST(NULL AS TIMESTAMP) END AS "start_2",
        CASE WHEN "t21"."step" = 3 THEN "t21"."start" ELSE CAST(NULL AS TIMESTAMP) END AS "start_3"
      FROM (
        SELECT
          "t20".*
          EXCLUDE ("latest")
        FROM (
          SELECT
            *
          FROM (
            SELECT
              "t18"."person_id",
              "t18"."event_at",
              "t18"."step",
              CASE
                WHEN (
                  "t18"."step" = 3
                )
                AND (
                  (
                    "t18"."latest" + INTERVAL '1209600' SECOND
                  ) >= "t18"."event_at"
                )
                THEN "t18"."latest"
                ELSE "t18"."start"
              END AS "start",
              "t18"."latest"
            FROM (
              SELECT
                "t17"."person_id",
                "t17"."event_at",
                "t17"."step",
                "t17"."start",
                MAX(CASE WHEN "t17"."step" = 2 THEN "t17"."start" ELSE CAST(NULL AS TIMESTAMP) END) OVER (
                  PARTITION BY "t17"."person_id"
                  ORDER BY "t17"."event_at" ASC, "t17"."step" ASC
                  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                ) AS "latest"
              FROM (
                SELECT
                  "t16".*
                  EXCLUDE ("latest")
                FROM (
                  SELECT
                    *
                  FROM (
                    SELECT
                      "t10"."person_id",
                      "t10"."event_at",
                      "t10"."step",
                      CASE
                        WHEN (
                          "t10"."step" = 2
                        )
                        AND (
                          (
                            "t10"."latest" + INTERVAL '1209600' SECOND
                          ) >= "t10"."event_at"
                        )
                        THEN "t10"."latest"
                        ELSE "t10"."start"
                      END AS "start",
                      "t10"."latest"
                    FROM (
                      SELECT
                        "t7"."person_id",
                        "t7"."event_at",
                        "t7"."step",
                        "t7"."start",
                        MAX(CASE WHEN "t7"."step" = 1 THEN "t7"."start" ELSE CAST(NULL AS TIMESTAMP) END) OVER (
                          PARTITION BY "t7"."person_id"
                          ORDER BY "t7"."event_at" ASC, "t7"."step" ASC
                          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                        ) AS "latest"
                      FROM (
                        SELECT
                          "t3"."person_id",
                          "t3"."event_at",
                          "t3"."step",
                          CASE WHEN "t3"."step" = 1 THEN "t3"."event_at" ELSE CAST(NULL AS TIMESTAMP) END AS "start"
                        FROM (
                          SELECT
                            "t0"."person_id",
                            "t0"."event_at",
                            CAST(CASE
                              WHEN "t0"."event_name" = 'view'
                              THEN 1
                              WHEN "t0"."event_name" = 'cart'
                              THEN 2
                              WHEN "t0"."event_name" = 'purchase'
                              THEN 3
                              ELSE 4
                            END AS BIGINT) AS "step"
                          FROM "events" AS "t0"
                          WHERE
                            "t0"."event_date" < MAKE_DATE(2025, 1, 1)
                            AND "t0"."event_name" IN ('view', 'cart', 'purchase')
                        ) AS "t3"
                      ) AS "t7"
                    ) AS "t10"
                  ) AS "t13"
                  WHERE
                    (
                      "t13"."step" > 2
                    )
                    OR (
                      (
                        "t13"."step" > 1
                      ) AND (
                        "t13"."start" IS NOT NULL
                      )
                    )
                ) AS "t16"
              ) AS "t17"
            ) AS "t18"
          ) AS "t19"
          WHERE
            (
              "t19"."step" > 3
            )
            OR (
              (
                "t19"."step" > 1
              ) AND (
                "t19"."start" IS NOT NULL
              )
            )
        ) AS "t20"
      ) AS "t21"
    ) AS "t22"
    GROUP BY
      1
  ) AS "t24"
    ON "t15"."person_id" = "t24"."person_id"
) AS "t25"
