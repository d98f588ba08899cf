import "@keras/backend-ref";
import { testBackend } from "../src/index.ts";

// The reference rounds once: what was recorded was computed in float64 and rounded, so one place is all it may differ by.
await testBackend("ref");
