import type { Container } from "../container/container.ts";
import { asked, force, valuesGoThrough } from "./properties.ts";

/** An address that is not of this server: a local one must be a user's. */
function elsewhere(value: string): string {
  return value.includes("@") ? value : `${value}@elsewhere.example`;
}

/** A text of Rspamd's configuration as its plugins see it; `configdump` does not show control characters. */
async function rspamd(container: Container, section: string, name: string): Promise<string | undefined> {
  const plugin = `
    local function find(value)
      if type(value) ~= "table" then return nil end
      if type(value["${name}"]) == "string" then return value["${name}"] end
      for _, item in pairs(value) do
        local found = find(item)
        if found then return found end
      end
    end
    local found = find(rspamd_config:get_all_opt("${section}"))
    local file = io.open("/tmp/e2e-found", "w")
    file:write(found and found:gsub(".", function(c) return ("%02x"):format(c:byte()) end) or "none")
    file:close()`;
  await container.write("/tmp/e2e-find.lua", plugin);
  const settings = `.include "/etc/rspamd/rspamd.conf"\nlua = "/tmp/e2e-find.lua";\n`;
  await container.write("/tmp/e2e-find.conf", settings);
  await container.must(["rspamadm", "configtest", "-c", "/tmp/e2e-find.conf"]);
  const hex = await container.read("/tmp/e2e-found");
  return hex === "none" ? undefined : Buffer.from(hex, "hex").toString();
}

/** The plain form of the only address that a table holds for a key. */
async function plainAddress(container: Container, key: string): Promise<string | undefined> {
  const found = await container.run(["postmap", "-q", key, "cdb:/etc/postfix/virtual-aliases"]);
  return found.exit === 0 ? asked(container, "parse", found.stdout.replace(/\n$/, "")) : undefined;
}

valuesGoThrough([
  {
    title: "rspamd Password in worker-controller.inc",
    event: "nethserver-mail-filter-update",
    store: (value) => [...force, "setprop", "rspamd", "Password", value],
    file: "/etc/rspamd/local.d/worker-controller.inc",
    read: (container) => rspamd(container, "worker", "password"),
  },
  {
    title: "rspamd QuarantineAccount in mailwright_quarantine.conf",
    event: "nethserver-mail-quarantine-save",
    store: (value) => [
      ...force,
      "setprop",
      "rspamd",
      "QuarantineStatus",
      "enabled",
      "QuarantineAccount",
      elsewhere(value),
    ],
    file: "/etc/rspamd/modules.d/mailwright_quarantine.conf",
    read: (container) => rspamd(container, "mailwright_quarantine", "account"),
    expected: elsewhere,
  },
  {
    title: "postfix SmartHostPassword in relay-accounts",
    event: "nethserver-mail-smarthost-save",
    store: (value) => [
      ...force,
      ...["setprop", "postfix", "SmartHostStatus", "enabled", "SmartHostName", "relay.example"],
      ...["SmartHostUsername", "user", "SmartHostPassword", value],
    ],
    file: "/etc/postfix/relay-accounts",
    read: async (container) => {
      const argv = ["postmap", "-q", "[relay.example]:25", "cdb:/etc/postfix/relay-accounts"];
      return (await container.must(argv)).replace(/\n$/, "").replace(/^user:/, "");
    },
  },
  {
    title: "root EmailAddress in virtual-aliases",
    event: "nethserver-mail-server-update",
    // At a domain of others: a local name that nobody has leads nowhere.
    store: (value) => [
      ...force,
      ...["setprop", "root", "KeepMessageCopy", "no", "EmailAddress", `${value}@elsewhere.example`],
    ],
    file: "/etc/postfix/virtual-aliases",
    // A list: the spaces around its items are not part of them.
    takes: (value) => !value.includes(",") && value.trimStart() === value && value !== "",
    read: (container) => plainAddress(container, "root"),
    expected: (value) => `${value}@elsewhere.example`,
  },
  {
    title: "a user's PasswordHash in Dovecot's users",
    event: "user-create",
    store: (value) => [
      "db",
      "--force",
      "accounts",
      "set",
      "john@domain.org",
      "user",
      "PasswordHash",
      `{PLAIN}${value}`,
    ],
    file: "/etc/dovecot/users",
    // An empty password never logs in, and a control character means something in the protocol of doveadm itself;
    // that the file holds one is seen by the readers of the syntax.
    takes: (value) => value !== "" && !/\p{Cc}/u.test(value),
    // Dovecot tells no password: that it lets the value in is the answer. It looks at the file once a second, and
    // answers a failed login only after some more.
    read: async (container, value) => {
      await new Promise((resolve) => setTimeout(resolve, 1100));
      const login = await container.run(["doveadm", "auth", "test", "--", "john", value]);
      return login.exit === 0 ? value : undefined;
    },
  },
]);
