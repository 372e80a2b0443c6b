import { expect } from "vitest";
import { Trial } from "../events/trial.ts";
import type { Outcome } from "../run-cli.ts";

/** The events of the filter and of users, under the names that the catalogue gives them, with small files of their own. */
export function newServer(): Server {
  const server = new Server();
  server.template(
    "/etc/filter",
    { "10.hbs": "kill {{config.rspamd.SpamKillLevel}}\n" },
    "services: [rspamd]\n",
  );
  server.template(
    "/etc/notes",
    { "10.hbs": "notify {{config.rspamd.SpamNotificationStatus}}\n" },
    "services: [rspamd]\n",
  );
  server.template("/etc/users", {
    "10.hbs": '{{#each records.accounts}}{{#if (eq type "user")}}{{key}}\n{{/if}}{{/each}}',
  });
  server.event("nethserver-mail-quarantine-save", "templates: [/etc/notes]\nservices: {rspamd: reload}\n");
  server.event(
    "nethserver-mail-filter-save",
    "extends: [nethserver-mail-quarantine-save]\ntemplates: [/etc/filter]\nservices: {rspamd: reload}\n",
  );
  server.event("user-create", "templates: [/etc/users]\n");
  server.event("user-modify", "extends: [user-create]\n");
  server.event("user-delete", "extends: [user-create]\ndeletes: accounts\n");
  return server;
}

/** One row of `mailwright history --json`. */
export interface HistoryRow {
  readonly kind: "change" | "apply";
  readonly revision: number;
  readonly event?: string;
  readonly args?: readonly string[];
  readonly outcome?: string;
  readonly detail?: string;
  readonly files?: readonly { readonly path: string; readonly state: string }[];
  readonly changes?: readonly {
    readonly name: string;
    readonly key: string;
    readonly old?: string;
    readonly new?: string;
  }[];
}

export class Server extends Trial {
  mailwright(...args: string[]): Promise<Outcome> {
    return this.run("mailwright", args);
  }

  /** Runs a command of `mailwright` that must go well and say nothing on standard error. */
  async done(...args: string[]): Promise<string> {
    const { exit, stdout, stderr } = await this.mailwright(...args);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" });
    return stdout;
  }

  kill(level: string): Promise<string> {
    return this.config("setprop", "rspamd", "SpamKillLevel", level);
  }

  /** All revisions, newest first. */
  async history(): Promise<HistoryRow[]> {
    return JSON.parse(await this.done("history", "--json"));
  }

  /** The applies alone, oldest first, with what became of them. */
  async applies(): Promise<string[]> {
    const rows = (await this.history()).reverse().filter(({ kind }) => kind === "apply");
    return rows.map(({ event, args = [], outcome }) => `${[event, ...args].join(" ")}: ${outcome}`);
  }

  /** What `config changes` and the like would list, of all databases. */
  async pending(): Promise<string[]> {
    const { stdout } = await this.mailwright("status", "--json");
    const { pending } = JSON.parse(stdout) as { pending: { key: string; name: string; new?: string }[] };
    return pending.map(({ key, name, new: value }) => `${key} ${name} ${value ?? "absent"}`);
  }
}

/** JSON lines as objects. */
export function objects(text: string): Record<string, unknown>[] {
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
