import type { Handler } from "../handler.ts";

/** `backend.result_type` of every pair of dtypes; Python's scalars are `py:int` and the like, `none` is floatx. */
export const dtypePromotion: Handler = (row, { library }) => {
  const types = (row.a as readonly string[]).map((type) => (type === "none" ? null : type));
  return [{ label: "dtype", actual: library.member("@keras/ops", "resultType")(...types), expected: row.o ?? null }];
};
