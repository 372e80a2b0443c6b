/** Another server with POP3 and IMAP, in the clear and with TLS: 192.0.2.2 (outside.example.net), on the usual ports. */
import type { Container } from "./container.ts";
import { waitFor } from "./mail.ts";

export const host = "outside.example.net";

const folder = "/etc/provider";
const run = "/run/provider";
const boxes = "/srv/provider";
const trusted = "/etc/ssl/certs/ca-certificates.crt";

const configuration = `
base_dir = ${run}
state_dir = ${run}/state
protocols = imap pop3
listen = 192.0.2.2
log_path = /var/log/provider.log
ssl = yes
ssl_cert = <${folder}/cert.pem
ssl_key = <${folder}/key.pem
ssl_dh =
disable_plaintext_auth = no
auth_failure_delay = 0
auth_username_chars =
auth_username_format =
mail_location = maildir:~/Maildir
mail_uid = vmail
mail_gid = vmail
first_valid_uid = 1
mail_max_userip_connections = 0
pop3_lock_session = no
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = static
  args = uid=vmail gid=vmail home=${boxes}/%u
}
`;

/** What of mail lies there, by user: a file a message. */
const fill = `
import os, pwd, sys
user, count, text = sys.argv[1], int(sys.argv[2]), sys.stdin.buffer.read()
owner = pwd.getpwnam("vmail")
box = f"${boxes}/{user}/Maildir"
for path in (f"${boxes}/{user}", box, *(f"{box}/{name}" for name in ("cur", "new", "tmp"))):
    os.makedirs(path, exist_ok=True)
    os.chown(path, owner.pw_uid, owner.pw_gid)
start = sum(len(os.listdir(f"{box}/{name}")) for name in ("cur", "new"))
for number in range(start, start + count):
    path = f"{box}/new/{number:06}.{os.getpid()}.provider"
    with open(path, "wb") as file:
        file.write(text.replace(b"NUMBER", b"%d" % number))
    os.chown(path, owner.pw_uid, owner.pw_gid)
`;

/** Installs it, with users and their passwords, and starts it. The user vmail must be there. */
export async function startProvider(
  container: Container,
  users: Readonly<Record<string, string>>,
): Promise<void> {
  const rows = Object.entries(users).map(
    ([name, password]) => `${name}:{PLAIN.b64}${Buffer.from(password, "utf8").toString("base64")}`,
  );
  await container.write(`${folder}/dovecot.conf`, configuration);
  await container.write(`${folder}/users`, `${rows.join("\n")}\n`);
  await container.write("/usr/local/lib/fill-provider.py", fill);
  await container.must(["install", "-d", "-o", "vmail", "-g", "vmail", boxes]);
  await newCertificate(container, true);
  await resume(container);
}

/** A certificate of its own, for `host`; the container trusts it, or the one before. */
export async function newCertificate(container: Container, isTrusted: boolean): Promise<void> {
  const program = [
    `openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=${host} -addext subjectAltName=DNS:${host}`,
    `-keyout ${folder}/key.pem -out ${folder}/cert.pem 2>/dev/null`,
  ].join(" ");
  await container.must(["sh", "-ec", program]);
  if (isTrusted) await container.must(["sh", "-ec", `cat ${folder}/cert.pem >>${trusted}`]);
}

/** Starts it, where it was stopped. */
export async function resume(container: Container): Promise<void> {
  await container.outside.run([
    "sh",
    "-c",
    `setsid dovecot -c ${folder}/dovecot.conf >/dev/null 2>&1 </dev/null`,
  ]);
  const asks = `import socket; socket.create_connection(("192.0.2.2", 143), 5).recv(9)`;
  await waitFor(async () => (await container.run(["python3", "-c", asks])).exit === 0, 20);
}

export async function stopProvider(container: Container): Promise<void> {
  await container.outside.run(["sh", "-c", `doveadm -c ${folder}/dovecot.conf stop`]);
  await waitFor(async () => (await container.run(["test", "-e", `${run}/master.pid`])).exit !== 0, 20);
}

/** Puts messages into a mailbox there; NUMBER in the text is the number of each. */
export async function addMail(
  container: Container,
  user: string,
  count: number,
  text: string,
): Promise<void> {
  await container.must(["python3", "/usr/local/lib/fill-provider.py", user, String(count)], { input: text });
}

/** How many messages lie in a mailbox there. */
export async function left(container: Container, user: string): Promise<number> {
  const found = await container.must([
    "sh",
    "-c",
    `find ${boxes}/${user}/Maildir/cur ${boxes}/${user}/Maildir/new -type f | wc -l`,
  ]);
  return Number(found);
}

/** While this is there, the timer fetches nothing, so that a scenario sees each run itself. */
const pause = "/run/mailwright-fetch-paused";

export async function pauseTimer(container: Container): Promise<void> {
  const dropIn = "/run/systemd/system/mailwright-fetch.service.d/scenario.conf";
  await container.write(dropIn, `[Unit]\nConditionPathExists=!${pause}\n`);
  await container.must(["touch", pause]);
  await container.must(["systemctl", "daemon-reload"]);
}

export async function resumeTimer(container: Container): Promise<void> {
  await container.must(["rm", "-f", pause]);
}
