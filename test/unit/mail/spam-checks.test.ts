import { describe, expect, it } from "vitest";
import { spamChecks } from "../../../src/mail/spam-checks.ts";
import { someSettings } from "./some-settings.ts";

const of = (rspamd: Record<string, string>) =>
  spamChecks(someSettings({ configuration: { "rspamd service": rspamd } }));

describe("spam checks", () => {
  it("flag and refuse by the defaults, without greylisting and prefix", () => {
    const { greylist, flag, prefix, refuse } = of({});
    expect({ greylist, flag, prefix, refuse }).toEqual({ flag: 6, refuse: 20 });
  });

  it.each(["", "0", "0.0"])("do not greylist at the level %j", (level) => {
    expect(of({ SpamGreyLevel: level }).greylist).toBeUndefined();
  });

  it("greylist at the level that is set, compared as a number", () => {
    expect(of({ SpamGreyLevel: "4.50" }).greylist).toBe(4.5);
  });

  it.each([
    { flag: "6", refuse: "20", prefix: 6.01 },
    { flag: "6.1", refuse: "20", prefix: 6.11 },
    { flag: "6", refuse: "6.01", prefix: 6.005 },
    { flag: "6", refuse: "6.008", prefix: 6.004 },
  ])("put the prefix's threshold between $flag and $refuse", ({ flag, refuse, prefix }) => {
    const levels = { SpamTag2Level: flag, SpamKillLevel: refuse };
    expect(of({ ...levels, SpamSubjectPrefixStatus: "enabled" }).prefix).toBe(prefix);
  });

  it("take no part of the prefix for one of Rspamd's own marks", () => {
    expect(of({ SpamSubjectPrefixString: "100%s %d" }).subject).toBe("100%%s %%d %s");
  });

  it("are all off where SpamCheckStatus is disabled, and whatever the levels are", () => {
    const { subject, ...rest } = of({
      SpamCheckStatus: "disabled",
      SpamGreyLevel: "4",
      SpamSubjectPrefixStatus: "enabled",
    });
    expect(subject).toBe("***SPAM*** %s");
    expect(rest).toStrictEqual({
      active: false,
      greylist: undefined,
      flag: undefined,
      prefix: undefined,
      refuse: undefined,
    });
  });
});
