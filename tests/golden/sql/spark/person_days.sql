SELECT
  *
FROM (
  SELECT
    `t0`.`person_id`,
    `t0`.`event_date`,
    MIN(`t0`.`event_at`) AS `first_event_at`,
    COUNT(*) AS `event_count`,
    SUM(IF(`t0`.`event_name` = 'view', 1, 0)) AS `view_count`,
    SUM(IF(`t0`.`event_name` = 'cart', 1, 0)) AS `cart_count`,
    SUM(IF(`t0`.`event_name` = 'purchase', 1, 0)) AS `purchase_count`
  FROM `events` AS `t0`
  GROUP BY
    1,
    2
) AS `t1`
