import { shellWord } from "../pending-changes.ts";
import { type Family, flag, text } from "../people/family.ts";
import { hostAndPort } from "../people/notations.ts";

const protocols: Readonly<Record<string, string>> = {
  imaps: "SimpleIMAPSSLRetriever",
  imap: "SimpleIMAPRetriever",
  pop3s: "SimplePOP3SSLRetriever",
  pop3: "SimplePOP3Retriever",
};

/** The protocol of a retriever as people call it; the retriever where they have no name for it. */
export function protocolOf(retriever: string): string {
  return Object.entries(protocols).find(([, known]) => known === retriever)?.[0] ?? retriever;
}

const usualPorts = ["143", "993", "110", "995"];

/** What becomes of messages at the provider, in words. */
export function deletion(days: string): string {
  if (days === "0") return "at once";
  return Number(days) < 0 ? "never" : `after ${days} d`;
}

const event = "nethserver-getmail-save";

export const connectorFamily: Family = {
  name: "connector",
  summary: "accounts elsewhere from which mail is fetched",
  database: "getmail",
  types: ["getmail"],
  keys: (name) => [name],
  events: { add: event, modify: event, delete: event },
  password: {
    property: "Password",
    isHashed: false,
    account: { username: "Username", host: "Server", place: "the provider" },
  },
  notes: [],
  options: [
    text("to", "USER", "Account", "the local user who gets the mail"),
    {
      name: "protocol",
      value: "PROTOCOL",
      words: Object.keys(protocols),
      summary: "imaps (default), pop3s, imap or pop3",
      stores: (given, { prop }) => ({
        Retriever: protocols[given] ?? given,
        ...(usualPorts.includes(prop("Port")) ? { Port: "" } : {}),
      }),
    },
    {
      name: "host",
      value: "HOST[:PORT]",
      summary: "the provider's server",
      stores: (given) => {
        const { host, port = "" } = hostAndPort(given);
        return { Server: host, Port: port };
      },
    },
    text("username", "NAME", "Username", "the login there; asks for the password"),
    text("every", "MINUTES", "Time", "the time between two visits, 1 to 60 (default: 30)"),
    {
      name: "delete-after",
      value: "DAYS",
      summary: "delete at the provider what is delivered: 0 at once; after so many days; or never (default)",
      stores: (given) => ({ Delete: given === "never" ? "-1" : given }),
    },
    flag("filter", { FilterCheck: "enabled" }, "let the mail filter look at it (default)"),
    flag("no-filter", { FilterCheck: "disabled" }, "deliver it as it is"),
    flag("disable", { status: "disabled" }, "do not fetch from it"),
    flag("enable", { status: "enabled" }, "fetch from it"),
  ],
  lacks: (props) => {
    if ((props.get("Account") ?? "") === "") return "who gets the mail? Give --to USER";
    if ((props.get("Server") ?? "") === "") return "from which server? Give --host HOST";
    return (props.get("Username") ?? "") === "" ? "with which login? Give --username NAME" : undefined;
  },
  next: (key) => `see whether the login works: mailwright fetch --test ${shellWord(key)}`,
  columns: [
    { title: "to", cell: ({ prop }) => prop("Account") },
    { title: "protocol", cell: ({ prop }) => protocolOf(prop("Retriever")) },
    { title: "host", cell: ({ prop }) => [prop("Server"), prop("Port")].filter(Boolean).join(":") },
    { title: "every", cell: ({ prop }) => `${prop("Time")} min` },
    { title: "deleted", cell: ({ prop }) => deletion(prop("Delete")) },
    { title: "status", cell: ({ prop }) => prop("status") },
  ],
  loses: (key) =>
    `Nothing is fetched from ${key} any more; what was delivered stays. A new one of this name fetches all that is there.`,
  examples: {
    add: [
      ["mailwright connector add jd@isp.net --to john --host isp.net --username jd", "asks for the password"],
      ["mailwright connector add jd --to mary --host pop.isp.net --username jd", "any name will do"],
    ],
    modify: [
      ["mailwright connector modify jd@isp.net --every 5", "each five minutes"],
      ["mailwright connector modify jd@isp.net --disable", "not for now"],
    ],
  },
  example: "jd@isp.net",
};
