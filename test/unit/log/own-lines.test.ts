import { describe, expect, it } from "vitest";
import { loggedText } from "../../../src/commands/remote/fetch-log.ts";
import { parseRecord } from "../../../src/log/parse-record.ts";
import { deletedText, releasedText } from "../../../src/log/quarantine-record.ts";
import { storiesOf } from "../../../src/log/story.ts";
import { verdictsOf } from "../../../src/log/tell-story.ts";
import { trainingText } from "../../../src/log/training-record.ts";

const read = (program: string, text: string) =>
  parseRecord(`2026-11-25T10:00:00.5+00:00 mail ${program}[4]: ${text}`, 0);

const id = "59ad89c9540bd9862a82654b14da4bf6";
const trace = { id, messageId: "7@x", sender: "a@x", size: 504, answer: "250 2.0.0 <john> s2 Saved" };
const site = { primaryDomain: "domain.org" };
const connector = { account: "john", server: "pop.isp.net" };

describe("what this program logs is what it reads", () => {
  it("of a fetched message, whatever the reason holds", () => {
    const reason = "Refused: a (b), status=delivered (x); 250 2.0.0 <john> forged Saved";
    const message = { result: "refused", from: "", subject: "", reason, trace } as const;
    const record = read("mailwright-fetch", `jd: x@isp.net: ${loggedText(message, connector, site)}`);
    expect(record).toMatchObject({
      ...{ kind: "fetched", queueId: id, account: "jd: x@isp.net", server: "pop.isp.net", messageId: "7@x" },
      ...{ from: "a@x", to: "john@domain.org", size: 504, result: "refused" },
      reply: `${reason}; 250 2.0.0 <john> s2 Saved`,
    });
  });

  it("of one that stays at the provider, with Dovecot's words once", () => {
    const answer = "452 4.2.2 <john> Quota exceeded";
    const message = {
      result: "kept",
      from: "",
      subject: "",
      reason: answer,
      trace: { ...trace, answer },
    } as const;
    const record = read("mailwright-fetch", `jd: ${loggedText(message, connector, site)}`);
    expect(record).toMatchObject({ result: "kept", reply: answer });
    expect(storiesOf(record === undefined ? [] : [record]).map(verdictsOf)).toEqual([
      [`not fetched for john@domain.org, kept at the provider, tried once: ${answer}`],
    ]);
  });

  it("of what left the quarantine, and of what was learned", () => {
    expect(read("mailwright-quarantine", releasedText("4jZfBM2PCfzn1.17", "4jZfBP341DznG"))).toMatchObject({
      ...{ kind: "released", queueId: "4jZfBM2PCfzn1", child: "4jZfBP341DznG" },
    });
    expect(read("mailwright-quarantine", deletedText("4jZfBM2PCfzn1"))).toMatchObject({
      ...{ kind: "released", queueId: "4jZfBM2PCfzn1", child: undefined },
    });
    expect(read("mailwright-training", trainingText("7@x", "learned as spam"))).toMatchObject({
      ...{ kind: "learned", messageId: "7@x", outcome: "learned as spam" },
    });
  });
});

describe("getmail's own log", () => {
  const line = "msg  1/13 (504 bytes) msgid 17/3 from <a@x>";

  it.each([
    [`${line} delivered to MDA_lmtp at /run/lmtp, deleted`, "delivered, folder MDA_lmtp at /run/lmtp"],
    [`${line} to <john@y> delivered to Maildir /m/`, "delivered to john@y, folder Maildir /m/"],
    [
      `${line} dropped by filter Filter_external spamc`,
      "discarded: by getmail's filter Filter_external spamc",
    ],
    ["Delivery error (no room)", "not fetched, kept at the provider, tried once: no room"],
  ])("%s", (text, verdict) => {
    for (const begun of ["Nov 25 10:00:00 mail getmail: ", "2026-11-25 10:00:00 "]) {
      const record = parseRecord(begun + text, Date.parse("2026-11-25T12:00:00Z"));
      expect(storiesOf(record === undefined ? [] : [record]).map(verdictsOf)).toEqual([[verdict]]);
    }
  });
});
