import { execFileSync } from "node:child_process";
import { RealProcesses } from "../../../src/system/real-processes.ts";

/**
 * A process of its own for starved.test.ts: takes a resource of prlimit(1) away from itself, runs /bin/true and prints
 * what became of it as JSON.
 */
const [limit = "", number = ""] = process.argv.slice(2);
const processes = new RealProcesses();
const input = { input: "input" };
// The runtime starts threads of its own with the first program.
await processes.run(["/bin/true"], input);
try {
  execFileSync("/usr/bin/prlimit", [`--pid=${process.pid}`, `--${limit}=${number}`]);
} catch (error) {
  // The limit may hold before the runtime has opened what it watches prlimit(1) with: then it is set all the same.
  if (!(error instanceof Error && "code" in error && error.code === "EMFILE")) throw error;
}
const outcome = await processes.run(["/bin/true"], input);
// What would be an error that nobody handles comes before this.
await new Promise((resolve) => setTimeout(resolve, 50));
process.stdout.write(JSON.stringify(outcome));
