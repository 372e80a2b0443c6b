import { describe, expect, it } from "vitest";
import { allSyncJobs, isCopied, isOfOthers, syncJobs } from "../../../src/mail/sync-jobs.ts";
import { someSettings } from "./some-settings.ts";

const settings = (records: Readonly<Record<string, Readonly<Record<string, string>>>>) =>
  someSettings({ imapsync: records });

describe("synchronization jobs", () => {
  it("have what Dovecot needs, and what the record says", () => {
    const { jobs, isTimed } = syncJobs(
      settings({
        "John@domain.org imapsync": {
          ...{
            hostname: "imap.example.net",
            username: "j*vmail",
            Password: "p",
            Security: "ssl",
            Port: "993",
          },
          ...{ Exclude: "[a]*,b c", TrashSync: "disabled", DeleteDestination: "enabled" },
          ...{ status: "enabled", Time: "6" },
        },
      }),
    );
    expect(isTimed).toBe(true);
    expect(jobs).toEqual([
      {
        ...{ key: "John@domain.org", user: "john", file: "john", host: "imap.example.net", port: "993" },
        ...{ encryption: "imaps", username: "j*vmail", password: "p", deletes: true, hours: 6 },
        ...{ excluded: ["[a]*", "b c"], copiesTrash: false, mark: expect.stringMatching(/^[0-9a-f]{16}$/) },
      },
    ]);
  });

  it("have another mark for each other setting, so that a run sees whether they are applied", () => {
    const changes = [
      ...["hostname", "Port", "username", "Password", "Exclude"].map((name) => ({ [name]: "7" })),
      ...[{ Security: "ssl" }, { DeleteDestination: "enabled" }, { TrashSync: "disabled" }],
      ...[{ status: "enabled" }, { Time: "7" }, {}],
    ];
    const marks = changes.map(
      (change) => allSyncJobs(settings({ "john@domain.org imapsync": change })).map(({ mark }) => mark)[0],
    );
    expect(new Set(marks).size).toBe(changes.length);
  });

  it("are not there for Dovecot before they say whom to ask", () => {
    const some = settings({ "john@domain.org imapsync": { username: "j" } });
    expect(syncJobs(some)).toEqual({ jobs: [], isTimed: false });
    expect(allSyncJobs(some)).toMatchObject([{ user: "john", host: "", encryption: "starttls", hours: 0 }]);
  });

  it("are one for a mailbox, whose file stays in its folder", () => {
    const account = { hostname: "h", username: "u" };
    const { jobs } = syncJobs(
      settings({
        "a/../b@domain.org imapsync": account,
        "john@a.org imapsync": account,
        "john@b.org imapsync": account,
      }),
    );
    expect(jobs.map(({ key, file }) => [key, file])).toEqual([
      ["a/../b@domain.org", "a%2F..%2Fb"],
      ["john@a.org", "john"],
    ]);
  });
});

describe("a folder", () => {
  it("of others' mailboxes, which have their place here, is left out", () => {
    const job = { excluded: [], copiesTrash: true };
    const names = ["Public", "Public/Team", "Shared/mary/Old", "Publications", "public", "a/Public"];
    expect(names.filter((name) => isCopied(job, name))).toEqual(["Publications", "public", "a/Public"]);
    expect(names.filter(isOfOthers)).toEqual(names.slice(0, 3));
  });

  it("is left out with what is below it, and INBOX without", () => {
    const job = { excluded: ["Old", "inbox"], copiesTrash: true };
    const names = ["Old", "Old/2019", "Older", "old", "INBOX", "INBOX/Old"];
    expect(names.filter((name) => isCopied(job, name))).toEqual(["Older", "old", "INBOX/Old"]);
  });

  it("is left out by its name, whatever signs that holds, and the trash with what is in it", () => {
    const job = { excluded: ["[Gmail]*", "a.b"], copiesTrash: false };
    const names = [
      "[Gmail]*",
      "[Gmail]x",
      "a.b",
      "axb",
      "Trash",
      "INBOX/Trash",
      "Trash/old",
      "Trashy",
      "INBOX",
    ];
    expect(names.filter((name) => isCopied(job, name))).toEqual(["[Gmail]x", "axb", "Trashy", "INBOX"]);
    expect(isCopied({ ...job, copiesTrash: true }, "Trash")).toBe(true);
  });
});
