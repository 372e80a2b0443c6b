import { beforeEach, describe, expect, it, vi } from "vitest";
import { success } from "../../unit/apply/fakes.ts";
import { fakeMachine } from "../apply/fake-system.ts";
import { Office } from "./office.ts";

vi.mock("../../../src/system/real-system.ts", async (original) =>
  fakeMachine.instead(await original<typeof import("../../../src/system/real-system.ts")>()),
);

/** Characters that a shell, a passwd file, SQL or an encoding could trip over. */
const odd = ` a"b'c#d|e:f%g$h\\i\`j{k}l\tö€🦉 `;

describe("passwords", () => {
  let office: Office;
  beforeEach(async () => {
    office = new Office();
    await office.mailwright("user", "add", "john", "--no-password");
  });
  const hash = async (): Promise<string | undefined> => {
    const record = await office.record("accounts", "john@example.org");
    return record === 1 ? undefined : record.props?.["PasswordHash"];
  };

  it.each([odd, "x", "ä".repeat(200)])(
    "%s reaches doveadm as it is, from standard input and a terminal",
    async (password) => {
      const piped = await office.run("mailwright", ["passwd", "john", "--password-stdin"], {
        stdin: `${password}\n`,
      });
      expect(piped).toEqual({ exit: 0, stdout: "", stderr: "" });
      const asked = await office.asked([password, password], "passwd", "john");
      expect(asked).toMatchObject({ exit: 0, stdout: "", stderr: "" });
      expect(office.hashed).toEqual(Array(2).fill(`${password}\n${password}\n`));
      expect(office.body("/etc/users")).toBe(`john@example.org ${await hash()}\n`);
    },
  );

  it.each([
    ["", "it is empty"],
    ["a\nb", "it holds a line break"],
    ["ä".repeat(256), "it has more than 511 bytes"],
  ])("%j is refused: %s", async (password, reason) => {
    const { exit, stderr } = await office.run("mailwright", ["passwd", "john", "--password-stdin"], {
      stdin: `${password}\n`,
    });
    expect(exit).toBe(3);
    expect(stderr).toContain(reason);
    expect(office.hashed).toEqual([]);
  });

  it("is taken away with --disable; where the login is disabled that is said", async () => {
    await office.asked(["x", "x"], "passwd", "john");
    await office.done("passwd", "john", "--disable");
    expect(await hash()).toBe("");
    await office.done("user", "modify", "john", "--disable");
    const { stderr } = await office.asked(["x", "x"], "passwd", "john");
    expect(stderr).toContain("mailwright user modify john@example.org --enable");
  });

  it("needs somebody to ask, a user, and users that are records", async () => {
    expect(await office.mailwright("passwd", "john")).toMatchObject({ exit: 3 });
    expect(await office.mailwright("passwd", "jon")).toMatchObject({ exit: 1 });
    await office.config("setprop", "sssd", "Provider", "system");
    const { exit, stderr } = await office.asked([], "passwd", "john");
    expect(exit).toBe(3);
    expect(stderr).toContain("passwords are the system's here");
    expect(await office.asked([], "user", "add", "mary")).toMatchObject({ exit: 0, questions: [] });
    const given = await office.run("mailwright", ["user", "add", "paul", "--password-stdin"], { stdin: "x" });
    expect(given).toMatchObject({ exit: 3 });
  });

  it("and hashes are in no history, output or progress", async () => {
    const outputs = [
      await office.asked(["Geheim1", "Geheim1"], "passwd", "john"),
      await office.run("mailwright", ["passwd", "john", "--json", "--password-stdin"], { stdin: "Geheim2" }),
      await office.mailwright("history"),
      await office.mailwright("history", "--json"),
      await office.mailwright("diff", "4"),
      await office.mailwright("user", "show", "john"),
      await office.mailwright("user", "list", "--json"),
    ];
    expect(outputs.map(({ exit }) => exit)).toEqual(outputs.map(() => 0));
    const text = JSON.stringify(outputs);
    expect(text).toContain("••••••");
    expect(text).not.toMatch(/Geheim|mieheG/);
  });

  it("doveadm that fails, or is not there, stores nothing", async () => {
    fakeMachine.programs.set("doveadm", () => ({ ...success, exit: 64, stderr: "Error: no scheme" }));
    const failed = await office.asked(["x", "x"], "passwd", "john");
    expect(failed).toMatchObject({ exit: 1 });
    expect(failed.stderr).toContain("Error: no scheme");
    fakeMachine.programs.set("doveadm", () => ({ ...success, exit: 127 }));
    const missing = await office.asked(["x", "x"], "passwd", "john");
    expect(missing.stderr).toContain("apt install dovecot-core");
    fakeMachine.programs.set("doveadm", () => ({ ...success, stdout: "{SHA512-CRYPT}*0\n" }));
    expect(await office.asked(["x", "x"], "passwd", "john")).toMatchObject({ exit: 1 });
    expect(await hash()).toBeUndefined();
  });

  it("of relay hosts are kept as they are, asked for once with a user name, and not shown", async () => {
    const args = ["relay", "add", "@b.org", "--for", "sender", "--host", "mx.b.org", "--username", "u"];
    const kept = odd.trimEnd();
    const { exit, questions } = await office.asked([kept], ...args);
    expect({ exit, questions }).toEqual({ exit: 0, questions: ["Password of u at the relay host: "] });
    expect(await office.record("smarthosts", "@b.org")).toMatchObject({
      props: { Username: "u", Password: kept },
    });
    const own = ["relay", "modify", "@b.org", "--password-stdin"];
    expect(await office.run("mailwright", own, { stdin: "other\n" })).toMatchObject({ exit: 0 });
    expect(await office.record("smarthosts", "@b.org")).toMatchObject({ props: { Password: "other" } });
    await office.asked(["Main1"], "relay", "default", "--host", "mx.example.net:587", "--username", "m");
    const shown = await office.mailwright("relay", "default", "--json");
    expect(JSON.parse(shown.stdout)).toEqual({
      ...{ status: "enabled", host: "mx.example.net", port: "587", username: "m", tls: "enabled" },
      hasPassword: true,
    });
    for (const line of [["show", "@b.org"], ["list"], ["list", "--json"], ["default"]])
      expect(JSON.stringify(await office.mailwright("relay", ...line))).not.toMatch(/other|Main1/);
  });

  describe("that are stored for a relay host", () => {
    const kept = async (): Promise<Record<string, string> | undefined> => {
      const record = await office.record("smarthosts", "@b.org");
      return record === 1 ? undefined : record.props;
    };
    const old = { Host: "mx.b.org", Username: "u", Password: "oldpw" };
    beforeEach(async () => {
      const args = ["relay", "add", "@b.org", "--for", "sender", "--host", "mx.b.org", "--username", "u"];
      await office.asked(["oldpw"], ...args);
    });

    it.each([
      [["--username", "v", "--host", "other.net"]],
      [["--username", "v"]],
      [["--host", "other.net:587"]],
      [["--set", "Host=other.net"]],
      [["--host", "other.net", "--dry-run"]],
    ])("do not go with another name or to another host: %j is refused without a terminal", async (change) => {
      const { exit, stderr } = await office.mailwright("relay", "modify", "@b.org", ...change);
      expect(exit).toBe(3);
      expect(stderr).toContain("the password that is stored is that of u at mx.b.org");
      expect(stderr).toContain("--password-stdin");
      expect(await kept()).toMatchObject(old);
    });

    it("are asked for anew at a terminal, and taken from standard input", async () => {
      const asked = await office.asked(["new"], "relay", "modify", "@b.org", "--host", "other.net");
      expect(asked).toMatchObject({ exit: 0, questions: ["Password of u at the relay host: "] });
      expect(await kept()).toMatchObject({ Host: "other.net", Password: "new" });
      const args = ["relay", "modify", "@b.org", "--username", "v", "--password-stdin"];
      expect(await office.run("mailwright", args, { stdin: "newer" })).toMatchObject({ exit: 0, stderr: "" });
      expect(await kept()).toMatchObject({ Username: "v", Password: "newer" });
    });

    it("stay where neither changes, and where there is no login", async () => {
      await office.done("relay", "modify", "@b.org", "--host", "MX.b.org:465", "--username", "u", "--no-tls");
      expect(await kept()).toMatchObject({ Username: "u", Password: "oldpw", Port: "465" });
      await office.done("relay", "modify", "@b.org", "--username", "", "--host", "other.net");
      const back = await office.mailwright("relay", "modify", "@b.org", "--username", "w");
      expect(back).toMatchObject({ exit: 3 });
      expect(back.stderr).toContain("that of another account at other.net");
    });

    it("are missed without a terminal, and that is said", async () => {
      const args = ["relay", "add", "@c.org", "--for", "sender", "--host", "mx.c.org", "--username", "u"];
      const { exit, stderr } = await office.mailwright(...args);
      expect({ exit, stderr }).toEqual({
        exit: 0,
        stderr:
          "mailwright relay add: no password is stored of u at the relay host: mailwright relay modify @c.org --password-stdin\n",
      });
    });

    it("of all other mail are treated alike", async () => {
      const first = ["relay", "default", "--host", "mx.example.net", "--username", "m"];
      expect((await office.mailwright(...first)).stderr).toContain(
        "no password is stored of m at the relay host: mailwright relay default --password-stdin",
      );
      await office.asked(["Main1"], ...first);
      const { exit, stderr } = await office.mailwright("relay", "default", "--host", "mx.else.net");
      expect(exit).toBe(3);
      expect(stderr).toContain("that of m at mx.example.net");
      const other = await office.asked(["Main2"], "relay", "default", "--host", "mx.else.net");
      expect(other).toMatchObject({ exit: 0, questions: ["Password of m at the relay host: "] });
      const stored = await office.config("getprop", "postfix", "SmartHostPassword");
      expect(stored).toBe("Main2\n");
    });
  });
});
