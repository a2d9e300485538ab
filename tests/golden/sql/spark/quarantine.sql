SELECT
  `t10`.`source`,
  `t10`.`batch_id`,
  `t10`.`row_number`,
  `t10`.`reason`,
  `t10`.`amount`,
  `t3`.`raw_text`
FROM (
  SELECT
    *
  FROM (
    SELECT
      `t1`.`source`,
      `t1`.`batch_id`,
      `t1`.`row_number`,
      `t1`.`reason`,
      `t1`.`amount`
    FROM `source_lines` AS `t1`
    WHERE
      `t1`.`reason` IS NOT NULL
  ) AS `t6`
  UNION ALL
  SELECT
    *
  FROM (
    SELECT
      `t7`.`source`,
      `t7`.`batch_id`,
      `t7`.`row_number`,
      'repeated_extract' AS `reason`,
      `t7`.`amount`
    FROM (
      SELECT
        `t4`.`source`,
        `t4`.`batch_id`,
        `t4`.`row_number`,
        `t4`.`loaded_at`,
        `t4`.`order_id`,
        `t4`.`ordered_at`,
        `t4`.`order_date`,
        `t4`.`customer_id`,
        `t4`.`email`,
        `t4`.`product_id`,
        `t4`.`product_name`,
        `t4`.`category`,
        `t4`.`country`,
        `t4`.`channel`,
        `t4`.`payment_method`,
        `t4`.`promotion`,
        `t4`.`quantity`,
        `t4`.`unit_price_amount`,
        `t4`.`discount_amount`,
        `t4`.`amount`,
        `t4`.`line_type`,
        `t4`.`is_cancellation`,
        `t4`.`refund_of`,
        `t4`.`reason`
      FROM `source_lines` AS `t4`
      LEFT SEMI JOIN `repeated_extracts` AS `t5`
        ON `t4`.`source` = `t5`.`source`
        AND `t4`.`batch_id` = `t5`.`batch_id`
        AND `t4`.`row_number` = `t5`.`row_number`
    ) AS `t7`
  ) AS `t8`
) AS `t10`
INNER JOIN `raw_texts` AS `t3`
  ON `t10`.`source` = `t3`.`source`
  AND `t10`.`batch_id` = `t3`.`batch_id`
  AND `t10`.`row_number` = `t3`.`row_number`
