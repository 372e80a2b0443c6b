import { beforeEach, describe, expect, it, vi } from "vitest";
import { fakeMachine } from "../apply/fake-system.ts";
import { Server } from "../apply/server.ts";

vi.mock("../../../src/system/real-system.ts", async (original) =>
  fakeMachine.instead(await original<typeof import("../../../src/system/real-system.ts")>()),
);

interface Shown {
  readonly records: readonly { readonly selector: string; readonly name: string; readonly value: string }[];
}

describe("mailwright dkim", () => {
  let server: Server;

  const notices = async (...args: string[]): Promise<string> => {
    const { exit, stderr } = await server.mailwright(...args);
    expect(exit, stderr).toBe(0);
    return stderr;
  };
  const records = async (domain = "example.org"): Promise<Shown["records"]> =>
    (JSON.parse((await server.mailwright("dkim", "show", domain, "--json")).stdout) as Shown).records;
  const publish = async (): Promise<void> => {
    for (const { name, value } of await records()) fakeMachine.dns.set(`${name} TXT`, [value]);
  };
  const uses = async (): Promise<string[]> =>
    JSON.parse((await server.mailwright("dkim", "list", "--json")).stdout).map(
      ({ domain, selector, use, isLost }: Record<string, string>) =>
        `${domain} ${selector} ${use}${isLost ? " lost" : ""}`,
    );

  beforeEach(async () => {
    fakeMachine.reset();
    server = new Server();
    server.template(
      "/etc/selectors",
      { "10.hbs": "{{#each dkim.signing}}{{domain}} {{selector}}\n{{/each}}" },
      "keys: dkim.keys\n",
    );
    server.event("domain-create", "templates: [/etc/selectors]\n");
    server.event("domain-modify", "extends: [domain-create]\n");
    server.event("domain-delete", "extends: [domain-create]\ndeletes: domains\n");
    await notices("domain", "add", "example.org", "--dkim");
  });

  it("show tells what is missing of a domain that is not signed, and of one that is none", async () => {
    await notices("domain", "add", "example.com");
    const unsigned = await server.mailwright("dkim", "show", "example.com");
    expect(unsigned).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining("domain modify example.com --dkim"),
    });
    expect(await server.mailwright("dkim", "show", "exampel.org")).toMatchObject({
      ...{ exit: 1, stderr: expect.stringContaining("Did you mean example.org?") },
    });
    await notices("domain", "modify", "example.org", "--no-dkim");
    expect(await notices("dkim", "show", "example.org")).toContain("is not signed");
    expect(await uses()).toEqual(["example.org default idle"]);
  });

  it("rotate makes a key, which takes over when DNS has it, or by force", async () => {
    expect(await notices("dkim", "rotate", "example.org")).toContain("dkim rotate example.org --finish");
    const [first, next] = await records();
    expect([first?.selector, next?.selector]).toEqual(["default", expect.stringMatching(/^s20\d{6}$/)]);
    // Asked again, it shows the same one.
    await notices("dkim", "rotate", "example.org");
    expect((await records()).map(({ selector }) => selector)).toEqual(["default", next?.selector]);
    const early = await server.mailwright("dkim", "rotate", "example.org", "--finish");
    expect(early).toMatchObject({ exit: 1, stderr: expect.stringContaining("missing") });
    await publish();
    await notices("dkim", "rotate", "example.org", "--finish");
    expect(server.read("/etc/selectors")).toContain(`example.org ${next?.selector}\n`);
    expect(await uses()).toEqual([`example.org ${next?.selector} signs`, "example.org default old"]);
    await notices("dkim", "rotate", "example.org");
    expect((await records())[1]?.selector).toBe(`${next?.selector}b`);
    await notices("dkim", "rotate", "example.org", "--finish", "--force");
    expect((await records()).map(({ selector }) => selector)).toEqual([`${next?.selector}b`]);
  });

  it("rotate --cancel leaves all as it was, and the new key an old one", async () => {
    await notices("dkim", "rotate", "example.org");
    await notices("dkim", "rotate", "example.org", "--cancel");
    expect((await uses())[0]).toBe("example.org default signs");
    expect((await uses())[1]).toMatch(/^example\.org s20\d{6} old$/);
    for (const option of ["--cancel", "--finish"])
      expect((await server.mailwright("dkim", "rotate", "example.org", option)).exit).toBe(3);
    expect((await server.mailwright("dkim", "rotate", "example.org", "--cancel", "--finish")).exit).toBe(3);
  });

  it("rotate --dry-run makes no key", async () => {
    const { exit, stdout, stderr } = await server.mailwright("dkim", "rotate", "example.org", "--dry-run");
    expect({ exit, stderr }).toEqual({ exit: 2, stderr: "" });
    expect(stdout).toMatch(/^The key s20\d{6} of example\.org would be made/);
    expect(await uses()).toEqual(["example.org default signs"]);
    await notices("dkim", "rotate", "example.org");
    const cancel = await server.mailwright("dkim", "rotate", "example.org", "--cancel", "--dry-run");
    expect(cancel).toMatchObject({ exit: 2, stdout: expect.stringContaining("would not take over") });
  });

  it("retire is offered the keys that may be removed", async () => {
    await publish();
    await notices("dkim", "rotate", "example.org");
    for (const { name, value } of await records()) fakeMachine.dns.set(`${name} TXT`, [value]);
    const offered = async (domain: string) =>
      (await server.mailwright("complete", "mailwright", "dkim", "retire", domain, "")).stdout;
    expect(await offered("example.org")).toBe("");
    await notices("dkim", "rotate", "example.org", "--finish", "--force");
    expect(await offered("example.org")).toBe("default\told\n");
    expect(await offered("example.com")).toBe("");
  });

  it("retire removes an old key alone, after it was agreed to, also of a domain that is gone", async () => {
    const retire = (...args: string[]) =>
      server.mailwright("dkim", "retire", "example.org", "default", ...args);
    expect((await retire("--yes")).exit).toBe(3);
    await server.done("domain", "delete", "example.org", "--yes");
    expect(await uses()).toEqual(["example.org default old"]);
    expect(await retire()).toMatchObject({
      exit: 3,
      stderr: expect.stringContaining("within the last week"),
    });
    expect(await retire("--yes")).toMatchObject({ exit: 0, stderr: expect.stringContaining("out of DNS") });
    expect(await uses()).toEqual([]);
    expect((await retire("--yes")).exit).toBe(1);
  });

  it("retire leaves a key that came into use while somebody was asked", async () => {
    await notices("domain", "modify", "example.org", "--no-dkim");
    const asker = {
      secret: () => Promise.resolve(""),
      confirm: async () => {
        await notices("domain", "modify", "example.org", "--dkim");
        return true;
      },
    };
    const { exit, stderr } = await server.run("mailwright", ["dkim", "retire", "example.org", "default"], {
      asker,
    });
    expect({ exit, stderr }).toMatchObject({
      exit: 3,
      stderr: expect.stringContaining("default of example.org signs"),
    });
    expect(await uses()).toEqual(["example.org default signs"]);
  });

  it("retire takes the name of a domain in its own letters", async () => {
    await notices("domain", "add", "bücher.example", "--dkim");
    await notices("domain", "modify", "bücher.example", "--no-dkim");
    expect((await server.mailwright("dkim", "retire", "bücher.example", "default", "--yes")).exit).toBe(0);
    expect(await uses()).toEqual(["example.org default signs"]);
  });

  it("a selector that is set by hand signs at once, and dkim rotate is named instead", async () => {
    const set = (selector: string) =>
      notices("domain", "modify", "example.org", "--set", `DkimSelector=${selector}`);
    expect(await set("foo")).toMatch(/foo signs at once.*mailwright dkim rotate example\.org/);
    expect(await set("foo")).not.toContain("signs at once");
  });

  it("an old key that is lost is status 1 of the list, too", async () => {
    const { rmSync } = await import("node:fs");
    await notices("dkim", "rotate", "example.org");
    await notices("dkim", "rotate", "example.org", "--finish", "--force");
    expect((await server.mailwright("dkim", "list")).exit).toBe(0);
    rmSync(server.at("/var/lib/rspamd/dkim/example.org.default.key"));
    expect((await server.mailwright("dkim", "list")).exit).toBe(1);
  });

  it("while the filter is disabled, nothing is said to sign, and verify is status 1", async () => {
    await publish();
    expect((await server.mailwright("dkim", "verify", "example.org")).exit).toBe(0);
    await server.config("setprop", "rspamd", "status", "disabled");
    const off = expect.stringContaining("the filter is disabled, and no mail is signed");
    expect(await server.mailwright("dkim", "verify", "example.org")).toMatchObject({ exit: 1, stderr: off });
    const shown = await server.mailwright("dkim", "show", "example.org");
    expect(shown).toMatchObject({ exit: 0, stderr: off });
    expect(shown.stdout).toContain("default (signs when the filter is enabled)");
    expect(JSON.parse((await server.mailwright("dkim", "show", "example.org", "--json")).stdout).signed).toBe(
      false,
    );
    expect((await server.mailwright("dkim", "list")).stderr).toEqual(off);
  });

  it("a lost key is listed as such, and rotate makes another", async () => {
    const { rmSync } = await import("node:fs");
    rmSync(server.at("/var/lib/rspamd/dkim/example.org.default.key"));
    expect(await uses()).toEqual(["example.org default signs lost"]);
    expect((await server.mailwright("dkim", "list")).exit).toBe(1);
    expect((await server.mailwright("dkim", "show", "example.org")).stderr).toContain("is lost");
    expect((await server.mailwright("dkim", "verify", "example.org")).exit).toBe(1);
    await notices("dkim", "rotate", "example.org");
    await publish();
    await notices("dkim", "rotate", "example.org", "--finish");
    await publish();
    expect((await server.mailwright("dkim", "verify", "example.org")).exit).toBe(0);
  });
});
