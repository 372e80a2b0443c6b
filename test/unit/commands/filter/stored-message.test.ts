import { describe, expect, it } from "vitest";
import {
  asItCame,
  fieldText,
  paths,
  storedMessage,
} from "../../../../src/commands/filter/quarantine/stored-message.ts";

const original = [
  "Received: from x (x [192.0.2.2])",
  "\tby mail.example.org (Postfix) with ESMTP id 7C7115D0;",
  "DKIM-Signature : v=1;",
  "\tb=abc",
  "Subject: x-quarantine-id: no",
  "",
  "X-Quarantine-ID: of the body",
  "\u00e9.",
  "",
].join("\n");

const delivery = [
  "Return-Path: <postmaster@example.org>",
  "Delivered-To: spam@example.org",
  "Received: from mail.example.org",
  "\tby mail.example.org with LMTP",
  "\tfor <spam@example.org>",
].join("\n");

const notes = [
  "X-Quarantine-Sender: <a@example.net>",
  "X-Quarantine-Recipients: <b@example.org>,",
  "\t<c@example.org>",
  "X-Spamd-Result: default: False",
  "X-Rspamd-Action: reject",
].join("\n");

describe("a message that is held", () => {
  it("is as it came without what delivery and filter have added, to the byte", () => {
    const [head, body] = original.split("\n\n", 2);
    expect(asItCame(`${delivery}\n${head}\n${notes}\n\n${body}`)).toBe(original);
    expect(asItCame(`${delivery}\n${head}\n${notes}\n\n${body}`.replaceAll("\n", "\r\n"))).toBe(
      original.replaceAll("\n", "\r\n"),
    );
  });

  it("keeps what its sender wrote, even where it looks like it", () => {
    expect(asItCame(original)).toBe(original);
    const forwarded = `Received: a\nReturn-Path: <x@example.net>\nReceived: by b with LMTP id 1\n\nbody\n`;
    expect(asItCame(forwarded)).toBe(forwarded);
  });

  it("need not have a header, nor a body, nor a line end", () => {
    for (const text of ["", "\n", "\nbody", "no header\n", "A: b", "A: b\n"])
      expect(asItCame(text)).toBe(text);
  });

  it("tells fields unfolded, whatever their case", () => {
    expect(fieldText(storedMessage(original), "dkim-signature")).toBe("v=1;\tb=abc");
    expect(fieldText(storedMessage(original), "To")).toBeUndefined();
  });
});

describe("the addresses of an envelope", () => {
  it.each([
    ["<a@x.org>", ["a@x.org"]],
    ["<a@x.org>,\n\t<b@y.org>", ["a@x.org", "b@y.org"]],
    ["<>", [""]],
    ['<"a, b>\\" c"@x.org>, <d@x.org>', ['"a, b>\\" c"@x.org', "d@x.org"]],
    ["<jörg@example.org>", ["jörg@example.org"]],
    ["<a@x.org\r\n\tRCPT TO:<b@y.org>", []],
    ["", []],
  ])("%j", (list, found) => {
    expect(paths(list)).toEqual(found);
  });
});
