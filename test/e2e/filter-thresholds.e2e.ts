import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { complaints, queueIsEmpty } from "./container/administrator.ts";
import type { Container } from "./container/container.ts";
import {
  delivered,
  headersOf,
  logOf,
  offline,
  received,
  rspamdComplaints,
  type Scored,
  scored,
  setRspamd,
  shortly,
  startFilterServer,
  subjectOf,
  verdict,
} from "./container/filter-server.ts";
import { send, XJS } from "./container/mail.ts";
import { repeat } from "./container/mail-server.ts";

const forged = [
  "X-Spam: Yes",
  "x-spam-STATUS: No, forged",
  "X-Spam: No",
  "X-Spam-Flag: YES",
  "X-Spam-Level: *",
];
const refused = "554 5.7.1 Spam message rejected";
const putOff = "451 4.7.1 Try again later";

/** X-Spam alone, without the headers that tell why. */
const flagOf = (message: string): string[] => headersOf(message, "X-Spam:");

describe("what a message's score leads to", () => {
  let container: Container;

  const type = (...argv: string[]): Promise<string> => container.must(argv);

  beforeAll(async () => {
    container = await startFilterServer(["john", "mary"]);
  });
  afterAll(() => container?.stop());

  test("D1 from SpamTag2Level on a message has X-Spam: Yes, and below it no flag, whatever its sender has written", async () => {
    const clean = await received(container, { score: 5.99, subject: "clean", headers: forged });
    expect(flagOf(clean)).toEqual([]);
    expect(headersOf(clean, "X-Spam-")).toEqual(["X-Spam-Level: *****", "X-Spam-Status: No, score=5.99"]);
    const flagged = await received(container, { score: 6, subject: "flagged", headers: forged });
    expect(flagOf(flagged)).toEqual(["X-Spam: Yes"]);
    expect(headersOf(flagged, "X-Spam-")).toEqual(["X-Spam-Level: ******", "X-Spam-Status: Yes, score=6.00"]);
    expect(await subjectOf(container, flagged)).toBe("flagged");
    const faint = await received(container, { score: 0.5, headers: forged });
    expect(headersOf(faint, "X-Spam-")).toEqual(["X-Spam-Status: No, score=0.50"]);
  });

  test("D1 from SpamKillLevel on it is refused with 5xx and the reason, and below it is not", async () => {
    expect(flagOf(await received(container, { score: 19.99 }))).toEqual(["X-Spam: Yes"]);
    expect(await verdict(container, { score: 20 })).toBe(refused);
    expect(shortly(await send(container, { to: ["john@domain.org"], body: XJS }))).toMatch(/^554 5\.7\.1 /);
  });

  test("D1 the levels are numbers, compared as such; others than in order are refused", async () => {
    const set = (...properties: string[]) => container.run(["config", "setprop", "rspamd", ...properties]);
    expect((await set("SpamTag2Level", "9.5", "SpamKillLevel", "10")).exit).toBe(0);
    expect((await set("SpamKillLevel", "9")).exit).not.toBe(0);
    expect((await set("SpamGreyLevel", "10")).exit).not.toBe(0);
    await type("config", "delprop", "rspamd", "SpamTag2Level", "SpamKillLevel", "SpamGreyLevel");
  });

  test("D1 the subject of flagged mail has the prefix, in any script, encoded or missing, and the mail is flagged too", async () => {
    const levels = ["SpamTag2Level", "4.5", "SpamKillLevel", "9.5"];
    const prefix = ["SpamSubjectPrefixStatus", "enabled", "SpamSubjectPrefixString", '[Müll "100%s"]'];
    await setRspamd(container, ...levels, ...prefix);
    const flagged = async (message: Scored): Promise<string> => {
      const text = await received(container, { ...message, headers: forged });
      expect(flagOf(text)).toEqual(["X-Spam: Yes"]);
      return subjectOf(container, text);
    };
    expect(await flagged({ score: 4.51, subject: "hello" })).toBe('[Müll "100%s"] hello');
    expect(await flagged({ score: 9.49, subject: "=?iso-8859-1?Q?Gr=FC=DFe?=" })).toBe(
      '[Müll "100%s"] Grüße',
    );
    expect(await flagged({ score: 5 })).toBe('[Müll "100%s"]');
    expect(await flagged({ score: 4.5, subject: "edge" })).toBe("edge");
    const clean = await received(container, { score: 4.49, subject: "clean", headers: forged });
    expect(flagOf(clean)).toEqual([]);
    expect(await subjectOf(container, clean)).toBe("clean");
    expect(await verdict(container, { score: 9.5 })).toBe(refused);
  });

  test("D1 from SpamGreyLevel on it is put off with 4xx, and accepted when it comes again later", async () => {
    await setRspamd(container, "SpamGreyLevel", "2.5");
    expect(await verdict(container, { score: 2.49 })).toBe("250");
    expect(await verdict(container, { score: 9.5 })).toBe(refused);
    const mails = [scored({ score: 2.5 }), scored({ score: 6 })];
    for (const mail of mails) expect(shortly(await send(container, mail))).toBe(putOff);
    await sleep(2100);
    const flags: string[][] = [];
    for (const mail of mails) flags.push(flagOf(await delivered(container, mail)));
    expect(flags).toEqual([[], ["X-Spam: Yes"]]);
  });

  test("SpamGreyLevel 0 or empty: nothing is put off, flagged or not", async () => {
    const scores = [3, 6, 9];
    await setRspamd(container, "SpamGreyLevel", "0");
    for (const score of scores) expect(await verdict(container, { score })).toBe("250");
    await setRspamd(container, "SpamGreyLevel", "2.5");
    for (const score of scores) expect(await verdict(container, { score })).toBe(putOff);
    await setRspamd(container, "SpamGreyLevel", "");
    for (const score of scores) expect(await verdict(container, { score })).toBe("250");
  });

  test("D5 with SpamCheckStatus disabled no score leads to anything and nothing is asked, and rules of policy go on", async () => {
    const asked = async (mail: { data: string }): Promise<number> => {
      const [line = ""] = await logOf(container, mail);
      return Number(/dns req: (\d+)/.exec(line)?.[1]);
    };
    const first = scored({ score: 1 });
    await delivered(container, first);
    expect(await asked(first)).toBeGreaterThan(10);
    await setRspamd(container, "SpamCheckStatus", "disabled");
    for (const score of [3, 6, 25]) {
      const mail = scored({ score, subject: "hello", headers: forged });
      const text = await delivered(container, mail);
      expect(headersOf(text, "X-Spam")).toEqual([]);
      expect(await subjectOf(container, text)).toBe("hello");
      // What is left are those of SPF, DKIM and DMARC.
      expect(await asked(mail)).toBeLessThan(5);
      expect(await logOf(container, mail)).toHaveLength(1);
    }
    expect(await verdict(container, { headers: ["X-Test-Refusal: yes"] })).toBe(
      "554 5.7.1 refused by a test",
    );
    await setRspamd(container, "SpamCheckStatus", "enabled");
    expect(await verdict(container, { score: 9.5 })).toBe(refused);
  });

  test("the events again change nothing, and the daemons have nothing to complain of", async () => {
    await repeat(container, "nethserver-mail-filter-save");
    await queueIsEmpty(container);
    expect(await complaints(container, ...offline, /milter-reject: END-OF-MESSAGE/)).toEqual([]);
    expect(await rspamdComplaints(container)).toEqual([]);
  });
});
