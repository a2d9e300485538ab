SELECT
  "t10"."person_id",
  MAKE_DATE(2025, 1, 1) AS "as_of",
  "t10"."entered_at",
  "t10"."entered_date",
  "t10"."step_count",
  "t10"."seconds_to_step_2",
  "t10"."seconds_to_step_3",
  (
    "t10"."last_entry_date" > MAKE_DATE(2024, 12, 17)
  )
  AND (
    "t10"."step_count" < 3
  ) AS "is_open",
  "t10"."channel",
  "t10"."device",
  "t10"."browser",
  "t10"."country"
FROM (
  SELECT
    "t9"."person_id",
    MIN("t9"."event_at") FILTER(WHERE
      "t9"."is_entry") AS "entered_at",
    MIN("t9"."event_date") FILTER(WHERE
      "t9"."is_entry") AS "entered_date",
    MAX("t9"."event_date") FILTER(WHERE
      "t9"."step" = 1) AS "last_entry_date",
    CAST(MAX(CASE WHEN "t9"."start_1" IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) + CAST(MAX(CASE WHEN "t9"."start_2" IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) + CAST(MAX(CASE WHEN "t9"."start_3" IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) AS "step_count",
    MIN(
      CAST(EXTRACT(epoch FROM CAST(DATE_TRUNC('SECOND', "t9"."event_at") AS TIMESTAMP) - CAST(DATE_TRUNC('SECOND', "t9"."start_2") AS TIMESTAMP)) AS BIGINT)
    ) AS "seconds_to_step_2",
    MIN(
      CAST(EXTRACT(epoch FROM CAST(DATE_TRUNC('SECOND', "t9"."event_at") AS TIMESTAMP) - CAST(DATE_TRUNC('SECOND', "t9"."start_3") AS TIMESTAMP)) AS BIGINT)
    ) AS "seconds_to_step_3",
    MIN("t9"."channel") FILTER(WHERE
      "t9"."is_entry") AS "channel",
    MIN("t9"."device") FILTER(WHERE
      "t9"."is_entry") AS "device",
    MIN("t9"."browser") FILTER(WHERE
      "t9"."is_entry") AS "browser",
    MIN("t9"."country") FILTER(WHERE
      "t9"."is_entry") AS "country"
  FROM (
    SELECT
      "t8"."person_id",
      "t8"."event_at",
      "t8"."event_date",
      "t8"."event_id",
      "t8"."channel",
      "t8"."device",
      "t8"."browser",
      "t8"."country",
      "t8"."step",
      "t8"."is_entry",
      "t8"."start_1",
      "t8"."start_2",
      "t8"."start_3"
    FROM (
      SELECT
        "t7"."person_id",
        "t7"."event_at",
        "t7"."event_date",
        "t7"."event_id",
        "t7"."channel",
        "t7"."device",
        "t7"."browser",
        "t7"."country",
        "t7"."step",
        "t7"."is_entry",
        "t7"."start_1",
        "t7"."start_2",
        "t7"."latest",
        CASE
          WHEN (
            "t7"."step" = 3
          )
          AND (
            (
              "t7"."latest" + INTERVAL '1209600 SECOND'
            ) >= "t7"."event_at"
          )
          THEN "t7"."latest"
          ELSE CAST(NULL AS TIMESTAMP)
        END AS "start_3"
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
          "t6"."is_entry",
          "t6"."start_1",
          "t6"."start_2",
          MAX("t6"."start_2") OVER (
            PARTITION BY "t6"."person_id"
            ORDER BY "t6"."event_at" ASC, "t6"."step" ASC, "t6"."event_id" ASC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS "latest"
        FROM (
          SELECT
            "t5"."person_id",
            "t5"."event_at",
            "t5"."event_date",
            "t5"."event_id",
            "t5"."channel",
            "t5"."device",
            "t5"."browser",
            "t5"."country",
            "t5"."step",
            "t5"."is_entry",
            "t5"."start_1",
            "t5"."start_2"
          FROM (
            SELECT
              "t4"."person_id",
              "t4"."event_at",
              "t4"."event_date",
              "t4"."event_id",
              "t4"."channel",
              "t4"."device",
              "t4"."browser",
              "t4"."country",
              "t4"."step",
              "t4"."is_entry",
              "t4"."start_1",
              "t4"."latest",
              CASE
                WHEN (
                  "t4"."step" = 2
                )
                AND (
                  (
                    "t4"."latest" + INTERVAL '1209600 SECOND'
                  ) >= "t4"."event_at"
                )
                THEN "t4"."latest"
                ELSE CAST(NULL AS TIMESTAMP)
              END AS "start_2"
            FROM (
              SELECT
                "t3"."person_id",
                "t3"."event_at",
                "t3"."event_date",
                "t3"."event_id",
                "t3"."channel",
                "t3"."device",
                "t3"."browser",
                "t3"."country",
                "t3"."step",
                "t3"."is_entry",
                "t3"."start_1",
                MAX("t3"."start_1") OVER (
                  PARTITION BY "t3"."person_id"
                  ORDER BY "t3"."event_at" ASC, "t3"."step" ASC, "t3"."event_id" ASC
                  ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                ) AS "latest"
              FROM (
                SELECT
                  "t2"."person_id",
                  "t2"."event_at",
                  "t2"."event_date",
                  "t2"."event_id",
                  "t2"."channel",
                  "t2"."device",
                  "t2"."browser",
                  "t2"."country",
                  "t2"."step",
                  "t2"."is_entry",
                  CASE WHEN "t2"."step" = 1 THEN "t2"."event_at" ELSE CAST(NULL AS TIMESTAMP) END AS "start_1"
                FROM (
                  SELECT
                    "t1"."person_id",
                    "t1"."event_at",
                    "t1"."event_date",
                    "t1"."event_id",
                    "t1"."channel",
                    "t1"."device",
                    "t1"."browser",
                    "t1"."country",
                    "t1"."step",
                    (
                      "t1"."step" = 1
                    )
                    AND (
                      SUM(CASE WHEN "t1"."step" = 1 THEN 1 ELSE 0 END) OVER (
                        PARTITION BY "t1"."person_id"
                        ORDER BY "t1"."event_at" ASC, "t1"."step" ASC, "t1"."event_id" ASC
                        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                      ) = 1
                    ) AS "is_entry"
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
                ) AS "t2"
              ) AS "t3"
            ) AS "t4"
          ) AS "t5"
        ) AS "t6"
      ) AS "t7"
    ) AS "t8"
  ) AS "t9"
  GROUP BY
    1
) AS "t10"
WHERE
  "t10"."step_count" > 0
