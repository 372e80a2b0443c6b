import { main } from "../src/cli/main.ts";
import { processTerminal } from "../src/cli/process-terminal.ts";

process.exitCode = await main({
  program: process.argv0,
  args: process.argv.slice(2),
  environment: process.env,
  terminal: processTerminal(process.env),
});
