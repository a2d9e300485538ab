SELECT
  `t2`.`customer_id`,
  `t2`.`as_of`,
  `t2`.`purchase_count`,
  `t2`.`total_amount` AS `purchase_amount`,
  `t2`.`largest_purchase_amount`,
  `t2`.`days_since_first_purchase`,
  `t2`.`days_since_last_purchase`,
  `t2`.`last_30_days_purchase_count`,
  `t2`.`last_30_days_amount`,
  `t2`.`last_90_days_purchase_count`,
  `t2`.`last_90_days_amount`,
  `t2`.`last_180_days_purchase_count`,
  `t2`.`last_180_days_amount`,
  `t2`.`last_365_days_purchase_count`,
  `t2`.`last_365_days_amount`,
  `t2`.`year_ago_30_days_amount`,
  `t2`.`year_ago_90_days_amount`,
  `t2`.`year_ago_180_days_amount`
FROM (
  SELECT
    `t1`.`as_of`,
    `t1`.`customer_id`,
    COUNT(*) AS `purchase_count`,
    COALESCE(SUM(`t1`.`purchase_amount`), CAST(0 AS DECIMAL(18, 4))) AS `total_amount`,
    MAX(`t1`.`purchase_amount`) AS `largest_purchase_amount`,
    MAX(`t1`.`days_ago`) AS `days_since_first_purchase`,
    MIN(`t1`.`days_ago`) AS `days_since_last_purchase`,
    SUM(IF(`t1`.`days_ago` <= 30, 1, 0)) AS `last_30_days_purchase_count`,
    COALESCE(
      SUM(IF(`t1`.`days_ago` <= 30, `t1`.`purchase_amount`, NULL)),
      CAST(0 AS DECIMAL(18, 4))
    ) AS `last_30_days_amount`,
    SUM(IF(`t1`.`days_ago` <= 90, 1, 0)) AS `last_90_days_purchase_count`,
    COALESCE(
      SUM(IF(`t1`.`days_ago` <= 90, `t1`.`purchase_amount`, NULL)),
      CAST(0 AS DECIMAL(18, 4))
    ) AS `last_90_days_amount`,
    SUM(IF(`t1`.`days_ago` <= 180, 1, 0)) AS `last_180_days_purchase_count`,
    COALESCE(
      SUM(IF(`t1`.`days_ago` <= 180, `t1`.`purchase_amount`, NULL)),
      CAST(0 AS DECIMAL(18, 4))
    ) AS `last_180_days_amount`,
    SUM(IF(`t1`.`days_ago` <= 365, 1, 0)) AS `last_365_days_purchase_count`,
    COALESCE(
      SUM(IF(`t1`.`days_ago` <= 365, `t1`.`purchase_amount`, NULL)),
      CAST(0 AS DECIMAL(18, 4))
    ) AS `last_365_days_amount`,
    COALESCE(
      SUM(
        IF(
          (
            `t1`.`days_ago` <= 365
          ) AND (
            `t1`.`days_ago` > 335
          ),
          `t1`.`purchase_amount`,
          NULL
        )
      ),
      CAST(0 AS DECIMAL(18, 4))
    ) AS `year_ago_30_days_amount`,
    COALESCE(
      SUM(
        IF(
          (
            `t1`.`days_ago` <= 365
          ) AND (
            `t1`.`days_ago` > 275
          ),
          `t1`.`purchase_amount`,
          NULL
        )
      ),
      CAST(0 AS DECIMAL(18, 4))
    ) AS `year_ago_90_days_amount`,
    COALESCE(
      SUM(
        IF(
          (
            `t1`.`days_ago` <= 365
          ) AND (
            `t1`.`days_ago` > 185
          ),
          `t1`.`purchase_amount`,
          NULL
        )
      ),
      CAST(0 AS DECIMAL(18, 4))
    ) AS `year_ago_180_days_amount`
  FROM (
    SELECT
      `t0`.`customer_id`,
      `t0`.`order_date`,
      `t0`.`order_count`,
      `t0`.`product_count`,
      `t0`.`purchase_amount`,
      MAKE_DATE(2025, 1, 1) AS `as_of`,
      -(
        DATEDIFF(DAY, MAKE_DATE(2025, 1, 1), `t0`.`order_date`)
      ) AS `days_ago`
    FROM `purchases` AS `t0`
    WHERE
      `t0`.`order_date` < MAKE_DATE(2025, 1, 1)
  ) AS `t1`
  GROUP BY
    1,
    2
) AS `t2`
