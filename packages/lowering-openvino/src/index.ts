export { lowerToOpenVino, openVinoSupports, type LowerOptions, type OpenVinoModel } from "./lower.ts";
