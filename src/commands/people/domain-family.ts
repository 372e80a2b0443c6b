import { type Family, flag, type PropertyOption, takingBack, text } from "./family.ts";
import { hostAndPort } from "./notations.ts";

/** What people call the transports, and the catalogue's words for them. */
const transports: Readonly<Record<string, string>> = {
  local: "LocalDelivery",
  relay: "Relay",
  discard: "SmtpSink",
  refuse: "none",
};

const transport: PropertyOption = {
  name: "transport",
  value: "WHAT",
  words: Object.keys(transports),
  summary: "local (default), relay, discard or refuse its mail",
  stores: (word) => ({
    TransportType: Object.hasOwn(transports, word) ? (transports[word] ?? word) : word,
  }),
};

/** The word that `--transport` has for what is stored. */
const transportWord = (stored: string): string =>
  Object.entries(transports).find(([, type]) => type === stored)?.[0] ?? stored;

export const domainFamily: Family = {
  name: "domain",
  summary: "domains whose mail this server accepts",
  database: "domains",
  types: ["domain"],
  keys: (name) => [name.toLowerCase()],
  events: { add: "domain-create", modify: "domain-modify", delete: "domain-delete" },
  notes: ["Description"],
  options: [
    transport,
    {
      name: "relay-host",
      value: "HOST[:PORT]",
      summary: "pass its mail on to this server",
      stores: (given) => {
        const { host, port } = hostAndPort(given);
        const own = { TransportType: "Relay", RelayHost: host };
        return port === undefined ? own : { ...own, RelayPort: port };
      },
    },
    {
      name: "catch-all",
      value: "MAILBOX",
      summary: "a user, or vmail+FOLDER, for unknown names",
      stores: (mailbox) => ({
        UnknownRecipientsActionType: "deliver",
        UnknownRecipientsActionDeliverMailbox: mailbox,
      }),
    },
    takingBack("no-catch-all", { UnknownRecipientsActionType: "bounce" }, "refuse unknown names"),
    {
      name: "bcc",
      value: "ADDRESS",
      summary: "hidden copies of its mail",
      stores: (address) => ({ AlwaysBccStatus: "enabled", AlwaysBccAddress: address }),
    },
    takingBack("no-bcc", { AlwaysBccStatus: "disabled" }, "no hidden copies"),
    flag("dkim", { OpenDkimStatus: "enabled" }, "sign what its users send"),
    takingBack("no-dkim", { OpenDkimStatus: "disabled" }, "do not sign"),
    {
      name: "disclaimer",
      value: "TEXT",
      summary: "a note below what its users send",
      stores: (note) => ({ DisclaimerStatus: "enabled", DisclaimerText: note }),
    },
    takingBack("no-disclaimer", { DisclaimerStatus: "disabled" }, "no note"),
    text("description", "TEXT", "Description", "a note for administrators"),
  ],
  columns: [
    {
      title: "transport",
      cell: ({ prop }) =>
        prop("TransportType") === "Relay"
          ? `relay to ${prop("RelayHost")}:${prop("RelayPort")}`
          : transportWord(prop("TransportType")),
    },
    {
      title: "catch-all",
      cell: ({ prop }) =>
        prop("UnknownRecipientsActionType") === "deliver"
          ? prop("UnknownRecipientsActionDeliverMailbox")
          : "",
    },
    {
      title: "bcc",
      cell: ({ prop }) => (prop("AlwaysBccStatus") === "enabled" ? prop("AlwaysBccAddress") : ""),
    },
    { title: "dkim", cell: ({ prop }) => prop("OpenDkimStatus") },
    { title: "description", cell: ({ prop }) => prop("Description") },
  ],
  loses: (key) => `Mail to ${key} is refused; what was received stays.`,
  keeps: (key, primaryDomain) =>
    key.toLowerCase() === primaryDomain.toLowerCase()
      ? `${key} is the primary domain, whose mail is delivered on this server`
      : undefined,
  examples: {
    add: [
      ["mailwright domain add example.com --catch-all mary", "unknown names reach mary"],
      ["mailwright domain add example.net --relay-host mx.example.net:2525", "passed on to another server"],
    ],
    modify: [
      ["mailwright domain modify example.com --bcc archive@example.com", "a hidden copy of all its mail"],
      ["mailwright domain modify example.com --dkim", "sign what its users send"],
    ],
  },
  example: "example.com",
};
