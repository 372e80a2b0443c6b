import { generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeDkimKey } from "../../../src/apply/dkim-keys.ts";
import { Owners } from "../../../src/apply/owners.ts";
import { keyPath, oldKey, publicKeyPath } from "../../../src/mail/dkim.ts";
import { recordValue } from "../../../src/mail/dkim-record.ts";
import { findPaths, type Paths } from "../../../src/paths.ts";
import { realSystem } from "../../../src/system/real-system.ts";
import { RecordingSystem } from "../../../src/system/recording-system.ts";

const key = { domain: "example.org", selector: "default" };

describe("a DKIM key", () => {
  let root: string;
  let paths: Paths;
  let notices: string[];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "dkim-keys-"));
    paths = findPaths(root, {});
    notices = [];
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const system = () => realSystem(root, "none");
  const make = (one = key, on = system()) => {
    const owners = new Owners(on.files, paths, false);
    makeDkimKey({ system: on, paths, owners, notice: (text) => void notices.push(text) }, keyPath(one));
  };
  const at = (path: string): string => paths.target(path);
  const text = (path: string): string => system().files.readText(at(path)) ?? "";
  const put = (path: string, content: string): void => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), content);
  };
  const pem = (): string =>
    generateKeyPairSync("rsa", { modulusLength: 1024 })
      .privateKey.export({ type: "pkcs1", format: "pem" })
      .toString();
  const mode = (path: string): number => statSync(at(path)).mode & 0o777;

  it("is made once, readable for nobody else, with its record beside the settings, and that is told", () => {
    make();
    const made = text(keyPath(key));
    expect(made).toContain("-----BEGIN PRIVATE KEY-----");
    expect([mode(keyPath(key)), mode(dirname(keyPath(key)))]).toEqual([0o600, 0o750]);
    expect(text(publicKeyPath(key))).toBe(`${recordValue(made)}\n`);
    make();
    expect(text(keyPath(key))).toBe(made);
    expect(notices).toEqual([expect.stringContaining("mailwright dkim show example.org")]);
  });

  it("is not made by a dry run, which tells of it", () => {
    const recording = new RecordingSystem(system());
    make(key, recording as unknown as ReturnType<typeof system>);
    expect(recording.effects).toContainEqual({ kind: "file", verb: "write", path: at(keyPath(key)) });
    expect(text(keyPath(key))).toBe("");
  });

  it("that is lost is not replaced, and taken as it is when it is back", () => {
    make();
    const made = text(keyPath(key));
    rmSync(at(keyPath(key)));
    make();
    expect(text(keyPath(key))).toBe("");
    expect(notices.at(-1)).toMatch(/example\.org\.default\.key is lost/);
    put(keyPath(key), made);
    chmodSync(at(keyPath(key)), 0o644);
    chmodSync(at(dirname(keyPath(key))), 0o777);
    make();
    expect([mode(keyPath(key)), mode(dirname(keyPath(key)))]).toEqual([0o600, 0o750]);
    expect(notices).toHaveLength(2);
  });

  it("that was brought along is used as it is, and another one in its place is told", () => {
    put(keyPath(key), pem());
    make();
    expect(notices).toEqual([]);
    const other = pem();
    put(keyPath(key), other);
    make();
    expect(text(publicKeyPath(key))).toBe(`${recordValue(other)}\n`);
    expect(notices).toEqual([expect.stringContaining("publish it at default._domainkey.example.org")]);
  });

  it("of NethServer 7 is every domain's, under the selector that it has there", () => {
    const old = pem();
    put(oldKey, old);
    make();
    make({ domain: "example.com", selector: "default" });
    make({ domain: "example.com", selector: "s2" });
    expect(text(keyPath(key))).toBe(old);
    expect(text(keyPath({ domain: "example.com", selector: "default" }))).toBe(old);
    expect(text(keyPath({ domain: "example.com", selector: "s2" }))).not.toBe(old);
    put(oldKey, "no key");
    make({ domain: "example.net", selector: "default" });
    expect(text(keyPath({ domain: "example.net", selector: "default" }))).toContain("BEGIN PRIVATE KEY");
  });

  it("is told where the file holds none", () => {
    put(keyPath(key), "no key");
    make();
    expect(text(keyPath(key))).toBe("no key");
    expect(notices).toEqual([expect.stringContaining("holds no RSA key")]);
  });
});
