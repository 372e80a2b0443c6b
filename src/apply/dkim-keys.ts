import { generateKeyPairSync } from "node:crypto";
import { dirname } from "node:path";
import { MailwrightError } from "../errors.ts";
import { type DkimKey, keyOfFile, keyReader, oldKey, publicKeyPath } from "../mail/dkim.ts";
import { recordName, recordValue } from "../mail/dkim-record.ts";
import type { Paths } from "../paths.ts";
import type { FileAttributes, Files, System } from "../system/system.ts";
import { Evaluation } from "../template/evaluate.ts";
import type { Template } from "../template/library.ts";
import type { Context } from "../template/scope.ts";
import { syntaxes } from "../template/syntax/syntaxes.ts";
import type { Owners } from "./owners.ts";

interface KeyEnvironment {
  readonly system: System;
  readonly paths: Paths;
  readonly owners: Owners;
  notice(text: string): void;
}

/** More would not fit one string of a TXT record any better, and 1024 are too few (RFC 8301, 3.2). */
const bits = 2048;

/** The selector that a domain has from the beginning, and of which NethServer 7 has one key for all domains. */
const firstSelector = "default";

/** Makes the keys that the template's `keys` names, where they are not there, and lets nobody but Rspamd read them. */
export function makeDkimKeys(environment: KeyEnvironment, template: Template, context: Context): void {
  if (template.keys === undefined) return;
  const origin = `template.yaml of ${template.target}`;
  const named = new Evaluation(syntaxes[template.metadata.syntax], context).value(template.keys, origin);
  if (!Array.isArray(named)) throw new MailwrightError(`${origin}: keys is no list`, { code: "TEMPLATE" });
  for (const path of named.map(String)) makeDkimKey(environment, path);
}

/**
 * Makes a key where it is not there and never was, and notes its public half. One that is lost is left to whoever has a
 * copy: in its place another would sign what nobody could verify before DNS has it.
 */
export function makeDkimKey(environment: KeyEnvironment, path: string): void {
  const { system, paths, owners, notice } = environment;
  const { files } = system;
  const key = keyOfFile(path);
  if (key === undefined) throw new MailwrightError(`${path} is no file of a DKIM key`, { code: "TEMPLATE" });
  const target = paths.target(path);
  const note = paths.target(publicKeyPath(key));
  const noted = files.readText(note)?.trim();
  const found = files.readText(target);
  if (found === undefined && noted !== undefined) {
    notice(
      `the DKIM key ${path} is lost, and mail of ${key.domain} not signed: put it back, or mailwright dkim rotate ${key.domain}`,
    );
    return;
  }
  const { uid, gid } = owners.find(keyReader, keyReader);
  const pem = found ?? firstKey(environment, key, path);
  makeFolder(files, dirname(target), { mode: 0o750, uid: uid === undefined ? undefined : 0, gid });
  if (found === undefined) {
    files.write(target, Buffer.from(pem), { mode: 0o600, uid, gid });
  }
  const status = files.status(target);
  const isReadable = status?.mode === 0o600 && (uid === undefined || status.uid === uid);
  if (status?.kind === "file" && !isReadable) files.setAttributes(target, { mode: 0o600, uid, gid });
  const value = recordValue(pem);
  if (value === undefined)
    return notice(`${path} holds no RSA key in PEM, and mail of ${key.domain} is not signed`);
  if (value === noted) return;
  if (noted !== undefined) notice(`${path} holds another key than before: publish it at ${recordName(key)}`);
  makeFolder(files, dirname(note), { mode: 0o755 });
  files.write(note, Buffer.from(`${value}\n`), { mode: 0o644 });
}

/** A new key or, for the selector that NethServer 7 has, the key that was brought from there. */
function firstKey({ system, paths, notice }: KeyEnvironment, key: DkimKey, path: string): string {
  const old = key.selector === firstSelector ? system.files.readText(paths.target(oldKey)) : undefined;
  if (old !== undefined && recordValue(old) !== undefined) {
    notice(`${path} is the key of ${oldKey}`);
    return old;
  }
  notice(`${key.domain} has a new DKIM key; what DNS must hold: mailwright dkim show ${key.domain}`);
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: bits,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return privateKey;
}

/** A folder that is there already, from a backup or by hand, is Rspamd's to read as well. */
function makeFolder(files: Files, path: string, attributes: FileAttributes): void {
  if (files.status(path) === undefined) {
    files.makeFolder(dirname(path), 0o755);
    files.makeFolder(path, attributes.mode);
  }
  const { mode, uid = 0, gid = 0 } = files.status(path) ?? { mode: 0 };
  const isRight =
    mode === attributes.mode && uid === (attributes.uid ?? uid) && gid === (attributes.gid ?? gid);
  if (!isRight) files.setAttributes(path, attributes);
}
