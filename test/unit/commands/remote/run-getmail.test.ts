import { expect, it } from "vitest";
import { passwordAnswer } from "../../../../src/commands/remote/run-getmail.ts";
import { connectors } from "../../../../src/mail/connectors.ts";
import { settings } from "../../mail/some-settings.ts";

it("the password is for the server of getmail's file as it is now, and for no other", () => {
  const record = { Account: "john", Server: "imap.isp.net", Username: "jd", Password: " p " };
  const of = (more: object) =>
    connectors(settings({}, {}, {}, { getmail: { "jd getmail": { ...record, ...more } } })).accounts;
  const [before, after] = [of({})[0], of({ Server: "imap.other.net" })[0]];
  if (before === undefined || after === undefined) throw new Error("no account");
  const made = (text: string | undefined) => ({ readText: () => text });
  expect(passwordAnswer(made(`# applied: ${before.applied}\n[retriever]\n`), before)).toBe("ok  p ");
  expect(passwordAnswer(made(`# applied: ${after.applied}\n`), before)).toMatch(/^failed its settings/);
  expect(passwordAnswer(made(undefined), before)).toMatch(/^failed /);
});
