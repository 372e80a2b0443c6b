/** A mail server of domain.org with the filter on, and rules of the scenarios that make a message's score what they want. */
import { readFileSync } from "node:fs";
import { debPath, rootCache } from "../places.ts";
import { apply } from "./administrator.ts";
import { password } from "./boot.ts";
import { type Container, startContainer } from "./container.ts";
import { journalctl, mainPid, type SmtpAnswer, send, waitFor } from "./mail.ts";
import { fragment } from "./mail-server.ts";

/**
 * What Rspamd says without the world's name servers, of a password that it can read, of a filter that has learned nothing,
 * and where two of its processes that end save the same file.
 */
export const offline: readonly RegExp[] = [
  /cannot resolve maps\.rspamd\.com|https:\/\/maps\.rspamd\.com\/\S*: connection with http server is terminated: worker is stopping/,
  /address resolution for fuzzy\d\.rspamd\.com failed|fuzzy_parse_rule: cannot read servers definition/,
  /rspamd_controller_password_sane/,
  /skip obtaining bayes tokens .*: not enough learns/,
  /save_items: cannot create file \/var\/lib\/rspamd\/symbols\.cache\.new/,
  /connect to Milter service inet:127\.0\.0\.1:11332: Connection refused/,
];

const rules = readFileSync(new URL("./score.lua", import.meta.url), "utf8");

/** Boots it with these users. What is prepared is there before the first event. */
export async function startFilterServer(
  users: readonly string[],
  prepare: (container: Container) => Promise<void> = async () => {},
): Promise<Container> {
  const container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
  await container.must(["config", "set", "DomainName", "domain.org"]);
  // It has no signatures here, and mail would be put off.
  await container.must(["config", "setprop", "clamd@rspamd", "status", "disabled"]);
  await container.must(["config", "setprop", "rspamd", "VirusCheckStatus", "disabled"]);
  const hash = (await container.must(["doveadm", "pw", "-s", "SHA512-CRYPT", "-p", password])).trim();
  for (const name of users)
    await container.must(["db", "accounts", "set", `${name}@domain.org`, "user", "PasswordHash", hash]);
  await container.write("/etc/rspamd/rspamd.local.lua", rules);
  // Has Rspamd put off a message for a second, and not for five minutes.
  await container.write(fragment("/etc/rspamd/local.d/greylist.conf"), "timeout = 1s;\n");
  await prepare(container);
  await container.must(["signal-event", "nethserver-mail-server-update"]);
  await container.must(["signal-event", "nethserver-mail-filter-update"]);
  await apply(container);
  await waitFor(async () => (await send(container, { to: ["root@domain.org"] })).accepted, 60);
  return container;
}

/** Sets properties of the key `rspamd`, applies them, and waits until Rspamd's new processes have taken over. */
export async function setRspamd(container: Container, ...properties: string[]): Promise<void> {
  const before = await workersOf(container);
  await container.must(["config", "setprop", "rspamd", ...properties]);
  await apply(container);
  await waitForWorkers(container, before);
}

/** Waits until other processes of Rspamd than these are at work. */
export async function waitForWorkers(container: Container, before: readonly string[]): Promise<void> {
  await waitFor(async () => {
    const pids = await workersOf(container);
    return pids.length > 0 && pids.every((pid) => !before.includes(pid));
  }, 30);
  const argv = ["rspamc", "-h", "127.0.0.1:11334", "-P", await controllerPassword(container), "stat"];
  await waitFor(async () => (await container.run(argv)).exit === 0);
}

/** What Rspamd's controller asks of everybody. */
export async function controllerPassword(container: Container): Promise<string> {
  return (await container.must(["config", "getprop", "rspamd", "Password"])).trim();
}

/** The processes of Rspamd below its main one. */
export async function workersOf(container: Container): Promise<string[]> {
  const main = await mainPid(container, "rspamd");
  return (await container.run(["pgrep", "-P", String(main)])).stdout.split("\n").filter(Boolean);
}

