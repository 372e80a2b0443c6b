/** Mail in and out of a container as its users and the world do it: SMTP and IMAP clients, waiting, units, journal. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Container } from "./container.ts";

const CLIENT = readFileSync(new URL("./mail-client.py", import.meta.url), "utf8");

/** Written as it stands in Rspamd's documentation: a message that holds it on a line of its own is always refused. */
export const XJS = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";

export const outsider = "someone@outside.example.net";

type Reply = { verb: string; code: number; text: string };

export type SmtpAnswer = {
  /** every reply of the server, in order; verbs are CONNECT EHLO STARTTLS AUTH MAIL RCPT DATA END QUIT, or ERROR */
  replies: Reply[];
  /** true when the message itself was taken */
  accepted: boolean;
  /** the reply that decided: to the end of the data or, where it did not come to that, the last refusal */
  last: Reply;
};

export type Mail = {
  from: string;
  to: readonly string[];
  subject?: string;
  body?: string;
  /** further header lines, `Name: value` */
  headers?: readonly string[];
  /** the whole message; the above are not used then */
  data?: string;
  /** where the client stands; outside unless given */
  via?: "outside" | "inside";
  host?: string;
  port?: number;
  helo?: string;
  tls?: "starttls" | "wrapped";
  user?: string;
  password?: string;
  /** Whose mail the login asks to send, where that is somebody else (RFC 4616, authorization identity). */
  authorize?: string | undefined;
};

type Answer = {
  error?: string;
  replies?: Reply[];
  accepted?: boolean;
  messages?: string[];
};

/** Sends a message and returns all that the server answered. A refusal is an answer, not an error. */
export async function smtpSend(container: Container, mail: Mail): Promise<SmtpAnswer> {
  const { from, to, tls, user, password, authorize } = mail;
  const place = {
    host: mail.host ?? "192.0.2.1",
    port: mail.port ?? 25,
    helo: mail.helo ?? "outside.example.net",
  };
  const request = {
    do: "smtp",
    ...place,
    from,
    to,
    tls,
    user,
    password,
    authorize,
    data: mail.data ?? compose(mail),
  };
  const answer = await ask(container, request, mail.via);
  const replies = answer.replies ?? [];
  const decided = replies.filter((reply) => reply.verb !== "QUIT");
  const last = decided.findLast((reply) => reply.verb === "END") ?? decided.at(-1);
  if (last === undefined) throw new Error(`smtp: no reply from ${place.host}:${place.port}`);
  return { replies, accepted: answer.accepted ?? false, last };
}

/** A message from outside, unless it says something else. */
export function send(container: Container, mail: Partial<Mail> & Pick<Mail, "to">): Promise<SmtpAnswer> {
  return smtpSend(container, { from: outsider, ...mail });
}

/** The reply that decided, such as `RCPT 554 5.7.1 …`. */
export async function reply(container: Container, to: string, mail: Partial<Mail> = {}): Promise<string> {
  const { last } = await send(container, { to: [to], ...mail });
  return `${last.verb} ${last.code} ${last.text}`;
}

/** The raw messages of a folder, oldest first, read over IMAP with STARTTLS from outside; `\n` line ends. */
export async function imapMessages(
  container: Container,
  user: string,
  password: string,
  folder = "INBOX",
): Promise<string[]> {
  const answer = await ask(container, { do: "imap", host: "192.0.2.1", user, password, folder });
  if (answer.messages === undefined) throw new Error(`imap ${user}/${folder}: ${answer.error}`);
  return answer.messages;
}

/** Calls `probe` until it returns something truthy, and returns that; an error after the given time. */
export async function waitFor<T>(probe: () => Promise<T | undefined | false>, seconds = 20): Promise<T> {
  const limit = Date.now() + seconds * 1000;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > limit)
      throw new Error(`waitFor: nothing after ${seconds} s: ${probe.toString().slice(0, 200)}`);
    await sleep(200);
  }
}

/**
 * Main pid of a unit, 0 when it does not run. Postfix's own unit is only a bracket: ask for `postfix@-`, whose
 * main process is named in its pid file (systemd is told not to guess it).
 */
export async function mainPid(container: Container, unit: string): Promise<number> {
  if (unit.startsWith("postfix"))
    return Number((await container.read("/var/spool/postfix/pid/master.pid")).trim());
  return Number((await container.must(["systemctl", "show", "--property=MainPID", "--value", unit])).trim());
}

/** What a unit wrote to the journal, one entry a line. Postfix logs under `postfix@-`. */
export function journal(container: Container, unit: string): Promise<string> {
  return journalctl(container, `--unit=${unit}`);
}

/** The journal by these options, with all that was said until now: what has just come is read before it answers. */
export async function journalctl(container: Container, ...options: readonly string[]): Promise<string> {
  await container.must(["journalctl", "--sync"]);
  return container.must(["journalctl", "--quiet", "--no-pager", ...options]);
}

function compose(mail: Mail): string {
  const id = `${Date.now()}.${Math.random().toString(36).slice(2)}@outside.example.net`;
  const head = [
    `From: <${mail.from || "nobody@outside.example.net"}>`,
    `To: ${mail.to.map((to) => `<${to}>`).join(", ")}`,
    `Subject: ${mail.subject ?? "a message"}`,
    `Date: ${new Date().toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${id}>`,
    ...(mail.headers ?? []),
  ];
  return `${head.join("\n")}\n\n${mail.body ?? "A message."}\n`;
}

async function ask(container: Container, request: object, via: Mail["via"] = "outside"): Promise<Answer> {
  const host = via === "outside" ? container.outside : container;
  const result = await host.run(["python3", "-c", CLIENT], { input: JSON.stringify(request) });
  if (result.exit !== 0) throw new Error(`mail client: exit ${result.exit}\n${result.stderr}`);
  return JSON.parse(result.stdout) as Answer;
}
