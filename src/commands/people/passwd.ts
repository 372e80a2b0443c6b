import { refused } from "../../errors.ts";
import type { Handler } from "../command.ts";
import { openSettings } from "../open-settings.ts";
import { shellWord } from "../pending-changes.ts";
import { storeRecord } from "../verbs/store-record.ts";
import { changeRecord, type RecordChange } from "./change-record.ts";
import { existingRecord } from "./find-record.ts";
import { givenPassword, hashed, refuseSystemPasswords } from "./password.ts";
import { userFamily } from "./user-family.ts";

const property = "PasswordHash";

/** Sets a user's password, or with `--disable` takes it away, and signals password-modify. */
export const passwd: Handler = async (context, [name = ""], options) => {
  const { key, mayLogIn } = await openSettings(context, (settings) => {
    refuseSystemPasswords(settings);
    const { key: own, prop } = existingRecord(settings, userFamily, name);
    return { key: own, mayLogIn: prop("MailStatus") === "enabled" };
  });
  const isTaken = options["disable"] === true;
  const hash = isTaken ? "" : await hashOf();
  const change: RecordChange = {
    what: "passwd",
    database: userFamily.database,
    key,
    store: (session) => {
      const { type } = existingRecord(session.settings, userFamily, key);
      storeRecord(session, key, type, new Map([[property, hash]]), false);
    },
    calls: [{ event: "password-modify", args: [key] }],
  };
  const result = await changeRecord(context, change, options);
  const locked = `the login of ${key} is disabled all the same: mailwright user modify ${shellWord(key)} --enable`;
  return { ...result, notices: [...(result.notices ?? []), ...(isTaken || mayLogIn ? [] : [locked])] };

  async function hashOf(): Promise<string> {
    const password = await givenPassword(context, options, key, true);
    if (password !== undefined) return hashed(context, password);
    throw refused(
      "nobody can be asked here for the password",
      "USAGE",
      "accepted: --password-stdin, with the password on standard input. Nothing was stored.",
    );
  }
};
