import { describe, expect, it } from "vitest";
import { principalsOf } from "../../../src/mail/keytab.ts";
import { keytabOf, removedKey } from "./some-keytab.ts";

describe("the names of a keytab's keys", () => {
  it("are read in order, each with its parts and realm", () => {
    const bytes = keytabOf("imap/mail.example.org@EXAMPLE.ORG", "MAIL$@EXAMPLE.ORG", "p/é/x@R");
    expect(principalsOf(bytes)).toEqual([
      { parts: ["imap", "mail.example.org"], realm: "EXAMPLE.ORG" },
      { parts: ["MAIL$"], realm: "EXAMPLE.ORG" },
      { parts: ["p", "é", "x"], realm: "R" },
    ]);
    expect(principalsOf(keytabOf())).toEqual([]);
  });

  it("are not those of keys that were removed, and end where the file has zeros", () => {
    const [one, other] = [keytabOf("a@R"), keytabOf("b@R").subarray(2)];
    expect(principalsOf(Buffer.concat([one, removedKey, other]))).toHaveLength(2);
    expect(principalsOf(Buffer.concat([one, Buffer.alloc(8), other]))).toHaveLength(1);
  });

  it("are none of what is no keytab, or was cut off", () => {
    const bytes = keytabOf("imap/mail.example.org@EXAMPLE.ORG");
    expect(principalsOf(Buffer.from("{}"))).toBeUndefined();
    expect(principalsOf(Buffer.concat([Buffer.from([5, 1]), bytes.subarray(2)]))).toBeUndefined();
    for (const length of [0, 1, ...Array.from({ length: bytes.length - 3 }, (_, at) => at + 3)])
      expect(principalsOf(bytes.subarray(0, length)), String(length)).toBeUndefined();
  });
});
