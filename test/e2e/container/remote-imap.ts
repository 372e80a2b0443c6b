/** Another provider's IMAP server on 192.0.2.2: a Dovecot of its own, with a certificate of its own. */
import { readFileSync } from "node:fs";
import type { Container } from "./container.ts";
import { waitFor } from "./mail.ts";

/** With what a shell, a quoted string, Dovecot's variables and its comments make of a character. */
export const remotePassword = "pw \"q\" 'a' 50% %u $(x) `y` \\b #h é ";
export const remoteHost = "outside.example.net";

const folder = "/etc/remote-imap";
const log = "/var/log/remote-imap.log";
const configuration = `
base_dir = /run/remote-imap
state_dir = /run/remote-imap-state
protocols = imap
listen = *
log_path = ${log}
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
disable_plaintext_auth = no
auth_master_user_separator = *
mail_location = maildir:/srv/remote/%u:LAYOUT=index
mail_uid = vmail
mail_gid = vmail
first_valid_uid = 100
mail_fsync = never
mail_max_userip_connections = 50
namespace inbox {
  inbox = yes
  separator = .
}
passdb {
  driver = passwd-file
  master = yes
  args = username_format=%u ${folder}/masters
}
passdb {
  driver = passwd-file
  args = username_format=%u ${folder}/users
}
userdb {
  driver = static
  args = uid=vmail gid=vmail home=/srv/remote/%u
}
service stats {
  unix_listener stats-writer {
    mode = 0666
  }
}
`;
const program = readFileSync(new URL("./remote-mail.py", import.meta.url), "utf8");
const proxy = readFileSync(new URL("./imap-proxy.py", import.meta.url), "utf8");
const orders = "/etc/imap-proxy.json";

/** What the proxy does to connections; see `imap-proxy.py`. */
export interface ProxyOrders {
  readonly strip?: readonly string[];
  readonly cuts?: readonly number[];
  readonly hang?: number;
}

/** Port 1143 of the other host, where the connection to its server is as bad as `tellProxy` says. */
export async function startProxy(container: Container): Promise<void> {
  await container.write("/usr/local/lib/imap-proxy.py", proxy);
  await tellProxy(container, {});
  const command = "exec python3 /usr/local/lib/imap-proxy.py >/dev/null 2>&1 </dev/null &";
  await container.outside.run(["sh", "-c", command]);
  const probe = ["python3", "-c", "import imaplib; imaplib.IMAP4('192.0.2.2', 1143, timeout=5).logout()"];
  await waitFor(async () => (await container.outside.run(probe)).exit === 0);
}

export async function tellProxy(container: Container, told: ProxyOrders): Promise<void> {
  await container.write(orders, JSON.stringify(told));
}

/** How many cuts are still to come. */
export async function cutsLeft(container: Container): Promise<number> {
  const { cuts = [] }: ProxyOrders = JSON.parse(await container.read(orders));
  return cuts.length;
}

/** Has the server hold all of ann's folders below INBOX, as Courier and Cyrus do. */
export async function putBelowInbox(container: Container): Promise<void> {
  await container.write(
    `${folder}/dovecot.conf`,
    configuration.replace("  inbox = yes", "  inbox = yes\n  prefix = INBOX."),
  );
  await switchOff(container);
  await switchOn(container);
}

/** Takes all of ann's mail away, as a server does that has lost its disk; its folders are made anew. */
export async function emptyRemote(container: Container): Promise<void> {
  await switchOff(container);
  await container.must(["rm", "-rf", "/srv/remote/ann"]);
  await switchOn(container);
}

/** Starts it, its certificate being one that the mail server trusts. */
export async function startRemote(container: Container): Promise<void> {
  await container.write(`${folder}/dovecot.conf`, configuration);
  await container.write(`${folder}/users`, `ann:{PLAIN}${remotePassword}\nbob:{PLAIN}b\n`);
  await container.write(`${folder}/masters`, `vmail:{PLAIN}${remotePassword}\n`);
  await container.write("/usr/local/lib/remote-mail.py", program);
  await container.write("/etc/e2e-zone", `${remoteHost} A 192.0.2.2\n`);
  await container.must([
    "sh",
    "-ec",
    "mkdir -p /srv/remote /run/remote-imap-state; chown vmail: /srv/remote",
  ]);
  await makeCertificate(container);
  await container.must(["cp", `${folder}/cert.pem`, "/usr/local/share/ca-certificates/remote.crt"]);
  await container.must(["update-ca-certificates"]);
  await switchOn(container);
}

export async function makeCertificate(container: Container): Promise<void> {
  const names = `subjectAltName=DNS:${remoteHost}`;
  const files = ["-keyout", `${folder}/key.pem`, "-out", `${folder}/cert.pem`];
  const words = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", `/CN=${remoteHost}`];
  await container.must(["openssl", "req", ...words, "-addext", names, ...files]);
}

export async function switchOn({ outside }: Container): Promise<void> {
  // It would keep the pipes of whoever starts it.
  await outside.run(["sh", "-c", `dovecot -c ${folder}/dovecot.conf >/dev/null 2>&1 </dev/null`]);
  const probe = ["python3", "-c", "import imaplib; imaplib.IMAP4('192.0.2.2', timeout=5).logout()"];
  await waitFor(async () => (await outside.run(probe)).exit === 0);
}

export async function switchOff(container: Container): Promise<void> {
  await container.must(["doveadm", "-c", `${folder}/dovecot.conf`, "stop"]);
}

/** Does at the server what commands of the program `remote-mail.py` say; a line each, as JSON. */
export async function atRemote(container: Container, ...commands: readonly unknown[]): Promise<void> {
  const input = JSON.stringify({ password: remotePassword, commands });
  await container.must(["python3", "/usr/local/lib/remote-mail.py"], { input });
}

/** Whole messages that the server has given away since it started. */
export async function bodiesSent(container: Container): Promise<number> {
  const text = await container.read(log);
  return [...text.matchAll(/ body_count=(\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
}

const fields = "mailbox hdr.subject flags date.received.unixtime size.virtual";

/** All messages, a line each with folder, subject, flags, time and size; folders as the mail server has them. */
export async function remoteMail(container: Container): Promise<string[]> {
  const words = ["-c", `${folder}/dovecot.conf`, "-f", "tab", "fetch", "-u", "ann", fields, "all"];
  const name = (text: string): string => text.replaceAll("/", "_").replaceAll(".", "/");
  return lines(await container.must(["doveadm", ...words])).map((line) =>
    line.replace(/^[^\t]*/, (folder) => name(folder)),
  );
}

export async function localMail(container: Container, user: string): Promise<string[]> {
  return lines(await container.must(["doveadm", "-f", "tab", "fetch", "-u", user, fields, "all"]));
}

function lines(text: string): string[] {
  return text
    .split("\n")
    .slice(1)
    .filter(Boolean)
    .map((line) => line.replace(/ ?\\Recent/, "").replace(/\t /, "\t"))
    .sort();
}
