import { findEntry } from "../../catalogue/catalogue.ts";
import { findProperty } from "../../catalogue/effective.ts";
import { isInEffect } from "../../catalogue/in-effect.ts";
import { typeName } from "../../db/record.ts";
import { type MailwrightError, refused } from "../../errors.ts";
import type { Settings } from "../../mail/settings.ts";
import type { Handler, OptionValues, Result } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { openSettings } from "../open-settings.ts";
import { shellWord } from "../pending-changes.ts";
import type { WriteSession } from "../verb.ts";
import { storeRecord } from "../verbs/store-record.ts";
import { changeRecord, type RecordChange, tryChange } from "./change-record.ts";
import { unpublishedSelector } from "./dkim-selector.ts";
import type { Family } from "./family.ts";
import { existingRecord, findRecord } from "./find-record.ts";
import { givenProps, type Props } from "./given-props.ts";
import { givenPassword, hashed, hasSystemPasswords, refuseSystemPasswords } from "./password.ts";
import { refuseOldPassword, relayLogin, withoutPassword } from "./relay-login.ts";
import { switchedOff } from "./switches.ts";
import { refuseTakenMail, takenBefore } from "./taken-mail.ts";
import { unknownNames } from "./unknown-names.ts";

/** Makes a record and signals its event. */
export const add =
  (family: Family): Handler =>
  async (context, [name = ""], options, given) => {
    const { key, props, change, notices, keepsPassword } = await openSettings(context, (settings) => {
      const [key = name] = family.keys(name, settings.primaryDomain);
      const found = findRecord(settings, family, name);
      if (found !== undefined) throw isThere(family, found.key);
      const [type = ""] = family.types;
      const props = givenProps(family, given, { key, type, prop: () => "" });
      const lack = family.lacks?.(props);
      if (lack !== undefined) throw refused(lack, "USAGE", "Nothing was stored.");
      refuseTakenMail(settings, family, key, props);
      const other = settings.snapshot.type(family.database, key);
      if (other !== undefined) throw isThere(family, key, other);
      const change = changeOf("add", family, key, (session) => {
        const there = session.settings.type(family.database, key);
        if (there !== undefined) throw isThere(family, key, there);
        refuseTakenMail(session.settings, family, key, props);
        store(session, key, type, props, true);
      });
      const { password } = family;
      const isUser = password?.isHashed === true;
      if (isUser && options["password-stdin"] === true) refuseSystemPasswords(settings);
      const keepsPassword = isUser && !hasSystemPasswords(settings);
      const notices = [
        ...withoutEffect(settings, family, key, props),
        ...switchedOff(settings, family, props),
        ...unknownNames(settings, family, key, props),
        ...takenBefore(settings, family, key),
      ];
      return { key, props, change, keepsPassword, notices };
    });
    const { password } = family;
    const needsPassword = keepsPassword && options["no-password"] !== true;
    const login = relayLogin(family, props);
    await addPassword(context, family, change, props, options, needsPassword ? key : login?.whose);
    const isLocked = keepsPassword && password !== undefined && !props.has(password.property);
    const locked = `${key} has no password, so that there is no login: mailwright passwd ${shellWord(key)}`;
    return withNotices(await changeRecord(context, change, options), [
      ...notices,
      ...(isLocked ? [locked] : []),
      ...(family.next === undefined || options["dry-run"] === true ? [] : [family.next(key)]),
      ...(options["dry-run"] === true ? [] : withoutPassword(family, key, props, login)),
    ]);
  };

/**
 * Changes properties of a record and signals its event. What options add to a list, or take out of it, is worked out when
 * the change is stored, so that of two at a time none is lost.
 */
export const modify =
  (family: Family): Handler =>
  async (context, [name = ""], options, given) => {
    const { key, props, login, notices } = await openSettings(context, (settings) => {
      const record = existingRecord(settings, family, name);
      const props = givenProps(family, given, record);
      const login = relayLogin(family, props, record);
      refuseTakenMail(settings, family, record.key, props);
      const notices = [
        ...withoutEffect(settings, family, record.key, props),
        ...switchedOff(settings, family, props, record),
        ...unknownNames(settings, family, record.key, props, record),
        ...unpublishedSelector(family, record.key, props, record),
      ];
      return { key: record.key, props, login, notices };
    });
    const change = changeOf("modify", family, key, (session) => {
      const record = existingRecord(session.settings, family, key);
      const now = new Map([...props, ...givenProps(family, given, record)]);
      refuseTakenMail(session.settings, family, key, now);
      store(session, key, record.type, now, false);
    });
    if (context.asker === undefined && options["password-stdin"] !== true) refuseOldPassword(login);
    await addPassword(context, family, change, props, options, login?.whose);
    if (props.size === 0)
      throw refused("nothing is to be changed", "USAGE", `see: ${context.program} --help`);
    return withNotices(await changeRecord(context, change, options), [
      ...notices,
      ...(options["dry-run"] === true ? [] : withoutPassword(family, key, props, login)),
    ]);
  };

function changeOf(
  verb: "add" | "modify",
  { name, database, events }: Family,
  key: string,
  storeIt: (session: WriteSession) => void,
): RecordChange {
  const event = events[verb];
  const args = /-(?:create|modify)$/.test(event) ? [key] : [];
  return { what: `${name} ${verb}`, database, key, store: storeIt, calls: [{ event, args }] };
}

function store(session: WriteSession, key: string, type: string, props: Props, whole: boolean): void {
  const own = new Map([...props].filter(([property]) => property !== typeName));
  storeRecord(session, key, props.get(typeName) ?? type, own, whole);
}

/**
 * Puts the password that is given, or asked for, into `props`. It is asked for where `whose` says of whom. All else is
 * tried before somebody types it; a dry run asks for nothing.
 */
async function addPassword(
  context: CommandContext,
  { password }: Family,
  change: RecordChange,
  props: Props,
  options: OptionValues,
  whose: string | undefined,
): Promise<void> {
  if (password === undefined) return;
  const asks = whose !== undefined && !props.has(password.property) && options["dry-run"] !== true;
  if (!asks && options["password-stdin"] !== true) return;
  await tryChange(context, change);
  const given = await givenPassword(context, options, whose ?? change.key, password.isHashed);
  if (given === undefined) return;
  props.set(password.property, password.isHashed ? await hashed(context, given) : given);
}

/** `type`: that of the record, where it may be one of another kind. */
function isThere(family: Family, key: string, type = family.types[0] ?? ""): MailwrightError {
  const { name, types } = family;
  if (!types.includes(type))
    return refused(
      `${key} is a ${type}`,
      "EXISTS",
      `choose another name for the ${name}. Nothing was stored.`,
    );
  const hint = `change it: mailwright ${name} modify ${shellWord(key)}. Nothing was stored.`;
  return refused(`the ${family.noun ?? name} ${key} is there already`, "EXISTS", hint);
}

/** What is stored and nothing of this version acts on. */
function withoutEffect({ catalogue }: Settings, family: Family, key: string, props: Props): string[] {
  const { database, types, notes } = family;
  const entry = findEntry(catalogue, database, key, props.get(typeName) ?? types[0]);
  return [...props.keys()]
    .filter((name) => findProperty(entry, name) !== undefined && !notes.includes(name))
    .filter((name) => entry !== undefined && !isInEffect(entry, name))
    .map((name) => `${name} is stored, and has no effect in this version`);
}

function withNotices(result: Result, notices: readonly string[]): Result {
  return { ...result, notices: [...(result.notices ?? []), ...notices] };
}
