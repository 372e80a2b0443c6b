/** A virus scanner that knows one virus, and one that fails in the ways that a scanner can. */
import { readFileSync } from "node:fs";
import type { Container } from "./container.ts";
import { mainPid, waitFor } from "./mail.ts";

/** A row of letters that the signature of the scenarios takes for a virus. */
export const virus = "MAILWRIGHT-TEST-VIRUS-7c1e";

/** How clamd names it: signatures that nobody has signed are unofficial. */
export const virusName = "Mailwright.Test.UNOFFICIAL";

const signatures = "/var/lib/clamav";
const socket = "/run/clamav/clamd.ctl";
const failing = readFileSync(new URL("./failing-scanner.py", import.meta.url), "utf8");

/** Leaves the signatures of the scenarios where freshclam puts its own. Debian's units look for two sets of them. */
export async function bringSignatures(container: Container): Promise<void> {
  const hex = Buffer.from(virus).toString("hex");
  await container.must(["mkdir", "-p", `${signatures}/main.inc`, `${signatures}/daily.inc`]);
  await container.write(`${signatures}/scenario.ndb`, `Mailwright.Test:0:*:${hex}\n`);
}

/** Adds a signature for these letters, and so many others that clamd needs a while to read them. */
export async function bringManySignatures(container: Container, letters: string): Promise<void> {
  const program =
    "import hashlib, sys\n" +
    "with open(sys.argv[1], 'w') as out:\n" +
    "    for number in range(400000):\n" +
    "        out.write('%s:%d:Many.%d\\n' % (hashlib.md5(b'%d' % number).hexdigest(), number + 99, number))\n";
  await container.must(["python3", "-c", program, `${signatures}/many.hdb`]);
  const hex = Buffer.from(letters).toString("hex");
  await container.write(`${signatures}/news.ndb`, `News.Test:0:*:${hex}\n`);
}

/** Waits until clamd itself says that it scans. */
export async function scannerAnswers(container: Container): Promise<void> {
  const ping =
    "import socket, sys; s = socket.socket(socket.AF_UNIX); s.settimeout(5); s.connect(sys.argv[1]); " +
    "s.sendall(b'zPING\\0'); sys.exit(s.recv(9) != b'PONG\\0')";
  await waitFor(async () => (await container.run(["python3", "-c", ping, socket])).exit === 0, 60);
}

/** Runs `during` while all processes of clamd stand still. */
export async function whileFrozen(container: Container, during: () => Promise<void>): Promise<void> {
  const pid = String(await mainPid(container, "clamav-daemon"));
  await container.must(["kill", "-STOP", pid]);
  try {
    await during();
  } finally {
    await container.must(["kill", "-CONT", pid]);
  }
}

/** Runs `during` without clamd, and without systemd that starts it for who connects. */
export async function whileStopped(container: Container, during: () => Promise<void>): Promise<void> {
  await container.must(["systemctl", "stop", "clamav-daemon.socket", "clamav-daemon.service"]);
  try {
    await during();
  } finally {
    await container.must(["rm", "-f", socket]);
    await container.must(["systemctl", "start", "clamav-daemon"]);
    await scannerAnswers(container);
  }
}

/** Runs `during` with a program in clamd's place that answers to each message with these bytes, and closes. */
export async function whileAnswering(
  container: Container,
  answer: string,
  during: () => Promise<void>,
): Promise<void> {
  const unit = "e2e-scanner";
  await container.must(["systemd-run", "-q", `--unit=${unit}`, "python3", "-c", failing, socket, answer]);
  try {
    await waitFor(async () => (await container.run(["test", "-S", socket])).exit === 0);
    await during();
  } finally {
    await container.must(["systemctl", "stop", unit]);
    await container.must(["rm", "-f", socket]);
  }
}
