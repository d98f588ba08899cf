import { expect, test } from "vitest";
import { allDTypes, DTypeError, isFloatDtype, isIntDtype } from "@keras/ops";

test("every dtype is a float, an integer or neither, never both", () => {
  for (const dtype of allDTypes()) expect([dtype, isFloatDtype(dtype) && isIntDtype(dtype)]).toEqual([dtype, false]);
  const neither = allDTypes().filter((dtype) => !isFloatDtype(dtype) && !isIntDtype(dtype));
  expect(neither.toSorted()).toEqual(["bool", "complex128", "complex64", "string"]);
});

test("Python's names and null stand for dtypes, others are refused", () => {
  expect([isFloatDtype("float"), isFloatDtype(null), isFloatDtype("int")]).toEqual([true, true, false]);
  expect([isIntDtype("int"), isIntDtype("bool"), isIntDtype(null)]).toEqual([true, false, false]);
  expect(() => isFloatDtype("flaot32")).toThrow(DTypeError);
});
