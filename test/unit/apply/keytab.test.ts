import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readKeytab } from "../../../src/apply/keytab.ts";
import { findPaths } from "../../../src/paths.ts";
import { RealFiles } from "../../../src/system/real-files.ts";
import { given, isRoot } from "../../given.ts";
import { keytabOf } from "../mail/some-keytab.ts";
import { someSettings } from "../mail/some-settings.ts";

describe("the file with the keys", () => {
  const own = process.getgid?.() ?? 0;
  let root = "";
  let file = "";

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "mailwright-test-"));
    file = join(root, "srv/keys");
    mkdirSync(dirname(file));
    mkdirSync(join(root, "etc"));
    users({ uid: 12_345, gid: own });
    writeFileSync(file, keytabOf("imap/mail@R"), { mode: 0o640 });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function users({ uid, gid }: { readonly uid: number; readonly gid: number }): void {
    writeFileSync(join(root, "etc/passwd"), `dovecot:x:${uid}:${gid}::/:\n`);
    writeFileSync(join(root, "etc/group"), `dovecot:x:${gid}:\n`);
  }
  const state = (): unknown => {
    const settings = someSettings({ configuration: { "dovecot service": { KrbKeytabPath: "/srv/keys" } } });
    return readKeytab(new RealFiles(), findPaths(root, {}), settings);
  };

  it("is read where Dovecot may, as its owner or by its group", () => {
    const read = { state: "read", principals: [{ parts: ["imap", "mail"], realm: "R" }] };
    expect(state()).toEqual(read);
    users({ uid: process.getuid?.() ?? 0, gid: 12_345 });
    chmodSync(file, 0o600);
    expect(state()).toEqual(read);
  });

  it("is not read by Dovecot as owner or group without the right", () => {
    chmodSync(file, 0o600);
    expect(state()).toEqual({ state: "closed" });
    users({ uid: 12_345, gid: 12_345 });
    chmodSync(file, 0o660);
    expect(state()).toEqual({ state: "closed" });
  });

  it.each([0o644, 0o642, 0o666])("is too open where everybody reads or writes it: %o", (mode) => {
    chmodSync(file, mode);
    expect(state()).toEqual({ state: "open" });
  });

  it.runIf(given(isRoot, "root"))("is too open where it is another's, or another group may use it", () => {
    for (const mode of [0o640, 0o620]) {
      chownSync(file, 0, 12_346);
      chmodSync(file, mode);
      expect(state()).toEqual({ state: "open" });
    }
    chmodSync(file, 0o600);
    expect(state()).toEqual({ state: "closed" });
    chownSync(file, 12_346, own);
    expect(state()).toEqual({ state: "open" });
  });

  it("may be no keytab, a link, a folder or nothing", () => {
    writeFileSync(file, "text");
    expect(state()).toEqual({ state: "other" });
    rmSync(file);
    expect(state()).toEqual({ state: "absent" });
    symlinkSync("/etc/passwd", file);
    expect(state()).toEqual({ state: "other" });
    rmSync(file);
    mkdirSync(file);
    expect(state()).toEqual({ state: "other" });
  });
});
