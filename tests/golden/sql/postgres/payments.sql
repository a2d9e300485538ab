SELECT
  "t5"."source",
  "t5"."order_id",
  COALESCE("t5"."payment_number", "t5"."row_number") AS "payment_number",
  "t5"."payment_method",
  "t5"."installment_count",
  "t5"."payment_amount"
FROM (
  SELECT
    "t4"."source",
    "t4"."batch_id",
    "t4"."row_number",
    "t4"."loaded_at",
    "t4"."order_id",
    "t4"."payment_number",
    "t4"."payment_method",
    "t4"."installment_count",
    "t4"."payment_amount",
    "t4"."reason"
  FROM (
    SELECT
      *
    FROM "source_payments" AS "t0"
    WHERE
      "t0"."reason" IS NULL
  ) AS "t4"
  WHERE
    NOT EXISTS(
      SELECT
        1
      FROM "repeated_extracts" AS "t2"
      WHERE
        "t4"."source" = "t2"."source"
        AND "t4"."batch_id" = "t2"."batch_id"
        AND "t4"."row_number" = "t2"."row_number"
    )
) AS "t5"
