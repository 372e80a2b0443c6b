import { basename, join } from "node:path";
import { main } from "../src/cli/main.ts";
import { processTerminal } from "../src/cli/process-terminal.ts";

/** An executable knows its name and finds its data by itself; a script that Node runs does neither. */
const isScript = /^(?:node|bun)$/.test(basename(process.argv0));

process.exitCode = await main({
  program: (isScript ? process.argv[1] : undefined) ?? process.argv0,
  args: process.argv.slice(2),
  environment: isScript
    ? { MAILWRIGHT_SHARE: join(import.meta.dirname, "../share/mailwright"), ...process.env }
    : process.env,
  terminal: processTerminal(process.env),
});

/** Milliseconds in which a process ends by itself, as nearly all do. */
const patience = 100;

// What nobody waits for any longer, such as a program that doctor has given up, holds nothing up.
setTimeout(() => process.exit(), patience).unref();
