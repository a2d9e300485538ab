SELECT
  *
FROM (
  SELECT
    "t0"."person_id",
    "t0"."event_date",
    MIN("t0"."event_at") AS "first_event_at",
    COUNT(*) AS "event_count",
    SUM(CASE WHEN "t0"."event_name" = 'view' THEN 1 ELSE 0 END) AS "view_count",
    SUM(CASE WHEN "t0"."event_name" = 'cart' THEN 1 ELSE 0 END) AS "cart_count",
    SUM(CASE WHEN "t0"."event_name" = 'purchase' THEN 1 ELSE 0 END) AS "purchase_count"
  FROM "events" AS "t0"
  GROUP BY
    1,
    2
) AS "t1"
