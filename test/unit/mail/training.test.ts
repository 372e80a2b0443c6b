import { describe, expect, it } from "vitest";
import { imapScripts } from "../../../src/mail/imap-scripts.ts";
import { training } from "../../../src/mail/training.ts";
import { someSettings } from "./some-settings.ts";

const users = { "john@example.org user": {}, "mary@example.org user": {} };
const configured = (dovecot: Readonly<Record<string, string>>, rspamd = {}, groups = {}) =>
  someSettings({
    accounts: { ...users, ...groups },
    configuration: { "dovecot service": dovecot, "rspamd service": rspamd },
  });

describe("who trains the filter", () => {
  it("is everybody where there is no group for it", () => {
    expect(training(configured({}))).toEqual({ active: true, isOpen: true, trainers: [] });
  });

  it("is the members of spamtrainers, however it is spelled, who have a mailbox", () => {
    const group = { "SpamTrainers@example.org group": { Members: "Mary,nobody" } };
    expect(training(configured({}, {}, group))).toEqual({
      ...{ active: true, isOpen: false, trainers: ["mary"] },
    });
    const empty = { "spamtrainers group": {} };
    expect(training(configured({}, {}, empty))).toMatchObject({ isOpen: false, trainers: [] });
  });

  it("is a group of the system too", () => {
    const system = { users: new Set(["john"]), groups: new Map([["spamtrainers", ["john"]]]) };
    const settings = someSettings({ configuration: { "sssd service": { Provider: "system" } } }, system);
    expect(training(settings)).toMatchObject({ isOpen: false, trainers: ["john"] });
  });

  it("is nobody without a folder for spam, or without the filter", () => {
    expect(training(configured({ SpamFolder: "" }))).toMatchObject({ active: false });
    expect(training(configured({}, { status: "disabled" }))).toMatchObject({ active: false });
  });
});

describe("scripts of what IMAP clients do", () => {
  const names = (props: Readonly<Record<string, string>>) =>
    imapScripts(configured(props)).rules.map(
      ({ number, folder, from, script }) => `${number} ${from}>${folder} ${script}`,
    );

  it("are numbered from 1 on without a gap, whichever there are", () => {
    expect(names({ DeletedToTrash: "enabled", SpamFolder: "Spam" })).toEqual([
      "1 >* deleted-to-trash",
      "2 >Spam training",
      "3 Spam>* training",
    ]);
    expect(names({ SpamFolder: "Spam" })).toEqual(["1 >Spam training", "2 Spam>* training"]);
    expect(names({ DeletedToTrash: "enabled", SpamFolder: "" })).toEqual(["1 >* deleted-to-trash"]);
    expect(names({ SpamFolder: "" })).toEqual([]);
  });

  it("hand messages to programs for training alone", () => {
    expect(imapScripts(configured({ DeletedToTrash: "enabled", SpamFolder: "" })).usesPrograms).toBe(false);
    expect(imapScripts(configured({})).usesPrograms).toBe(true);
  });
});
