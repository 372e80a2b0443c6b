import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Container, startContainer } from "../container/container.ts";
import { debPath, rootCache } from "../places.ts";
import { textList } from "./breakout.ts";
import { program } from "./places.ts";
import { nastyValues, randomValues } from "./values.ts";

/** A property whose value an event writes into a file, and how the daemon tells what it read there. */
interface Place {
  readonly title: string;
  readonly event: string;
  /** Stores the value; the catalogue is told to take what it would refuse. */
  store(value: string): readonly string[];
  readonly file: string;
  /** Whether the place is made for such a value; all values unless given. */
  takes?(value: string): boolean;
  /** What the real parser reads back. */
  read(container: Container, value: string): Promise<string | undefined>;
  /** What it must read for a value; the value itself unless given. */
  expected?(value: string): string;
}

const force = ["config", "--force"];
const seed = Number(process.env["MAILWRIGHT_E2E_SEED"] ?? "1");
// A process cannot be given a NUL, and half a character is no UTF-8: those are tried by the unit tests.
const values = pick([...nastyValues(), ...randomValues(200, seed)], 48).filter(
  (value) => !/[\0\p{Cs}]/u.test(value) && value.length < 100_000,
);

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

/** What Postfix's own library makes of a text; `postconf` shows tabs as blanks. */
async function asked(container: Container, question: string, text: string): Promise<string | undefined> {
  const ask = await program(container, "postfix-library.py");
  const input = JSON.stringify([text]);
  const argv = ["env", "MAIL_CONFIG=/etc/postfix", "python3", ask, question];
  return textList(await container.must(argv, { input }))[0];
}

const places: readonly Place[] = [
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
    title: "postfix HeloHost in main.cf",
    event: "nethserver-mail-common-save",
    store: (value) => [...force, "setprop", "postfix", "HeloHost", value],
    file: "/etc/postfix/main.cf",
    takes: (value) => value !== "",
    read: (container) => asked(container, "parameters", "smtp_helo_name"),
  },
  {
    title: "SystemName in main.cf",
    event: "nethserver-mail-server-update",
    store: (value) => [...force, "set", "SystemName", value],
    file: "/etc/postfix/main.cf",
    read: (container) => asked(container, "parameters", "myhostname"),
    expected: (value) => `${value}.domain.org`,
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
];

describe("values in the properties of this version's templates, through the event, read by the daemons", () => {
  let container: Container;

  beforeAll(async () => {
    container = await startContainer({ root: `${rootCache}/root`, deb: debPath() });
    await container.must(["config", "set", "DomainName", "domain.org"]);
    for (const event of ["nethserver-mail-server-update", "nethserver-mail-filter-update"]) {
      await container.must(["signal-event", event]);
    }
  });
  afterAll(() => container?.stop());

  test.for(places)("$title", { timeout: 600_000 }, async (place) => {
    onTestFinished(async () => {
      // Whatever happened, the next place starts well.
      await container.must(place.store(ordinary(place)));
      await container.must(["signal-event", "--service-manager", "none", place.event]);
    });
    let written = 0;
    let stopped = 0;
    let unstorable = 0;
    for (const value of values.filter((one) => place.takes?.(one) ?? true)) {
      const before = await container.read(place.file);
      const stored = await container.run(place.store(value));
      if (stored.exit !== 0) {
        // What is no text on one line is refused even with --force.
        expect(stored.exit, JSON.stringify(value)).toBe(3);
        unstorable++;
        continue;
      }
      const outcome = await container.run(["signal-event", "--service-manager", "none", place.event]);
      if (outcome.exit === 0) {
        const expected = place.expected?.(value) ?? value;
        const got = await place.read(container, value);
        expect(expected === "" ? "" : got, JSON.stringify({ value, got })).toBe(expected);
        written++;
      } else {
        expect([3, 4], `${JSON.stringify(value)} ${outcome.stderr}`).toContain(outcome.exit);
        expect(outcome.stderr).toMatch(/Nothing was (written|touched)/);
        expect(await container.read(place.file)).toBe(before);
        stopped++;
      }
    }
    console.log(
      `${place.title}: ${written} read back exactly, ${stopped} stopped the event, ${unstorable} not stored`,
    );
    expect(written + stopped).toBeGreaterThan(values.length / 3);
  });
});

/** A value that the place certainly takes, so that the next test starts well. */
function ordinary({ title }: Place): string {
  if (title.includes("HeloHost")) return "mail.example.org";
  if (title.includes("SystemName")) return "mail";
  if (title.includes("QuarantineAccount")) return "admin@elsewhere.example";
  return title.includes("PasswordHash") ? "{SHA512-CRYPT}x" : "admin@domain.org";
}

/** As many values as asked for, spread over the whole list. */
function pick(all: readonly string[], count: number): string[] {
  const step = Math.max(1, Math.floor(all.length / count));
  return all.filter((_, index) => index % step === 0);
}
