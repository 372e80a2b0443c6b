import { syntaxes } from "../../../../src/template/syntax/syntaxes.ts";
import { type Machine, output, type Reader, textList, type Written } from "../breakout.ts";
import { folder, program } from "../places.ts";

async function rspamd(machine: Machine, text: string): Promise<Record<string, unknown>> {
  await machine.write(`${folder}/rspamd.conf`, text);
  const argv = ["rspamadm", "configdump", "-c", `${folder}/rspamd.conf`, "-j", "breakout"];
  return JSON.parse(await output(machine, argv)) as Record<string, unknown>;
}

/** A script that hands each string to a program, under the extensions that look into strings. */
async function sieve(machine: Machine, commands: readonly string[], mail: string): Promise<Buffer> {
  const required = '["vnd.dovecot.execute", "variables", "encoded-character"]';
  await machine.write(`${folder}/breakout.sieve`, `require ${required};\n${commands.join("\n")}\n`);
  await machine.write(`${folder}/mail`, mail);
  const conf = [
    "mail_uid = 65534",
    "mail_gid = 65534",
    `mail_location = maildir:${folder}/sieve/mail`,
    "plugin {",
    "  sieve_plugins = sieve_extprograms",
    "  sieve_extensions = +vnd.dovecot.execute",
    `  sieve_execute_bin_dir = ${folder}/sieve/bin`,
    "}",
    "",
  ];
  await machine.write(`${folder}/sieve.conf`, conf.join("\n"));
  await machine.write(
    `${folder}/sieve/bin/collect`,
    `#!/bin/sh\ncat >${folder}/sieve/one; { wc -c <${folder}/sieve/one; cat ${folder}/sieve/one; } >>${folder}/sieve/out\n`,
  );
  const script = [
    `chmod 755 ${folder}/sieve/bin/collect; chmod 777 ${folder}/sieve; rm -f ${folder}/sieve/out`,
    `sieve-test -c ${folder}/sieve.conf ${folder}/breakout.sieve ${folder}/mail >&2`,
    `base64 -w0 ${folder}/sieve/out`,
  ];
  return Buffer.from(await output(machine, ["sh", "-ec", script.join("\n")]), "base64");
}

/** Texts, each behind a line with its length in bytes. */
function collected(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const line = bytes.indexOf(10, at);
    const length = Number(bytes.toString("latin1", at, line));
    texts.push(bytes.toString("utf8", line + 1, line + 1 + length));
    at = line + 1 + length;
  }
  return texts;
}

async function lua(machine: Machine, written: readonly Written[]): Promise<(string | undefined)[]> {
  const strings = written.map(({ token }) => `  ${token},`).join("\n");
  const print =
    'for _, s in ipairs(t) do print((s:gsub(".", function(c) return ("%02x"):format(c:byte()) end))) end';
  await machine.write(`${folder}/breakout.lua`, `local t = {\n${strings}\n}\n${print}\n`);
  const shown = await output(machine, ["lua5.1", `${folder}/breakout.lua`]);
  return shown.split("\n").map((hex) => Buffer.from(hex, "hex").toString("utf8"));
}

const getmail = (variant: string | undefined, kind: string): Reader => ({
  syntax: "getmail",
  ...(variant === undefined ? {} : { variant }),
  packages: ["getmail6"],
  read: async (machine, written) => {
    const tuple = kind === "string" || kind === "argument";
    const rows = written.map(({ token }, at) => `k${at} = ${tuple ? `("-a", ${token}, "-z")` : token}\n`);
    await machine.write(`${folder}/getmailrc`, `[retriever]\n${rows.join("")}`);
    const ask = await program(machine, "getmail-options.py");
    const argv = ["python3", ask, `${folder}/getmailrc`, String(written.length), kind];
    return textList(await output(machine, argv));
  },
});

export const scriptReaders: readonly Reader[] = [
  {
    syntax: "ucl",
    packages: ["rspamd"],
    read: async (machine, written) => {
      const rows = written.map(({ token }, at) => `  k${at} = ${token};\n`).join("");
      const read = await rspamd(machine, `breakout {\n${rows}}\n`);
      const texts = written.map((_, at) => read[`k${at}`]);
      return texts.map((text) => (typeof text === "string" ? text : undefined));
    },
  },
  {
    syntax: "ucl",
    variant: "key",
    packages: ["rspamd"],
    read: async (machine, written) => {
      const rows = written.map(({ token }, at) => `  ${token} = "k${at}";\n`).join("");
      const read = new Map(Object.entries(await rspamd(machine, `breakout {\n${rows}}\n`)));
      return written.map(({ value }, at) => (read.get(value) === `k${at}` ? value : undefined));
    },
  },
  {
    syntax: "sieve",
    packages: ["dovecot-sieve"],
    read: async (machine, written) => {
      const commands = written.map(({ token }) => `if not execute :input ${token} "collect" { stop; }`);
      return collected(await sieve(machine, commands, "Subject: x\n\nx\n"));
    },
  },
  {
    syntax: "sieve",
    variant: "pattern",
    packages: ["dovecot-sieve"],
    // a variable holds no more than 4000 bytes (sieve_variables_max_value_size)
    skips: (value) => Buffer.byteLength(value) > 4000,
    read: async (machine, written) => {
      const commands = written.map(
        ({ value, token }, at) =>
          `set "v" ${syntaxes.sieve.escape(value)};\n` +
          `if string :matches "$\u007bv}" ${token} { if not execute :input "${at}" "collect" { stop; } }`,
      );
      const matched = new Set(collected(await sieve(machine, commands, "Subject: x\n\nx\n")));
      return written.map(({ value }, at) => (matched.has(String(at)) ? value : undefined));
    },
  },
  { syntax: "lua", packages: ["lua5.1"], read: lua },
  getmail(undefined, "value"),
  getmail("path", "path"),
  getmail("string", "string"),
  getmail("argument", "argument"),
];
