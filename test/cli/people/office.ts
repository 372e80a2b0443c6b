import { expect } from "vitest";
import type { Asker } from "../../../src/commands/context.ts";
import { success } from "../../unit/apply/fakes.ts";
import { fakeMachine } from "../apply/fake-system.ts";
import { Server } from "../apply/server.ts";
import type { Outcome } from "../run-cli.ts";

/** What the small events of an office make, a line a record. */
const templates: Readonly<Record<string, string>> = {
  "/etc/users":
    '{{#each records.accounts}}{{#if (eq type "user")}}{{key}} {{PasswordHash}}\n{{/if}}{{/each}}',
  "/etc/groups": '{{#each records.accounts}}{{#if (eq type "group")}}{{key}}\n{{/if}}{{/each}}',
  "/etc/addresses": '{{#each records.accounts}}{{#if (eq type "pseudonym")}}{{key}}\n{{/if}}{{/each}}',
  "/etc/domains": "{{#each records.domains}}{{key}} {{type}}\n{{/each}}",
  "/etc/elsewhere":
    "{{#each records.getmail}}{{key}} {{Password}}\n{{/each}}{{#each records.imapsync}}{{key}} {{Password}}\n{{/each}}",
  "/etc/relays": "{{#each records.smarthosts}}{{key}} {{Host}} {{Password}}\n{{/each}}",
};

const events: Readonly<Record<string, string>> = {
  "user-create": "templates: [/etc/users]\n",
  "user-modify": "extends: [user-create]\n",
  "user-delete": "extends: [user-create]\ndeletes: accounts\n",
  "user-cleanup": "",
  "password-modify": "templates: [/etc/users]\n",
  "group-create": "templates: [/etc/groups]\nservices: {postfix: reload}\n",
  "group-modify": "extends: [group-create]\n",
  "group-delete": "extends: [group-create]\ndeletes: accounts\n",
  "pseudonym-create": "templates: [/etc/addresses]\n",
  "pseudonym-modify": "extends: [pseudonym-create]\n",
  "pseudonym-delete": "extends: [pseudonym-create]\ndeletes: accounts\n",
  "domain-create": "templates: [/etc/domains]\n",
  "domain-modify": "extends: [domain-create]\n",
  "domain-delete": "extends: [domain-create]\ndeletes: domains\n",
  "nethserver-mail-smarthost-save": "templates: [/etc/relays]\n",
  "nethserver-getmail-save": "templates: [/etc/elsewhere]\n",
  "nethserver-mail-imapsync-save": "templates: [/etc/elsewhere]\n",
  "sharedmailbox-create": "",
  "sharedmailbox-modify": "",
  "sharedmailbox-delete": "",
};

/** A server of example.org whose events are small, and whose doveadm hashes by turning a password round. */
export class Office extends Server {
  /** What doveadm was given on its standard input. */
  readonly hashed: string[] = [];

  constructor() {
    super();
    for (const [target, text] of Object.entries(templates)) {
      const services = target === "/etc/groups" ? "services: [postfix]\n" : "";
      this.template(target, { "10.hbs": text }, `secret: true\n${services}`);
    }
    for (const [name, manifest] of Object.entries(events)) this.event(name, manifest);
    this.put(this.at("/etc/hostname"), "mail.example.org\n");
    fakeMachine.reset();
    fakeMachine.programs.set("doveadm", (argv, { input = "" }) => {
      expect(argv.join(" ")).toMatch(/pw -s SHA512-CRYPT$/);
      this.hashed.push(input);
      const [password = ""] = input.split("\n");
      return { ...success, stdout: `{SHA512-CRYPT}$6$${[...password].reverse().join("")}\n` };
    });
  }

  /** Runs a command that says nothing but that names in it are nobody's yet, and that groups have no addresses. */
  override async done(...args: string[]): Promise<string> {
    const { exit, stdout, stderr } = await this.mailwright(...args);
    const said = stderr
      .split("\n")
      .filter((line) => !/: there is no [^:]* yet\.|: groups have no addr/.test(line));
    expect({ exit, stderr: said.join("\n") }).toEqual({ exit: 0, stderr: "" });
    return stdout;
  }

  /** Runs a command of `mailwright` with somebody at the terminal who gives these answers. */
  async asked(answers: readonly string[], ...args: string[]): Promise<Outcome & { questions: string[] }> {
    const questions: string[] = [];
    const left = [...answers];
    const answer = (question: string): string => {
      questions.push(question);
      const next = left.shift();
      if (next === undefined) throw new Error(`no answer to: ${question}`);
      return next;
    };
    const asker: Asker = {
      confirm: async (question) => answer(question) === "y",
      secret: async (prompt) => answer(prompt),
    };
    const outcome = await this.run("mailwright", args, { asker });
    expect(left).toEqual([]);
    return { ...outcome, questions };
  }

  /** A record as `db getjson` prints it. */
  async record(database: string, key: string): Promise<{ type: string; props?: Record<string, string> } | 1> {
    return JSON.parse(await this.db("--stored", database, "getjson", key));
  }
}
