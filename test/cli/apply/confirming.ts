import { expect } from "vitest";
import { fakeMachine } from "./fake-system.ts";
import { newServer, type Server } from "./server.ts";

export const minute = 60_000;

/** A server on which SpamKillLevel 12 is applied, as revision 2, and the filter runs. */
export async function appliedServer(): Promise<Server> {
  fakeMachine.reset();
  fakeMachine.units.units.set("rspamd", { load: "loaded", active: true, enabled: true });
  const server = newServer();
  await server.kill("12");
  await server.done("apply");
  fakeMachine.units.verbs.length = 0;
  return server;
}

/** Applies what waits, to be confirmed within ten minutes unless `args` say otherwise; returns what it told. */
export async function applied(server: Server, ...args: string[]): Promise<string> {
  const { exit, stdout, stderr } = await server.mailwright(
    ...(args.length === 0 ? ["apply", "--confirm", "10m"] : args),
  );
  expect({ exit, stdout }).toEqual({ exit: 0, stdout: "" });
  return stderr;
}

/** What the first timer runs, at the time for which it was set. */
export async function deadlinePasses(server: Server): Promise<void> {
  const [argv = []] = fakeMachine.left;
  fakeMachine.ahead = 11 * minute;
  const [, ...args] = argv;
  expect((await server.mailwright(...args)).exit).toBe(0);
}

/** What became of each apply, the oldest first. */
export async function outcomesOf(server: Server): Promise<string[]> {
  return (await server.applies()).map((line) => line.slice(line.lastIndexOf(" ") + 1));
}
