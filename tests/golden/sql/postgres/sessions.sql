SELECT
  "t1"."source",
  "t1"."session_id",
  COALESCE("t1"."customer_id", "t1"."first_person_id") AS "person_id",
  "t1"."customer_id",
  "t1"."started_at",
  "t1"."ended_at",
  "t1"."session_date",
  "t1"."event_count",
  "t1"."view_count",
  "t1"."cart_count",
  "t1"."purchase_count",
  "t1"."channel",
  "t1"."device",
  "t1"."browser",
  "t1"."country",
  "t1"."simulated_events" > 0 AS "is_simulated"
FROM (
  SELECT
    "t0"."source",
    "t0"."session_id",
    MIN("t0"."person_id") AS "first_person_id",
    MIN("t0"."customer_id") AS "customer_id",
    MIN("t0"."event_at") AS "started_at",
    MAX("t0"."event_at") AS "ended_at",
    MIN("t0"."event_date") AS "session_date",
    COUNT(*) AS "event_count",
    SUM(CASE WHEN "t0"."event_name" = 'view' THEN 1 ELSE 0 END) AS "view_count",
    SUM(CASE WHEN "t0"."event_name" = 'cart' THEN 1 ELSE 0 END) AS "cart_count",
    SUM(CASE WHEN "t0"."event_name" = 'purchase' THEN 1 ELSE 0 END) AS "purchase_count",
    SUM(CASE WHEN "t0"."is_simulated" THEN 1 ELSE 0 END) AS "simulated_events",
    MIN("t0"."channel") AS "channel",
    MIN("t0"."device") AS "device",
    MIN("t0"."browser") AS "browser",
    MIN("t0"."country") AS "country"
  FROM "events" AS "t0"
  GROUP BY
    1,
    2
) AS "t1"
