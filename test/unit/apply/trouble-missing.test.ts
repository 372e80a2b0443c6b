import { describe, expect, it } from "vitest";
import { Machine } from "./harness.ts";

describe("a program that is not installed", () => {
  it("postmap: the text is written without its table, and that is said", async () => {
    const machine = new Machine();
    machine.template("/etc/postfix/table", "a b\n", "map: cdb\n");
    machine.event("go", "templates: [/etc/postfix/table]\n");
    await machine.apply("go");
    expect(machine.notices).toEqual(["postmap is not installed: /etc/postfix/table.cdb is not made"]);
    expect(machine.read("/etc/postfix/table")).toBe("a b\n");
    expect(machine.read("/etc/postfix/table.cdb")).toBeUndefined();
  });

  it.each([
    { check: "rspamd", path: "/etc/rspamd/local.d/x.conf", program: "rspamadm" },
    { check: "dovecot", path: "/etc/dovecot/dovecot.conf", program: "doveconf" },
    { check: "postfix", path: "/etc/postfix/main.cf", program: "postmap" },
    { check: "nginx", path: "/etc/nginx/conf.d/x.conf", program: "nginx" },
    { check: "cron", path: "/etc/cron.d/x", program: "crontab" },
    { check: "systemd", path: "/etc/systemd/system/x.service", program: "systemd-analyze" },
    { check: "getmail", path: "/etc/getmail/x", program: "getmail" },
  ])(
    "$program: the file is written without its check, and that is said",
    async ({ check, path, program }) => {
      const machine = new Machine();
      machine.template(path, "text\n", `check: ${check}\n`);
      machine.event("go", `templates: [${path}]\n`);
      await machine.apply("go");
      expect(machine.notices).toEqual([`check of ${check} skipped: ${program} is not installed`]);
      expect(machine.read(path)).toBe("text\n");
    },
  );
});

describe("a file that needs another program's plugin", () => {
  const plugin = "/usr/lib/dovecot/modules/search.so";

  it("is made only where that is, is removed when it is gone, and both is said", async () => {
    const machine = new Machine();
    machine.template("/etc/dovecot/search.conf", "text\n", `needs: ${plugin}\n`);
    machine.event("go", "templates: [/etc/dovecot/search.conf]\n");
    const said = [`/etc/dovecot/search.conf is left out: there is no ${plugin}`];
    await machine.apply("go");
    expect(machine.read("/etc/dovecot/search.conf")).toBeUndefined();
    expect(machine.notices).toEqual(said);
    machine.put(plugin, "");
    await machine.apply("go");
    expect(machine.read("/etc/dovecot/search.conf")).toBe("text\n");
    machine.volume.unlinkSync(plugin);
    await machine.apply("go");
    expect(machine.read("/etc/dovecot/search.conf")).toBeUndefined();
    expect(machine.notices).toEqual(said);
  });

  it("says what is so without it; where that is optional, nothing", async () => {
    const machine = new Machine();
    machine.template("/etc/a", "text\n", "needs: /usr/sbin/a\nwithout: nothing is scanned\n");
    machine.template("/etc/b", "text\n", "needs: /usr/sbin/b\noptional: true\n");
    machine.event("go", "templates: [/etc/a, /etc/b]\n");
    await machine.apply("go");
    expect(machine.notices).toEqual(["/etc/a is left out: there is no /usr/sbin/a: nothing is scanned"]);
    expect(machine.read("/etc/b")).toBeUndefined();
  });
});
