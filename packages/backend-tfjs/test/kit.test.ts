import { testBackend } from "@keras/backend-tests";
import "../src/index.ts";

await testBackend("tfjs", { memorySteps: 2000 });
