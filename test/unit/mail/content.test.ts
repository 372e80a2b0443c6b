import { describe, expect, it } from "vitest";
import { attachments } from "../../../src/mail/attachments.ts";
import { macros } from "../../../src/mail/macros.ts";
import { someSettings } from "./some-settings.ts";

const site = (rspamd: Readonly<Record<string, string>>, olefy: Readonly<Record<string, string>> = {}) =>
  someSettings({ configuration: { "rspamd service": rspamd, "olefy service": olefy } });

describe("forbidden attachments", () => {
  it("are executables where nothing is stored", () => {
    expect(attachments(site({}))).toEqual({ classes: ["Exec"], custom: [] });
  });

  it("are custom formats too where these are enabled", () => {
    const custom = { BlockAttachmentCustomStatus: "enabled" };
    expect(attachments(site(custom))).toEqual({ classes: ["Exec"], custom: ["doc", "odt"] });
    const both = { ...custom, BlockAttachmentClassList: "Exec, Arch", BlockAttachmentCustomList: "pdf" };
    expect(attachments(site(both))).toEqual({ classes: ["Exec", "Arch"], custom: ["pdf"] });
    const alone = { ...custom, BlockAttachmentClassList: "" };
    expect(attachments(site(alone))).toEqual({ classes: [], custom: ["doc", "odt"] });
  });

  it("are none, and no custom formats, while blocking is disabled", () => {
    const off = { BlockAttachmentStatus: "disabled", BlockAttachmentCustomStatus: "enabled" };
    expect(attachments(site(off))).toEqual({ classes: [], custom: [] });
  });
});

describe("macros", () => {
  it.each([
    [{}, {}, true],
    [{ OletoolsStatus: "disabled" }, {}, false],
    [{}, { status: "disabled" }, false],
  ])("are asked for where both the check and olefy are enabled: %j %j", (rspamd, olefy, active) => {
    expect(macros(site(rspamd, olefy))).toEqual({ active });
  });
});
