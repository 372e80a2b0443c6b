import { syntaxes } from "../../../../src/template/syntax/syntaxes.ts";
import { type Machine, output, type Reader, textList, type Written } from "../breakout.ts";
import { folder, lines, program } from "../places.ts";

/** The keys and texts of a section, as a plugin of Rspamd sees them; `configdump` shows no control characters. */
async function rspamd(machine: Machine, section: string): Promise<Map<string, string>> {
  const hex = '(tostring(s):gsub(".", function(c) return ("%02x"):format(c:byte()) end))';
  const plugin = [
    `local function hex(s) return ${hex} end`,
    `local file = io.open("${folder}/read", "w")`,
    'for k, v in pairs(rspamd_config:get_all_opt("breakout")) do file:write(hex(k), " ", hex(v), "\\n") end',
    "file:close()",
  ];
  await machine.write(`${folder}/read.lua`, plugin.join("\n"));
  await machine.write(`${folder}/rspamd.conf`, `lua = "${folder}/read.lua";\nbreakout {\n${section}}\n`);
  const argv = ["rspamadm", "configtest", "-c", `${folder}/rspamd.conf`];
  const result = await machine.run([
    "sh",
    "-c",
    `rm -f ${folder}/read; ${argv.join(" ")} >&2; cat ${folder}/read`,
  ]);
  if (result.exit !== 0) throw new Error(`rspamadm: ${result.stderr.slice(0, 2000)}`);
  const text = (code = "") => Buffer.from(code, "hex").toString("utf8");
  return new Map(
    lines(result.stdout).map((line) => {
      const [key, value] = line.split(" ");
      return [text(key), text(value)];
    }),
  );
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
      const read = await rspamd(machine, rows);
      return written.map((_, at) => read.get(`k${at}`));
    },
  },
  {
    syntax: "ucl",
    variant: "key",
    packages: ["rspamd"],
    read: async (machine, written) => {
      const rows = written.map(({ token }, at) => `  ${token} = "k${at}";\n`).join("");
      const read = await rspamd(machine, rows);
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
