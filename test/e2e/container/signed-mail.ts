/** Mail of logins as the world gets it, DNS as a table, and a verifier that shares nothing with the signer. */
import { authenticate, type DNSResolver } from "mailauth";
import { expect } from "vitest";
import { apply, queueIsEmpty } from "./administrator.ts";
import { bootMailServer } from "./boot.ts";
import type { Container } from "./container.ts";
import { login } from "./domain-org.ts";
import { offline as ofFilter } from "./filter-server.ts";
import { type Mail, send, waitFor } from "./mail.ts";
import { sinkFolder, startSink } from "./sink.ts";

/** What a signing server says without the world's name servers: no more than any with the filter on. */
export const offline = ofFilter;

export const away = "a@outside.example.net";

/** Records by `NAME TYPE`. */
export type Zone = Readonly<Record<string, readonly string[]>>;

/** DNS without which no mail leaves. */
export const noKeys: Zone = {
  "outside.example.net MX": ["10 outside.example.net"],
  "outside.example.net A": ["192.0.2.2"],
  "domain.org A": ["192.0.2.1"],
};

/** Boots the mail server with the filter on; outside.example.net keeps what it gets. */
export async function startSigningServer(): Promise<Container> {
  const container = await bootMailServer(["john", "mary"], async (booted) => {
    await startSink(booted);
    await setZone(booted, noKeys);
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
    const found = 'file=$(grep -rlF --exclude="*.part" -- "$1" "$2") && base64 -w 0 "$file"';
    const { exit, stdout } = await container.run(["sh", "-c", found, "sh", subject, sinkFolder]);
    return exit === 0 && Buffer.from(stdout, "base64");
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
