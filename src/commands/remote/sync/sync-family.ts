import { type Family, flag, text } from "../../people/family.ts";
import { accountKeys, hostAndPort } from "../../people/notations.ts";

const event = "nethserver-mail-imapsync-save";

export const syncFamily: Family = {
  name: "sync",
  noun: "synchronization job",
  summary: "copy mailboxes of other IMAP servers into users'",
  database: "imapsync",
  types: ["imapsync"],
  keys: accountKeys,
  isOfAnyDomain: true,
  events: { add: event, modify: event, delete: event },
  password: {
    property: "Password",
    isHashed: false,
    account: { username: "username", host: "hostname", place: "the other server" },
  },
  notes: [],
  options: [
    {
      name: "host",
      value: "HOST[:PORT]",
      summary: "the other IMAP server",
      stores: (given, { prop }) => {
        const { host, port = prop("Security") === "ssl" ? "993" : "143" } = hostAndPort(given);
        return { hostname: host, Port: port };
      },
    },
    text("username", "NAME", "username", "the login there; asks for the password"),
    {
      name: "security",
      value: "HOW",
      words: ["tls", "ssl", "no"],
      summary: "tls (STARTTLS, default), ssl (port 993) or no",
      stores: (how, { prop }) => {
        const port = prop("Port");
        if (how === "ssl")
          return { Security: how, ...(port === "" || port === "143" ? { Port: "993" } : {}) };
        return { Security: how, ...(port === "993" ? { Port: "143" } : {}) };
      },
    },
    text("exclude", "FOLDER,…", "Exclude", "folders, with all below, that are not copied"),
    flag("no-trash", { TrashSync: "disabled" }, "leave the folder Trash out"),
    flag("trash", { TrashSync: "enabled" }, "copy it too (default)"),
    flag(
      "delete-destination",
      { DeleteDestination: "enabled" },
      "remove here what was copied and is gone there",
    ),
    flag("keep-destination", { DeleteDestination: "disabled" }, "keep it (default)"),
    {
      name: "every",
      value: "HOURS",
      summary: "copy every so many hours, by a timer",
      stores: (hours) => ({ status: "enabled", Time: hours }),
    },
    flag("disable", { status: "disabled" }, "no timer (default)"),
    flag("enable", { status: "enabled" }, "by the timer, every Time hours"),
  ],
  lacks: (props) => {
    if ((props.get("hostname") ?? "") === "") return "which server has the mail? Give --host HOST";
    return (props.get("username") ?? "") === "" ? "as whom? Give --username NAME" : undefined;
  },
  columns: [
    { title: "host", cell: ({ prop }) => `${prop("hostname")}:${prop("Port")}` },
    { title: "username", cell: ({ prop }) => prop("username") },
    { title: "security", cell: ({ prop }) => prop("Security") },
    { title: "timer", cell: ({ prop }) => (prop("status") === "enabled" ? `every ${prop("Time")} h` : "no") },
    { title: "deletes", cell: ({ prop }) => (prop("DeleteDestination") === "enabled" ? "yes" : "no") },
  ],
  loses: (key) => `The job of ${key} is gone, with its account and the mirror. What was copied stays.`,
  examples: {
    add: [
      ["mailwright sync add john --host imap.example.net --username john", "asks for the password"],
      [
        "mailwright sync add john --host mx.example.net --username 'john*vmail' --every 6",
        "by a master user",
      ],
    ],
    modify: [
      ["mailwright sync modify john --exclude 'Junk,Old/2019'", "leaves folders out"],
      ["mailwright sync modify john --disable", "no timer any more"],
    ],
  },
  example: "john",
};
