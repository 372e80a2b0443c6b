import { type Machine, output, type Reader, textList, type Written } from "../breakout.ts";
import { folder, lines, program } from "../places.ts";

const packages = ["dovecot-core", "python3"];

/** The name of a section in doveconf's output: as it is, or with backslashes in quotes if it has a blank. */
function unquoted(shown: string): string {
  return shown.startsWith('"') ? shown.slice(1, -1).replace(/\\(.)/gsu, "$1") : shown;
}

async function doveconf(machine: Machine, text: string, how: string): Promise<string[]> {
  await machine.write(`${folder}/dovecot.conf`, text);
  return lines(await output(machine, ["doveconf", how, "-c", `${folder}/dovecot.conf`]));
}

async function settings(machine: Machine, written: readonly Written[]): Promise<(string | undefined)[]> {
  const rows = written.map(({ token }, at) => `  k${at} = ${token}\n`).join("");
  // in the form that programs read, without quotes
  const shown = await doveconf(machine, `plugin {\n${rows}}\n`, "-nS");
  const values = new Map<string, string>();
  for (const line of shown) {
    const [, name, value] = /^plugin\/(k\d+)=(.*)$/su.exec(line) ?? [];
    if (name !== undefined && value !== undefined) values.set(name, value);
  }
  return written.map((_, at) => values.get(`k${at}`));
}

async function sections(machine: Machine, written: readonly Written[]): Promise<(string | undefined)[]> {
  const rows = written.map(({ token }, at) => `  mailbox ${token} {\n    comment = k${at}\n  }\n`).join("");
  const shown = await doveconf(machine, `namespace inbox {\n  inbox = yes\n${rows}}\n`, "-nP");
  const names = new Map<string, string>();
  let name = "";
  for (const line of shown) {
    const begin = /^ {2}mailbox (.*) \{$/su.exec(line);
    const comment = /^ {4}comment = (k\d+)$/.exec(line);
    if (begin?.[1] !== undefined) name = unquoted(begin[1]);
    if (comment?.[1] !== undefined) names.set(comment[1], name);
  }
  return written.map((_, at) => names.get(`k${at}`));
}

/** A user for each value; Dovecot's own authentication process is asked what it knows. */
async function users(
  machine: Machine,
  rows: readonly string[],
  asked: readonly string[],
  field: string,
): Promise<(string | undefined)[]> {
  const conf = [
    `base_dir = ${folder}/run`,
    `state_dir = ${folder}/run`,
    `log_path = ${folder}/dovecot.log`,
    "ssl = no",
    "protocols =",
    "auth_username_chars =",
    "auth_username_format =",
    "mail_location = maildir:~/mail",
    "first_valid_uid = 1",
    `userdb {\n driver = passwd-file\n args = ${folder}/users\n}`,
    `passdb {\n driver = passwd-file\n args = ${folder}/users\n}`,
    "",
  ].join("\n");
  await machine.write(`${folder}/users.conf`, conf);
  await machine.write(`${folder}/users`, rows.map((row) => `${row}\n`).join(""));
  await machine.write(`${folder}/asked`, asked.map((user) => `${user}\0`).join(""));
  const script = [
    `mkdir -p ${folder}/run`,
    `dovecot -F -c ${folder}/users.conf & pid=$!`,
    `for i in $(seq 100); do [ -S ${folder}/run/auth-userdb ] && break; sleep 0.1; done`,
    `xargs -0 -n 1 doveadm -c ${folder}/users.conf user -f ${field} <${folder}/asked || true`,
    "kill $pid; wait $pid || true",
  ];
  return lines(await output(machine, ["sh", "-c", script.join("\n")]));
}

export const dovecotReaders: readonly Reader[] = [
  { syntax: "dovecot", packages, read: settings },
  { syntax: "dovecot", variant: "literal", packages, read: settings },
  {
    syntax: "dovecot",
    variant: "expanded",
    packages,
    read: async (machine, written) => {
      const read = await settings(machine, written);
      const ask = await program(machine, "dovecot-variables.py");
      const input = JSON.stringify(read.map((text) => text ?? ""));
      return textList(await output(machine, ["python3", ask], input));
    },
  },
  { syntax: "dovecot", variant: "section", packages, read: sections },
  {
    syntax: "passwd",
    place: "home",
    packages,
    read: (machine, written) =>
      users(
        machine,
        written.map(({ token }, at) => `u${at}:{PLAIN}x:8:8::${token}::userdb_a=b`),
        written.map((_, at) => `u${at}`),
        "home",
      ),
  },
  {
    syntax: "passwd",
    place: "user",
    packages,
    read: async (machine, written) => {
      const rows = written.map(({ token }, at) => `${token}:{PLAIN}x:8:8::/home/${at}::`);
      const homes = await users(
        machine,
        rows,
        written.map(({ value }) => value),
        "home",
      );
      return homes.map((home, at) => (home === `/home/${at}` ? written[at]?.value : home));
    },
  },
  {
    syntax: "passwd",
    variant: "extra",
    packages,
    read: (machine, written) =>
      users(
        machine,
        written.map(
          ({ token }, at) => `u${at}:{PLAIN}x:8:8::/h::userdb_before=b userdb_k=${token} userdb_z=c`,
        ),
        written.map((_, at) => `u${at}`),
        "k",
      ),
  },
];