/** A message for john. */
export interface Scored {
  readonly score?: number;
  readonly subject?: string;
  /** Someone whom nobody has met before, unless given. */
  readonly from?: string;
  readonly headers?: readonly string[];
}

let sent = 0;

/** The whole text of a message with a score; each is another one. */
export function scored(message: Scored): { from: string; to: string[]; data: string } {
  const number = ++sent;
  const to = "john@domain.org";
  const { score, subject, from = `sender${number}@outside.example.net`, headers = [] } = message;
  const lines = [
    `From: <${from}>`,
    `To: <${to}>`,
    ...(subject === undefined ? [] : [`Subject: ${subject}`]),
    `Date: ${new Date().toUTCString().replace("GMT", "+0000")}`,
    `Message-ID: <${number}.${Date.now()}@outside.example.net>`,
    ...(score === undefined ? [] : [`X-Test-Score: ${score}`]),
    ...headers,
  ];
  return { from, to: [to], data: `${lines.join("\n")}\n\nMessage number ${number}.\n` };
}

/** Sends a message with a score from outside: `250`, or the answer's code and text. */
export async function verdict(container: Container, message: Scored): Promise<string> {
  return shortly(await send(container, scored(message)));
}

/** `250`, or the code and text of the answer that decided. */
export function shortly({ accepted, last }: SmtpAnswer): string {
  return accepted ? "250" : `${last.code} ${last.text}`;
}

/** Sends a message to john from outside, and returns it as he has it. */
export async function received(container: Container, message: Scored): Promise<string> {
  return delivered(container, scored(message));
}

/** Sends a message to john, and returns it as he has it. */
export async function delivered(container: Container, mail: ReturnType<typeof scored>): Promise<string> {
  const answer = await send(container, mail);
  if (!answer.accepted) throw new Error(`not accepted: ${shortly(answer)}`);
  const [, id = ""] = /^Message-ID: (.*)$/m.exec(mail.data) ?? [];
  // In whatever folder it lies.
  const argv = ["doveadm", "fetch", "-u", "john", "text", "header", "Message-ID", id];
  return waitFor(async () => {
    const { stdout } = await container.run(argv);
    return stdout !== "" && stdout.replace(/^text:\n/, "").replaceAll("\r\n", "\n");
  });
}

/** The subject as people read it. */
export async function subjectOf(container: Container, message: string): Promise<string> {
  const program =
    'import email, email.policy, sys; print(email.message_from_file(sys.stdin, policy=email.policy.default)["subject"])';
  const argv = ["env", "PYTHONUTF8=1", "python3", "-c", program];
  return (await container.must(argv, { input: message })).trim();
}

/** The header lines of a message whose names begin so, in any case of letters, unfolded and in order of the alphabet. */
export function headersOf(message: string, prefix: string): string[] {
  const [head = ""] = message.split("\n\n");
  const lines = head.replace(/\n[ \t]+/g, " ").split("\n");
  return lines.filter((line) => line.toLowerCase().startsWith(prefix.toLowerCase())).sort();
}

/** What Rspamd complains of in the journal, but for what is expected offline, and of this scenario. */
export async function rspamdComplaints(
  container: Container,
  ...expected: readonly RegExp[]
): Promise<string[]> {
  const log = await journalctl(container, "-o", "cat", "-u", "rspamd", "-p", "warning");
  const lines = log.split("\n").filter(Boolean);
  return lines.filter((line) => ![...offline, ...expected].some((one) => one.test(line)));
}

/** What the log of mail says of a message when Rspamd has decided on it. */
export async function logOf(container: Container, { data }: { data: string }): Promise<string[]> {
  const [, id = ""] = /^Message-ID: (.*)$/m.exec(data) ?? [];
  const lines = async (): Promise<string[]> =>
    (await container.read("/var/log/mail.log"))
      .split("\n")
      .filter((line) => line.includes(" rspamd[") && line.includes(id));
  return waitFor(async () => {
    const found = await lines();
    return found.length > 0 && found;
  });
}
