// Every case of Gradwerk's conformance kit as a test of its own, on what `npm run build` made.
import * as runner from "node:test";
import { testConformance } from "@gradwerk/backend-testkit";
import { createBackend } from "../dist/index.js";

await testConformance(runner, createBackend);
