import { chmodSync, existsSync, rmSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { given } from "../../given.ts";
import { newServer, type Server } from "./server.ts";

describe("mailwright verify", () => {
  let server: Server;
  beforeEach(async () => {
    server = newServer();
    await server.kill("12");
    await server.db("accounts", "set", "john", "user");
    await server.done("apply");
  });

  const differing = async (): Promise<unknown> => {
    const { exit, stdout } = await server.mailwright("verify", "--json");
    expect(exit).toBe(2);
    return JSON.parse(stdout);
  };

  it("where all is as the settings say says so, with status 0", async () => {
    expect(await server.done("verify")).toBe("3 files are as the settings say.\n");
    expect(JSON.parse(await server.done("verify", "--json"))).toEqual({ files: 3, differing: [] });
  });

  it("looks at no file before one was made, and makes nothing", async () => {
    const other = newServer();
    expect(await other.done("verify")).toBe("0 files are as the settings say.\n");
    expect(other.read("/var/lib/mailwright/mailwright.db")).toBeUndefined();
  });

  it.runIf(given(existsSync("/usr/bin/openssl"), "openssl"))(
    "makes no key where a file needs one, and neither does expand-template --diff",
    async () => {
      server.template("/etc/own.pem", { "10.hbs": "" }, "pem: certificate.sources\n");
      server.event("user-create", "templates: [/etc/users, /etc/own.pem]\n");
      expect((await server.mailwright("verify")).stdout).toContain("/etc/own.pem");
      expect((await server.run("expand-template", ["--diff", "/etc/own.pem"])).exit).toBe(2);
      expect(server.read("/var/lib/mailwright/self-signed.pem")).toBeUndefined();
      await server.done("apply");
    },
  );

  it("shows an edit by hand as what an event would do to it, with status 2, and leaves it", async () => {
    server.put(server.at("/etc/filter"), `${server.read("/etc/filter")}mine\n`);
    const { exit, stdout } = await server.mailwright("verify");
    expect(exit).toBe(2);
    expect(stdout).toMatch(/^1 of 3 files differ from what the settings say\n--- \/etc\/filter\n/);
    expect(stdout).toMatch(/^-mine$/m);
    expect(await differing()).toEqual({
      files: 3,
      differing: [{ path: "/etc/filter", state: "edited", edit: "content" }],
    });
    expect(server.body("/etc/filter")).toBe("kill 12\nmine\n");
  });

  it("a wrong mode", async () => {
    chmodSync(server.at("/etc/filter"), 0o600);
    expect((await server.mailwright("verify")).stdout).toContain(
      "/etc/filter: mode and owner become 0644 root:root\n",
    );
    expect(await differing()).toEqual({
      files: 3,
      differing: [{ path: "/etc/filter", state: "attributes", edit: "attributes" }],
    });
    expect(server.mode("/etc/filter")).toBe("0600");
  });

  it("a file that was removed by hand", async () => {
    rmSync(server.at("/etc/filter"));
    expect((await server.mailwright("verify")).stdout).toMatch(/^\+kill 12$/m);
    expect(await differing()).toEqual({
      files: 3,
      differing: [{ path: "/etc/filter", state: "new", edit: "removed" }],
    });
    expect(server.read("/etc/filter")).toBeUndefined();
  });

  it("a setting that waits, and a fragment that is new", async () => {
    await server.kill("13");
    server.fragment("/etc/notes", "20.hbs", "more\n", "site");
    const { stdout } = await server.mailwright("verify");
    expect(stdout).toMatch(/^2 of 3 files differ/);
    expect(stdout).toMatch(/^-kill 12\n\+kill 13$/m);
    expect(await differing()).toEqual({
      files: 3,
      differing: [
        { path: "/etc/filter", state: "changed" },
        { path: "/etc/notes", state: "changed" },
      ],
    });
  });

  it("a file that a template made and makes no more", async () => {
    server.fragment("/etc/notes", "template.yaml", "syntax: plain\nwhen: not true\n");
    expect(await differing()).toEqual({
      files: 3,
      differing: [{ path: "/etc/notes", state: "removed" }],
    });
  });

  it("shows no secret, also none that was edited away", async () => {
    server.template("/etc/secret", { "10.hbs": "password {{config.rspamd.Password}}\n" }, 'mode: "0640"\n');
    server.event("nethserver-mail-filter-save", "templates: [/etc/secret]\n", "site");
    await server.config("setprop", "rspamd", "Password", "S3cretOfMine");
    await server.done("apply");
    server.put(server.at("/etc/secret"), "password S3cretOfBefore\n", 0o640);
    const { exit, stdout, stderr } = await server.mailwright("verify");
    expect(exit).toBe(2);
    expect(stdout).toContain("/etc/secret: changes; not shown, for it holds secrets");
    expect(stdout + stderr).not.toContain("S3cret");
  });

  it("a broken fragment is told with its line, with status 1", async () => {
    server.fragment("/etc/notes", "20.hbs", "fine\n{{nonsense}}\n", "site");
    const { exit, stdout, stderr } = await server.mailwright("verify");
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
    expect(stderr).toMatch(/^mailwright verify: .*\/etc\/notes\/20\.hbs:2: /);
  });
});
