/** Mail of logins as the world gets it, DNS as a table, and a verifier that shares nothing with the signer. */
import { readFileSync } from "node:fs";
import { authenticate, type DNSResolver } from "mailauth";
import { expect } from "vitest";
import { apply, queueIsEmpty } from "./administrator.ts";
import { bootMailServer } from "./boot.ts";
import type { Container } from "./container.ts";
import { login } from "./domain-org.ts";
import { type Mail, send, waitFor } from "./mail.ts";

export const away = "a@outside.example.net";

/** Records by `NAME TYPE`. */
export type Zone = Readonly<Record<string, readonly string[]>>;

/** DNS without which no mail leaves. */
export const noKeys: Zone = {
  "outside.example.net MX": ["10 outside.example.net"],
  "outside.example.net A": ["192.0.2.2"],
  "domain.org A": ["192.0.2.1"],
};

/** What Rspamd says without the world's name servers, and where two of its processes that end save the same file. */
export const offline = [
  /cannot resolve maps\.rspamd\.com|address resolution for fuzzy\d\.rspamd\.com failed|cannot read servers definition/,
  /rspamd_controller_password_sane|skip obtaining bayes tokens|save_items: cannot create file/,
  /connect to Milter service inet:127\.0\.0\.1:11332: Connection refused/,
];

const log = "/tmp/raw.log";
const sink = readFileSync(new URL("./raw-sink.py", import.meta.url), "utf8");

/** Boots the mail server with the filter on; outside.example.net keeps what it gets. */
export async function startSigningServer(): Promise<Container> {
  const container = await bootMailServer(["john", "mary"], async (booted) => {
    await booted.write("/usr/local/lib/raw-sink.py", sink);
    await setZone(booted, noKeys);
    await booted.outside.run([
      "sh",
      "-c",
      `setsid python3 /usr/local/lib/raw-sink.py ${log} 25 >/tmp/raw.out 2>&1 &`,
    ]);
  });
  await container.must(["config", "setprop", "rspamd", "status", "enabled", "SpamGreyLevel", ""]);
  await apply(container);
  await waitFor(async () => (await send(container, { to: ["root@domain.org"] })).accepted, 60);
  return container;
}

/** What the container's resolver answers from now on. */
export function setZone(container: Container, zone: Zone): Promise<void> {
  const lines = Object.entries(zone).flatMap(([id, values]) => values.map((value) => `${id} ${value}\n`));
  return container.write("/etc/e2e-zone", lines.join(""));
}

/** The records that `dkim show` prints for zone files, read as RFC 1035, 5.1, has it. */
export async function shownZone(container: Container, domain: string): Promise<Zone> {
  const text = await container.must(["mailwright", "dkim", "show", domain]);
  const records = [...text.matchAll(/^(\S+)\. \d+ IN TXT \(?((?:\s*"[^"]*")+)/gm)];
  expect(records.length).toBeGreaterThan(0);
  return Object.fromEntries(
    records.map(([, name = "", data = ""]) => {
      const strings = [...data.matchAll(/"([^"]*)"/g)].map(([, string = ""]) => string);
      for (const string of strings) expect(string.length).toBeLessThanOrEqual(255);
      return [`${name} TXT`, [strings.join("")]];
    }),
  );
}

/** Sends a message as the login john, or as it says, and returns what outside.example.net got. */
export async function sent(container: Container, mail: Partial<Mail> = {}): Promise<Buffer> {
  const subject = mail.subject ?? `message-${Math.random().toString(36).slice(2)}`;
  expect(await send(container, { to: [away], ...login, ...mail, subject })).toMatchObject({ accepted: true });
  await queueIsEmpty(container);
  return waitFor(async () => {
    const rows = (await container.read(log)).split("\n").filter(Boolean);
    const found = rows.map((row) => Buffer.from(JSON.parse(row).data, "base64"));
    return found.find((message) => message.toString("latin1").includes(subject));
  });
}

/** A message whose From is another than that of its envelope. */
export function from(author: string): Pick<Mail, "subject" | "data"> {
  const subject = `message-${Math.random().toString(36).slice(2)}`;
  return { subject, data: `From: ${author}\nTo: <${away}>\nSubject: ${subject}\n\nA message.\n` };
}

/** The resolver of a verifier who sees these records alone. */
export function resolver(zone: Zone): DNSResolver {
  return (name, type) => {
    const found = zone[`${name.toLowerCase()} ${type}`];
    if (found !== undefined) return Promise.resolve(found.map((value) => [value]));
    return Promise.reject(Object.assign(new Error("no such name"), { code: "ENOTFOUND" }));
  };
}

/** The signatures of a message as `DOMAIN SELECTOR RESULT`. */
export async function signatures(message: Buffer, zone: Zone): Promise<string[]> {
  const { dkim } = await authenticate(message, {
    resolver: resolver(zone),
    disableArc: true,
    disableBimi: true,
  });
  return dkim.results
    .filter(({ status }) => status.result !== "none")
    .map(({ signingDomain, selector, status }) => `${signingDomain} ${selector} ${status.result}`);
}
