import { absolute } from "./numpy/absolute.ts";
import { add } from "./numpy/add.ts";
import { divide } from "./numpy/divide.ts";
import { equal, greater, greaterEqual, less, lessEqual, notEqual } from "./numpy/compare.ts";
import { floorDivide } from "./numpy/floor-divide.ts";
import { getItem } from "./numpy/get-item.ts";
import { matmul } from "./numpy/matmul.ts";
import { mod } from "./numpy/mod.ts";
import { multiply } from "./numpy/multiply.ts";
import { negative } from "./numpy/negative.ts";
import { power } from "./numpy/power.ts";
import { subtract } from "./numpy/subtract.ts";

/** The functions behind Python's operators. */
export interface Operators {
  readonly absolute: typeof absolute;
  readonly add: typeof add;
  readonly divide: typeof divide;
  readonly equal: typeof equal;
  readonly floorDivide: typeof floorDivide;
  readonly getItem: typeof getItem;
  readonly greater: typeof greater;
  readonly greaterEqual: typeof greaterEqual;
  readonly less: typeof less;
  readonly lessEqual: typeof lessEqual;
  readonly matmul: typeof matmul;
  readonly mod: typeof mod;
  readonly multiply: typeof multiply;
  readonly negative: typeof negative;
  readonly notEqual: typeof notEqual;
  readonly power: typeof power;
  readonly subtract: typeof subtract;
}

/** All of them, for the methods of tensors, Variables and symbolic tensors. */
export const operators: Operators = {
  absolute,
  add,
  divide,
  equal,
  floorDivide,
  getItem,
  greater,
  greaterEqual,
  less,
  lessEqual,
  matmul,
  mod,
  multiply,
  negative,
  notEqual,
  power,
  subtract,
};
