/** A mail server for domain.org and example.com with the users john, mary and paul, and what its scenarios ask of it. */
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { queueIsEmpty } from "./administrator.ts";
import { bootMailServer, password } from "./boot.ts";
import type { Container } from "./container.ts";
import { type Mail, send, waitFor } from "./mail.ts";

export const users = ["john", "mary", "paul"];

/** How john sends. */
export const login = { port: 587, tls: "starttls", user: "john", password, from: "john@domain.org" } as const;

/** What the relay host of the scenarios writes down of each recipient. */
export interface Relayed {
  readonly port: number;
  readonly helo: string;
  readonly tls: boolean;
  readonly user: string | null;
  readonly password: string | null;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

const relayLog = "/tmp/relay.log";
const relayProgram = readFileSync(new URL("./relay-host.py", import.meta.url), "utf8");

/**
 * Boots it. `relayPorts`, such as `587+tls+auth`, are those of a relay host on 192.0.2.2, which is outside.example.net
 * and its mail server too.
 */
export function startDomainOrg(relayPorts: readonly string[] = ["25"]): Promise<Container> {
  return bootMailServer(users, async (container) => {
    await container.write(
      "/etc/e2e-zone",
      "outside.example.net MX 10 outside.example.net\noutside.example.net A 192.0.2.2\n",
    );
    await startRelayHost(container, relayPorts);
  });
}

/** A relay host on 192.0.2.2 that writes down what it gets, with these ports, such as `587+tls+auth`. */
export async function startRelayHost(container: Container, relayPorts: readonly string[]): Promise<void> {
  await container.write("/usr/local/lib/relay-host.py", relayProgram);
  const certificate =
    "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=relay -keyout - >/tmp/relay.pem 2>&1";
  await container.must(["sh", "-c", certificate]);
  const program = `setsid python3 /usr/local/lib/relay-host.py ${relayLog} /tmp/relay.pem ${relayPorts.join(" ")}`;
  await container.outside.run(["sh", "-c", `${program} >/tmp/relay.out 2>&1 & echo $! >/tmp/relay.pid`]);
  // Ports are opened in their order.
  const [last = ""] = relayPorts.at(-1)?.split("+") ?? [];
  const isOpen = async () =>
    (await container.outside.run(["ss", "-Hltn", `sport = :${last}`])).stdout.trim() !== "";
  await waitFor(isOpen, 20);
}

/** Sends a message, and returns how the relay host got it, or nothing where it did not, once the queue is empty. */
export async function relayed(
  container: Container,
  to: string,
  mail: Partial<Mail> = {},
): Promise<Relayed | undefined> {
  const subject = `message-${Math.random().toString(36).slice(2)}`;
  expect(await send(container, { to: [to], subject, ...mail })).toMatchObject({ accepted: true });
  await queueIsEmpty(container);
  return (await relayLogOf(container)).find((row) => row.subject === subject && row.to === to);
}

export async function relayLogOf(container: Container): Promise<Relayed[]> {
  const { stdout } = await container.run(["cat", relayLog]);
  return stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** The mailboxes of these users that hold a message of this subject, as `john/INBOX`. */
export async function holders(container: Container, subject: string): Promise<string[]> {
  const found: string[] = [];
  for (const user of [...users, "root"]) {
    const argv = ["doveadm", "-f", "flow", "fetch", "-u", user, "mailbox", "subject", subject];
    const { stdout } = await container.run(argv);
    for (const row of stdout.split("\n").filter(Boolean))
      found.push(`${user}/${row.replace("mailbox=", "")}`);
  }
  return found.sort();
}

/** Sends a message, and tells who has it when the queue is empty. */
export async function delivered(
  container: Container,
  to: string,
  mail: Partial<Mail> = {},
): Promise<string[]> {
  const subject = `message-${Math.random().toString(36).slice(2)}`;
  expect(await send(container, { to: [to], subject, ...mail }), `to ${to}`).toMatchObject({ accepted: true });
  await queueIsEmpty(container);
  return holders(container, subject);
}

/**
 * What a client of Postfix gets to hear on a connection of its own: the greeting, and a reply to each of the pieces,
 * which are sent one after the other. A piece may be many lines at once.
 */
export async function talk(container: Container, pieces: readonly string[], port = 25): Promise<string> {
  const program = [
    "import json, socket, sys",
    `connection = socket.create_connection(("192.0.2.1", ${port}), 20)`,
    'stream = connection.makefile("rb")',
    'for piece in ["", *json.load(sys.stdin)]:',
    "    connection.sendall(piece.encode())",
    "    while line := stream.readline().decode():",
    "        sys.stdout.write(line)",
    '        if line[3:4] != "-": break',
  ].join("\n");
  const { stdout } = await container.outside.run(["python3", "-c", program], {
    input: JSON.stringify(pieces),
  });
  return stdout;
}
