import { describe, expect, it } from "vitest";
import { median, quantile } from "../statistics.ts";

describe("quantile", () => {
  it("interpolates between neighbours and leaves its input alone", () => {
    const values = [4, 1, 3, 2];
    expect(median(values)).toBe(2.5);
    expect(median([5, 1, 9])).toBe(5);
    expect(quantile(values, 0)).toBe(1);
    expect(quantile(values, 1)).toBe(4);
    expect(quantile(values, 0.25)).toBe(1.75);
    expect(values).toEqual([4, 1, 3, 2]);
  });

  it("refuses an empty list", () => {
    expect(() => median([])).toThrow(RangeError);
  });
});
