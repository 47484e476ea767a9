#!/usr/bin/env node
import { runCommand } from "./command.ts";

process.exitCode = runCommand(process.argv.slice(2), {
  cwd: process.cwd(),
  userAgent: process.env.npm_config_user_agent,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
