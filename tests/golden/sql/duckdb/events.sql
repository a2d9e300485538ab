WITH "t11" AS (
  SELECT
    "t10"."source",
    "t10"."batch_id",
    "t10"."row_number",
    "t10"."loaded_at",
    "t10"."event_id",
    "t10"."event_at",
    "t10"."event_date",
    "t10"."event_name",
    "t10"."visitor_id",
    "t10"."session_id",
    "t10"."product_id",
    "t10"."channel",
    "t10"."device",
    "t10"."browser",
    "t10"."country",
    "t10"."is_simulated",
    "t10"."reason",
    "t10"."source_customer_id",
    COALESCE("t5"."linked_id", "t10"."source_customer_id") AS "customer_id"
  FROM (
    SELECT
      "t8"."source",
      "t8"."batch_id",
      "t8"."row_number",
      "t8"."loaded_at",
      "t8"."event_id",
      "t8"."event_at",
      "t8"."event_date",
      "t8"."event_name",
      "t8"."visitor_id",
      "t8"."session_id",
      "t8"."product_id",
      "t8"."channel",
      "t8"."device",
      "t8"."browser",
      "t8"."country",
      "t8"."is_simulated",
      "t8"."reason",
      "t8"."source_customer_id",
      "t8"."source_customer_id" AS "party"
    FROM (
      SELECT
        "t7"."source",
        "t7"."batch_id",
        "t7"."row_number",
        "t7"."loaded_at",
        "t7"."event_id",
        "t7"."event_at",
        "t7"."event_date",
        "t7"."event_name",
        "t7"."visitor_id",
        "t7"."session_id",
        "t7"."product_id",
        "t7"."channel",
        "t7"."device",
        "t7"."browser",
        "t7"."country",
        "t7"."is_simulated",
        "t7"."reason",
        "t7"."customer_id" AS "source_customer_id"
      FROM (
        SELECT
          *
        FROM "source_events" AS "t1"
        WHERE
          "t1"."reason" IS NULL
      ) AS "t7"
      ANTI JOIN "repeated_extracts" AS "t3"
        ON "t7"."source" = "t3"."source"
        AND "t7"."batch_id" = "t3"."batch_id"
        AND "t7"."row_number" = "t3"."row_number"
    ) AS "t8"
  ) AS "t10"
  LEFT OUTER JOIN (
    SELECT
      "t0"."source_customer_id" AS "party",
      "t0"."customer_id" AS "linked_id"
    FROM "identities" AS "t0"
  ) AS "t5"
    ON "t10"."party" = "t5"."party"
), "t19" AS (
  SELECT
    *
  FROM (
    SELECT
      "t12"."source",
      "t12"."batch_id",
      "t12"."row_number",
      "t12"."loaded_at",
      COALESCE("t12"."event_id", "t12"."batch_id" || '-' || CAST("t12"."row_number" AS TEXT)) AS "event_id",
      "t12"."event_at",
      "t12"."event_date",
      "t12"."event_name",
      "t12"."visitor_id",
      "t12"."session_id",
      "t12"."product_id",
      "t12"."channel",
      "t12"."device",
      "t12"."browser",
      "t12"."country",
      "t12"."is_simulated",
      "t12"."reason",
      "t12"."source_customer_id",
      "t12"."customer_id"
    FROM "t11" AS "t12"
    WHERE
      "t12"."session_id" IS NOT NULL
  ) AS "t13"
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      "t17"."source",
      "t17"."batch_id",
      "t17"."row_number",
      "t17"."loaded_at",
      "t17"."event_id",
      "t17"."event_at",
      "t17"."event_date",
      "t17"."event_name",
      "t17"."visitor_id",
      "t17"."session_id",
      "t17"."product_id",
      "t17"."channel",
      "t17"."device",
      "t17"."browser",
      "t17"."country",
      "t17"."is_simulated",
      "t17"."reason",
      "t17"."source_customer_id",
      "t17"."customer_id"
    FROM (
      SELECT
        "t16"."source",
        "t16"."batch_id",
        "t16"."row_number",
        "t16"."loaded_at",
        "t16"."event_id",
        "t16"."event_at",
        "t16"."event_date",
        "t16"."event_name",
        "t16"."visitor_id",
        "t16"."who" || '#' || CAST(SUM("t16"."is_first") OVER (
          PARTITION BY "t16"."source", "t16"."who"
          ORDER BY "t16"."event_at" ASC, "t16"."event_id" ASC
          ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS TEXT) AS "session_id",
        "t16"."product_id",
        "t16"."channel",
        "t16"."device",
        "t16"."browser",
        "t16"."country",
        "t16"."is_simulated",
        "t16"."reason",
        "t16"."source_customer_id",
        "t16"."customer_id",
        "t16"."who",
        "t16"."before_at",
        "t16"."is_first"
      FROM (
        SELECT
          "t15"."source",
          "t15"."batch_id",
          "t15"."row_number",
          "t15"."loaded_at",
          "t15"."event_id",
          "t15"."event_at",
          "t15"."event_date",
          "t15"."event_name",
          "t15"."visitor_id",
          "t15"."session_id",
          "t15"."product_id",
          "t15"."channel",
          "t15"."device",
          "t15"."browser",
          "t15"."country",
          "t15"."is_simulated",
          "t15"."reason",
          "t15"."source_customer_id",
          "t15"."customer_id",
          "t15"."who",
          "t15"."before_at",
          CASE
            WHEN (
              "t15"."before_at" IS NULL
            )
            OR (
              "t15"."event_at" > (
                "t15"."before_at" + INTERVAL '30' MINUTE
              )
            )
            THEN 1
            ELSE 0
          END AS "is_first"
        FROM (
          SELECT
            "t14"."source",
            "t14"."batch_id",
            "t14"."row_number",
            "t14"."loaded_at",
            "t14"."event_id",
            "t14"."event_at",
            "t14"."event_date",
            "t14"."event_name",
            "t14"."visitor_id",
            "t14"."session_id",
            "t14"."product_id",
            "t14"."channel",
            "t14"."device",
            "t14"."browser",
            "t14"."country",
            "t14"."is_simulated",
            "t14"."reason",
            "t14"."source_customer_id",
            "t14"."customer_id",
            "t14"."who",
            LAG("t14"."event_at") OVER (
              PARTITION BY "t14"."source", "t14"."who"
              ORDER BY "t14"."event_at" ASC, "t14"."event_id" ASC
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS "before_at"
          FROM (
            SELECT
              "t12"."source",
              "t12"."batch_id",
              "t12"."row_number",
              "t12"."loaded_at",
              COALESCE("t12"."event_id", "t12"."batch_id" || '-' || CAST("t12"."row_number" AS TEXT)) AS "event_id",
              "t12"."event_at",
              "t12"."event_date",
              "t12"."event_name",
              "t12"."visitor_id",
              "t12"."session_id",
              "t12"."product_id",
              "t12"."channel",
              "t12"."device",
              "t12"."browser",
              "t12"."country",
              "t12"."is_simulated",
              "t12"."reason",
              "t12"."source_customer_id",
              "t12"."customer_id",
              COALESCE(
                'visitor:' || "t12"."visitor_id",
                "t12"."customer_id",
                'event:' || COALESCE("t12"."event_id", "t12"."batch_id" || '-' || CAST("t12"."row_number" AS TEXT))
              ) AS "who"
            FROM "t11" AS "t12"
            WHERE
              "t12"."session_id" IS NULL
          ) AS "t14"
        ) AS "t15"
      ) AS "t16"
    ) AS "t17"
  ) AS "t18"
)
SELECT
  "t26"."source",
  "t26"."event_id",
  "t26"."event_at",
  "t26"."event_date",
  "t26"."event_name",
  COALESCE(
    COALESCE("t26"."customer_id", "t26"."session_customer_id"),
    'visitor:' || "t26"."visitor_id",
    'session:' || "t26"."session_id"
  ) AS "person_id",
  COALESCE("t26"."customer_id", "t26"."session_customer_id") AS "customer_id",
  "t26"."source_customer_id",
  "t26"."session_id",
  "t26"."product_id",
  "t26"."channel",
  "t26"."device",
  "t26"."browser",
  "t26"."country",
  "t26"."is_simulated"
FROM (
  SELECT
    "t21"."source",
    "t21"."batch_id",
    "t21"."row_number",
    "t21"."loaded_at",
    "t21"."event_id",
    "t21"."event_at",
    "t21"."event_date",
    "t21"."event_name",
    "t21"."visitor_id",
    "t21"."session_id",
    "t21"."product_id",
    "t21"."channel",
    "t21"."device",
    "t21"."browser",
    "t21"."country",
    "t21"."is_simulated",
    "t21"."reason",
    "t21"."source_customer_id",
    "t21"."customer_id",
    "t25"."source" AS "source_right",
    "t25"."session_id" AS "session_id_right",
    "t25"."session_customer_id"
  FROM "t19" AS "t21"
  LEFT OUTER JOIN (
    SELECT
      "t23"."source",
      "t23"."session_id",
      "t23"."session_customer_id"
    FROM (
      SELECT
        "t22"."source",
        "t22"."session_id",
        MIN("t22"."customer_id") AS "session_customer_id",
        MAX("t22"."customer_id") AS "other_id"
      FROM (
        SELECT
          *
        FROM "t19" AS "t20"
        WHERE
          "t20"."customer_id" IS NOT NULL
      ) AS "t22"
      GROUP BY
        1,
        2
    ) AS "t23"
    WHERE
      "t23"."session_customer_id" = "t23"."other_id"
  ) AS "t25"
    ON "t21"."source" = "t25"."source" AND "t21"."session_id" = "t25"."session_id"
) AS "t26"
