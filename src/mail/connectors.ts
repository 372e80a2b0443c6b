import { accountName } from "../catalogue/account-name.ts";
import type { RuleRecord } from "../catalogue/entry.ts";
import { appliedMark } from "./applied-mark.ts";
import { fileName } from "./file-name.ts";
import type { Settings } from "./settings.ts";

/** An account at a provider, as getmail fetches from it. */
export interface Connector {
  readonly key: string;
  /** The name of its file and of the folder of its state. */
  readonly file: string;
  readonly retriever: string;
  readonly server: string;
  /** Empty: the usual one of the protocol. */
  readonly port: string;
  readonly username: string;
  readonly password: string;
  /** Whether TLS is spoken from the start. */
  readonly isEncrypted: boolean;
  readonly deletesAtOnce: boolean;
  /** Days; 0: no message is deleted for its age. */
  readonly deletesAfter: number;
  /** The name of the user who gets the mail. */
  readonly account: string;
  /** Between two visits. */
  readonly minutes: number;
  /** Whether the mail filter looks at what is fetched. */
  readonly isFiltered: boolean;
  /** Of from where mail comes, to whom it goes, and what is deleted: stands in the file that getmail reads. */
  readonly applied: string;
}

/** The accounts from which mail is fetched. */
interface Connectors extends Readonly<Record<string, unknown>> {
  readonly accounts: readonly Connector[];
}

export function connectors(settings: Settings): Connectors {
  const accounts = [...settings.records("getmail")]
    .filter(({ type, prop }) => type === "getmail" && prop("status") === "enabled")
    .map(connectorOf);
  return { accounts };
}

function connectorOf({ key, prop }: RuleRecord & { readonly key: string }): Connector {
  const days = Number(prop("Delete") || "-1");
  const retriever = prop("Retriever");
  const account = accountName(prop("Account"));
  const [server, port, username, password] = [
    prop("Server"),
    prop("Port"),
    prop("Username"),
    prop("Password"),
  ];
  return {
    key,
    file: fileName(key),
    retriever,
    server,
    port,
    username,
    password,
    isEncrypted: /SSLRetriever$/.test(retriever),
    deletesAtOnce: days === 0,
    deletesAfter: Math.max(days, 0),
    account,
    minutes: Number(prop("Time")),
    isFiltered: prop("FilterCheck") === "enabled",
    applied: appliedMark([retriever, server, port, username, account, String(days)]),
  };
}
