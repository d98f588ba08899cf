import "../src/index.ts";
import { testBackend } from "@keras/backend-tests";

await testBackend("ref", { memorySteps: 2000 });
