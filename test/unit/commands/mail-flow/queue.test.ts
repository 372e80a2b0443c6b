import { describe, expect, it } from "vitest";
import { changes, noticesOf } from "../../../../src/commands/mail-flow/queue-change.ts";
import { queueCommand } from "../../../../src/commands/mail-flow/queue-command.ts";
import { select, selectionOf } from "../../../../src/commands/mail-flow/queue-selection.ts";
import { parseQueued, type QueuedMail } from "../../../../src/commands/mail-flow/queued-mail.ts";
import { runCli } from "../../../cli/run-cli.ts";

const one: QueuedMail = {
  ...{ id: "A", queue: "deferred", arrival: 1000, size: 10, from: "john@domain.org" },
  recipients: [{ address: "a@example.net", reason: "connect to example.net: Connection refused" }],
};
/** As it is for a moment while it comes. */
const incoming: QueuedMail = { ...one, id: "B", queue: "incoming", recipients: [] };

const ids = (options: Record<string, string | true>): string[] =>
  select([one, incoming], selectionOf([], options, 5000)).mail.map(({ id }) => id);

describe("the selection of messages", () => {
  it("of a reason or a recipient takes none that has no recipients", () => {
    expect(ids({ reason: "refused" })).toEqual(["A"]);
    expect(ids({ reason: "refused", shared: true })).toEqual(["A"]);
    expect(ids({ to: "@example.net" })).toEqual(["A"]);
  });

  it("of all else takes it too", () => {
    expect(ids({ all: true })).toEqual(["A", "B"]);
    expect(ids({ queue: "incoming" })).toEqual(["B"]);
    expect(ids({ from: "john@domain.org" })).toEqual(["A", "B"]);
  });
});

describe("what is left as it is", () => {
  const dropped: QueuedMail = { ...one, id: "C", queue: "maildrop" };
  const held: QueuedMail = { ...one, id: "D", queue: "hold" };
  const said = (verb: keyof typeof changes, mail: readonly QueuedMail[], ids: readonly string[] = []) =>
    noticesOf({ ids }, { mail, shared: [] }, mail.filter(changes[verb].of).length, changes[verb]);

  it("hold tells of what Postfix has not taken up, which postsuper does not hold", () => {
    expect([one, dropped, held].filter(changes.hold.of)).toEqual([one]);
    const untaken = "1 message (10 B) left alone that Postfix has not taken up yet, and cannot hold";
    expect(said("hold", [one, dropped, held])).toEqual([untaken]);
    expect(said("hold", [dropped, held], ["C", "D"])).toEqual([
      ...[untaken, "1 message left alone that is held already"],
    ]);
  });

  it("the other verbs take it as they take all", () => {
    expect([one, dropped].filter(changes.delete.of)).toEqual([one, dropped]);
    expect(said("release", [one, dropped, held])).toEqual([]);
  });
});

describe("a line of postqueue -j", () => {
  const line = {
    ...{ queue_name: "hold", queue_id: "A", arrival_time: 7, message_size: 3, sender: "MAILER-DAEMON" },
    recipients: [{ address: "a@b" }],
  };

  it("is a message, whose null sender is empty", () => {
    expect(parseQueued(JSON.stringify(line))).toEqual({
      ...{ id: "A", queue: "hold", arrival: 7000, size: 3, from: "" },
      recipients: [{ address: "a@b", reason: "" }],
    });
  });

  it("has each recipient once, with the reason where there is one", () => {
    const recipients = [
      { address: "a@b", delay_reason: "why" },
      ...[{ address: "c@d" }, { address: "a@b" }, { address: "c@d", delay_reason: "so" }],
    ];
    expect(parseQueued(JSON.stringify({ ...line, recipients }))?.recipients).toEqual([
      { address: "a@b", reason: "why" },
      { address: "c@d", reason: "so" },
    ]);
  });

  it.each(['{"queue_id": "A', "null", "[]", '{"queue_id": "A"}', "warning: x"])("or none: %s", (text) => {
    expect(parseQueued(text)).toBeUndefined();
  });
});

describe("queue watch", () => {
  it.each(["1.5", "0", "-1", "x", ""])("refuses %j looks", async (count) => {
    expect(queueCommand.verbs?.some(({ name }) => name === "watch")).toBe(true);
    const { exit, stderr } = await runCli("mailwright", ["queue", "watch", `--count=${count}`], {
      root: "/",
    });
    expect(exit).toBe(3);
    expect(stderr).toContain("accepted: a whole number above 0");
  });
});
