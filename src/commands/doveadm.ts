import { MailwrightError } from "../errors.ts";
import type { Outcome, Processes } from "../system/system.ts";
import { asMailOwner } from "./mail-owner.ts";

/** EX_NOUSER of sysexits(3). */
const noSuchUser = 67;

/** Dovecot's administration, word by word: nothing is read as a pattern or an option but what is written here. */
export class Doveadm {
  constructor(private readonly processes: Processes) {}

  /** Standard output; a failure is an error with doveadm's own words. */
  run(...words: readonly string[]): Promise<string> {
    return this.must(["doveadm", ...words], words);
  }

  /** The same as the user who owns all mail: for what writes files there by itself, which would else be root's. */
  runAsOwner(...words: readonly string[]): Promise<string> {
    return this.must(asMailOwner("doveadm", ...words), words);
  }

  /** Whether it goes well; what it says is lost. */
  async succeeds(...words: readonly string[]): Promise<boolean> {
    return (await this.processes.run(["doveadm", ...words])).exit === 0;
  }

  /** All folders of a user, or with `-s` those subscribed to, as people read them. */
  async folders(user: string, ...options: readonly string[]): Promise<string[]> {
    const text = await this.run("-f", "tab", "mailbox", "list", ...options, "-u", user);
    return lines(text).slice(1);
  }

  /** Who has which rights in a folder, as words with a blank between. */
  async acl(user: string, folder: string): Promise<ReadonlyMap<string, string>> {
    const text = await this.run("-f", "tab", "acl", "get", "-u", user, "--", folder);
    const rows = lines(text)
      .slice(1)
      .map((line) => line.split("\t"));
    return new Map(rows.map(([id = "", , rights = ""]) => [id, rights]));
  }

  /** Whether there is a user of the name; a home folder may be left of one who is no more. */
  async knows(user: string): Promise<boolean> {
    const words = ["user", "--", user] as const;
    const outcome = await this.processes.run(["doveadm", ...words]);
    if (outcome.exit === noSuchUser) return false;
    return this.passed(words, outcome) !== undefined;
  }

  private async must(argv: readonly [string, ...string[]], words: readonly string[]): Promise<string> {
    return this.passed(words, await this.processes.run(argv));
  }

  private passed(words: readonly string[], { exit, stdout, stderr }: Outcome): string {
    if (exit === 0) return stdout;
    throw new MailwrightError(`doveadm ${words.join(" ")} failed with status ${exit}`, {
      code: "DOVEADM",
      hint: stderr.trim() || "It says nothing: see journalctl -u dovecot",
    });
  }
}

const lines = (text: string): string[] => text.split("\n").filter((line) => line !== "");
