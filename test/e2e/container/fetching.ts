/** Accounts elsewhere, and what `mailwright fetch` makes of them. */
import { password } from "./boot.ts";
import type { Container } from "./container.ts";
import { host } from "./provider.ts";

/** What a run of `mailwright fetch --json` tells. */
export interface Run {
  readonly connector: string;
  readonly delivered: number;
  readonly spam: number;
  readonly refused: number;
  readonly kept: number;
  readonly problem?: string;
  readonly messages: readonly { readonly result: string; readonly reason?: string }[];
}

/** Adds one for john whose login at the provider has the same name; without the filter, unless it is asked for. */
export async function addConnector(
  container: Container,
  name: string,
  ...options: readonly string[]
): Promise<void> {
  const where = ["--to", "john", "--host", host, "--username", name, "--every", "60"];
  const filter = options.includes("--filter") ? [] : ["--no-filter"];
  const command = [
    "mailwright",
    "connector",
    "add",
    name,
    ...where,
    ...filter,
    ...options,
    "--password-stdin",
  ];
  await container.must(command, { input: `${password}\n` });
}

export async function fetchNow(container: Container, name: string): Promise<Run> {
  const { stdout, stderr } = await container.run(["mailwright", "fetch", "--json", name]);
  const [run]: Run[] = stdout === "" ? [] : JSON.parse(stdout).runs;
  if (run === undefined) throw new Error(stderr);
  return run;
}

/** The subjects of a user's messages that have this word, sorted. */
export async function subjectsOf(container: Container, user: string, word: string): Promise<string[]> {
  const query = ["doveadm", "-f", "flow", "fetch", "-u", user, "hdr.subject", "subject", word];
  return (await container.must(query))
    .split("\n")
    .filter(Boolean)
    .map((row) => row.replace("hdr.subject=", ""))
    .sort();
}

/** A short message; NUMBER is that of each. */
export const short = (subject: string, ...headers: readonly string[]): string =>
  [`From: a@sender.example.net`, `Subject: ${subject} NUMBER`, ...headers, "", "Text", ""].join("\n");

/** As if what was cut off had been begun so long ago that Dovecot is at work on it no more. */
export async function ageCutOff(container: Container, name: string): Promise<void> {
  const path = `/var/lib/mailwright/fetch/${name}.journal`;
  await container.must(["sh", "-c", `[ ! -e "$0" ] || sed -i 's/^\\(? [0-9a-f]*\\) .*/\\1 0/' "$0"`, path]);
}
