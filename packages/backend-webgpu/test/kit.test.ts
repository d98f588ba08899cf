import "./adapter.ts";
import { testBackend } from "@keras/backend-tests";
import "../src/index.ts";

await testBackend("webgpu", { memorySteps: 2000 });
