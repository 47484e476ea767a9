export { createBackend } from "./backend.ts";
