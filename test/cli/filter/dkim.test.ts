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
    await server.mailwright("dkim", "rotate", "example.org", "--dry-run");
    expect(await uses()).toEqual(["example.org default signs"]);
  });

  it("retire removes an old key alone, after it was agreed to, also of a domain that is gone", async () => {
    const retire = (...args: string[]) =>
      server.mailwright("dkim", "retire", "example.org", "default", ...args);
    expect((await retire("--yes")).exit).toBe(3);
    await server.done("domain", "delete", "example.org", "--yes");
    expect(await uses()).toEqual(["example.org default old"]);
    expect((await retire()).exit).toBe(3);
    expect(await retire("--yes")).toMatchObject({ exit: 0, stderr: expect.stringContaining("out of DNS") });
    expect(await uses()).toEqual([]);
    expect((await retire("--yes")).exit).toBe(1);
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
