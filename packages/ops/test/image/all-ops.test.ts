import { testEveryOp } from "../every-op.ts";
import { CASES } from "./cases.ts";

testEveryOp(CASES, { twice: true });
