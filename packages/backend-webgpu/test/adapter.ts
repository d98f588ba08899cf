import { useSoftwareGpu } from "../../../scripts/browser/software-gpu.ts";

useSoftwareGpu();
