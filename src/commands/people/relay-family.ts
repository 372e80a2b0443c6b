import { type Family, flag, type PropertyOption, text } from "./family.ts";
import { hostAndPort } from "./notations.ts";

/** The options of a relay host, over the names that its properties have in the record. */
export function relayOptions(
  name: Readonly<Record<"host" | "port" | "username" | "tls" | "status", string>>,
) {
  const host: PropertyOption = {
    name: "host",
    value: "HOST[:PORT]",
    summary: "the server that gets the mail",
    stores: (given) => {
      const { host: own, port } = hostAndPort(given);
      return port === undefined ? { [name.host]: own } : { [name.host]: own, [name.port]: port };
    },
  };
  return {
    host,
    others: [
      text("port", "PORT", name.port, "its port"),
      text("username", "NAME", name.username, "the login there; asks for the password"),
      flag("tls", { [name.tls]: "enabled" }, "mail waits rather than go without TLS (default)"),
      flag("no-tls", { [name.tls]: "disabled" }, "TLS only where it is offered"),
      flag("disable", { [name.status]: "disabled" }, "do not use it"),
      flag("enable", { [name.status]: "enabled" }, "use it"),
    ],
  };
}

const { host, others } = relayOptions({
  host: "Host",
  port: "Port",
  username: "Username",
  tls: "TlsStatus",
  status: "status",
});

export const relayFamily: Family = {
  name: "relay",
  summary: "relay hosts by sender or recipient",
  database: "smarthosts",
  types: ["sender", "recipient"],
  keys: (name) => [name.includes("@") ? name : `@${name}`],
  events: {
    add: "nethserver-mail-smarthost-save",
    modify: "nethserver-mail-smarthost-save",
    delete: "nethserver-mail-smarthost-save",
  },
  password: {
    property: "Password",
    isHashed: false,
    account: { username: "Username", host: "Host", place: "the relay host" },
  },
  notes: ["Description"],
  options: [
    {
      name: "for",
      value: "WHOM",
      words: ["sender", "recipient"],
      summary: "mail from it (sender) or to it (recipient)",
      stores: (type) => ({ type }),
    },
    host,
    ...others,
    text("description", "TEXT", "Description", "a note for administrators"),
  ],
  lacks: (props) => {
    if (!props.has("type")) return "of mail from it, or to it? Give --for sender or --for recipient";
    return (props.get("Host") ?? "") === "" ? "which server gets the mail? Give --host HOST" : undefined;
  },
  columns: [
    { title: "for", cell: ({ type }) => type },
    { title: "host", cell: ({ prop }) => `${prop("Host")}:${prop("Port")}` },
    { title: "username", cell: ({ prop }) => prop("Username") },
    { title: "tls", cell: ({ prop }) => (prop("TlsStatus") === "enabled" ? "required" : "if offered") },
    { title: "status", cell: ({ prop }) => prop("status") },
    { title: "description", cell: ({ prop }) => prop("Description") },
  ],
  loses: (key) => `The rule of ${key} is gone, with its account; such mail goes the default way.`,
  examples: {
    add: [
      ["mailwright relay add @example.com --for sender --host mx.example.net:587", "mail of its users"],
      ["mailwright relay add a@example.org --for recipient --host mx.example.org:25", "for one recipient"],
    ],
    modify: [
      ["mailwright relay modify @example.com --port 465", "another port"],
      ["mailwright relay modify @example.com --disable", "not used for now"],
    ],
  },
  example: "@example.com",
};

const main = relayOptions({
  host: "SmartHostName",
  port: "SmartHostPort",
  username: "SmartHostUsername",
  tls: "SmartHostTlsStatus",
  status: "SmartHostStatus",
});

/** The relay host of all mail that no rule is about: properties of postfix, so that the record is always there. */
export const defaultRelay: Family = {
  ...relayFamily,
  database: "configuration",
  types: ["service"],
  keys: () => ["postfix"],
  password: {
    property: "SmartHostPassword",
    isHashed: false,
    account: { username: "SmartHostUsername", host: "SmartHostName", place: "the relay host" },
  },
  options: [
    {
      ...main.host,
      stores: (given, record) => ({ SmartHostStatus: "enabled", ...main.host.stores(given, record) }),
    },
    ...main.others,
  ],
};
