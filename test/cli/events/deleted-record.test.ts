import { beforeEach, describe, expect, it } from "vitest";
import { runBuilt } from "../built-executable.ts";
import { Trial } from "./trial.ts";

describe("a record whose delete event runs", () => {
  let trial: Trial;

  beforeEach(async () => {
    trial = new Trial();
    trial.template("/etc/domains", {
      "10.hbs": "{{#each records.domains}}{{key}}={{type}}\n{{/each}}",
    });
    trial.event("domain-modify", "templates: [/etc/domains]");
    trial.event("domain-delete", "templates: [/etc/domains]\ndeletes: domains");
    await trial.db("domains", "set", "example.com", "domain", "Description", "one");
    await trial.db("domains", "set", "example.net", "domain");
    await trial.applied("domain-modify");
  });

  it("is marked while the event runs, ignored by it, and gone when it succeeded", async () => {
    await trial.applied("domain-delete", "example.com");
    expect(trial.body("/etc/domains")).toBe("example.net=domain\n");
    expect((await trial.run("db", ["domains", "gettype", "example.com"])).exit).toBe(1);
    const history = await trial.db("domains", "history", "example.com");
    expect(history).toMatch(/domain → domain-deleted +\S+ \(event domain-delete\)/);
  });

  it("stays marked, with its properties, when the event failed, until one succeeds", async () => {
    const script = trial.script("domain-delete", "S50-fail", "exit 9");
    expect((await trial.signal("domain-delete", "example.com")).exit).toBe(1);
    expect(await trial.db("domains", "gettype", "example.com")).toBe("domain-deleted\n");
    expect(await trial.db("domains", "getprop", "example.com", "Description")).toBe("one\n");
    trial.put(script, "#!/bin/sh\nexit 0\n", 0o755);
    await trial.applied("domain-delete", "example.com");
    expect((await trial.run("db", ["domains", "gettype", "example.com"])).exit).toBe(1);
  });

  it("is no longer marked when the event was refused and nothing was touched", async () => {
    trial.fragment("/etc/domains", "20.hbs", "{{nonsense}}\n", "site");
    expect((await trial.signal("domain-delete", "example.com")).exit).toBe(1);
    expect(await trial.db("domains", "gettype", "example.com")).toBe("domain\n");
    expect(trial.body("/etc/domains")).toContain("example.com=domain");
  });

  it("comes back, with its properties, where its deletion is not confirmed", async () => {
    const built = { root: trial.root, env: { MAILWRIGHT_SHARE: trial.share } };
    const confirmed = await runBuilt(
      "signal-event",
      ["--confirm", "1h", "domain-delete", "example.com"],
      built,
    );
    expect(confirmed).toMatchObject({ exit: 0, stderr: expect.stringContaining("NOT CONFIRMED YET") });
    expect((await trial.run("db", ["domains", "gettype", "example.com"])).exit).toBe(1);
    expect(await trial.run("mailwright", ["confirm", "--restore"])).toMatchObject({ exit: 0 });
    expect(await trial.db("domains", "getprop", "example.com", "Description")).toBe("one\n");
    expect(trial.body("/etc/domains")).toBe("example.com=domain\nexample.net=domain\n");
    expect(await trial.applied("domain-modify")).toMatchObject({ stderr: "" });
    expect(trial.body("/etc/domains")).toBe("example.com=domain\nexample.net=domain\n");
  });

  it("is only thought away by a dry run", async () => {
    const { exit, stdout } = await trial.signal("--dry-run", "domain-delete", "example.com");
    expect(exit).toBe(2);
    expect(stdout).toContain("-example.com=domain");
    expect(await trial.db("domains", "gettype", "example.com")).toBe("domain\n");
  });

  it("may be gone already, and must be named", async () => {
    await trial.db("domains", "delete", "example.com");
    await trial.applied("domain-delete", "example.com");
    expect(trial.body("/etc/domains")).toBe("example.net=domain\n");
    const { exit, stderr } = await trial.signal("domain-delete");
    expect(exit).toBe(3);
    expect(stderr).toContain("accepted: signal-event domain-delete KEY");
  });
});
