import { expect, it } from "vitest";
import { isFresh, primitivesPage } from "./gen-primitives.ts";

it("gives every primitive a meaning and a reason", () => {
  expect(primitivesPage()).toContain("| `dot_general` |");
});

it("has written docs/primitives.md", () => {
  expect(isFresh()).toBe(true);
});
