export { liteRtSupports, lowerToLiteRt, type LiteRtFunction, type LiteRtModel, type LowerOptions } from "./lower.ts";
