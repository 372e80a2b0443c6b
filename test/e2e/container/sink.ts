/** The mail server of outside.example.net, in the network beyond, which keeps what it gets. */
import { readFileSync } from "node:fs";
import type { Container } from "./container.ts";

const program = readFileSync(new URL("./sink.py", import.meta.url), "utf8");
const path = "/usr/local/lib/sink.py";

/** A line of JSON for each recipient. */
export const sinkLog = "/tmp/sink.log";

/** Each message, by its subject where that can be a name. */
export const sinkFolder = `${sinkLog}.d`;

/** Starts it, and lets DNS know of it. */
export async function startSink(container: Container, ...ports: readonly number[]): Promise<void> {
  await container.write(path, program);
  await container.write(
    "/etc/e2e-zone",
    "outside.example.net MX 10 outside.example.net\noutside.example.net A 192.0.2.2\n",
  );
  const listening = (ports.length === 0 ? [25] : ports).join(" ");
  const started = `setsid python3 ${path} ${sinkLog} ${listening} >/tmp/sink.out 2>&1 &`;
  await container.outside.run(["sh", "-c", started]);
}
