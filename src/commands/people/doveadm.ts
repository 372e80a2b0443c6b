import { MailwrightError } from "../../errors.ts";
import { keptBytes } from "../../system/kept-bytes.ts";
import { realSystem } from "../../system/real-system.ts";
import type { CommandContext } from "../context.ts";

/** One row of doveadm's answer, by the names that its JSON form has for columns. */
export type Row = ReadonlyMap<string, string>;

export interface Answer {
  readonly rows: readonly Row[];
  /** What it says on standard error, a line each; where it failed there is at least one. */
  readonly problems: readonly string[];
  /** Whether rows may be missing: it ended with a failure, told of more than warnings, or its answer is not JSON. */
  readonly hasFailed: boolean;
}

/** What it says where the plugin that brings the command is not in mail_plugins. */
const unknownCommand = /Unknown command|plugin \S+ exists/;

/**
 * Asks Dovecot. `users`: the command is done for each of these mailboxes, through a file, so that there may be any number
 * of them. Throws where doveadm is not there, or Dovecot does not run.
 */
export async function doveadm(
  { paths }: CommandContext,
  words: readonly [string, ...string[]],
  options: { readonly users?: readonly string[]; readonly args?: readonly string[] } = {},
): Promise<Answer> {
  const { files, processes } = realSystem(paths.root, "none");
  const { users, args = [] } = options;
  if (users?.length === 0) return { rows: [], problems: [], hasFailed: false };
  const folder = users === undefined ? undefined : files.makeTemporaryFolder();
  try {
    const list = folder === undefined ? [] : ["-F", `${folder}/users`];
    // Without a line break at its end the last user would be left out.
    const text = `${users?.join("\n") ?? ""}\n`;
    if (folder !== undefined) files.write(`${folder}/users`, Buffer.from(text), { mode: 0o600 });
    const argv = ["doveadm", "-f", "json", ...words, ...list, ...args] as const;
    // All that it prints is kept: what is told of all mailboxes is long.
    const { onBytes, all } = keptBytes();
    const { exit, stderr } = await processes.inspect(argv, { onBytes });
    if (exit === 127) throw unreachable("doveadm is not installed", "apt install dovecot-core");
    const problems = stderr.split("\n").filter((line) => line !== "");
    const rows = rowsOf(all().toString("utf8"));
    const hasFailed = exit !== 0 || rows === undefined || problems.some((line) => !/\bWarning:/.test(line));
    const failed = hasFailed && problems.length === 0 ? [`doveadm ${words.join(" ")}: exit ${exit}`] : [];
    const unanswered = problems.find((line) => /connect\(\S*\) failed/.test(line));
    if (unanswered !== undefined)
      throw unreachable("Dovecot does not answer", `${unanswered}\nsee: systemctl status dovecot`);
    return { rows: rows ?? [], problems: [...problems, ...failed], hasFailed };
  } finally {
    if (folder !== undefined) files.removeFolder(folder);
  }
}

/** Whether the answer is that doveadm does not know the command: its plugin is not in mail_plugins. */
export function isUnknownCommand({ problems }: Answer): boolean {
  return problems.some((line) => unknownCommand.test(line));
}

/** `undefined` where it is not JSON. */
function rowsOf(text: string): Row[] | undefined {
  let rows: unknown;
  try {
    rows = JSON.parse(text || "[]");
  } catch {
    return undefined;
  }
  if (!Array.isArray(rows)) return undefined;
  return rows.map(
    (row: object) => new Map(Object.entries(row).map(([name, value]) => [name, String(value)])),
  );
}

function unreachable(message: string, hint: string): MailwrightError {
  return new MailwrightError(message, { code: "DOVECOT", hint });
}
