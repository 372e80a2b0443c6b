/** A mail server with one user, set up as an administrator does it, and what a scenario looks at before and after. */
import type { Container } from "./container.ts";
import { imapMessages, mainPid, type SmtpAnswer, smtpSend, waitFor } from "./mail.ts";

export const stranger = "bulk@outside.example.net";
export const templates = "/etc/mailwright/templates";
export const events = "/etc/mailwright/events";

const user = "john";
const password = "Secret-john";
const folders = ["/etc/postfix", "/etc/dovecot", "/etc/rspamd"];

/** Domain, daemons and the user john; on return nothing waits, and mail from outside is accepted and reaches him. */
export async function setUpMailServer(container: Container): Promise<void> {
  await container.must(["config", "set", "DomainName", "domain.org"]);
  // It would have mail wait for signatures.
  await container.must(["config", "setprop", "clamd@rspamd", "status", "disabled"]);
  await container.must(["signal-event", "nethserver-mail-server-update"]);
  await container.must(["signal-event", "nethserver-mail-filter-update"]);
  const hash = (await container.must(["doveadm", "pw", "-s", "SHA512-CRYPT", "-p", password])).trim();
  await container.must(["db", "accounts", "set", `${user}@domain.org`, "user", "PasswordHash", hash]);
  await container.must(["signal-event", "user-create", `${user}@domain.org`]);
  // The script that stores the primary domain runs after the files are made.
  await container.must(["mailwright", "apply"]);
  await waitFor(async () => (await sendMail(container)).accepted, 60);
  await deliver(container);
}

/** Sends john a message from outside. */
export function sendMail(container: Container, subject = "a message"): Promise<SmtpAnswer> {
  return smtpSend(container, { from: stranger, to: [`${user}@domain.org`], subject });
}

/** Sends john a message and waits until he reads it over IMAP; an error where it is refused. */
export async function deliver(container: Container): Promise<void> {
  const subject = `delivery ${Math.random().toString(36).slice(2)}`;
  const answer = await sendMail(container, subject);
  if (!answer.accepted) throw new Error(`not accepted: ${answer.last.code} ${answer.last.text}`);
  await arrival(container, subject);
}

/** Waits until john has a message of this subject. */
export async function arrival(container: Container, subject: string): Promise<void> {
  await waitFor(async () =>
    (await imapMessages(container, user, password)).some((message) =>
      message.includes(`Subject: ${subject}\n`),
    ),
  );
}

/** What the server offers as the greatest size of a message, as Postfix runs with it and not as its file says. */
export async function offeredSize(container: Container): Promise<string> {
  const program =
    'import smtplib; s = smtplib.SMTP("192.0.2.1", 25, timeout=20); s.ehlo(); print(s.esmtp_features["size"]); s.quit()';
  const { exit, stdout, stderr } = await container.outside.run(["python3", "-c", program]);
  if (exit !== 0) throw new Error(`no size is offered\n${stderr}`);
  return stdout.trim();
}

/** Every file of the daemons with its inode, times, mode and owner: what is equal was not touched. */
export function filesOf(container: Container): Promise<string> {
  return listing(container, "%p %i %T@ %C@ %m %u:%g %l %s\\n");
}

/** The same with what each holds, and without inode and times: what is equal is as it was. */
export async function contentsOf(container: Container): Promise<string> {
  const sums = await container.must(["sh", "-c", 'find "$@" -type f -exec sha256sum {} +', "sh", ...folders]);
  return `${await listing(container, "%p %m %u:%g %l\\n")}\n${sums.split("\n").sort().join("\n")}`;
}

async function listing(container: Container, format: string): Promise<string> {
  const argv = ["find", ...folders, "-not", "-type", "d", "-printf", format];
  return (await container.must(argv)).split("\n").sort().join("\n");
}

/** The main processes of the three daemons. */
export async function processesOf(container: Container): Promise<Record<string, number>> {
  const units = ["postfix@-", "dovecot", "rspamd"];
  const pids = await Promise.all(units.map(async (unit) => [unit, await mainPid(container, unit)] as const));
  return Object.fromEntries(pids);
}

/** A fragment of the site in a shipped template. */
export const fragment = (target: string, name = "95site") => `${templates}${target}/${name}.hbs`;

/** The newest apply in the history. */
export async function lastApply(container: Container): Promise<Record<string, unknown>> {
  const history: Record<string, unknown>[] = JSON.parse(
    await container.must(["mailwright", "history", "--json"]),
  );
  return history.find(({ kind }) => kind === "apply") ?? {};
}

/** Signals an event again that has succeeded; an error where that changes a file or takes a process away. */
export async function repeat(container: Container, ...event: string[]): Promise<void> {
  const state = async () => `${await filesOf(container)}\n${JSON.stringify(await processesOf(container))}`;
  const before = await state();
  await container.must(["signal-event", ...event]);
  const after = await state();
  if (after === before) return;
  const old = new Set(before.split("\n"));
  const changed = after.split("\n").filter((line) => !old.has(line));
  throw new Error(`signal-event ${event.join(" ")} a second time changes\n${changed.join("\n")}`);
}

/** What `reset` takes away. */
const takers = "taken-*.service";

/** Listens on a port of the loopback as a program of others, until the returned function is called. */
export async function takePort(container: Container, port: number): Promise<() => Promise<void>> {
  const program = [
    "import socket, time",
    "s = socket.socket()",
    "s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)",
    `s.bind(("127.0.0.1", ${port}))`,
    "s.listen()",
    "time.sleep(100000)",
  ].join("\n");
  const unit = takers.replace("*", String(port));
  await container.must(["systemd-run", "--quiet", `--unit=${unit}`, "python3", "-c", program]);
  await waitFor(async () => (await container.must(["ss", "-Hltnp", `sport = :${port}`])).includes("python3"));
  return async () => {
    await container.must(["systemctl", "stop", unit]);
  };
}

/**
 * Takes the site's fragments and events away, and programs on taken ports, and makes all files without them. Daemons
 * whose files change are restarted: a reload does not take every setting back.
 */
export async function reset(container: Container): Promise<void> {
  await container.must(["systemctl", "stop", takers]);
  await container.must(["rm", "-rf", templates, events]);
  for (const event of ["nethserver-mail-server-update", "nethserver-mail-filter-update"])
    await container.must(["signal-event", event]);
}
