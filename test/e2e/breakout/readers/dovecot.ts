import { type Machine, output, type Reader, textList, type Written } from "../breakout.ts";
import { folder, lines, program } from "../places.ts";

const packages = ["dovecot-core", "python3"];

/** The settings in the form that programs read: `path/name=value`, without quotes. */
async function doveconf(machine: Machine, text: string, how = "-nS"): Promise<string[]> {
  await machine.write(`${folder}/dovecot.conf`, text);
  return lines(await output(machine, ["doveconf", how, "-c", `${folder}/dovecot.conf`]));
}

async function settings(
  machine: Machine,
  written: readonly Written[],
  how = "-nS",
): Promise<(string | undefined)[]> {
  const rows = written.map(({ token }, at) => `  k${at} = ${token}\n`).join("");
  const shown = await doveconf(machine, `plugin {\n${rows}}\n`, how);
  const values = new Map<string, string>();
  for (const line of shown) {
    const [, name, value] = /^(?:plugin\/(?=[^ ]*=)| {2})(k\d+)(?: = |=)(.*)$/su.exec(line) ?? [];
    if (name !== undefined && value !== undefined) values.set(name, value);
  }
  return written.map((_, at) => values.get(`k${at}`));
}

async function sections(machine: Machine, written: readonly Written[]): Promise<(string | undefined)[]> {
  const rows = written.map(({ token }, at) => `  mailbox ${token} {\n    comment = k${at}\n  }\n`).join("");
  const names = new Map<string, string>();
  const comments = new Map<string, string>();
  for (const line of await doveconf(machine, `namespace inbox {\n  inbox = yes\n${rows}}\n`)) {
    const [, section, key, value] =
      /^namespace\/inbox\/mailbox\/([^/=]+)\/(name|comment)=(.*)$/su.exec(line) ?? [];
    if (section === undefined || value === undefined) continue;
    if (key === "name") names.set(section, value);
    else comments.set(value, section);
  }
  return written.map((_, at) => names.get(comments.get(`k${at}`) ?? ""));
}

const usersConf = [
  `base_dir = ${folder}/run`,
  `state_dir = ${folder}/run`,
  `log_path = ${folder}/dovecot.log`,
  "ssl = no",
  "protocols =",
  "auth_username_chars =",
  "auth_username_format =",
  "first_valid_uid = 1",
  `userdb {\n driver = passwd-file\n args = ${folder}/users\n}`,
  `passdb {\n driver = passwd-file\n args = ${folder}/users\n}`,
  "",
].join("\n");

/** What Dovecot's authentication process knows of users; rows set the extra field `n` to `kN`, which finds them. */
async function users(
  machine: Machine,
  rows: readonly string[],
  asked: readonly string[],
  field: string,
): Promise<(string | undefined)[]> {
  await machine.write(`${folder}/users.conf`, usersConf);
  await machine.write(`${folder}/users`, rows.map((row) => `${row}\n`).join(""));
  await machine.write(`${folder}/asked`, asked.map((user) => `${user}\0`).join(""));
  const script = [
    `rm -rf ${folder}/run; mkdir -p ${folder}/run`,
    `dovecot -F -c ${folder}/users.conf & pid=$!`,
    `for i in $(seq 100); do [ -S ${folder}/run/auth-userdb ] && break; sleep 0.1; done`,
    `xargs -0 doveadm -c ${folder}/users.conf user -u -- <${folder}/asked || true`,
    "kill $pid; wait $pid || true",
  ];
  const shown = lines(await output(machine, ["sh", "-c", script.join("\n")]));
  const found = new Map<string, string>();
  let fields = new Map<string, string>();
  for (const line of shown) {
    if (line.startsWith("userdb: ")) fields = new Map();
    const [, name, text] = /^ {2}(\S+) *(?:: (.*))?$/su.exec(line) ?? [];
    if (name === undefined) continue;
    fields.set(name, text ?? "");
    const [number, value] = [fields.get("n"), fields.get(field)];
    if (number !== undefined && value !== undefined) found.set(number, value);
  }
  return asked.map((_, at) => found.get(`k${at}`));
}

function homeField(variant: string | undefined): Reader {
  return {
    syntax: "passwd",
    ...(variant === undefined ? {} : { variant }),
    place: "home",
    packages,
    read: (machine, written) =>
      users(
        machine,
        written.map(({ token }, at) => `u${at}:{PLAIN}x:8:8::${token}::userdb_n=k${at}`),
        written.map((_, at) => `u${at}`),
        "home",
      ),
  };
}

function userField(variant: string | undefined): Reader {
  return {
    syntax: "passwd",
    ...(variant === undefined ? {} : { variant }),
    place: "user",
    packages,
    // doveadm takes `*` and `?` for a search, and the authentication process no request of more than 1024 bytes
    skips: (value) => /[*?]/.test(value) || Buffer.byteLength(value) > 900,
    read: async (machine, written) => {
      const rows = written.map(({ token }, at) => `${token}:{PLAIN}x:8:8::/home/${at}::userdb_n=k${at}`);
      const homes = await users(
        machine,
        rows,
        written.map(({ value }) => value),
        "home",
      );
      return homes.map((home, at) => (home === `/home/${at}` ? written[at]?.value : home));
    },
  };
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
  {
    syntax: "dovecot",
    variant: "section",
    packages,
    // sections whose names differ in case alone are one
    same: (value) => value.toLowerCase(),
    read: sections,
  },
  {
    syntax: "dovecot",
    variant: "file",
    packages,
    // shown as written: the file itself is read when a program asks for the setting
    read: async (machine, written) => {
      const read = await settings(machine, written, "-nP");
      return read.map((text) => text?.replace(/^</, ""));
    },
  },
  userField(undefined),
  userField("user"),
  homeField(undefined),
  homeField("field"),
  {
    syntax: "passwd",
    variant: "extra",
    packages,
    read: (machine, written) =>
      users(
        machine,
        written.map(
          ({ token }, at) => `u${at}:{PLAIN}x:8:8::/h::userdb_n=k${at} userdb_k=${token} userdb_z=c`,
        ),
        written.map((_, at) => `u${at}`),
        "k",
      ),
  },
];
