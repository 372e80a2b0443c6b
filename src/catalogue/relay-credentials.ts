import type { Rule, RuleContext, RuleRecord } from "./entry.ts";

/** Where mail is relayed to, and with which account. */
interface Relay {
  /** How a refusal calls it. */
  readonly name: string;
  readonly hop: string;
  readonly account: string;
}

function relay(name: string, host: string, port: string, username: string, password: string): Relay {
  // Without a name there is no login, so that the password is of no account.
  const account = username === "" ? "" : `${username}:${password}`;
  return { name, hop: `${host.toLowerCase()}:${port}`, account };
}

/** The relay of an enabled recipient rule. Sender rules keep their account under the sender and never clash. */
function ruleRelay(record: RuleRecord): Relay | undefined {
  const host = record.prop("Host");
  if (record.type !== "recipient" || record.prop("status") !== "enabled" || host === "") return undefined;
  const [port, username, password] = [record.prop("Port"), record.prop("Username"), record.prop("Password")];
  return relay(`the recipient rule ${record.key}`, host, port, username, password);
}

/** The default relay host of `postfix`, when it is enabled. */
function defaultRelay(postfix: RuleRecord): Relay | undefined {
  const host = postfix.prop("SmartHostName");
  if (postfix.prop("SmartHostStatus") !== "enabled" || host === "") return undefined;
  return relay(
    "the default relay host of postfix",
    host,
    postfix.prop("SmartHostPort"),
    postfix.prop("SmartHostUsername"),
    postfix.prop("SmartHostPassword"),
  );
}

function* relaysBeside(key: string, context: RuleContext): Generator<Relay> {
  for (const record of context.records("smarthosts")) {
    const found = record.key === key ? undefined : ruleRelay(record);
    if (found !== undefined) yield found;
  }
}

function clash(own: Relay | undefined, others: Iterable<Relay>): string | undefined {
  // Rules without a login go by a transport of their own, which looks none up.
  if (own === undefined || own.account === "") return undefined;
  for (const other of others) {
    if (other.hop !== own.hop || other.account === "" || other.account === own.account) continue;
    return `${other.name} uses the same host and port with another account, and Postfix keeps one for both`;
  }
  return undefined;
}

const accepted = "one account for each host and port, or a sender rule";

function* otherRelays(record: RuleRecord, context: RuleContext): Generator<Relay> {
  yield* relaysBeside(record.key, context);
  for (const other of context.records("configuration")) {
    const found = other.key === "postfix" ? defaultRelay(other) : undefined;
    if (found !== undefined) yield found;
  }
}

/**
 * Postfix finds the account of a relay host by host and port (smtp_sasl_password_maps, postconf(5)), so that
 * recipient rules with one host and port must have one account.
 */
export const relayRuleConflict: Rule = {
  when: "set",
  properties: ["type", "status", "Host", "Port", "Username", "Password"],
  check(record, context, changed) {
    const reason = clash(ruleRelay(record), otherRelays(record, context));
    if (reason === undefined) return undefined;
    const property =
      ["Username", "Password", "Host", "Port", "type"].find((name) => changed.has(name)) ?? "status";
    return { property, reason, accepted };
  },
};

/** The same, seen from the default relay host. */
export const relayHostConflict: Rule = {
  when: "set",
  properties: ["SmartHostStatus", "SmartHostName", "SmartHostPort", "SmartHostUsername", "SmartHostPassword"],
  check(record, context, changed) {
    const reason = clash(defaultRelay(record), relaysBeside("", context));
    if (reason === undefined) return undefined;
    const names = ["SmartHostUsername", "SmartHostPassword", "SmartHostName", "SmartHostPort"];
    return { property: names.find((name) => changed.has(name)) ?? "SmartHostStatus", reason, accepted };
  },
};
